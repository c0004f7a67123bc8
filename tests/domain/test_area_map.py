"""Where a report is, drawn and told without a map service."""

import re

import pytest

from aduan import area_map
from aduan.geo import distance_m
from tests.builders import ALUN_ALUN, KEDIRI, a_dispatched_request


@pytest.mark.parametrize("area", KEDIRI.areas, ids=lambda area: area.name)
def test_every_kelurahan_can_be_drawn_and_walked_in(area: object) -> None:
    name = area.name  # type: ignore[attr-defined]
    drawn = area_map.draw(a_dispatched_request(area=name), KEDIRI)

    assert f">{name}</text>" in drawn
    assert len(drawn) < 8_000
    long, lat = area_map._centre(area)  # type: ignore[arg-type]
    inside = a_dispatched_request(area=name, lat=lat, long=long)
    assert area_map.walking_words(inside, KEDIRI).startswith(f"Di tengah Kelurahan {name}")


@pytest.mark.parametrize(
    ("north", "east", "direction"),
    [
        (0.003, 0, "utara"),
        (0.003, 0.003, "timur laut"),
        (0, 0.003, "timur"),
        (-0.003, 0.003, "tenggara"),
        (-0.003, 0, "selatan"),
        (-0.003, -0.003, "barat daya"),
        (0, -0.003, "barat"),
        (0.003, -0.003, "barat laut"),
    ],
)
def test_the_way_is_told_by_the_compass(north: float, east: float, direction: str) -> None:
    pojok = next(area for area in KEDIRI.areas if area.name == "Pojok")
    long, lat = area_map._centre(pojok)
    words = area_map.walking_words(
        a_dispatched_request(area="Pojok", lat=lat + north, long=long + east), KEDIRI
    )

    assert re.match(rf"Sekitar \d+ m di sebelah {direction} dari tengah Kelurahan Pojok", words)


def test_north_is_up_and_the_pin_is_in_the_middle() -> None:
    frame = area_map._frame(a_dispatched_request(lat=ALUN_ALUN.lat, long=ALUN_ALUN.long), KEDIRI)
    assert frame is not None

    assert frame.dot(ALUN_ALUN.long, ALUN_ALUN.lat) == (160, 100)
    assert frame.dot(ALUN_ALUN.long, ALUN_ALUN.lat + 0.001)[1] < 100
    assert frame.dot(ALUN_ALUN.long + 0.001, ALUN_ALUN.lat)[0] > 160


def test_metres_on_the_map_are_metres() -> None:
    frame = area_map._frame(a_dispatched_request(lat=ALUN_ALUN.lat, long=ALUN_ALUN.long), KEDIRI)
    assert frame is not None
    east, south = frame.metres(ALUN_ALUN.long + 0.003, ALUN_ALUN.lat - 0.004)

    true = distance_m(ALUN_ALUN.lat, ALUN_ALUN.long, ALUN_ALUN.lat - 0.004, ALUN_ALUN.long + 0.003)
    assert (east**2 + south**2) ** 0.5 == pytest.approx(true, rel=0.001)
