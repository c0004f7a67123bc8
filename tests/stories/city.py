"""The people of a story: citizens with their phones, officers with their mail, the city's table.

They act on a running local stack through the very doors that people use, and tell what they do.
"""

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import boto3

from aduan import report_number
from tests.stories import web

T = TypeVar("T")
PATIENCE_S = float(os.environ.get("STORIES_PATIENCE_S", "60"))


@dataclass
class City:
    """A running stack (`stack.json`) and what a story needs to see of it."""

    stack: dict[str, Any]
    tell: Callable[[str], None] = print

    @classmethod
    def at(cls, stack_json: Path, tell: Callable[[str], None] = print) -> "City":
        return cls(json.loads(stack_json.read_text(encoding="utf-8")), tell)

    def citizen(self, channel: str, **known: Any) -> "Citizen":
        """Somebody new on a channel, with a fake number or account."""
        person = web.ask(f"{self.stack['twin_url']}/citizens", {"channel": channel, **known})
        return Citizen(self, channel, person.get("citizen", person))

    def mail(self, agency: str) -> list[dict[str, Any]]:
        mailboxes = web.ask(f"{self.stack['twin_url']}/mailboxes")
        return [mail for mail in mailboxes["mail"] if mail["agency"] == agency]

    def officer(self, agency: str, number: str, *, nth: int = 1) -> "Officer":
        """An officer of the agency who opens the link in the nth mail about a report."""
        about = until(
            f"mail to {agency} about {number}",
            lambda: _nth([m for m in self.mail(agency) if number in m["text"]], nth),
        )
        self.tell(f"\n✉  e-mail to {agency}: {about['subject']}\n{indent(about['text'])}")
        self.tell(f"   SMS: {about['sms']}")
        (link,) = re.findall(r"https?://\S+/desk/\S+", about["text"])
        return Officer(self, agency, link, about)

    def request(self, number: str) -> dict[str, Any]:
        """The report as it stands in the table, plain values."""
        key = {"PK": f"request#{_id(number)}", "SK": "request"}
        return dict(self._table().get_item(Key=key, ConsistentRead=True).get("Item", {}))

    def items(self, prefix: str) -> list[dict[str, Any]]:
        """Items whose partition key begins so (a scan: for looking around in tests only)."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while not page or "LastEvaluatedKey" in page:
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if page else {}
            page = dict(self._table().scan(**start))
            found += [item for item in page["Items"] if item["PK"].startswith(prefix)]
        return found

    def undone(self, number: str) -> list[str]:
        """What must still follow from this report, or was said to its reporter and not carried out."""
        owners = (f"request#{_id(number)}", f"citizen#{self.request(number)['citizen_id']}")
        items = [item for owner in owners for item in self.items(owner)]
        return [item["SK"] for item in items if item.get("work") == "effect"]

    def reconcile(self) -> dict[str, int]:
        """Run the repair by hand, for whatever is unfinished now."""
        answer = self.client("lambda").invoke(
            FunctionName=self.stack["functions"]["reconcile"], Payload=b'{"patience_s": 0}'
        )
        return dict(json.loads(answer["Payload"].read()))

    def becomes(self, number: str, status: str) -> dict[str, Any]:
        """Wait until a report has a status."""

        def reached() -> dict[str, Any] | None:
            request = self.request(number)
            return request if request.get("status") == status else None

        request = until(f"{number} to be {status}", reached)
        agency = request.get("agency_responsible")
        self.tell(f"   … the report is {status}{f', with {agency}' if agency else ''}")
        return request

    def history(self, number: str) -> list[str]:
        """The states that the report's workflow went through."""
        steps = self.client("stepfunctions")
        name = f"{_id(number)}-{self.request(number).get('generation', 1)}"
        machine = str(self.stack["state_machine_arn"])
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        events = steps.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        return [
            e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e
        ]

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.stack["aws_endpoint_url"],
            region_name=self.stack["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def _table(self) -> Any:
        return boto3.resource(
            "dynamodb",
            endpoint_url=self.stack["aws_endpoint_url"],
            region_name=self.stack["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        ).Table(self.stack["reports_table"])


@dataclass
class Citizen:
    city: City
    channel: str
    person: dict[str, Any]
    heard: int = 0
    last: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The business-scoped id on WhatsApp, the Instagram-scoped one on Instagram."""
        return str(self.person["user_id"] or self.person["key"])

    def sends(self, text: str) -> None:
        self._send({"text": text}, text)

    def sends_photo(self, content: bytes, mime_type: str = "image/jpeg", caption: str = "") -> None:
        media = web.send(f"{self.city.stack['twin_url']}/media", content, mime_type)["id"]
        words = {"caption": caption} if caption else {}
        self._send({"media": media, **words}, f"[photo, {len(content)} bytes] {caption}")

    def sends_location(self, latitude: float, longitude: float) -> None:
        pin = {"latitude": latitude, "longitude": longitude}
        self._send({"location": pin}, f"[location {latitude}, {longitude}]")

    def taps(self, label: str) -> None:
        """Tap what the last message offers."""
        options = self.last["options"]
        offered = [each for each in options if each["title"].startswith(label)]
        assert offered, f"nothing {label!r} to tap among {[each['title'] for each in options]}"
        reply = {"id": offered[0]["id"], "message": self.last["id"]}
        self._send({"reply": reply}, f"[{offered[0]['title']}]")

    def hears(self, part: str) -> dict[str, Any]:
        """Wait for the next message that holds these words; anything else before it is told, too."""
        while True:
            message = until(f"{self.channel} to say {part!r}", self._next)
            self.heard += 1
            self.last = message
            photo = "[photo] " if message.get("media") else ""
            options = "".join(f" [{option['title']}]" for option in message["options"])
            self.city.tell(f"{indent(photo + message['text'] + options, '   ◀ ')}")
            if part in message["text"]:
                return message

    def hears_number(self) -> str:
        """The report number in the message just heard."""
        found = report_number.find(self.last["text"])
        assert found, self.last["text"]
        assert report_number.is_valid(found)
        return report_number.spoken(found)

    def sent(self) -> list[dict[str, Any]]:
        """All that was ever sent to this citizen, oldest first."""
        url = f"{self.city.stack['twin_url']}/sent?to={quote(self.address)}"
        return list(web.ask(url))

    def _next(self) -> dict[str, Any] | None:
        return _nth(self.sent(), self.heard + 1)

    def _send(self, message: dict[str, Any], told: str) -> None:
        self.city.tell(f"   ▶ {told}")
        url = (
            f"{self.city.stack['twin_url']}/citizens/{self.channel}/{quote(self.address)}/messages"
        )
        web.ask(url, message)


@dataclass
class Officer:
    city: City
    agency: str
    link: str
    mail: dict[str, Any]

    def opens(self) -> web.Page:
        return web.get(self.link)

    def presses(self, button: str, **typed: str) -> web.Page:
        """Open the link and send the form with this button."""
        page = self.opens()
        done = web.submit(page, page.form(button), **typed)
        assert done.status == 200, f"{button}: HTTP {done.status} {done.text[-2000:]}"
        self.city.tell(f"   ☑ {self.agency} presses [{button}] {' '.join(typed.values())}")
        return done

    def uploads(self, photo: bytes) -> web.Page:
        page = self.opens()
        uploaded = web.upload(page, page.form("Unggah foto"), photo)
        assert uploaded.status == 200, f"upload: HTTP {uploaded.status} {uploaded.text[-2000:]}"
        self.city.tell(f"   ☑ {self.agency} uploads a photo, {len(photo)} bytes")
        return uploaded

    def solves(self, photo: bytes, note: str = "") -> web.Page:
        page = self.uploads(photo)
        done = web.submit(page, page.form("Selesai"), words=note)
        assert done.status == 200, f"Selesai: HTTP {done.status} {done.text[-2000:]}"
        self.city.tell(f"   ☑ {self.agency} presses [Selesai] {note}")
        return done


def until(what: str, look: Callable[[], T | None]) -> T:
    """Look until there is something, for a minute at most."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE_S:.0f} s for {what}")


def indent(text: str, mark: str = "   │ ") -> str:
    return "\n".join(mark + line for line in text.splitlines())


def _nth(found: list[dict[str, Any]], nth: int) -> dict[str, Any] | None:
    return found[nth - 1] if len(found) >= nth else None


def _id(number: str) -> str:
    return number.replace("-", "")
