"""What a camera writes into a photo beside the picture: read once, then left out of what is kept.

JPEG is a row of segments, PNG a row of chunks, so both can be cut without touching the picture.
https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.1), https://www.cipa.jp/std/documents/download_e.html?DC-008
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aduan.errors import PhotoRefusedError
from aduan.time_zone import WIB

_EXIF, _ICC, _JFIF = b"Exif\x00\x00", b"ICC_PROFILE\x00", b"JFIF\x00"
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# What draws the picture. Everything else tells something, or hides it.
_PNG_DRAWS = (
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs",
)  # fmt: skip
_SCAN, _END, _APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = (
    0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE,
)  # fmt: skip
_LONGEST = {_APP0: 16, _APP14: 14}  # as the standards have them: no small picture, no room to hide
_ALONE = (0x01, *range(0xD0, 0xD8))  # markers without a length
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_ORIENTATION, _CAMERA, _GPS, _TAKEN_AT, _OFFSET = 0x0112, 0x8769, 0x8825, 0x9003, 0x9011
_NORTH_SOUTH, _LATITUDE, _EAST_WEST, _LONGITUDE = 1, 2, 3, 4
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_UNREADABLE = (struct.error, ValueError, IndexError, KeyError, ZeroDivisionError, OverflowError)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """When and where, as far as the file says; without an offset the camera's clock is WIB."""

    at: datetime | None = None
    lat: float | None = None
    long: float | None = None


def taken(content: bytes) -> Taken:
    """What the camera wrote. A file that says nothing, or nonsense, says nothing."""
    tiff = _tiff_of(content)
    try:
        main = _directory(tiff, _offset(tiff))
        camera = _directory(tiff, main.get(_CAMERA, 0))
        gps = _directory(tiff, main.get(_GPS, 0))
    except _UNREADABLE:
        return Taken()
    lat, long = _degrees(gps, _LATITUDE, _NORTH_SOUTH), _degrees(gps, _LONGITUDE, _EAST_WEST)
    placed = lat is not None and long is not None and (lat, long) != (0, 0)
    return Taken(at=_time(camera), lat=lat if placed else None, long=long if placed else None)


def stripped(content: bytes) -> bytes:
    """The photo without what the camera wrote, but for which side is up; nor anything after its end."""
    try:
        if content.startswith(_PNG):
            kept = (raw for kind, _, raw in _chunks(content) if kind in _PNG_DRAWS)
            return _PNG + b"".join(kept)
        if content.startswith(_JPEG):
            return b"".join(_jpeg_without(content))
    except _UNREADABLE as error:
        raise PhotoRefusedError("wrong_type") from error
    raise PhotoRefusedError("wrong_type")


def _jpeg_without(content: bytes) -> Iterator[bytes]:
    yield b"\xff\xd8" + _which_side_is_up(content)
    for marker, segment, scan in _segments(content):
        if marker in (_APP0, _APP2, _APP14):
            known = {_APP0: _JFIF, _APP2: _ICC, _APP14: b"Adobe"}[marker]
            kept = segment[2:].startswith(known) and len(segment) <= _LONGEST.get(marker, 0xFFFF)
        else:
            kept = not (_APP0 < marker <= _APP15 or marker == _COMMENT)
        if kept:
            yield bytes((0xFF, marker)) + segment + scan
    yield b"\xff\xd9"


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, segment with its length, and the coded picture that follows a scan's header."""
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            raise ValueError("no marker")
        while content[at] == 0xFF:
            at += 1
        marker, at = content[at], at + 1
        if marker == _END:
            return
        if marker in _ALONE:
            continue
        (length,) = struct.unpack_from(">H", content, at)
        segment, at = content[at : at + length], at + length
        if length < 2 or len(segment) < length:
            raise ValueError("cut off")
        scan = b""
        if marker == _SCAN:
            following = _NEXT_MARKER.search(content, at)
            end = following.start() if following else len(content)
            scan, at = content[at:end], end
        yield marker, segment, scan


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, data, and the whole chunk. https://www.w3.org/TR/png-3/#5Chunk-layout"""
    at = len(_PNG)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError("cut off")
        yield kind, content[at + 8 : end - 4], content[at:end]
        if kind == b"IEND":
            return
        at = end


def _tiff_of(content: bytes) -> bytes:
    try:
        if content.startswith(_PNG):
            return next((data for kind, data, _ in _chunks(content) if kind == b"eXIf"), b"")
        for marker, segment, _ in _segments(content):
            if marker == _APP1 and segment[2:].startswith(_EXIF):
                return segment[2 + len(_EXIF) :]
            if marker == _SCAN:
                break
    except _UNREADABLE:
        pass
    return b""


def _which_side_is_up(content: bytes) -> bytes:
    """A segment that tells this alone, where the camera was not held upright."""
    tiff = _tiff_of(content)
    try:
        side = _directory(tiff, _offset(tiff)).get(_ORIENTATION, 1)
    except _UNREADABLE:
        return b""
    if side not in range(2, 9):
        return b""
    only = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, side, 0, 0)
    return struct.pack(">BBH", 0xFF, _APP1, 2 + len(_EXIF) + len(only)) + _EXIF + only


def _order(tiff: bytes) -> str:
    return {b"II": "<", b"MM": ">"}[tiff[:2]]


def _offset(tiff: bytes) -> int:
    (offset,) = struct.unpack_from(f"{_order(tiff)}I", tiff, 4)
    return int(offset)


def _directory(tiff: bytes, at: int) -> dict[int, Any]:
    """Tag → number, text or list of numbers; nothing at offset 0."""
    if not at:
        return {}
    order, found = _order(tiff), {}
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", tiff, entry)
        size = _SIZES.get(kind, 0) * number
        if not size or size > len(tiff):
            continue
        place = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", tiff, entry + 8)[0]
        found[tag] = _value(tiff[place : place + size], kind, number, order)
    return found


def _value(raw: bytes, kind: int, number: int, order: str) -> Any:
    if kind in (2, 7):
        return raw.split(b"\x00")[0].decode("ascii", "replace").strip()
    if kind in (5, 10):
        pairs = struct.unpack(f"{order}{2 * number}{'I' if kind == 5 else 'i'}", raw)
        return [a / b if b else 0.0 for a, b in zip(pairs[::2], pairs[1::2], strict=True)]
    values = struct.unpack(f"{order}{number}{ {1: 'B', 3: 'H', 4: 'I', 9: 'i'}[kind] }", raw)
    return values[0] if number == 1 else list(values)


def _time(camera: dict[int, Any]) -> datetime | None:
    try:
        at = datetime.strptime(camera[_TAKEN_AT], "%Y:%m:%d %H:%M:%S").replace(tzinfo=WIB)
        offset = camera.get(_OFFSET, "")
        return at.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo) if offset else at
    except (*_UNREADABLE, TypeError):
        return None


def _degrees(gps: dict[int, Any], tag: int, side: int) -> float | None:
    try:
        degrees, minutes, seconds = gps[tag]
    except (*_UNREADABLE, TypeError):
        return None
    value = float(degrees + minutes / 60 + seconds / 3600)
    return -value if gps.get(side) in ("S", "W") else value
