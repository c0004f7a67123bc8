"""Callers of 112: on the console's screen from the first word to dispatch, called back, and found."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.console import Console
from tests.browser.player import PATIENCE_MS, a_browser, violations
from tests.stories import web
from tests.stories.city import City, until
from tests.stories.operator import Operator
from tests.stories.test_secrecy import _logs

pytestmark = pytest.mark.thorough

DESK, DECIDE = "Terima-telepon-112", "Perlu-diputus"
STATION = {"latitude": -7.8166, "longitude": 112.0113}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def caller(city: City) -> str:
    """A phone that has never written to us, as it shows on the operator's telephone."""
    return f"0{str(city.citizen('whatsapp').person['phone'])[2:]}"


def wrong_of_ours(console: Console) -> list[str]:
    """What hinders people, but for the orange of CloudWatch's own buttons."""
    found = violations(console.page)
    return [each for each in found if "(moderate)" not in each and "btn-primary" not in each]


def number_said(console: Console) -> str:
    found = re.search(r"\d{4}-\d{4}-\d{4}", console.says())
    assert found, console.widget.inner_text()
    return found.group()


def texts_to(city: City, caller: str) -> list[str]:
    """Every SMS that a phone has got."""
    asked = f"{city.stack['aws_endpoint_url']}/_ministack/sns/sms-messages"
    answer = web.ask(f"{asked}?region={city.stack['region']}")
    sent = answer["sms_messages"].get(f"+62{caller[1:]}", [])
    return [each["Message"] for each in sent]


def hears(city: City, caller: str, words: str) -> str:
    return until(
        f"an SMS with {words!r}",
        lambda: next((text for text in texts_to(city, caller) if words in text), None),
    )


def tells_where(browser: Browser, link: str, place: Any) -> str:
    """The caller taps the link and the button, and lets the browser read where it is."""
    context = browser.new_context(locale="id-ID", geolocation=place, permissions=["geolocation"])
    context.set_default_timeout(PATIENCE_MS)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(link)
    assert violations(page) == []
    page.locator("button").click()
    page.wait_for_load_state()
    page.get_by_text("sudah sampai").wait_for()
    said = page.locator("main").inner_text()
    context.close()
    assert wrong == []
    return said


def test_a_caller_is_found_by_their_phone_and_told_by_sms(
    browser: Browser, city: City, caller: str
) -> None:
    """On the screen: asked for their place, found, dispatched in three calls; then by SMS to the end."""
    console = Console.at(browser, city.stack).opens(DESK)
    console.types(
        initials="rn",
        caller=caller,
        what="ada ular besar masuk dapur",
        where="tidak hafal",
    )
    console.presses("Kirim tautan lokasi", confirms=True)
    link = hears(city, caller, "/place/").rpartition(" ")[2]
    assert "sudah sampai" in tells_where(browser, link, STATION)
    assert "sudah terkirim" in unescape(web.get(link).text)
    assert console.reads_sms_to(caller) == link

    console.presses("Periksa").sees("Lokasi penelepon")
    assert wrong_of_ours(console) == []
    console.picks("news", "sms").presses("Kirim")

    number = number_said(console)
    report = city.request(number)
    assert (float(report["lat"]), float(report["long"])) == tuple(STATION.values())
    assert report["area"]
    damkar = city.officer("damkar", number)
    damkar.presses("Terima laporan")
    hears(city, caller, f"laporan {number}")
    console.closes()


def test_who_wrote_on_whatsapp_today_is_asked_for_the_place_there(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("halo")
    citizen.hears("Selamat datang")
    operator = Operator(city).opens(DESK)
    heard = {"initials": "rn", "what": "ada kecelakaan, korban tidak sadar", "where": "tidak tahu"}
    heard["caller"] = f"0{str(citizen.person['phone'])[2:]}"

    operator.presses("Kirim tautan lokasi", **heard)
    citizen.hears("kirim titik lokasi")
    citizen.sends_location(*STATION.values())
    citizen.hears("sudah dilihat operator 112")
    operator.presses("Periksa")

    assert operator.sees("Lokasi penelepon")
    assert texts_to(city, heard["caller"]) == []


def test_without_its_script_the_page_says_what_to_tell_the_operator(
    browser: Browser, city: City, caller: str
) -> None:
    operator = Operator(city).opens(DESK)
    heard = {"initials": "rn", "caller": caller, "what": "pohon tumbang"}
    operator.presses("Kirim tautan lokasi", **heard)
    link = hears(city, caller, "/place/").rpartition(" ")[2]

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    assert page.locator("button:visible").count() == 0
    assert "patokan terdekat" in page.locator("main").inner_text()
    context.close()


def test_who_was_cut_off_is_called_back_and_the_number_is_shown_once(
    browser: Browser, city: City, caller: str
) -> None:
    """The list, the reveal, a report: on the screen alone, and nowhere in the table or the logs."""
    console = Console.at(browser, city.stack).opens(DESK)
    console.types(initials="rn", caller=caller).presses("Terputus, telepon kembali")
    assert console.says() == "Penelepon masuk daftar telepon kembali."
    dialled = "-".join(caller[n : n + 4] for n in range(0, len(caller), 4))
    console.sees("Perlu ditelepon kembali (1)")
    assert dialled not in console.widget.inner_text()
    other = Console.at(browser, city.stack).opens(DESK)

    console.types(initials="rn", why="sambungan terputus").presses("Hubungi pelapor", confirms=True)
    console.sees(dialled)
    console.presses("Kembali ke daftar")
    console.types(initials="rn").presses("Sudah bicara")
    assert console.says() == "Tercatat."
    other.types(initials="bs").presses("Coba lagi nanti")
    assert other.says().startswith("Penelepon ini baru saja ditangani rekan lain")
    other.closes()

    console.opens(DESK).types(
        initials="rn", caller=caller, what="rumah kebakaran", where="Mojoroto"
    )
    console.presses("Periksa").presses("Kirim")
    assert console.calls == 3
    number = number_said(console)
    console.opens(DECIDE).types(number=number).presses("Buka")
    console.types(initials="rn", why="menanyakan jumlah orang di dalam")
    console.presses("Hubungi pelapor", confirms=True).sees(dialled)
    console.presses("Kembali ke laporan").sees("Nomor pelapor dibuka Command Center")
    assert dialled not in console.widget.inner_text()
    console.closes()

    for place in (json.dumps(city.items(""), default=str), _logs(city)):
        assert caller[1:] not in place.replace("-", "")
