"""An officer's photo is compared with what was there before, with the time and with the place."""

from datetime import timedelta

import pytest

from aduan.errors import PhotoRefusedError
from aduan.exif import Taken
from aduan.look import Proof, are_alike, look_of
from aduan.pictures.decoding import tiny_grey
from aduan.proof import Doubt, doubts
from tests.builders import ALUN_ALUN, NOW, SURABAYA, a_dispatched_request
from tests.pictures import photo
from tests.stories.pictures import png

REQUEST = a_dispatched_request(lat=ALUN_ALUN.lat, long=ALUN_ALUN.long)


def a_proof(content: bytes, key: str = "proof/new.jpg") -> Proof:
    return Proof(key=key, look=look_of(tiny_grey(content)))


def found(proof: Proof, taken: Taken = Taken(), **others: list[object]) -> tuple[Doubt, ...]:  # noqa: B008
    known: dict[str, object] = {"earlier": [], "reporters": [], **others}
    return doubts(REQUEST, proof, taken, **known)  # type: ignore[arg-type]


def test_a_new_photo_from_the_place_leaves_no_doubt() -> None:
    here = Taken(at=NOW + timedelta(hours=1), lat=ALUN_ALUN.lat + 0.001, long=ALUN_ALUN.long)
    before = a_proof(photo(2), "proof/old.jpg")

    assert found(a_proof(photo(1)), here, earlier=[before], reporters=[before.look]) == ()


@pytest.mark.parametrize(
    "again",
    [
        photo(1, size=(640, 480)),
        photo(1, size=(200, 150), quality=40),
        photo(1, form="PNG"),
    ],
)
def test_a_proof_used_before_is_known_again_however_it_was_saved(again: bytes) -> None:
    before, now = a_proof(photo(1), "proof/old.jpg"), a_proof(again)

    assert found(now, earlier=[before]) == (Doubt.REUSED,)
    assert set(before.marks) & set(now.marks), "it is found by what they share"


def test_the_very_file_is_known_again_even_where_nothing_can_be_seen_on_it() -> None:
    dark = a_proof(png(), "proof/dark.png")

    assert dark.look is None
    assert found(dark, earlier=[Proof(key="proof/dark.png")]) == (Doubt.REUSED,)
    assert found(dark, earlier=[Proof(key="proof/other.png")]) == ()


def test_the_reporters_own_photo_proves_nothing() -> None:
    look = look_of(tiny_grey(photo(1)))
    assert look is not None

    assert found(a_proof(photo(1, quality=50)), reporters=[look]) == (Doubt.REPORTERS,)


def test_a_photo_from_before_the_report_is_old_but_a_clock_may_be_wrong() -> None:
    proof = a_proof(photo(1))

    assert found(proof, Taken(at=NOW - timedelta(days=1))) == (Doubt.OLD,)
    assert found(proof, Taken(at=NOW - timedelta(minutes=10))) == ()


def test_a_photo_from_elsewhere_is_doubtful_where_both_places_are_known() -> None:
    proof, there = a_proof(photo(1)), Taken(lat=SURABAYA.lat, long=SURABAYA.long)

    assert found(proof, there) == (Doubt.ELSEWHERE,)
    without_pin = a_dispatched_request()
    assert doubts(without_pin, proof, there, earlier=[], reporters=[]) == ()


def test_whatever_is_alike_has_a_mark_in_common() -> None:
    look = "0123456789abcdef"
    for flipped in (0, 0b101010101, 1 << 63 | 1 << 55 | 1 << 47 | 1 << 39 | 1 << 31 | 1 << 23):
        other = f"{int(look, 16) ^ flipped:016x}"
        assert are_alike(look, other)
        assert set(Proof(key="a", look=look).marks) & set(Proof(key="b", look=other).marks)


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 no photo", b"%PDF-1.7", b"", photo()[:900]])
def test_what_cannot_be_decoded_is_no_photo(content: bytes) -> None:
    with pytest.raises(PhotoRefusedError, match="wrong_type"):
        tiny_grey(content)


def test_a_photo_lying_on_its_side_looks_the_same_upright() -> None:
    import io

    from PIL import Image

    turned = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = Image.open(io.BytesIO(photo(1)))
    upright.transpose(Image.Transpose.ROTATE_90).save(turned, "JPEG", exif=exif)

    assert are_alike(look_of(tiny_grey(photo(1))), look_of(tiny_grey(turned.getvalue())))
