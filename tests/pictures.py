"""Photos as phones make them, for tests: any scene, with or without what a camera writes beside it."""

import io
from datetime import datetime
from random import Random

from PIL import ExifTags, Image

_CAMERA, _GPS = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo


def photo(
    scene: int = 1,
    *,
    size: tuple[int, int] = (320, 240),
    quality: int = 85,
    side_up: int = 1,
    taken_at: datetime | None = None,
    place: tuple[float, float] | None = None,
    form: str = "JPEG",
) -> bytes:
    """Blocks of grey, another pattern for every scene; `taken_at` is the camera's own clock."""
    random = Random(scene)
    blocks = Image.frombytes("L", (12, 9), bytes(random.randrange(256) for _ in range(108)))
    picture = blocks.resize(size, Image.Resampling.BICUBIC).convert("RGB")
    exif = Image.Exif()
    if side_up != 1:
        exif[ExifTags.Base.Orientation] = side_up
    if taken_at:
        camera = exif.get_ifd(_CAMERA)
        camera[ExifTags.Base.DateTimeOriginal] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
        if taken_at.tzinfo:
            camera[ExifTags.Base.OffsetTimeOriginal] = f"{taken_at:%z}"[:3] + ":00"
    if place:
        gps = exif.get_ifd(_GPS)
        gps[1], gps[3] = "N" if place[0] >= 0 else "S", "E" if place[1] >= 0 else "W"
        gps[2], gps[4] = ((abs(degrees), 0.0, 0.0) for degrees in place)
    buffer = io.BytesIO()
    more = {"exif": exif.tobytes()} if len(exif) or taken_at or place else {}
    picture.save(buffer, form, quality=quality, **more)
    return buffer.getvalue()
