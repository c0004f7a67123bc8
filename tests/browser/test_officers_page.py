"""The officers' page in a real browser: on a small phone, at night, with large type, and its one script."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from aduan import agency_overview
from aduan.agency_overview import Entry
from aduan.agency_view import Upload
from aduan.exif import taken
from aduan.service_request import Status
from aduan.shrinking import POLICY
from tests.browser.player import a_browser, violations
from tests.builders import KEDIRI, NOW, a_dispatched_request
from tests.domain.test_agency_page import a_full_page, a_page
from tests.pictures import photo

DESK, BUCKET = "https://desk.example/desk/1", "https://bucket.example/"
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {POLICY} 'unsafe-eval'; "
        f"img-src {BUCKET}; media-src {BUCKET}; connect-src {BUCKET}; form-action 'self' {BUCKET}"
    ),
}


def at_work() -> str:
    fields = {"key": "incoming/1"}
    upload = Upload(url=BUCKET, fields=fields, then=DESK)
    return a_page(a_dispatched_request(status=Status.ACCEPTED), upload=upload)


PAGES: dict[str, Callable[[], str]] = {
    "full": a_full_page,
    "at work": at_work,
    "new": lambda: a_page(a_dispatched_request()),
    "overview": lambda: agency_overview.render(
        "dishub",
        [Entry(request=a_dispatched_request(urgent=True), link=DESK)],
        KEDIRI,
        NOW,
        count=1,
    ),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 640}, bypass_csp=False)
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.route(f"{BUCKET}**", lambda route: route.fulfill(status=404, body=""))
    yield page
    context.close()


def shows(phone: Page, html: str) -> None:
    phone.route(f"{DESK}**", lambda route: route.fulfill(headers=HEADERS, body=html))
    phone.goto(DESK)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_it_fits_on_a_small_phone_and_axe_finds_nothing(
    phone: Page, name: str, scheme: Any
) -> None:
    phone.emulate_media(color_scheme=scheme)
    shows(phone, PAGES[name]())
    phone.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

    assert violations(phone) == []
    for size in ("100%", "200%"):
        phone.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, f"{name}, {size}"


def sends(phone: Page, name: str, content: bytes) -> None:
    form = phone.locator("form[data-then]").first
    form.locator("[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    form.locator("button").click()


def test_a_photo_is_sent_small_with_what_the_camera_wrote_and_upright(phone: Page) -> None:
    sent: list[bytes] = []

    def takes(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data_buffer or b"")
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(status=201, headers=headers, body="")

    shows(phone, at_work())
    phone.route(f"{BUCKET}**", takes)
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    large = photo(3, size=(4000, 3000), quality=98, side_up=6, taken_at=at, place=(-7.8, 112.0))
    assert len(large) > 500_000
    sends(phone, "IMG_1.jpg", large)
    phone.wait_for_url(re.compile(r"\?key="))

    (body,) = sent
    small = body[body.index(b"\xff\xd8\xff") :]
    assert len(small) < 400_000
    seen = taken(small)
    assert seen.at == at
    assert seen.lat == pytest.approx(-7.8)
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x01" in small or (
        b"\x12\x01\x03\x00\x01\x00\x00\x00\x01\x00" in small
    ), "the picture was turned, so nobody may turn it again"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 scan.jpg", b"\x00\x00\x00\x18ftypheic" + bytes(900)]
)
def test_what_is_no_photo_is_told_at_once_and_not_sent(phone: Page, content: bytes) -> None:
    shows(phone, at_work())
    sends(phone, "foto.jpg", content)

    phone.locator("output", has_text="tidak bisa dibuka sebagai foto").wait_for()
    assert phone.url == DESK


def test_when_the_signal_is_lost_it_is_tried_again(phone: Page) -> None:
    tries: list[str] = []

    def loses_the_first(route: Route) -> None:
        tries.append(route.request.method)
        if len(tries) == 1:
            route.abort("internetdisconnected")
        else:
            headers = {"access-control-allow-origin": "*"}
            route.fulfill(status=201, headers=headers, body="")

    shows(phone, at_work())
    phone.route(f"{BUCKET}**", loses_the_first)
    sends(phone, "foto.jpg", photo(3))
    phone.wait_for_url(re.compile(r"\?key="))

    assert tries == ["POST", "POST"]
