"""Is this file a photo we take? Looks at the bytes, never at the name or the type it claims."""

import base64
import hashlib

from aduan.errors import PhotoRefusedError

# WhatsApp sends and takes images up to 5 MB, Instagram 8 MB; an officer's camera up to 10 MB.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media/
MAX_BYTES = 10_000_000
_MAGIC = {b"\xff\xd8\xff": ("image/jpeg", "jpg"), b"\x89PNG\r\n\x1a\n": ("image/png", "png")}


def kind_of(content: bytes) -> tuple[str, str]:
    """Its MIME type and file ending by the first bytes; PhotoRefusedError when it is no photo."""
    if len(content) > MAX_BYTES:
        raise PhotoRefusedError("too_large")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            return kind
    raise PhotoRefusedError("wrong_type")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def has_digest(content: bytes, sha256: str) -> bool:
    """Whether the content is the one Meta named; Meta writes the digest in base64 or in hex."""
    raw = hashlib.sha256(content).digest()
    return sha256 in (raw.hex(), base64.b64encode(raw).decode())
