"""What a citizen and an agency are told to expect: nothing that nobody has promised."""

from dataclasses import replace

import pytest

from aduan.agency_page import View, render
from aduan.jurisdiction import Jurisdiction
from aduan.wording import promise, what_to_expect
from tests.builders import KEDIRI, a_dispatched_request, a_service_request
from tests.domain.test_agency_notice import notice_of

LAW = "14 hari kerja menurut standar pengaduan pelayanan publik (SP4N-LAPOR!)"


def a_city_that_promises(hours: int) -> Jurisdiction:
    service = replace(KEDIRI.services["street_light"], hours_to_solve=hours)
    return replace(KEDIRI, services={**KEDIRI.services, "street_light": service})


def test_where_an_agency_has_promised_nothing_the_limit_of_the_law_is_told_as_such() -> None:
    assert promise(a_service_request(), KEDIRI) == LAW
    assert what_to_expect(a_service_request(), KEDIRI) == f"Batas waktunya {LAW}."


@pytest.mark.parametrize(("hours", "told"), [(3, "3 jam"), (48, "48 jam"), (72, "3 hari")])
def test_an_agencys_own_promise_comes_first(hours: int, told: str) -> None:
    assert promise(a_service_request(), a_city_that_promises(hours)) == told


def test_two_weeks_are_no_measure_for_an_emergency() -> None:
    urgent = a_dispatched_request(urgent=True)

    assert promise(urgent, KEDIRI) is None
    assert what_to_expect(urgent, KEDIRI) == ""
    assert "Batas" not in notice_of(urgent).text


def test_for_police_and_power_company_the_city_promises_nothing_and_says_whose_it_is() -> None:
    outside = a_dispatched_request(agency_responsible="pln")

    assert promise(outside, KEDIRI) is None
    assert what_to_expect(outside, KEDIRI) == (
        "Hal ini wewenang PLN, bukan pemerintah kota, jadi lamanya tidak bisa kami janjikan. "
        "PLN juga bisa dihubungi langsung: 123 atau aplikasi PLN Mobile."
    )


@pytest.mark.parametrize(("agency", "shown"), [("dishub", True), ("pln", False)])
def test_an_officer_sees_a_limit_only_where_there_is_one(agency: str, shown: bool) -> None:
    request = a_dispatched_request(agency_responsible=agency)
    view = View(request=request, agency="x", events=[], photo_links=[], form_token="t")

    assert ("Batas waktu" in render(view, KEDIRI)) is shown
    assert ("Batas" in notice_of(request).text) is shown
    assert "\n\nAlasan" not in notice_of(request).text
