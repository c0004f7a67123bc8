"""Files in Meta's hands: kept with their hash, handed out by links that expire."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Literal

from infra.local.meta_twin.config import Config
from infra.local.meta_twin.errors import GraphError, instagram_error, no_such_object, whatsapp_error
from infra.local.meta_twin.store import Channel, Media, Store, new_media_id
from infra.local.meta_twin.web_client import Fetch

LINK_LIFETIME_S = {"whatsapp": 300, "instagram": 3600}
"""WhatsApp: five minutes, as documented. Instagram does not say; an hour."""
MEDIA_LIFETIME_S = 7 * 24 * 3600
"""A file that came by webhook; 30 days for one that the business uploaded."""
SENT_IMAGE_BYTES = {"whatsapp": 5 * 1024 * 1024, "instagram": 8 * 1024 * 1024}
UNTYPED = ("", "application/octet-stream", "application/x-www-form-urlencoded")

LinkState = Literal["good", "forged", "expired"]


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

    async def fetch_image(self, url: str, channel: Channel) -> Media:
        """Fetch an image that the business sends by link, as Meta does before it accepts."""
        limit = SENT_IMAGE_BYTES[channel]
        headers = {"User-Agent": "facebookexternalua"}
        answer = await self._fetch("GET", url, headers=headers, limit=limit)
        if answer is None:
            raise _refused_image(channel, "Downloading media from weblink failed: no answer")
        if answer.status != 200:
            details = f"Downloading media from weblink failed with http code {answer.status}"
            raise _refused_image(channel, details)
        if len(answer.body) > limit:
            raise _refused_image(channel, f"Media file is larger than {limit} bytes")
        declared = answer.content_type.split(";")[0].strip().lower()
        found = sniffed(answer.body)
        if found not in ("image/jpeg", "image/png") or declared not in (found, "image/jpg"):
            details = f"Media is {found}, declared {declared or 'nothing'}: jpeg or png expected"
            raise _refused_image(channel, details)
        return self.keep(answer.body, found, ours=True)


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


def _refused_image(channel: Channel, details: str) -> GraphError:
    if channel == "whatsapp":
        return whatsapp_error(131053, details)
    return instagram_error(100, f"(#100) Upload attachment failure. {details}", subcode=2018047)
