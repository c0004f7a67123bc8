"""The signed link to one assignment of one report, and the one-time token of the forms behind it.

Who holds the link is the officer: there is no login. A link says which report, which dispatch of it
and until when, and is signed; a form token is bound to the report's status, which every decision of an
officer changes: so it serves once, and a photo that the citizen adds meanwhile does not spoil it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class ForgedLinkError(ValueError):
    """The link is not one of ours, or was changed or cut on its way."""


class ExpiredLinkError(ValueError):
    """The link was ours but its time is over."""


@dataclass(frozen=True, kw_only=True)
class DeskLink:
    """`expires` is a whole hour."""

    service_request_id: str
    attempt: int
    expires: datetime

    def sign(self, key: bytes) -> str:
        """The last part of the URL: <report>-<attempt>-<hours since 1970, base 36>-<signature>."""
        hours = int(self.expires.timestamp()) // 3600
        claim = f"{self.service_request_id}-{self.attempt}-{_base36(hours)}"
        return f"{claim}-{_signature(key, 'link', claim)}"


def read(link: str, key: bytes, now: datetime) -> DeskLink:
    try:
        claim_parts = link.split("-", 3)
        report, attempt, hours, signature = claim_parts
        expected = _signature(key, "link", f"{report}-{attempt}-{hours}")
    except ValueError as error:
        raise ForgedLinkError from error
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        raise ForgedLinkError
    expires = datetime.fromtimestamp(int(hours, 36) * 3600, UTC)
    if now >= expires:
        raise ExpiredLinkError
    return DeskLink(service_request_id=report, attempt=int(attempt), expires=expires)


def form_token(link: str, status: str, key: bytes) -> str:
    return _signature(key, "form", f"{link}|{status}")


def is_form_token(token: str, link: str, status: str, key: bytes) -> bool:
    return hmac.compare_digest(token.encode(), form_token(link, status, key).encode())


def _signature(key: bytes, purpose: str, claim: str) -> str:
    """96 bits of HMAC-SHA256 in 19 small letters and digits: short enough for an SMS, far beyond
    guessing, and with no - at the end that a mail program would leave out of the link."""
    digest = hmac.new(key, f"{purpose}|{claim}".encode(), hashlib.sha256).digest()
    return _base36(int.from_bytes(digest[:12], "big")).zfill(19)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
