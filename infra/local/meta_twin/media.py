"""Files in Meta's hands: kept with their hash, handed out by links that expire."""

import hashlib
import hmac
from collections.abc import Callable
from http.client import responses
from typing import Literal, NamedTuple

from infra.local.meta_twin.config import Config
from infra.local.meta_twin.errors import GraphError, instagram_error, no_such_object, whatsapp_error
from infra.local.meta_twin.store import Channel, Media, Store, new_media_id
from infra.local.meta_twin.web_client import Fetch

LINK_LIFETIME_S = {"whatsapp": 300, "instagram": 3600}
"""WhatsApp: five minutes, as documented. Instagram does not say; an hour."""
MEDIA_LIFETIME_S = 7 * 24 * 3600
"""A file that came by webhook; 30 days for one that the business uploaded."""
UNTYPED = ("", "application/octet-stream", "application/x-www-form-urlencoded")
MIB = 1024 * 1024

LinkState = Literal["good", "forged", "expired"]


class Sendable(NamedTuple):
    """What a business may send as that kind of file."""

    limit: int
    types: frozenset[str]


def _types(*names: str) -> frozenset[str]:
    return frozenset(names)


OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = _types(
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    f"{OFFICE}.wordprocessingml.document",
    f"{OFFICE}.spreadsheetml.sheet",
    f"{OFFICE}.presentationml.presentation",
)
SENDABLE: dict[Channel, dict[str, Sendable]] = {
    "whatsapp": {
        "image": Sendable(5 * MIB, _types("image/jpeg", "image/png")),
        "audio": Sendable(
            16 * MIB,
            _types("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"),
        ),
        "video": Sendable(16 * MIB, _types("video/mp4", "video/3gpp")),
        "sticker": Sendable(500 * 1024, _types("image/webp")),
        "document": Sendable(100 * MIB, DOCUMENTS),
    },
    "instagram": {
        "image": Sendable(8 * MIB, _types("image/jpeg", "image/png")),
        "audio": Sendable(
            25 * MIB,
            _types("audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav"),
        ),
        "video": Sendable(
            25 * MIB,
            _types("video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"),
        ),
        "file": Sendable(25 * MIB, _types("application/pdf")),
    },
}


class MediaShelf:
    """Media of citizens and of the business."""

    def __init__(
        self, config: Config, store: Store, clock: Callable[[], float], *, fetch: Fetch
    ) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._fetch = fetch

    def keep(self, content: bytes, mime_type: str, *, ours: bool = False) -> Media:
        """Take a file; without a declared type its first bytes tell."""
        declared = mime_type.strip()
        media = Media(
            id=new_media_id(),
            mime_type=sniffed(content) if declared in UNTYPED else declared,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            gone=False,
            ours=ours,
            at=self._clock(),
        )
        return self._store.add_media(media, content)

    def find(self, media_id: str) -> Media:
        """A file that is still there, or Meta's error."""
        media = self._store.media(media_id)
        if media is None or media.gone:
            raise no_such_object(media_id)
        lifetime_s = 30 * 24 * 3600 if media.ours else MEDIA_LIFETIME_S
        if self._clock() - media.at > lifetime_s:
            raise no_such_object(media_id)
        return media

    def link(self, media: Media, channel: Channel) -> str:
        """Where the file can be read for a while; on WhatsApp with the access token only."""
        expiry = f"{int(self._clock()) + LINK_LIFETIME_S[channel]:x}"
        proof = self._proof(media.id, channel, expiry)
        base = self._config.base_url.rstrip("/")
        return f"{base}/media-file/{media.id}?for={channel}&oe={expiry}&oh={proof}"

    def link_state(self, media_id: str, channel: str, expiry: str, proof: str) -> LinkState:
        if not hmac.compare_digest(self._proof(media_id, channel, expiry).encode(), proof.encode()):
            return "forged"
        return "good" if self._clock() < int(expiry, 16) else "expired"

    def _proof(self, media_id: str, channel: str, expiry: str) -> str:
        subject = f"{media_id} {channel} {expiry}".encode()
        key = self._config.app_secret.encode()
        return hmac.new(key, subject, hashlib.sha256).hexdigest()[:32]

    # Files of the business

    def upload(self, content: bytes, mime_type: str) -> Media:
        """`POST /<phone number id>/media`: the type has to be one of a list, the size its own."""
        plain = _plain(mime_type)
        kinds = SENDABLE["whatsapp"]
        kind = next((kind for kind in kinds if plain in kinds[kind].types), None)
        if kind is None:
            listed = ", ".join(sorted({name for each in kinds.values() for name in each.types}))
            raise GraphError(
                100,
                f"(#100) Param file must be a file with one of the following types: {listed}. "
                f"Received file of type '{plain or 'application/octet-stream'}'.",
            )
        if wrong := _wrong_size(kind, len(content), kinds[kind].limit):
            raise whatsapp_error(131053, wrong)
        return self.keep(content, mime_type, ours=True)

    def uploaded(self, media_id: str, kind: str) -> Media:
        """A file that the business uploaded before and now sends as that kind of message."""
        try:
            media = self.find(media_id)
        except GraphError:
            media = None
        if media is None or not media.ours:
            raise GraphError(
                100,
                f"(#100) Param {kind}['id'] is not a valid whatsapp business account media "
                "attachment ID",
            )
        content = self._store.media_content(media)
        if wrong := _wrong_file(content, media.mime_type, kind, SENDABLE["whatsapp"][kind]):
            raise whatsapp_error(131053, wrong)
        return media

    async def fetch_file(self, url: str, channel: Channel, kind: str) -> Media:
        """Fetch what the business sends by link, as Meta does before it delivers."""
        sendable = SENDABLE[channel][kind]
        headers = {"User-Agent": "facebookexternalua"}
        answer = await self._fetch("GET", url, headers=headers, limit=sendable.limit)
        if answer is None:
            raise _refused(channel, "Downloading media from weblink failed: no answer")
        if answer.status != 200:
            details = (
                f"Downloading media from weblink failed with http code {answer.status}, status "
                f"message {responses.get(answer.status, 'Unknown')}"
            )
            raise _refused(channel, details)
        if wrong := _wrong_file(answer.body, answer.content_type, kind, sendable):
            raise _refused(channel, wrong)
        return self.keep(answer.body, _plain(answer.content_type), ours=True)


def _plain(mime_type: str) -> str:
    """The type without its codecs; `image/jpg` is what some servers call a jpeg."""
    plain = mime_type.split(";")[0].strip().lower()
    return "image/jpeg" if plain == "image/jpg" else plain


def _wrong_file(content: bytes, declared: str, kind: str, sendable: Sendable) -> str | None:
    """What Meta finds wrong with a file that is sent as that kind."""
    if wrong := _wrong_size(kind, len(content), sendable.limit):
        return wrong
    plain, found = _plain(declared), sniffed(content).split(";")[0]
    if plain not in sendable.types:
        allowed = ", ".join(sorted(sendable.types))
        return f"Unsupported {kind.capitalize()} mime type {plain}. Please use one of {allowed}."
    if plain.startswith("image/") and found != plain:
        return f"Media is {found}, declared {plain}: the content has to be what is declared"
    if plain == "audio/ogg" and b"OpusHead" not in content[:64]:
        return "Media is audio/ogg without the opus codec"
    return None


def _wrong_size(kind: str, size: int, limit: int) -> str | None:
    if 0 < size <= limit:
        return None
    at_least = "more than " if size > limit else ""
    return (
        f"{kind.capitalize()} file has size {at_least}{min(size, limit)} bytes but must be "
        f"atmost {limit} bytes and non-empty"
    )


def sniffed(content: bytes) -> str:
    """The type that the first bytes tell."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"OggS"):
        return "audio/ogg; codecs=opus"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    return "application/octet-stream"


def _refused(channel: Channel, details: str) -> GraphError:
    if channel == "whatsapp":
        return whatsapp_error(131053, details)
    return instagram_error(100, f"(#100) Upload attachment failure. {details}", subcode=2018047)
