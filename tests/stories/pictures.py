"""Small real pictures, drawn here: no camera, no file to ship."""

import os
import struct
import zlib


def png(colour: tuple[int, int, int] | None = None, side: int = 32) -> bytes:
    """A square of one colour, another one each time: a proof that was used before is doubtful.

    https://www.w3.org/TR/png-3/#11IHDR
    """
    row = b"\x00" + bytes(colour or os.urandom(3)) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
