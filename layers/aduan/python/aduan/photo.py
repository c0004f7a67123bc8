"""Is this file a photo or recording we take? Looks at the bytes, never at the name or type it claims."""

import base64
import hashlib

from aduan.errors import PhotoRefusedError

# WhatsApp sends and takes images up to 5 MB, Instagram 8 MB; an officer's camera up to 10 MB.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media/
MAX_BYTES = 10_000_000
# What WhatsApp sends as audio or video at most.
MAX_RECORDING_BYTES = 16_000_000
# https://www.iana.org/assignments/media-types/image/heic and nokiatech.github.io/heif: what iPhones make.
_HEIC = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")
_MAGIC = {b"\xff\xd8\xff": ("image/jpeg", "jpg"), b"\x89PNG\r\n\x1a\n": ("image/png", "png")}


# Where in the file the bytes stand that tell, and what they tell.
_RECORDINGS = (
    (0, b"OggS", "audio/ogg", "ogg"),
    (4, b"ftypM4A", "audio/mp4", "m4a"),
    (4, b"ftyp", "video/mp4", "mp4"),
    (0, b"#!AMR", "audio/amr", "amr"),
    (0, b"ID3", "audio/mpeg", "mp3"),
    (0, b"\xff\xfb", "audio/mpeg", "mp3"),
    (0, b"\xff\xf1", "audio/aac", "aac"),
)


def kind_of(content: bytes) -> tuple[str, str]:
    """A photo's MIME type and file ending by its first bytes; PhotoRefusedError when it is none."""
    if len(content) > MAX_BYTES:
        raise PhotoRefusedError("too_large")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            return kind
    raise PhotoRefusedError("heic" if content[4:12].startswith(_HEIC) else "wrong_type")


def kind_of_recording(content: bytes) -> tuple[str, str]:
    """The same for a voice note or a video."""
    if len(content) > MAX_RECORDING_BYTES:
        raise PhotoRefusedError("too_large")
    for start, magic, mime_type, ending in _RECORDINGS:
        if content[start : start + len(magic)] == magic:
            return mime_type, ending
    raise PhotoRefusedError("wrong_type")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def has_digest(content: bytes, sha256: str) -> bool:
    """Whether the content is the one Meta named; Meta writes the digest in base64 or in hex."""
    raw = hashlib.sha256(content).digest()
    return sha256 in (raw.hex(), base64.b64encode(raw).decode())
