"""Where something is: from the words, from a pin, from a map link, and whether they agree."""

import pytest

from aduan.understanding import Where, understand
from aduan.understanding.links import link_in
from aduan.understanding.pin import pin_at
from tests.builders import ALUN_ALUN, KEDIRI, SURABAYA

NAMES = {area.code: area.name for area in KEDIRI.areas}


def where(text: str) -> Where:
    found = understand(text, KEDIRI).where
    assert found is not None, text
    return found


def kelurahan(text: str) -> set[str]:
    return {NAMES[code] for code in where(text).areas}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("pju mati di Jl. Veteran no 5", "Jl. Veteran no 5"),
        ("banjir, depan stasiun kediri, tolong", "depan stasiun kediri"),
        ("got mampet rt 3 rw 2 tosaren", "rt 3 rw 2 tosaren"),
        ("dalan bolong ngarep balai kelurahan blabak", "ngarep balai kelurahan blabak"),
        ("sampah numpuk", None),
        ("lampune mati ngarep omahku", "ngarep omahku"),
    ],
)
def test_the_place_is_taken_as_it_was_written(text: str, place: str | None) -> None:
    assert understand(text, KEDIRI).place == place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lampu mati di kelurahan tosaren", {"Tosaren"}),
        ("lampu mati di kel. balowrti gang 2", {"Balowerti"}),  # a vowel lost
        ("sampah numpuk di ngadi rejo rt 2", {"Ngadirejo"}),
        ("got mampet di jl. raya bawang", {"Bawang"}),
        ("banjir di pasar pahing", {"Singonegaran"}),
        ("lampu mati jl veteran mojoroto", {"Mojoroto"}),  # the street runs through two
        ("lampu mati di jl veteran", {"Bandar Lor", "Mojoroto"}),
        ("jalan rusak di jl hayam wuruk", set()),  # nobody told us where it lies
    ],
)
def test_names_tell_the_kelurahan(text: str, expected: set[str]) -> None:
    assert kelurahan(text) == expected


def test_a_place_keeps_its_span_and_its_reason() -> None:
    text = "tolong, got mampet di kelurahan tosaren pak"
    found = where(text)

    assert text[found.start : found.end] == found.text == "kelurahan tosaren"
    assert found.because == "Tosaren"
    assert found.confidence > 0.9


def test_a_place_of_the_regency_is_noticed() -> None:
    assert where("lampu mati di simpang lima gumul").is_outside
    assert not where("lampu mati di jl veteran").is_outside


# Pins


def test_a_pin_lies_in_its_kelurahan() -> None:
    pin = pin_at(ALUN_ALUN.lat, ALUN_ALUN.long, KEDIRI)

    assert [area.name for area in pin.areas] == ["Kampung Dalem"]
    assert pin.because == "di Kampung Dalem"
    assert pin.outside_m == 0


def test_a_pin_on_a_border_belongs_to_either_side() -> None:
    crossing = pin_at(-7.830684, 112.03108, KEDIRI)

    assert {area.name for area in crossing.areas} == {"Tinalan", "Banaran", "Tosaren"}


def test_a_pin_in_the_regency_is_said_to_be_there() -> None:
    gumul = pin_at(-7.8158, 112.0622, KEDIRI)

    assert gumul.areas == ()
    assert gumul.outside_m == pytest.approx(1782, abs=5)
    assert "Kabupaten Kediri" in gumul.because


def test_a_pin_far_away_is_only_outside() -> None:
    surabaya = pin_at(SURABAYA.lat, SURABAYA.long, KEDIRI)

    assert surabaya.areas == ()
    assert "Kabupaten" not in surabaya.because


@pytest.mark.parametrize(
    ("text", "disagrees"),
    [
        ("lampu mati di kelurahan kampung dalem", False),
        ("lampu mati di kelurahan ringinanom", True),  # 500 m to the north
        ("lampu mati di kelurahan tempurejo", True),
        ("lampu mati di depan rumah", False),
        ("lampu mati", False),
    ],
)
def test_words_and_pin_that_disagree_are_noticed(text: str, disagrees: bool) -> None:
    pin = pin_at(ALUN_ALUN.lat, ALUN_ALUN.long, KEDIRI)
    said = understand(text, KEDIRI).where
    areas = said.areas if said else ()

    assert pin.disagrees_with(areas, KEDIRI) is disagrees


# Links


@pytest.mark.parametrize(
    "text",
    [
        "banjir https://www.google.com/maps?q=-7.8166,112.0115",
        "https://maps.google.com/?q=-7.8166%2C112.0115 lampu mati",
        "https://www.google.com/maps/place/x/@-7.9,112.9,17z/data=!3m1!4b1!3d-7.8166!4d112.0115",
        "https://www.google.com/maps/@-7.8166,112.0115,17z",
        "geo:-7.8166,112.0115",
        "-7.8166, 112.0115 di sini",
    ],
)
def test_coordinates_are_read(text: str) -> None:
    link = link_in(text)

    assert link is not None
    assert (link.lat, link.long) == (-7.8166, 112.0115)


@pytest.mark.parametrize(
    "text", ["banjir di https://maps.app.goo.gl/Abc123xyz", "https://goo.gl/maps/Abc123"]
)
def test_a_short_link_is_a_place_that_must_be_asked_for(text: str) -> None:
    link = link_in(text)

    assert link is not None
    assert link.lat is None


@pytest.mark.parametrize("text", ["lampu mati", "https://youtu.be/abc", "rp 7.500,112 ribu", ""])
def test_other_texts_hold_no_link(text: str) -> None:
    assert link_in(text) is None
