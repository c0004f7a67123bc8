"""axe-core finds nothing on any part of the demo page or the officers' page, by day and by night."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.player import ACCEPT, NARROW, WIDE, Player, a_browser, violations
from tests.stories.city import City

pytestmark = pytest.mark.thorough

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def number(browser: Browser, city: City) -> str:
    """A report on its way, of somebody with a chat in which much can be seen."""
    player = Player.at(browser, city.stack)
    player.is_somebody_new("whatsapp", "Bu Lastri")
    player.attaches("album")
    player.page.locator("#photo-dialog [type=submit]").click()
    player.attaches("voice")
    player.attaches("place")
    player.sends_the_place()
    player.says("lampu jalan mati sudah 3 hari di Jl. Dhoho depan stasiun")
    number = player.reports("Jl. Dhoho depan stasiun")
    player.opens_the_mail(number)
    player.opens_the_link()
    player.presses(ACCEPT)
    player.closes()
    return number


def test_axe_finds_nothing(browser: Browser, city: City, number: str) -> None:
    player = Player.at(browser, city.stack, NARROW)
    player.takes_the_phone_of("Bu Lastri")
    player.hears()
    nothing_is_wrong(player, "a chat on WhatsApp")
    for button in ("#attach", "#camera", "#add"):
        player.page.locator(button).click()
        nothing_is_wrong(player, f"the dialog behind {button}")
        player.page.keyboard.press("Escape")
    player.is_somebody_new("instagram", "Mas Tito")
    nothing_is_wrong(player, "an empty chat on Instagram")
    player.says("Halo")
    player.hears()
    nothing_is_wrong(player, "a chat on Instagram")

    player.opens_the_mail(number)
    nothing_is_wrong(player, "a mail")
    player.page.locator("#tab-sms").click()
    nothing_is_wrong(player, "the SMS")
    player.page.locator("#tab-mail").click()
    desk = player.page.locator(".doors a").get_attribute("href")
    player.opens_the_link()
    nothing_is_wrong(player, "the officer's phone beside the mail")

    player.stands(number, "accepted")
    for view in ("events", "machine"):
        player.page.locator(f"#show-{view}").click()
        nothing_is_wrong(player, f"the {view} of a report")

    player.page.goto(str(desk))
    nothing_is_wrong(player, "the officers' page")
    for more in player.page.locator("details").all():
        more.locator("summary").click()
    nothing_is_wrong(player, "the officers' page, unfolded")
    player.closes()


def nothing_is_wrong(player: Player, what: str) -> None:
    """On a desk and on a small phone, by day and by night; and all of it fits on the screen."""
    for width, height in (WIDE, NARROW):
        player.page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            player.page.emulate_media(color_scheme=scheme)
            assert violations(player.page) == [], f"{what}, {width} px, {scheme}"
        scrolls = player.page.evaluate("document.documentElement.scrollWidth")
        assert scrolls <= width, f"{what} is wider than {width} px"
