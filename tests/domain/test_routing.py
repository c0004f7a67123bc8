from dataclasses import replace

import pytest

from aduan.jurisdiction import Jurisdiction, Road, RoadStatus, Rule
from aduan.routing import Routing, Spot, choices, route
from tests.builders import KEDIRI, a_service_request

NEAR_SIMPANG_MRICAN = {"lat": -7.78070, "long": 112.00060}


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


@pytest.mark.parametrize("road", RoadStatus)
@pytest.mark.parametrize("service_code", KEDIRI.services)
def test_every_service_in_every_kelurahan_on_every_road_has_an_agency(
    service_code: str, road: RoadStatus
) -> None:
    assert len(KEDIRI.areas) == 46
    for area in KEDIRI.areas:
        spot = Spot(area=area.name, road=Road(name="Jl. X", status=road, places=()))
        found = list(choices(service_code, spot, KEDIRI))
        assert {choice.agency_responsible for choice in found} <= KEDIRI.agencies.keys()
        assert found[0].because


@pytest.mark.parametrize("service_code", ["road_damage", "street_light", "road_sign"])
@pytest.mark.parametrize(
    ("address", "agency", "because"),
    [
        ("Jembatan Semampir", "bbpjn", "di jalan nasional (Jembatan Semampir)"),
        ("di tengah kreteg semampir mas", "bbpjn", "di jalan nasional (Jembatan Semampir)"),
        ("jembatan semampirr", "bbpjn", "di jalan nasional (Jembatan Semampir)"),
        (
            "perempatan Mrican",
            "bina_marga_jatim",
            "di jalan provinsi (Simpang Mrican ke arah Grogol)",
        ),
    ],
)
def test_what_belongs_to_a_road_is_whose_the_road_is(
    service_code: str, address: str, agency: str, because: str
) -> None:
    routing = route(a_service_request(service_code=service_code, address=address), KEDIRI)

    name = KEDIRI.services[service_code].service_name
    assert routing == Routing(agency_responsible=agency, because=f"jenis laporan {name} {because}")


@pytest.mark.parametrize(
    "address",
    [
        "Jl. Veteran",
        "Jl. Veteran, dekat jembatan Semampir",  # on Jl. Veteran, however near the bridge is
        "Merican",  # the neighbourhood, not its crossroads
        "Kelurahan Semampir",
        "depan rumah saya",
        None,
    ],
)
def test_all_other_roads_are_the_citys(address: str | None) -> None:
    hole = a_service_request(service_code="road_damage", address=address)

    assert route(hole, KEDIRI).agency_responsible == "dpupr"


def test_without_a_street_in_the_words_the_pin_says_which_road_it_is() -> None:
    hole = a_service_request(service_code="road_damage", address=None, **NEAR_SIMPANG_MRICAN)
    beside = replace(hole, lat=-7.7815)  # a hundred metres further

    assert route(hole, KEDIRI).agency_responsible == "bina_marga_jatim"
    assert route(beside, KEDIRI).agency_responsible == "dpupr"
    assert route(replace(hole, address="Jl. Merbabu"), KEDIRI).agency_responsible == "dpupr"


def test_a_pin_beside_the_line_of_a_road_is_on_it() -> None:
    ring = Road(
        name="Jalan Lingkar",
        status=RoadStatus.NATIONAL,
        places=("Jalan Lingkar",),
        line=((-7.8200, 112.0000), (-7.8200, 112.0100), (-7.8300, 112.0100)),
        source="https://example.org/",
    )
    city = with_roads(ring)
    hole = a_service_request(service_code="road_damage", address=None, lat=-7.82025, long=112.005)

    assert route(hole, city).agency_responsible == "bbpjn"  # 28 m from its middle
    assert route(replace(hole, lat=-7.8206), city).agency_responsible == "dpupr"


def test_a_road_that_nobody_has_confirmed_is_the_citys_and_the_officer_is_told_the_doubt() -> None:
    hole = a_service_request(service_code="road_damage", address="Jalan Mayor Bismo no. 5")

    assert route(hole, KEDIRI) == Routing(
        agency_responsible="dpupr",
        because="jenis laporan Jalan rusak; Jl. Mayor Bismo mungkin jalan nasional, belum dipastikan kota",
    )


def test_when_the_owner_of_the_road_refuses_the_next_rule_holds() -> None:
    hole = a_service_request(
        service_code="road_damage", address="Jembatan Semampir", refused_by=("bbpjn",)
    )

    assert route(hole, KEDIRI).agency_responsible == "dpupr"
    assert route(replace(hole, refused_by=("bbpjn", "dpupr")), KEDIRI) == Routing(
        agency_responsible="diskominfo", because="dikembalikan DPUPR"
    )


def test_the_more_a_rule_asks_for_the_more_it_weighs() -> None:
    lamps = ("street_light",)
    city = replace(
        KEDIRI,
        rules=(
            Rule(service_codes=lamps, agency="dpkp", areas=("Pojok",)),
            Rule(service_codes=lamps, agency="bbpjn", road=RoadStatus.NATIONAL),
            Rule(service_codes=lamps, agency="dpupr", areas=("Pojok",), road=RoadStatus.NATIONAL),
        ),
    )
    national = Road(name="Jl. X", status=RoadStatus.NATIONAL, places=())

    def first(area: str, road: Road | None = None) -> Routing:
        return next(choices("street_light", Spot(area=area, road=road), city))

    assert first("Pojok", national).agency_responsible == "dpupr"
    assert first("Gayam", national).agency_responsible == "bbpjn"
    assert first("Pojok") == Routing(
        agency_responsible="dpkp",
        because="jenis laporan Lampu jalan (PJU) di Kelurahan Pojok",
    )
    assert first("Gayam").agency_responsible == "dishub"


def test_a_rule_for_a_kelurahan_needs_no_pin_where_the_words_name_it() -> None:
    rule = Rule(service_codes=("street_light",), agency="dpkp", areas=("Pojok",))
    city = replace(KEDIRI, rules=(rule,))

    assert (
        route(a_service_request(address="Kelurahan Pojok RT 3"), city).agency_responsible == "dpkp"
    )
    assert (
        route(a_service_request(address="Gg. 3", area="Pojok"), city).agency_responsible == "dpkp"
    )
    assert route(a_service_request(address="Jl. Dhoho"), city).agency_responsible == "dishub"


def test_before_it_is_routed_nobody_is_promised_what_the_city_promises_for_itself() -> None:
    hole = a_service_request(service_code="road_damage", address="Jembatan Semampir")

    assert not KEDIRI.agency_of(hole).is_of_the_city
    assert KEDIRI.agency_of(replace(hole, address="Jl. Dhoho")).is_of_the_city


def with_roads(*roads: Road) -> Jurisdiction:
    city = replace(KEDIRI)
    city.__dict__["roads"] = roads
    return city
