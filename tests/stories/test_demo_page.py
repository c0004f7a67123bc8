"""The demo page in a real browser: citizen and officer, from the first word to the rating."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.player import ACCEPT, GO, Player, a_browser, until
from tests.stories import web
from tests.stories.city import City


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def player(browser: Browser, city: City) -> Iterator[Player]:
    player = Player.at(browser, city.stack)
    yield player
    player.closes()


def test_a_street_light_on_whatsapp_from_photo_to_rating(player: Player, city: City) -> None:
    player.is_somebody_new("whatsapp", "Bu Wiwik")
    player.sends_a_photo("lampu jalan mati sudah 3 hari, gelap sekali")
    number = player.reports("Jl. Dhoho depan stasiun")

    player.opens_the_mail(number)
    player.opens_the_link()
    player.presses(ACCEPT)
    player.stands(number, "accepted")
    player.uploads(note="Lampu diganti LED.")
    player.stands(number, "solved")
    asked = until(
        "the officer's photo", lambda: player.heard.filter(has=player.page.locator("img"))
    )
    asked.last.wait_for()
    player.rates(5)
    player.stands(number, "closed")

    arrived = player.page.locator("#log .line.mine .ticks:is(.delivered, .read)")
    until("two ticks on all that arrived", lambda: arrived.count() >= 2)
    player.page.locator("#show-machine").click()
    passed = player.page.locator(".stations .past code").all_text_contents()
    assert set(passed) == set(city.history(number))
    assert player.page.locator(".stations .now").count() == 0


def test_rubbish_on_instagram_is_played_to_the_end(player: Player) -> None:
    player.is_somebody_new("instagram", "Mas Bagus")
    player.says("sampah menumpuk di TPS Ngronggo, depan pasar")
    number = player.reports("TPS Ngronggo, depan pasar")

    player.opens_the_mail(number)
    player.opens_the_link()
    player.presses(ACCEPT)
    player.presses(GO)
    player.stands(number, "in_progress")
    player.page.locator("#show-machine").click()
    assert player.page.locator(".stations .now code").all_text_contents() == ["AwaitSolution"]
    player.uploads()
    player.stands(number, "solved")
    player.rates(4)
    player.stands(number, "closed")


def test_the_timeline_never_says_who_reported(player: Player, city: City) -> None:
    player.is_somebody_new("whatsapp", "Bu Ngatini")
    player.says("got mampet di Jl. Veteran depan SMP 4, hubungi saya 081234567890")
    number = player.reports("Jl. Veteran depan SMP 4")
    player.stands(number, "dispatched")

    for view in ("events", "machine"):
        player.page.locator(f"#show-{view}").click()
        shown = player.page.locator(".journeys").inner_text()
        assert "Ngatini" not in shown
        assert not re.search(r"\b0?8\d{8,}|62\d{8,}|ID\.\d+", shown)
    report = web.ask(f"{city.stack['twin_url']}/reports/{number.replace('-', '')}")
    assert not {"citizen_id", "description", "address", "status_notes", "reason"} & report.keys()
    assert "hubungi" not in json.dumps(report)


def test_what_arrives_on_another_phone_is_counted(player: Player, city: City) -> None:
    siti = city.citizen("whatsapp", name="Mbak Siti")
    siti.sends("Halo min")
    unread = player.page.locator(".person").filter(has_text="Mbak Siti").first.locator(".count")
    unread.wait_for()

    player.takes_the_phone_of("Mbak Siti")

    player.page.locator("#log .unread").wait_for()
    unread.wait_for(state="hidden")
    until("the phone to tell that it was read", lambda: siti.sent()[0]["status"] == "read")


def test_everything_a_phone_can_send_is_shown(player: Player) -> None:
    player.is_somebody_new("whatsapp", "Pak Kirno")
    mine = player.page.locator("#log .line.mine")

    player.attaches("album")
    player.page.locator("#photo-dialog [type=submit]").click()
    mine.locator(".album img").nth(2).wait_for()
    for kind, seen in {
        "voice": ".voice",
        "sticker": "img.sticker",
        "contact": ".card",
        "live": ".place .map",
    }.items():
        player.attaches(kind)
        mine.locator(seen).first.wait_for()
    player.attaches("place")
    player.sends_the_place()
    mine.locator(".place .area-name").first.wait_for(state="attached")

    player.hears()
    player.heard.first.hover()
    player.heard.first.locator(".act").click()
    player.page.locator("#actions .emoji").first.click()
    player.heard.first.locator(".reactions").wait_for()
    player.heard.first.locator(".act").click()
    player.page.locator("[data-act=quote]").click()
    player.says("ini jawaban")
    mine.last.locator(".quoted").wait_for()
    mine.last.locator(".act").click()
    player.page.locator("[data-act=edit]").click()
    player.says("ini jawaban yang benar")
    mine.filter(has_text="ini jawaban yang benar").wait_for()
    mine.filter(has_text="ini jawaban yang benar").locator(".act").click()
    player.page.locator("[data-act=unsend]").click()
    until("the text to be gone", lambda: not mine.filter(has_text="yang benar").count())


def test_a_report_can_be_played_by_keyboard_alone(player: Player) -> None:
    player.is_somebody_new("instagram", "Mbak Rini")
    player.is_somebody_new("whatsapp", "Mas Dimas")
    keys = player.page.keyboard
    player.page.locator(".person[aria-current=true]").focus()
    for arrow, name in (("ArrowRight", "Mbak Rini"), ("ArrowLeft", "Mas Dimas")):
        keys.press(arrow)
        keys.press("Enter")
        player.page.locator(f".person[aria-current=true]:has-text('{name}'):focus").wait_for()
    _tab_to(player, "#text")
    keys.type("got mampet di Jl. Veteran depan SMP 4")
    keys.press("Enter")
    for _ in range(8):
        player.hears()
        if player.number():
            break
        _tab_to(player, "[data-tap]")
        keys.press("Enter")
    number = player.number()
    assert number

    until("the mail to be there", lambda: number in player.page.locator("#letter").inner_text())
    _tab_to(player, "#open-desk")
    keys.press("Enter")
    player.page.frame_locator("#desk-frame").locator("main h1").wait_for()
    assert player.page.evaluate("document.activeElement.id") == "close-desk"


def test_the_focus_can_always_be_seen(player: Player) -> None:
    player.is_somebody_new("instagram", "Mbak Ayu")
    player.page.evaluate("document.activeElement.blur()")
    wanted = {"text", "send", "attach", "add", "agency", "letter", "report"}
    met: set[str] = set()
    for _ in range(STOPS):
        player.page.keyboard.press("Tab")
        place, visible = player.page.evaluate(FOCUS)
        assert visible, f"no outline on {place}"
        met.add(place)
        if wanted <= met:
            return
    raise AssertionError(f"the Tab key does not reach {wanted - met}")


STOPS = 90
"""Of the Tab key on the whole page: a list is one stop, however long it is."""
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at.tagName === "IFRAME") return ["", true];
  const field = at.closest(".field") ?? at;
  const outlined = [at, field].some((each) => getComputedStyle(each).outlineStyle !== "none");
  return [at.id || at.className || at.tagName, outlined];
}"""


def _tab_to(player: Player, selector: str) -> None:
    """Walk with the Tab key, back first: a chat's buttons stand before the field one types in."""
    for key in ["Shift+Tab"] * 12 + ["Tab"] * STOPS:
        player.page.keyboard.press(key)
        if player.page.evaluate(
            "([selector, last]) => document.activeElement.matches(selector)"
            " && (!last || !document.activeElement.closest('.line') || document.activeElement"
            ".closest('.line').matches('.line:last-child'))",
            [selector, selector == "[data-tap]"],
        ):
            return
    raise AssertionError(f"the Tab key does not reach {selector}")
