"""What a phone writes into a video or voice note beside what is seen and heard: blanked before it is kept.

MP4 and 3GP are boxes inside boxes; what tells of place, owner and device lies in `udta`, `meta` and `uuid`.
They are made `free`, of the same size, so that nothing that is pointed at moves.
https://developer.apple.com/documentation/quicktime-file-format/user_data_atoms, ISO/IEC 14496-12 (8.1)
"""

import struct
from collections.abc import Iterator

_TELLS = (b"udta", b"meta", b"uuid")
_HOLDS = (b"moov", b"trak", b"moof", b"traf")


def blanked(content: bytes) -> bytes:
    """The recording without what the phone wrote; any other file as it is."""
    if content[4:8] != b"ftyp":
        return content
    film = bytearray(content)
    for kind, start, end in _boxes(content, 0, len(content)):
        if kind in _TELLS:
            film[start - 4 : start] = b"free"
            film[start:end] = bytes(end - start)
    return bytes(film)


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, where its content begins (right behind the kind), where it ends; a broken box ends the reading."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, at)
        header = 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", content, at + 8)
            header = 16
        elif size == 0:  # the last one, to the end of the file
            size = end - at
        if size < header or at + size > end:
            return
        if kind in _HOLDS:
            yield from _boxes(content, at + header, at + size)
        elif header == 8:
            yield kind, at + 8, at + size
        at += size
