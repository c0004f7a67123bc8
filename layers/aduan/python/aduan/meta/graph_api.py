"""Meta's Graph API: send a message, fetch a citizen's photo. The only HTTP client towards Meta."""

import json
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any

import urllib3
from urllib3.util import parse_url

from aduan.errors import AnswerLostError, PhotoRefusedError, TryAgainError, UndeliverableError
from aduan.message import Media
from aduan.meta.error_codes import NOT_AVAILABLE, OUTSIDE_WINDOW
from aduan.photo import MAX_BYTES, has_digest

Json = dict[str, Any]

# Worth another try later; everything else that is refused stays refused.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/
_PASSING = frozenset(
    {1, 2, 4, 17, 32, 613, 80007, 130429, 131000, 131016, 131048, 131053, 131056, 131057, 135000}
)
# Our token, permission or account: nothing gets through until a person mends it, and nothing is lost.
_OURS_TO_MEND = frozenset(
    {0, 3, 10, *range(200, 300), 190, 368, 130497, 131005, 131031, 131042, 131045, 131064, 133010}
)
# 10 with one of these subcodes is the citizen's window, not our permission; with the other, the citizen.
_WINDOW_SUBCODES = frozenset({2534022, 2018278})
_NOT_AVAILABLE_SUBCODE = 2018108
_UNKNOWN_CODE = 131000

_USER_AGENT = {"user-agent": "aduan-112"}  # Meta has refused the default ones of HTTP libraries

_http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=10), retries=False)


def send(url: str, token: str, body: Json) -> str:
    """Send one message and give the provider's id of it.

    UndeliverableError when Meta will never take it, TryAgainError when it may later. AnswerLostError when
    nobody can tell: it may have been sent all the same, and the API has no idempotency key.
    """
    status, answer = _call("POST", url, token, body)
    if status == 200:
        return _message_id(answer)
    error = answer.get("error")
    error = error if isinstance(error, dict) else {}
    code = _number(error.get("code"), _UNKNOWN_CODE)
    subcode = _number(error.get("error_subcode"))
    if code == 10 and subcode in _WINDOW_SUBCODES:
        raise UndeliverableError(OUTSIDE_WINDOW)
    if code == 10 and subcode == _NOT_AVAILABLE_SUBCODE:
        raise UndeliverableError(NOT_AVAILABLE)
    if status >= 500:
        raise AnswerLostError(f"Meta error {code}")
    if status == 429 or code in _PASSING | _OURS_TO_MEND:
        raise TryAgainError(f"Meta error {code}")
    raise UndeliverableError(code)


def fetch_whatsapp(
    api_url: str, token: str, media: Media, hosts: Iterable[str], *, at_most: int = MAX_BYTES
) -> bytes:
    """A citizen's file by its media id: first where it is, then the file, both with our token.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media/
    """
    status, facts = _call("GET", f"{api_url}/{media.media_id}", token)
    if status >= 500 or status in (401, 403, 429):  # a token that is no good loses no photo
        raise TryAgainError(f"media facts: HTTP {status}")
    if status != 200 or not isinstance(facts.get("url"), str):
        raise PhotoRefusedError("gone")
    if _number(facts.get("file_size")) > at_most:
        raise PhotoRefusedError("too_large")
    content = _download(facts["url"], hosts, {"authorization": f"Bearer {token}"}, at_most)
    if media.sha256 and not has_digest(content, media.sha256):
        raise PhotoRefusedError("gone")
    return content


def fetch_instagram(media: Media, hosts: Iterable[str], *, at_most: int = MAX_BYTES) -> bytes:
    """A citizen's file by its signed link, without a token."""
    return _download(media.url or "", hosts, {}, at_most)


def _download(url: str, hosts: Iterable[str], headers: dict[str, str], at_most: int) -> bytes:
    """A file of at most so many bytes, from Meta's hosts only: the link came with a message from outside."""
    if not _is_at(url, hosts):
        raise PhotoRefusedError("gone")
    headers = headers | _USER_AGENT
    try:
        answer = _http.request("GET", url, headers=headers, redirect=False, preload_content=False)
        content = answer.read(at_most + 1)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise TryAgainError(f"photo: {type(error).__name__}") from error
    if answer.status >= 500 or answer.status == 429:
        raise TryAgainError(f"photo: HTTP {answer.status}")
    if answer.status != 200:
        raise PhotoRefusedError("gone")
    if len(content) > at_most:
        raise PhotoRefusedError("too_large")
    return content


def _call(method: str, url: str, token: str, body: Json | None = None) -> tuple[int, Json]:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"} | _USER_AGENT
    content = json.dumps(body).encode() if body is not None else None
    try:
        answer = _http.request(method, url, headers=headers, body=content)
        parsed = json.loads(answer.data or b"{}")
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise AnswerLostError(f"Graph API: {type(error).__name__}") from error
    return answer.status, parsed if isinstance(parsed, dict) else {}


def _message_id(answer: Json) -> str:
    """`messages[0].id` on WhatsApp, `message_id` on Instagram."""
    messages = answer.get("messages")
    if isinstance(messages, list) and messages and isinstance(messages[0], dict):
        return str(messages[0].get("id", ""))
    return str(answer.get("message_id", ""))


def _is_at(url: str, hosts: Iterable[str]) -> bool:
    """Read by the parser of the library that will ask: two parsers may see two hosts in one link."""
    try:
        parts = parse_url(url)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}"
    return any(fnmatch(origin, _origin(host)) for host in hosts)


def _origin(host: str) -> str:
    return host if "://" in host else f"https://{host}"


def _number(value: object, otherwise: int = 0) -> int:
    """`file_size` is text in Meta's reference and a number elsewhere."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else otherwise
