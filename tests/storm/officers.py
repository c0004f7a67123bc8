"""The agencies of a storm: their officers open the links in their mail, and press on until it is done."""

from __future__ import annotations

import http.client
import json
import random
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from tests.stories import web
from tests.stories.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from tests.stories.city import City

Json = dict[str, Any]
T = TypeVar("T")
TRIES = 40


@dataclass(frozen=True)
class Mail:
    """One mail to an agency, as it lies in the queue that is its mailbox here."""

    agency: str
    text: str

    @property
    def link(self) -> str | None:
        found = re.search(r"https?://\S+/desk/(?!all/)\S+", self.text)
        return found.group(0) if found else None

    @property
    def dispatch(self) -> tuple[str, int] | None:
        """The report and which of its dispatches."""
        found = re.search(r"/desk/(\d{12})-(\d+)", self.link or "")
        return (found.group(1), int(found.group(2))) if found else None


def mails(city: City) -> list[Mail]:
    """All mail so far; nothing is taken out."""
    agencies = {url.rsplit("/", 1)[-1]: name for name, url in city.stack["mailboxes"].items()}
    return [
        Mail(agencies[queue], _text(message["Body"]))
        for queue, messages in queues(city).items()
        if queue in agencies
        for message in messages
    ]


def queues(city: City) -> dict[str, list[Json]]:
    """What lies in every queue, by its name, looked at without taking anything out."""
    stack = city.stack
    url = f"{stack['aws_endpoint_url']}/_ministack/sqs/messages?region={stack['region']}"
    found = web.ask(url)["messages"]
    return {
        queue.rsplit("/", 1)[-1]: messages
        for regions in found.values()
        for queue, messages in regions.get(stack["region"], {}).items()
    }


def _text(body: str) -> str:
    message = str(json.loads(body).get("Message", body))
    try:
        return str(json.loads(message)["default"])
    except (ValueError, KeyError, TypeError):
        return message


@dataclass
class Officers:
    """They answer some of what they are sent, and remember what they were told was done.

    `done`: report → accepted or solved.
    """

    city: City
    seed: int
    share: float = 0.5
    done: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed + 1)
        self._met: set[str] = set()

    def work(self, over: Event | None = None) -> Iterator[tuple[str, str]]:
        """Go through new mail until it is over; gives each report that was solved, with its mail's text."""
        for mail in _asked(mails, self.city) or []:
            if over and over.is_set():
                return
            if mail.dispatch is None or mail.dispatch[0] in self._met:
                continue
            number = mail.dispatch[0]
            self._met.add(number)
            if self._draw.random() >= self.share:
                continue
            solves = self._draw.random() < 0.6
            if self._presses(str(mail.link), "Terima laporan"):
                self.done[number] = "accepted"
                if solves and self._solves(str(mail.link)):
                    self.done[number] = "solved"
                    yield number, mail.text

    def _presses(self, link: str, button: str) -> bool:
        """Press until the page no longer offers it: then it was done, though the answer may be lost."""
        for _ in range(TRIES):
            page = _asked(web.get, link)
            if page and page.status == 200:
                forms = {form.button: form for form in page.forms}
                if button not in forms:
                    return True
                _asked(web.submit, page, forms[button])
        return False

    def _solves(self, link: str) -> bool:
        for _ in range(TRIES):
            page = _asked(web.get, link)
            if not page or page.status != 200:
                continue
            forms = {form.button: form for form in page.forms}
            if "Unggah foto" not in forms:
                return True
            uploaded = _asked(web.upload, page, forms["Unggah foto"], png())
            if uploaded and uploaded.status == 200:
                offered = {form.button: form for form in uploaded.forms}
                if "Selesai" in offered:
                    _asked(web.submit, uploaded, offered["Selesai"])
        return False


def _asked(ask: Callable[..., T], *about: Any) -> T | None:
    """A page, or nothing where the line broke; then one waits a little."""
    try:
        return ask(*about)
    except (OSError, http.client.HTTPException, ValueError, AssertionError):
        time.sleep(1)
        return None
