"""A small file that claims to be a huge picture does not fill a function's memory."""

import io
import os
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from aduan.errors import PhotoRefusedError
from aduan.pictures.decoding import MAX_PIXELS_AT_ONCE, drawn_anew, tiny_grey
from tests.pictures import photo

MEMORY_MB = 512  # of `fetch_photo`, which looks at each photo


def a_png_that_claims(width: int, height: int) -> bytes:
    """Its header alone: what it claims counts, not what follows."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IEND\xaeB`\x82"


def a_jpeg(side: int, *, progressive: bool) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (side, side)).save(buffer, "JPEG", progressive=progressive)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(5000, 5000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_claims_to_be_huge_is_refused_unseen(size: tuple[int, int]) -> None:
    for look in (tiny_grey, drawn_anew):
        with pytest.raises(PhotoRefusedError, match="too_large"):
            look(a_png_that_claims(*size))


def test_a_photo_that_must_be_held_whole_may_be_as_large_as_a_screen_not_as_a_poster() -> None:
    side = int(MAX_PIXELS_AT_ONCE**0.5) + 1

    assert tiny_grey(a_jpeg(side, progressive=False))
    with pytest.raises(PhotoRefusedError, match="too_large"):
        tiny_grey(a_jpeg(side, progressive=True))


def test_the_largest_picture_that_is_looked_at_fits_into_the_functions_memory() -> None:
    """In a process of its own, as Lambda runs it; a quarter of a function's memory is Python's.

    Its parent is a small one: Linux counts the parent's memory as the child's until the program begins.
    """
    side = int(MAX_PIXELS_AT_ONCE**0.5)
    look = (
        "import io, resource\n"
        "from PIL import Image\n"
        "from aduan.pictures.decoding import tiny_grey\n"
        f"content = io.BytesIO()\nImage.new('RGBA', ({side}, {side})).save(content, 'PNG')\n"
        "tiny_grey(content.getvalue())\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    by_a_small_parent = "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"
    done = subprocess.run(
        [sys.executable, "-c", by_a_small_parent, sys.executable, "-c", look],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 0.75 * MEMORY_MB


def test_an_ordinary_photo_is_looked_at() -> None:
    assert len(tiny_grey(photo(size=(4000, 3000)))) == 72
    assert len(tiny_grey(photo(form="PNG"))) == 72
