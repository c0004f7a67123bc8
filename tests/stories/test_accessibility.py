"""axe-core finds nothing on any part of the demo page or the officers' page, by day and by night."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.player import ACCEPT, NARROW, WIDE, Player, a_browser, violations
from tests.stories.city import City


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(
    browser: Browser, city: City, number: str, size: tuple[int, int], scheme: str
) -> None:
    player = Player.at(browser, city.stack, size, scheme=scheme)
    player.page.locator(".person").filter(has_text="Bu Lastri").click()
    player.hears()
    assert player.violations() == [], "a chat on WhatsApp"
    for button in ("#attach", "#camera", "#add"):
        player.page.locator(button).click()
        assert player.violations() == [], f"the dialog behind {button}"
        player.page.keyboard.press("Escape")
    player.is_somebody_new("instagram", "Mas Tito")
    assert player.violations() == [], "an empty chat on Instagram"
    player.says("Halo")
    player.hears()
    assert player.violations() == [], "a chat on Instagram"

    player.opens_the_mail(number)
    assert player.violations() == [], "a mail"
    player.page.locator("#tab-sms").click()
    assert player.violations() == [], "the SMS"
    player.page.locator("#tab-mail").click()
    desk = player.page.locator(".doors a").get_attribute("href")
    player.opens_the_link()
    assert player.violations() == [], "the officer's phone beside the mail"

    player.stands(number, "accepted")
    for view in ("events", "machine"):
        player.page.locator(f"#show-{view}").click()
        assert player.violations() == [], f"the {view} of a report"
    width = player.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0], "nothing is wider than the screen"

    player.page.goto(str(desk))
    assert violations(player.page) == [], "the officers' page"
    for more in player.page.locator("details").all():
        more.locator("summary").click()
    assert violations(player.page) == [], "the officers' page, unfolded"
    player.closes()
