"""An operator at the console's twin in a real browser: clicks, types, and answers what is asked back."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.browser.player import PATIENCE_MS, WIDE


@dataclass
class Console:
    """One window on a dashboard. `calls` counts how often a widget asked its function."""

    page: Page
    url: str
    calls: int = 0
    errors: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, browser: Browser, stack: dict[str, Any], *, scheme: Any = "light") -> "Console":
        context = browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="id-ID",
            timezone_id="Asia/Jakarta",
        )
        context.set_default_timeout(PATIENCE_MS)
        console = cls(context.new_page(), stack["console_url"])
        console.page.on("pageerror", lambda error: console.errors.append(str(error)))
        console.page.on("request", lambda request: console._count(request.url))
        return console

    def opens(self, dashboard: str) -> "Console":
        """The page anew; the widget is there once it is not busy any more."""
        self.calls = 0
        self.page.goto(f"{self.url}#{dashboard}-local")
        self.page.reload()
        self.calls = 0
        self._settled()
        return self

    @property
    def widget(self) -> Locator:
        return self.page.locator(".widget-body").first

    def types(self, **typed: str) -> "Console":
        for name, value in typed.items():
            self.widget.locator(f"[name={name}]").last.fill(value)
        return self

    def picks(self, name: str, value: str) -> "Console":
        self.widget.locator(f"[name={name}][value='{value}']").check()
        return self

    def presses(self, label: str, *, confirms: bool = False) -> "Console":
        """Press a button, agree where the console asks, and wait for the function's answer."""
        before = self.calls
        self.widget.locator("a", has_text=label).first.click()
        if confirms:
            self.page.locator("#confirm #yes").click()
        self._settled(before)
        return self

    def says(self) -> str:
        """What a widget says above everything else."""
        return self.widget.locator("[role=status],[role=alert]").first.inner_text()

    def sees(self, words: str) -> Locator:
        found = self.widget.get_by_text(words).first
        found.wait_for()
        return found

    def reads_sms_to(self, caller: str) -> str:
        """The link in the newest SMS to a caller, as the demo shows it."""
        self.page.locator("#texts").click()
        phone = self.page.locator("#popup dt", has_text=caller[1:]).first
        link = phone.locator("xpath=following-sibling::dd[1]//a").get_attribute("href")
        self.page.locator("#close").click()
        return link or ""

    def closes(self) -> None:
        self.page.context.close()
        assert self.errors == []

    def _settled(self, before: int = 0) -> None:
        self.page.wait_for_function(
            "before => performance.getEntriesByType('resource')"
            ".filter(each => each.name.endsWith('/widget')).length >= before"
            " && document.querySelector('.aduan') && !document.querySelector('.busy')",
            arg=before,
        )

    def _count(self, url: str) -> None:
        self.calls += url.endswith("/widget")
