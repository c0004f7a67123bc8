"""A photo decoded: as a tiny grey picture, to be compared, and smaller, where it is too large to be sent on.

Pillow is imported when the first photo comes: most calls of a function see none.
"""

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aduan.errors import PhotoRefusedError
from aduan.look import COLUMNS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

MAX_PIXELS = 100_000_000  # a phone's camera has 50 million
MAX_PIXELS_AT_ONCE = 20_000_000
"""Of a photo that must be held whole to be decoded: a PNG takes nine bytes a dot, a progressive JPEG six,
and `fetch_photo` has 512 MB. A hundred kilobytes can claim any size."""
SENT_AT_MOST = 4_500_000  # bytes: WhatsApp takes images up to 5 MB
LONG_SIDE = 2000


def tiny_grey(content: bytes) -> bytes:
    """9 columns, 8 rows, one byte a dot. A JPEG is decoded at an eighth of its size."""
    from PIL import ImageOps
    from PIL.Image import Resampling

    with _decoded(content) as photo:
        photo.draft("L", (8 * COLUMNS, 8 * ROWS))
        grey = ImageOps.exif_transpose(photo).convert("L")
        return grey.resize((COLUMNS, ROWS), Resampling.BOX).tobytes()


def to_be_sent(content: bytes) -> bytes:
    """The photo itself, or a JPEG of it that WhatsApp takes."""
    return content if len(content) <= SENT_AT_MOST else drawn_anew(content)


def drawn_anew(content: bytes) -> bytes:
    """A JPEG of what a decoder sees, and of nothing else that the file holds."""
    from PIL import ImageOps

    with _decoded(content) as photo:
        photo.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(photo).convert("RGB")
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        smaller = io.BytesIO()
        upright.save(smaller, "JPEG", quality=85)
        return smaller.getvalue()


@contextmanager
def _decoded(content: bytes) -> "Iterator[Image]":
    """PhotoRefusedError if it is no photo that can be decoded."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as photo:
            at_once = photo.format == "PNG" or "progressive" in photo.info
            if photo.width * photo.height > (MAX_PIXELS_AT_ONCE if at_once else MAX_PIXELS):
                raise PhotoRefusedError("too_large")
            yield photo
    except Image.DecompressionBombError as error:
        raise PhotoRefusedError("too_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PhotoRefusedError("wrong_type") from error
