"""Where a video was taken is not in what is kept."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from aduan.film import blanked

PLACE = b"-07.8280+112.0100/"


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def a_film(*, moov: bytes = b"", track: bytes = b"") -> bytes:
    return (
        box(b"ftyp", b"mp42")
        + box(b"moov", box(b"mvhd", bytes(20)), box(b"trak", box(b"tkhd", b"1"), track), moov)
        + box(b"mdat", b"the picture")
    )


def test_place_owner_and_device_are_blanked_and_nothing_moves() -> None:
    place = box(b"udta", box(b"\xa9xyz", PLACE))
    told = a_film(moov=place + box(b"meta", b"Ibu Sari"), track=box(b"uuid", b"IMEI 35"))
    kept = blanked(told)

    assert PLACE in told
    for secret in (PLACE, b"Ibu Sari", b"IMEI 35"):
        assert secret not in kept
    assert len(kept) == len(told)
    assert kept.index(b"mdat") == told.index(b"mdat")
    assert kept.endswith(b"the picture")


def test_what_is_seen_and_heard_stays_as_it_was() -> None:
    assert blanked(a_film()) == a_film()
    assert blanked(b"OggS udta some words") == b"OggS udta some words"


def test_a_film_that_tells_by_its_end_or_in_a_large_box_is_read() -> None:
    last = struct.pack(">I4s", 0, b"udta") + PLACE
    large = struct.pack(">I4sQ", 1, b"moov", 16 + len(box(b"udta", PLACE))) + box(b"udta", PLACE)

    assert PLACE not in blanked(box(b"ftyp", b"isom") + last)
    assert PLACE not in blanked(box(b"ftyp", b"isom") + large)


@given(st.binary(max_size=60), st.integers(0, 120))
def test_no_film_however_broken_stops_the_reading(noise: bytes, at: int) -> None:
    whole = a_film(moov=box(b"udta", PLACE))
    broken = whole[:at] + noise + whole[at + len(noise) :]

    assert len(blanked(broken)) == len(broken)
