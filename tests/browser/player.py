"""Somebody at the demo page: plays the citizens and the officers with mouse, keyboard and eyes.

Whatever the desk says, the player finds the way by what can be tapped: no sentence is known here.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Browser, FrameLocator, Locator, Page, sync_playwright

from aduan import report_number
from tests.browser import chromium
from tests.stories.pictures import png

T = TypeVar("T")
PATIENCE_MS = float(os.environ.get("STORIES_PATIENCE_S", "60")) * 1000
TURNS = 8
WIDE, NARROW = (1440, 900), (320, 640)
AXE_OPTIONS = {"iframes": False, "resultTypes": ["violations"]}
ACCEPT, GO, SOLVE = "accept", "go", "solve"


@contextmanager
def a_browser() -> Iterator[Browser]:
    found = chromium.find()
    env: dict[str, Any] = {**os.environ, **found.env}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, args=list(found.args), env=env
        )
        yield browser
        browser.close()


@dataclass
class Player:
    """One browser window on the demo page."""

    page: Page
    stack: dict[str, Any]
    errors: list[str]
    lines_seen: int = 0

    @classmethod
    def at(
        cls,
        browser: Browser,
        stack: dict[str, Any],
        size: tuple[int, int] = WIDE,
        *,
        scheme: Any = "light",
        **more: Any,
    ) -> "Player":
        """A window of this size, by day (`light`) or night (`dark`), with motion switched off."""
        viewport: Any = {"width": size[0], "height": size[1]}
        context = browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            **more,
        )
        context.set_default_timeout(PATIENCE_MS)
        player = cls(context.new_page(), stack, [])
        player.page.on("pageerror", lambda error: player.errors.append(str(error)))
        player.page.on("console", lambda message: player._note(message.type, message.text))
        player.opens()
        return player

    def opens(self) -> None:
        self.page.goto(self.stack["page_url"])
        self.page.locator(".person[aria-current=true]").wait_for()

    def _note(self, kind: str, text: str) -> None:
        """What a page's policy forbids, it must not try."""
        if kind == "error" and "Content Security Policy" in text:
            self.errors.append(text)

    def closes(self) -> None:
        self.page.context.close()
        assert self.errors == []

    # As a citizen

    def is_somebody_new(self, channel: str, name: str) -> None:
        """Add a citizen and take their phone."""
        self.shows("citizens")
        self.page.locator("#add").click()
        self.page.locator(f"#add-dialog input[value={channel}]").check()
        self.page.locator("#add-name").fill(name)
        self.page.locator("#add-dialog [type=submit]").click()
        current = self.page.locator(".person[aria-current=true] .name")
        until(f"{name}'s phone", lambda: current.inner_text() == name)
        self.lines_seen = 0

    def takes_the_phone_of(self, name: str) -> None:
        """Somebody who is there already."""
        self.shows("citizens")
        self.page.locator(".person").filter(has_text=name).first.click()
        self.lines_seen = 0

    def says(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.locator("#send").click()

    def sends_a_photo(self, caption: str = "", sample: int = 0) -> None:
        self.page.locator("#camera").click()
        self.page.locator(f"#photo-dialog input[value='{sample}']").check(force=True)
        if caption:
            self.page.locator("#caption").fill(caption)
        self.page.locator("#photo-dialog [type=submit]").click()
        self.page.locator("#photo-dialog").wait_for(state="hidden")

    def attaches(self, what: str) -> None:
        self.page.locator("#attach").click()
        self.page.locator(f"[data-attach={what}]").click()

    def sends_the_place(self) -> None:
        self.page.locator("#place-dialog [type=submit]").click()
        self.page.locator("#place-dialog").wait_for(state="hidden")

    @property
    def heard(self) -> Locator:
        """What the desk said, on the screen."""
        return self.page.locator("#log .line:not(.mine):not(:has(.dots))")

    def hears(self) -> Locator:
        """Wait for something new from the desk."""
        before = self.lines_seen
        until("an answer on the phone", lambda: self.heard.count() > before)
        self.lines_seen = self.heard.count()
        return self.heard.last

    def number(self) -> str | None:
        """The report number that the desk last spoke of."""
        for text in reversed(self.heard.all_inner_texts()):
            if (found := report_number.find(text)) and report_number.is_valid(found):
                return str(report_number.spoken(found))
        return None

    def reports(self, place: str) -> str:
        """Answer whatever is asked until there is a number: by pin, first choice, or words."""
        for _ in range(TURNS):
            last = self.hears()
            if number := self.number():
                return number
            choices = last.locator("[data-tap]").or_(self.page.locator("#quick [data-tap]"))
            if last.locator("[data-tap=location]").count():
                last.locator("[data-tap=location]").click()
                self.sends_the_place()
            elif choices.count() and choices.first.get_attribute("data-tap") != "list":
                choices.first.click()
            else:
                self.says(place)
        raise AssertionError(f"no report number after {TURNS} answers")

    def rates(self, rating: int) -> None:
        """Tap the number where it is offered, else write it."""
        offered = self.page.locator("#log .line, #quick").locator(
            f"button:text-matches('^\\\\s*{rating}\\\\b')"
        )
        if offered.count():
            offered.last.click()
        else:
            self.says(str(rating))

    # As an officer

    def opens_the_mail(self, number: str, nth: int = 1) -> None:
        """Open the nth mail about a report, oldest first."""
        self.shows("agencies")
        rows = self.page.locator("#letters .row").filter(has_text=number)
        until(f"mail {nth} about {number}", lambda: rows.count() >= nth)
        rows.nth(rows.count() - nth).click()
        assert number in self.page.locator("#letter").inner_text()

    def opens_the_link(self) -> FrameLocator:
        self.page.locator("#open-desk").click()
        frame = self.page.frame_locator("#desk-frame")
        frame.locator("main h1").wait_for()
        return frame

    def presses(self, act: str) -> None:
        """Send the form of this act on the officer's phone."""
        frame = self.page.frame_locator("#desk-frame")
        form = frame.locator(f"form:has(input[name=act][value={act}])")
        form.locator("button").click()
        form.wait_for(state="detached")
        frame.locator("[role=status]").wait_for()

    def uploads(self, photo: bytes | None = None, *, note: str = "") -> None:
        """A photo of the work, and the word that it is done."""
        content = png((250, 220, 120), 64) if photo is None else photo
        frame = self.page.frame_locator("#desk-frame")
        form = frame.locator("form:has(input[type=file])").first
        form.locator("input[type=file]").set_input_files(
            {"name": "hasil.png", "mimeType": "image/png", "buffer": content}
        )
        form.locator("button").click()
        done = frame.locator(f"form:has(input[name=act][value={SOLVE}])")
        done.locator("textarea").fill(note)
        self.presses(SOLVE)

    # Looking on

    def shows(self, side: str) -> None:
        """On a narrow screen, the part of the page that is wanted."""
        button = self.page.locator(f"#show-{side}")
        if button.is_visible():
            button.click()

    def stands(self, number: str, status: str) -> None:
        """Wait until the page's timeline says that a report has a status."""
        self.shows("journeys")
        row = self.page.locator("#reports .report-row").filter(has_text=number)
        row.locator(f".pill.{status}").wait_for()
        row.click()
        self.page.locator(f".report-title:has-text('{number}') .pill.{status}").wait_for()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it is on the screen."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(chromium.axe())
    found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} – {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def until(what: str, look: Callable[[], T]) -> T:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_MS / 1000:.0f} s for {what}")
