import re

import pytest

from aduan.agency_page import Upload, View, render, render_refusal
from aduan.change import Event
from aduan.service_request import ServiceRequest, Status
from tests.builders import KEDIRI, NOW, a_dispatched_request, a_solved_request

EVIL = "<script>alert('x')</script>\"'><img src=x onerror=y>"


def a_page(request: ServiceRequest, **parts: object) -> str:
    values: dict[str, object] = {
        "request": request,
        "agency": "Dishub",
        "events": [],
        "photo_links": [],
        "form_token": "token",
    }
    return render(View(**values | parts), KEDIRI)  # type: ignore[arg-type]


def test_an_officer_may_first_accept_refuse_or_reject() -> None:
    page = a_page(a_dispatched_request())

    assert "Terima laporan" in page
    assert "Bukan wewenang kami" in page
    assert "Unggah foto" not in page


def test_agencies_that_may_have_it_instead_are_offered_first() -> None:
    page = a_page(a_dispatched_request())

    offered = re.findall(r'<option value="(\w+)"', page)
    assert offered[:2] == ["dpkp", "pln"]
    assert {"dishub", *offered} == KEDIRI.agencies.keys()
    assert len(offered) == len(set(offered))


def test_an_accepted_report_is_solved_with_a_photo_first() -> None:
    upload = Upload(url="https://bucket.example", fields={"key": "incoming/1"})
    accepted = a_dispatched_request(status=Status.ACCEPTED)

    assert "Unggah foto" in a_page(accepted, upload=upload)
    assert ">Selesai<" not in a_page(accepted, upload=upload)
    ready = a_page(accepted, upload=upload, uploaded=("incoming/1", "https://bucket.example/1"))
    assert ">Selesai<" in ready


def test_a_solved_report_has_no_forms_left() -> None:
    assert "<form" not in a_page(a_solved_request())


def test_nothing_a_citizen_wrote_becomes_markup() -> None:
    evil = a_dispatched_request(description=EVIL, address=EVIL, reason=EVIL, reopened=1)
    page = a_page(evil, typed={"words": EVIL})

    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_what_was_typed_is_kept_when_a_form_is_refused() -> None:
    page = a_page(a_dispatched_request(), notice="stale", typed={"words": "kabel putus"})

    assert "Formulir sudah dipakai" in page
    assert "kabel putus" in page


def test_the_page_tells_the_way_of_the_report_in_words() -> None:
    events = [
        Event(what="received", who="citizen", at=NOW),
        Event(what="routed", who="system", at=NOW, notes="dishub"),
        Event(what="accepted", who="dishub", at=NOW),
    ]
    page = a_page(a_dispatched_request(), events=events)

    assert "Diteruskan ke Dishub" in page
    assert "24 November 2026 pukul 15.15 WIB" in page


@pytest.mark.parametrize("reason", ["expired", "forged", "reassigned"])
def test_a_refused_link_says_what_to_do(reason: str) -> None:
    assert "Mohon" in render_refusal(reason, KEDIRI) or "gunakan" in render_refusal(reason, KEDIRI)


def test_the_page_is_small() -> None:
    assert len(a_page(a_dispatched_request()).encode()) < 20_000
