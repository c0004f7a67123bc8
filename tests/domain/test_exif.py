"""What a camera writes into a photo is read once, and is not in what is kept."""

import io
import struct
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from aduan.errors import PhotoRefusedError
from aduan.exif import Taken, stripped, taken
from aduan.time_zone import WIB
from tests.pictures import photo

NOON = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 - a camera's clock has no zone
PLACE = (-7.828, 112.01)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_when_and_where_a_photo_was_taken_is_read(form: str) -> None:
    seen = taken(photo(taken_at=NOON, place=PLACE, form=form))

    assert seen.at == NOON.replace(tzinfo=WIB)
    assert seen.lat == pytest.approx(PLACE[0])
    assert seen.long == pytest.approx(PLACE[1])


def test_a_camera_that_knows_its_zone_is_believed() -> None:
    tokyo = NOON.replace(tzinfo=timezone(timedelta(hours=9)))

    assert taken(photo(taken_at=tokyo)).at == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_nothing_of_it_is_left_in_what_is_kept(form: str) -> None:
    content = photo(taken_at=NOON, place=PLACE, form=form)
    kept = stripped(content)

    assert taken(kept) == Taken()
    assert b"2026:11:24" not in kept
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


def test_which_side_is_up_stays() -> None:
    kept = stripped(photo(side_up=6, taken_at=NOON))

    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {0x0112: 6}


def test_comments_and_what_hangs_behind_the_picture_are_cut_off() -> None:
    plain = photo()
    told = b"\xff\xd8\xff\xfe\x00\x0crumah saya" + plain[2:] + b"a film of the minute before"

    assert stripped(told) == plain


def test_stripping_twice_is_stripping_once() -> None:
    once = stripped(photo(side_up=3, place=PLACE))

    assert stripped(once) == once


def test_a_progressive_photo_is_stripped_too() -> None:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(buffer, "JPEG", progressive=True)

    assert Image.open(io.BytesIO(stripped(buffer.getvalue()))).size == (320, 240)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 no photo", b"\x89PNG\r\n\x1a\n\x00\x00"]
)
def test_what_only_begins_like_a_photo_is_none(content: bytes) -> None:
    with pytest.raises(PhotoRefusedError, match="wrong_type"):
        stripped(content)


@given(st.binary(max_size=200), st.integers(0, 600))
def test_no_file_however_broken_stops_the_reading(noise: bytes, at: int) -> None:
    whole = photo(taken_at=NOON, place=PLACE, size=(16, 16))
    broken = whole[:at] + noise + whole[at + len(noise) :]

    assert isinstance(taken(broken), Taken)
    with suppress(PhotoRefusedError):
        stripped(broken)


def test_no_room_is_left_in_a_picture_for_another_file() -> None:
    """A page or an archive inside a photo: in its own chunk, or where a name should stand."""
    png, jpeg = photo(form="PNG"), photo()
    page = b"<script>alert(1)</script>"
    chunk = struct.pack(">I4s", len(page), b"zzPg") + page
    chunk += struct.pack(">I", zlib.crc32(chunk[4:]))
    adobe = b"Adobe" + page
    inside = b"\xff\xee" + struct.pack(">H", 2 + len(adobe)) + adobe

    assert page not in stripped(png[:33] + chunk + png[33:])
    assert page not in stripped(jpeg[:2] + inside + jpeg[2:])
    assert page not in stripped(png + page)
    assert page not in stripped(jpeg + page)
