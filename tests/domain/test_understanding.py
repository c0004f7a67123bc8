import pytest

from aduan.understanding import understand
from tests.builders import KEDIRI

SERVICES = tuple(KEDIRI.services.values())


@pytest.mark.parametrize(
    ("text", "service_code"),
    [
        ("pju mati", "street_light"),
        ("LAMPU JALAN MATI SUDAH 3 HARI!!", "street_light"),
        ("lampune mati peteng ndhedhet ngarep SDN Balowerti", "street_light"),
        ("banjir di depan stasiun, air selutut", "flood"),
        ("ada pohon tumbang nutup jalan", "fallen_tree"),
        ("mohon pohonnya dipangkas, rantingnya kena kabel", "tree_trimming"),
        ("dalan bolong ngarep pasar", "road_damage"),
        ("sampah numpuk bau banget", "waste"),
        ("got mampet", "drainage"),
        ("bangjo bandar ngalim mati", "traffic_light"),
        ("ada kebakaran di belakang pasar pahing", "fire"),
    ],
)
def test_plain_words_say_what_it_is(text: str, service_code: str) -> None:
    assert understand(text, SERVICES).service_code == service_code


def test_words_that_fit_two_kinds_are_not_decided() -> None:
    understood = understand("lampunya mati", SERVICES)
    both = understand("lampu di perempatan", SERVICES)

    assert understood.service_code is None
    assert both.service_code is None
    assert {c.service_code for c in both.candidates} >= {"street_light", "traffic_light"}


@pytest.mark.parametrize("text", ["halo min", "xyz", "", "🙏🙏", "bagaimana kabar kota kita"])
def test_words_that_say_nothing_give_no_kind(text: str) -> None:
    assert understand(text, SERVICES).candidates == ()


def test_a_fire_is_an_emergency() -> None:
    assert understand("tolong ada kebakaran", SERVICES).emergency


@pytest.mark.parametrize("text", ["bukan kebakaran, cuma bakar sampah", "dudu kobongan", "ada api"])
def test_a_fire_denied_or_unsure_is_not(text: str) -> None:
    assert not understand(text, SERVICES).emergency


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("pju mati di Jl. Veteran no 5", "Jl. Veteran no 5"),
        ("banjir, depan stasiun kdr, tolong", "depan stasiun kdr"),
        ("got mampet rt 3 rw 2 tosaren", "rt 3 rw 2 tosaren"),
        ("dalan bolong ngarep balai kelurahan blabak", "ngarep balai kelurahan blabak"),
        ("sampah numpuk", None),
    ],
)
def test_the_place_is_taken_as_it_was_written(text: str, place: str | None) -> None:
    assert understand(text, SERVICES).place == place
