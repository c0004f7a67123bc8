"""The signed link to one assignment of one report, and the one-time token of the forms behind it.

Who holds the link is the officer: there is no login. A link says which report, which dispatch of it
and until when, and is signed; a form token is bound to what officers have done with the report, which every
decision of one changes: so it serves once, and a photo that the citizen adds meanwhile does not spoil it.
A second kind of link leads to all that an agency has open; a third lets a caller's phone tell where it is.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class ForgedLinkError(ValueError):
    """The link is not one of ours, or was changed or cut on its way."""


class ExpiredLinkError(ValueError):
    """The link was ours but its time is over."""


@dataclass(frozen=True, kw_only=True)
class DeskLink:
    """`expires` is a whole hour; `issue` counts the links of this dispatch that were revoked before it."""

    service_request_id: str
    attempt: int
    expires: datetime
    issue: int = 0

    def sign(self, key: bytes) -> str:
        """The last part of the URL: <report>-<attempt>[.<issue>]-<hours since 1970, base 36>-<signature>."""
        attempt = f"{self.attempt}.{self.issue}" if self.issue else str(self.attempt)
        return _sign(key, "link", self.service_request_id, attempt, self.expires)


@dataclass(frozen=True, kw_only=True)
class OverviewLink:
    """To all reports that an agency has open: it only shows, and leads on to the link of each."""

    agency: str
    expires: datetime
    issue: int = 0

    def sign(self, key: bytes) -> str:
        return _sign(key, "overview", self.agency, str(self.issue), self.expires)


@dataclass(frozen=True, kw_only=True)
class PlaceLink:
    """By which a caller's phone tells where it is. How long and how often is kept with what it is for."""

    place_id: str
    expires: datetime

    @classmethod
    def lasting_an_hour(cls, place_id: str, now: datetime) -> Self:
        """An hour and what is left of the present one."""
        return cls(place_id=place_id, expires=now + timedelta(hours=2))

    def sign(self, key: bytes) -> str:
        return _sign(key, "place", self.place_id, "1", self.expires)


def read(link: str, key: bytes, now: datetime) -> DeskLink:
    report, attempt, expires = _read(link, "link", key, now)
    number, _, issue = attempt.partition(".")
    return DeskLink(
        service_request_id=report, attempt=int(number), expires=expires, issue=int(issue or 0)
    )


def read_overview(link: str, key: bytes, now: datetime) -> OverviewLink:
    agency, issue, expires = _read(link, "overview", key, now)
    return OverviewLink(agency=agency, issue=int(issue), expires=expires)


def read_place(link: str, key: bytes, now: datetime) -> PlaceLink:
    place_id, _, expires = _read(link, "place", key, now)
    return PlaceLink(place_id=place_id, expires=expires)


def form_token(link: str, seen: str, key: bytes) -> str:
    return _signature(key, "form", f"{link}|{seen}")


def is_form_token(token: str, link: str, seen: str, key: bytes) -> bool:
    return hmac.compare_digest(token.encode(), form_token(link, seen, key).encode())


def _sign(key: bytes, purpose: str, what: str, which: str, expires: datetime) -> str:
    hours = int(expires.timestamp()) // 3600
    claim = f"{what}-{which}-{_base36(hours)}"
    return f"{claim}-{_signature(key, purpose, claim)}"


def _read(link: str, purpose: str, key: bytes, now: datetime) -> tuple[str, str, datetime]:
    try:
        what, which, hours, signature = link.split("-", 3)
    except ValueError as error:
        raise ForgedLinkError from error
    expected = _signature(key, purpose, f"{what}-{which}-{hours}")
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        raise ForgedLinkError
    expires = datetime.fromtimestamp(int(hours, 36) * 3600, UTC)
    if now >= expires:
        raise ExpiredLinkError
    return what, which, expires


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
