import pytest

from aduan.geo import border_distance_m, inside
from tests.builders import ALUN_ALUN, KEDIRI, SURABAYA

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("lat", "long", "expected"),
    [(3.0, 3.0, True), (1.5, 1.5, False), (5.0, 1.0, False), (1.0, -1.0, False)],
)
def test_inside_means_in_the_ring_and_in_no_hole(lat: float, long: float, expected: bool) -> None:
    assert inside(lat, long, [SQUARE, HOLE]) is expected


def test_the_square_lies_in_kampung_dalem() -> None:
    area = KEDIRI.area_at(ALUN_ALUN.lat, ALUN_ALUN.long)

    assert area is not None
    assert area.name == "Kampung Dalem"


def test_surabaya_and_the_null_island_are_not_in_the_city() -> None:
    assert KEDIRI.area_at(SURABAYA.lat, SURABAYA.long) is None
    assert KEDIRI.area_at(0.0, 0.0) is None


def test_the_city_has_46_kelurahan() -> None:
    assert len({area.name for area in KEDIRI.areas}) == 46


@pytest.mark.parametrize(
    ("lat", "long", "metres"),
    [(-1.0, 2.0, 111_195), (2.0, 3.5, 55_564), (2.1, 1.5, 11_119), (0.0, 0.0, 0)],
)
def test_the_nearest_border_may_be_that_of_a_hole(lat: float, long: float, metres: float) -> None:
    assert border_distance_m(lat, long, [SQUARE, HOLE]) == pytest.approx(metres, rel=1e-3)


def test_a_point_in_an_area_is_no_distance_from_it() -> None:
    square = next(area for area in KEDIRI.areas if area.name == "Kampung Dalem")

    assert square.distance_m(ALUN_ALUN.lat, ALUN_ALUN.long) == 0
    assert square.distance_m(SURABAYA.lat, SURABAYA.long) > 90_000
