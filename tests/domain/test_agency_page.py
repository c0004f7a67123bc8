import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from aduan.agency_page import Upload, View, render
from aduan.agency_view import render_refusal
from aduan.change import Event
from aduan.service_request import Question, Said, ServiceRequest, Status
from tests.builders import ALUN_ALUN, KEDIRI, NOW, a_dispatched_request, a_solved_request

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
    page = a_page(evil.ask(EVIL, NOW), notice="stale", typed={"words": EVIL, "act": "ask"})

    assert "<script>alert" not in page
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


def a_full_page() -> str:
    """With all that a page can have at once, and words as long as they can be."""
    fields = dict.fromkeys(("key", "policy", "x-amz-signature", "x-amz-credential"), "x" * 400)
    upload = Upload(url="https://bucket.example", fields=fields, then="https://desk.example/1")
    request = replace(
        a_dispatched_request(description="uraian " * 570, address="Jl. Dhoho " * 20),
        status=Status.IN_PROGRESS,
        lat=ALUN_ALUN.lat,
        long=ALUN_ALUN.long,
        area="Kampung Dalem",
        questions=tuple(Question(text="tanya " * 80, at=NOW, answered_at=NOW) for _ in range(10)),
        delayed_until=NOW,
        before_key="proof/b.jpg",
        reopened=1,
        reason="belum " * 80,
    )
    whats = KEDIRI.agency_texts["events"]
    events = [Event(what=what, who="pln", at=NOW) for what in whats for _ in range(3)]
    link = "https://bucket.example/" + "x" * 900
    return a_page(
        request,
        events=events,
        photo_links=[link] * 10,
        recording_links=[link] * 4,
        upload=upload,
        upload_before=upload,
        uploaded=("incoming/1", link),
        before_link=link,
        notice="stale",
        typed={"act": "partly", "words": "belum selesai " * 35},
    )


def test_the_page_is_small_and_one_answer_holds_it_all() -> None:
    """Less than 60 kB without the photos, and nothing to be fetched but these."""
    page = a_full_page()

    assert len(page.encode()) < 60_000
    assert len(a_page(a_dispatched_request()).encode()) < 20_000
    fetched = re.findall(
        r"<(?:script|link|iframe|img|video|image|use)[^>]* (?:src|href)=\"(\S+)\"", page
    )
    assert {url.split("/")[2] for url in fetched} == {"bucket.example"}
    assert "@import" not in page
    assert "url(" not in page


class Outline(HTMLParser):
    """Headings, landmarks, and what has no name of its own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.landmarks: list[str] = []
        self.nameless: list[str] = []
        self._labels = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._labels += tag == "label"
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("header", "main"):
            self.landmarks.append(tag)
        is_field = tag in ("textarea", "select") or (
            tag == "input" and given.get("type") != "hidden"
        )
        named = given.get("alt") or given.get("aria-label")
        if (is_field and not self._labels) or (tag in ("img", "svg", "video") and not named):
            self.nameless.append(f"{tag} {given}")

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"


def test_everything_on_the_page_has_a_name_and_its_place_in_the_outline() -> None:
    outline = Outline(a_full_page())

    assert outline.landmarks == ["header", "main"]
    assert outline.nameless == []
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(outline.headings))


def test_a_pin_is_drawn_among_its_kelurahan_and_told_in_words() -> None:
    request = a_dispatched_request(lat=ALUN_ALUN.lat, long=ALUN_ALUN.long, area="Kampung Dalem")
    page = a_page(request)

    assert 'class="pin"' in page
    assert ">Kampung Dalem</text>" in page
    assert "-7.82800, 112.01000" in page
    assert re.search(r"Sekitar \d+ m di sebelah [a-z ]+ dari tengah Kelurahan Kampung Dalem", page)
    assert "https://www.google.com/maps/search/" in page


def test_without_a_place_there_is_no_map() -> None:
    assert "<svg" not in a_page(a_dispatched_request())


def test_what_was_asked_stands_with_its_answer() -> None:
    said = (Said(by="m7", at=NOW, text="sisi timur"),)
    asked = a_dispatched_request().ask("Sisi mana?", NOW)
    answered = replace(asked.with_answer("m7", NOW), said=said).ask("Nomor tiang?", NOW)

    page = a_page(answered)
    assert "<dt>Sisi mana?</dt><dd class=quote>sisi timur</dd>" in page
    assert "<dt>Nomor tiang?</dt><dd class=quote>Belum dijawab.</dd>" in page


def test_an_answer_that_was_taken_back_is_gone_from_the_page() -> None:
    answered = a_dispatched_request().ask("Sisi mana?", NOW).with_answer("m7", NOW)

    assert "Dijawab dengan foto atau lokasi" in a_page(answered)


def test_what_other_agencies_did_last_is_shown() -> None:
    events = [
        Event(what="accepted", who="pln", at=NOW),
        Event(what="in_progress", who="pln", at=NOW),
        Event(what="accepted", who="dishub", at=NOW),
    ]
    page = a_page(a_dispatched_request(), events=events)

    assert "<li>PLN menuju lokasi" in page.partition("<details><summary>Perjalanan")[0]
    assert "<li>Diterima Dishub" not in page.partition("<details><summary>Perjalanan")[0]


def test_how_it_was_and_is_stand_side_by_side_the_reporters_own_photo_too() -> None:
    links = [f"https://bucket.example/{each}" for each in ("before", "after", "now")]
    page = a_page(
        a_dispatched_request(status=Status.SOLVED),
        before_link=links[0],
        proof_link=links[1],
        now_links=links[2:],
    )

    (pair,) = re.findall(r'<div class="pair">(.*?)</div>', page)
    assert re.findall(r'src="([^"]*)"', pair) == links
    assert "Sekarang, foto dari warga" in pair
