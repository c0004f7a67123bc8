"""What a citizen and an agency are told to expect: nothing that nobody has promised."""

from dataclasses import replace

import pytest

from aduan.agency_page import View, render
from aduan.jurisdiction import Jurisdiction, Term
from aduan.service_request import ServiceRequest
from aduan.wording import limits, promise, what_to_expect
from aduan.working_time import Span
from tests.builders import (
    KEDIRI,
    NOW,
    a_dispatched_request,
    a_promised_request,
    a_service_request,
)
from tests.domain.test_agency_notice import notice_of

LAW = "14 hari kerja menurut standar pengaduan pelayanan publik (SP4N-LAPOR!)"


def a_city_that_promises(span: Span, *, source: str | None = "https://example.org") -> Jurisdiction:
    term = Term(what="solve", span=span, service_codes=("street_light",), source=source)
    return replace(KEDIRI, terms=(*KEDIRI.terms, term))


def test_where_an_agency_has_promised_nothing_the_limit_of_the_law_is_told_as_such() -> None:
    assert promise(a_service_request(), KEDIRI) == LAW
    assert what_to_expect(a_service_request(), KEDIRI) == f"Batas waktunya {LAW}."


@pytest.mark.parametrize(("hours", "told"), [(3, "3 jam"), (48, "48 jam"), (72, "3 hari")])
def test_an_agencys_own_promise_comes_first(hours: int, told: str) -> None:
    assert promise(a_service_request(), a_city_that_promises(Span(hours=hours))) == told


@pytest.mark.parametrize(
    ("span", "told"), [(Span(minutes=45), "45 menit"), (Span(working_hours=8), "8 jam kerja")]
)
def test_a_promise_may_be_shorter_or_in_hours_of_work(span: Span, told: str) -> None:
    assert promise(a_service_request(), a_city_that_promises(span)) == told


def test_what_nobody_has_published_is_told_to_no_citizen() -> None:
    city = a_city_that_promises(Span(hours=3), source=None)

    assert promise(a_service_request(), city) is None
    assert what_to_expect(a_service_request(), city) == ""


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


ACCEPT = "diterima paling lambat 27 November 2026 pukul 16.30 WIB (3 hari kerja menurut LAPOR!"
SOLVE = f"selesai paling lambat 14 Desember 2026 pukul 16.00 WIB ({LAW})"


def page_of(request: ServiceRequest) -> str:
    view = View(request=request, agency="x", events=[], photo_links=[], form_token="t")
    return render(view, KEDIRI)


def test_mail_and_page_say_the_day_and_the_hour_and_whose_limit_it_is() -> None:
    request = a_promised_request()

    for text in (notice_of(request).text, page_of(request)):
        assert ACCEPT in text
        assert SOLVE in text


def test_once_accepted_there_is_one_limit_left() -> None:
    assert ACCEPT not in page_of(a_promised_request().accept(NOW))
    assert SOLVE in page_of(a_promised_request().accept(NOW))


def test_a_guess_of_ours_is_shown_to_officers_as_such() -> None:
    request = a_promised_request(service_code="person_in_danger", urgent=True)

    for limit in limits(replace(request, agency_responsible="bpbd"), KEDIRI):
        assert "target sementara, belum ditetapkan kota" in limit


def test_who_is_outside_the_citys_government_is_told_no_limit() -> None:
    assert limits(a_promised_request(agency_responsible="pln"), KEDIRI) == []


def test_a_broken_promise_is_shown_as_such() -> None:
    request = a_promised_request()
    (accept, _) = request.promises
    late = request.with_promise(replace(accept, level=1))

    assert "batas ini sudah lewat" in page_of(late)
    assert "batas ini" not in page_of(request)


def test_where_nothing_was_promised_no_limit_is_shown() -> None:
    request = a_dispatched_request()

    assert "Batas waktu" not in page_of(request)
    assert "Batas" not in notice_of(request).text
    assert "\n\nAlasan" not in notice_of(request).text
