"""A report goes all the way, on each channel, through the real stack."""

from collections.abc import Callable

import pytest

from tests.stories.city import City
from tests.stories.plain import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_report_goes_all_the_way(city: City, story: Callable[[City], str]) -> None:
    story(city)


PLAIN = {
    "lampune dalan mati kabeh ning gang 3 Jl. Dhoho, peteng ndedet": "street_light",
    "got buntu banyune mbludak nang ngarep pasar setono betek": "drainage",
    "aspal amblas sak ban motor di Jl. Veteran depan SMAN 2": "road_damage",
    "sampah seminggu gak diangkut di TPS Jl. Hasanudin": "waste",
    "traffic light perempatan alun-alun mati total": "traffic_light",
    "air pdam keruh bau di kelurahan Tempurejo udah 2 hari": "clean_water",
}


def test_plain_words_are_understood_without_a_list(city: City) -> None:
    """Six citizens in their own words, each with kind and place: a number for an answer, no question."""
    citizens = {text: city.citizen("whatsapp") for text in PLAIN}
    for text, citizen in citizens.items():
        citizen.sends(text)
    for text, citizen in citizens.items():
        citizen.hears("Laporan sudah kami terima")
        number = citizen.hears_number()
        assert city.request(number)["service_code"] == PLAIN[text]
        assert len(citizen.sent()) == 1
