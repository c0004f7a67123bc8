import pytest

from aduan.routing import Routing, route
from tests.builders import KEDIRI, a_service_request


@pytest.mark.parametrize(
    ("service_code", "agency"),
    [
        ("street_light", "dishub"),
        ("traffic_light", "dishub"),
        ("flood", "dpupr"),
        ("road_damage", "dpupr"),
        ("drainage", "dpupr"),
        ("fallen_tree", "bpbd"),
        ("tree_trimming", "dlhkp"),
        ("waste", "dlhkp"),
        ("fire", "damkar"),
        ("medical_emergency", "dinkes"),
        ("traffic_accident", "polres"),
        ("natural_disaster", "bpbd"),
        ("crime_in_progress", "polres"),
        ("person_in_danger", "damkar"),
        ("dangerous_animal", "damkar"),
        ("electrical_hazard", "pln"),
        ("road_sign", "dishub"),
        ("parking", "dishub"),
        ("public_order", "satpol_pp"),
        ("social_care", "dinsos"),
        ("clean_water", "tirta_dhaha"),
        ("power_outage", "pln"),
        ("pollution", "dlhkp"),
        ("public_facility", "dlhkp"),
        ("health_service", "dinkes"),
        ("education", "disdik"),
        ("civil_registration", "dispendukcapil"),
        ("livestock_and_strays", "dkpp"),
        ("other", "diskominfo"),
    ],
)
def test_each_kind_of_report_has_its_agency(service_code: str, agency: str) -> None:
    routing = route(a_service_request(service_code=service_code), KEDIRI)

    assert routing.agency_responsible == agency
    assert KEDIRI.services[service_code].service_name in routing.because


def test_the_agency_named_by_the_one_that_refused_is_next() -> None:
    request = a_service_request(refused_by=("dishub",), suggested_agency="dpkp")

    assert route(request, KEDIRI) == Routing(
        agency_responsible="dpkp", because="ditunjuk oleh Dishub"
    )


@pytest.mark.parametrize("suggested", [None, "dishub", "tidak-ada"])
def test_without_a_usable_suggestion_the_command_centre_decides(suggested: str | None) -> None:
    request = a_service_request(refused_by=("dishub",), suggested_agency=suggested)

    assert route(request, KEDIRI).agency_responsible == "diskominfo"


def test_after_three_refusals_the_command_centre_decides() -> None:
    request = a_service_request(refused_by=("dishub", "dpkp", "dlhkp"), suggested_agency="dpupr")

    assert route(request, KEDIRI) == Routing(
        agency_responsible="diskominfo", because="3 instansi menyatakan bukan wewenangnya"
    )


def test_when_two_agencies_name_each_other_the_command_centre_decides() -> None:
    request = a_service_request(
        service_code="road_damage", refused_by=("dishub", "pln"), suggested_agency="dishub"
    )

    assert route(request, KEDIRI) == Routing(
        agency_responsible="diskominfo", because="Dishub dan PLN saling menunjuk"
    )
