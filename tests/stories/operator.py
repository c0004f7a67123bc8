"""An operator of the command centre at the console's twin: opens a dashboard, types, presses buttons."""

import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.stories import web
from tests.stories.city import City, until

_BUTTON = re.compile(
    r'<a class="[^"]*">([^<]*)</a><cwdb-action ([^>]*)>([^<]*)</cwdb-action>', re.DOTALL
)


@dataclass
class Operator:
    """One person with one widget on the screen. `typed` goes where the fields of that name are."""

    city: City
    html: str = ""
    initials: str = "rn"
    round_trips: int = 0
    _parts: dict[str, str] = field(default_factory=dict)

    def opens(self, dashboard: str, title: str = "") -> "Operator":
        """The dashboard's custom widget of this title, else its first, as CloudWatch shows it."""
        console = self.city.stack["console_url"]
        body = web.ask(f"{console}dashboards/{dashboard}-local")
        custom = [each for each in body["widgets"] if each["type"] == "custom"]
        widget = next(each for each in custom if title in each["properties"]["title"])
        self.html, self.round_trips = "", 0
        self._call(widget["properties"]["endpoint"], widget["properties"]["params"], {})
        self.city.tell(f"   ▤ the command centre opens {dashboard}")
        return self

    def sees(self, text: str) -> bool:
        return text in unescape(self.html)

    def looks_up(self, number: str) -> "Operator":
        self.opens("Perlu-diputus")
        return self.presses("Buka", number=number)

    def presses(self, label: str, **typed: str) -> "Operator":
        """Press the first button of this label with what is typed, all fields as they stand."""
        buttons = {unescape(name): (how, given) for name, how, given in _BUTTON.findall(self.html)}
        assert label in buttons, f"no button {label!r} among {sorted(buttons)}"
        how, given = buttons[label]
        endpoint = re.findall(r'endpoint="([^"]*)"', how)[0]
        self._call(endpoint, json.loads(unescape(given)), _fields(self.html) | typed)
        said = self.notice
        self.city.tell(f"   ▤ presses [{label}] {' '.join(typed.values())} → {said}")
        return self

    def signs(self, label: str, why: str, **typed: str) -> "Operator":
        """Press a button that asks who does it and why."""
        return self.presses(label, initials=self.initials, why=why, **typed)

    @property
    def notice(self) -> str:
        found = re.findall(r'role="(?:alert|status)">([^<]*)<', self.html)
        return unescape(found[0]) if found else ""

    def reads_paper(self, label: str) -> str:
        """What lies behind a link of the widget."""
        links = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', self.html)
        href = next(unescape(link) for link, text in links if label in unescape(text))
        return web.get(href).text

    def waits_to_see(self, dashboard: str, text: str) -> None:
        until(f"{text!r} on {dashboard}", lambda: self.opens(dashboard).sees(text))

    def _call(self, endpoint: str, params: dict[str, Any], typed: dict[str, str]) -> None:
        context = {"theme": "light", "forms": {"all": typed}, "params": params}
        asked = {"endpoint": endpoint, "params": params, "widgetContext": context}
        answer = web.ask(f"{self.city.stack['console_url']}widget", asked)
        assert "html" in answer, answer
        self.html = answer["html"]
        self.round_trips += 1


class _Fields(HTMLParser):
    """The values of a widget's form elements, as a browser holds them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "input" and ("checked" in known or known.get("type") != "radio"):
            self.values[known["name"]] = known.get("value", "")
        elif tag == "select":
            self._select = known["name"]
            self.values[self._select] = ""
        elif tag == "option" and "selected" in known:
            self.values[self._select] = known["value"]
        elif tag == "textarea":
            self._area = known["name"]
            self.values[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def _fields(html: str) -> dict[str, str]:
    parser = _Fields()
    parser.feed(html)
    return parser.values
