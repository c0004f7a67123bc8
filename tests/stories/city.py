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
from secrets import token_hex
from typing import Any, TypeVar
from urllib.parse import quote

import boto3
from botocore.config import Config

from aduan import report_number
from tests.canaries import Kind, Marks
from tests.stories import web

T = TypeVar("T")
_WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
# What the stories' stack is deployed with: a few seconds where a city waits for days, in a service that no
# other story is about. Solving is not yet late then, but near enough for the repair to look after it.
SHORT = {
    "terms_s": "livestock_and_strays accept 3, livestock_and_strays climb 3,"
    " livestock_and_strays solve 3600"
}
A_SENTENCE = 24  # characters: shorter ones may stand in texts of ours
_LINK = r"https?://\S+/desk/(?!all/)\S+"  # news to a head of agency has none
PATIENCE_S = float(os.environ.get("STORIES_PATIENCE_S", "60"))


@dataclass
class City:
    """A running stack (`stack.json`) and what a story needs to see of it."""

    stack: dict[str, Any]
    tell: Callable[[str], None] = print
    marks: Marks = field(default_factory=Marks)
    """Personal data of everybody who was in a story: it must stand nowhere but where it belongs."""

    @classmethod
    def at(cls, stack_json: Path, tell: Callable[[str], None] = print) -> "City":
        return cls(json.loads(stack_json.read_text(encoding="utf-8")), tell)

    def citizen(self, channel: str, **known: Any) -> "Citizen":
        """Somebody new on a channel, with a fake number or account, and a name that nobody else has."""
        asked = {"channel": channel, "name": f"{token_hex(4)} Kanarikuning", **known}
        answer = web.ask(f"{self.stack['twin_url']}/citizens", asked)
        person = answer.get("citizen", answer)
        self.marks.add(Kind.NAME, person["name"])
        self.marks_addresses_of(person)
        return Citizen(self, channel, person)

    def marks_addresses_of(self, person: dict[str, Any]) -> None:
        phone = person["phone"]
        self.marks.add(Kind.ACCOUNT, person["user_id"], person["username"], person["key"])
        self.marks.add(Kind.NUMBER, phone, phone and phone[2:])  # the key may be the number

    def mail(self, agency: str) -> list[dict[str, Any]]:
        mailboxes = web.ask(f"{self.stack['twin_url']}/mailboxes")
        return [mail for mail in mailboxes["mail"] if mail["agency"] == agency]

    def officer(self, agency: str, number: str, *, nth: int = 1) -> "Officer":
        """An officer of the agency who opens the link in the nth mail about a report."""
        about = until(
            f"mail to {agency} about {number}",
            lambda: _nth(
                [
                    mail
                    for mail in self.mail(agency)
                    if number in mail["text"] and re.search(_LINK, mail["text"])
                ],
                nth,
            ),
        )
        self.tell(f"\n✉  e-mail to {agency}: {about['subject']}\n{indent(about['text'])}")
        self.tell(f"   SMS: {about['sms']}")
        (link,) = re.findall(_LINK, about["text"])
        return Officer(self, agency, link, about)

    def request(self, number: str) -> dict[str, Any]:
        """The report as it stands in the table, plain values."""
        key = {"PK": f"request#{_id(number)}", "SK": "request"}
        return dict(self.table().get_item(Key=key, ConsistentRead=True).get("Item", {}))

    def items(self, prefix: str) -> list[dict[str, Any]]:
        """Items whose partition key begins so (a scan: for looking around in tests only)."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while not page or "LastEvaluatedKey" in page:
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if page else {}
            page = dict(self.table().scan(**start))
            found += [item for item in page["Items"] if item["PK"].startswith(prefix)]
        return found

    def undone(self, number: str) -> list[str]:
        """What must still follow from this report, or was said to its reporter and not carried out."""
        owners = (f"request#{_id(number)}", f"citizen#{self.request(number)['citizen_id']}")
        items = [item for owner in owners for item in self.items(owner)]
        return [item["SK"] for item in items if item.get("work") == "effect"]

    def is_at_rest(self) -> bool:
        """Whether nothing is thought about and no message is under way."""
        sqs, waiting = self.client("sqs"), 0
        for url in self.stack["queues"].values():
            counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            waiting += sum(int(counts.get(name, 0)) for name in _WAITING)
        return not waiting and not any(
            item["SK"].startswith("effect#")
            and ("say" in item or "react" in item)
            and not {"ended", "overtaken"} & item.keys()
            for item in self.items("citizen#")
        )

    def runs(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Run a function by hand, as an administrator does in the console."""
        answer = self.client("lambda").invoke(
            FunctionName=self.stack["functions"][function], Payload=json.dumps(event).encode()
        )
        return dict(json.loads(answer["Payload"].read()))

    def reconcile(self) -> dict[str, int]:
        """Run the repair by hand, for whatever is unfinished now."""
        return self.runs("reconcile", {"patience_s": 0})

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
        entered = "stateEnteredEventDetails"
        events = self.events_of(self.execution(number))
        return [event[entered]["name"] for event in events if entered in event]

    def execution(self, number: str, generation: int = 0) -> str:
        """The ARN of the report's workflow, the latest if it was begun anew."""
        generation = generation or int(self.request(number).get("generation", 1))
        machine = str(self.stack["state_machine_arn"])
        return f"{machine.replace(':stateMachine:', ':execution:')}:{_id(number)}-{generation}"

    def events_of(self, execution: str) -> list[dict[str, Any]]:
        """The whole history of an execution; none while its start is still on the way."""
        steps = self.client("stepfunctions")
        pages = steps.get_paginator("get_execution_history").paginate(executionArn=execution)
        try:
            return [event for page in pages for event in page["events"]]
        except steps.exceptions.ExecutionDoesNotExist:
            return []

    def timeline(self, number: str) -> list[dict[str, Any]]:
        """What happened to a report, oldest first."""
        told = [i for i in self.items(f"request#{_id(number)}") if i["SK"].startswith("event#")]
        return sorted(told, key=lambda item: str(item["SK"]))

    def client(self, service: str, **config: Any) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            config=Config(**config),
            endpoint_url=self.stack["aws_endpoint_url"],
            region_name=self.stack["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def table(self) -> Any:
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
        self.city.marks.add(Kind.WORDS, text if len(text) > A_SENTENCE else "")
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

    def photo(self, content: bytes, mime_type: str = "image/png") -> str:
        """A photo on the phone, not sent yet; gives its id."""
        twin = self.city.stack["twin_url"]
        return str(web.send(f"{twin}/media", content, mime_type)["id"])

    def unsends_last(self) -> None:
        """Take back the newest message of one's own."""
        chat = web.ask(self._url.removesuffix("/messages"))
        mine = [each for each in chat["messages"] if each["direction"] == "in"]
        self.acts({"unsend": mine[-1]["id"]})

    def changes_number(self) -> None:
        number = "62811" + str(int(self.person["phone"][5:]) + 5_000)
        answer = web.ask(self._url, {"messages": [{"new_number": number}], "wait": True})
        self.person = answer["citizen"]
        self.city.marks_addresses_of(self.person)
        self.city.tell("   ▶ [a new number]")

    def staff_says(self, text: str) -> None:
        self.city.tell(f"   ▷ a person in the Instagram app: {text}")
        web.ask(self._url.removesuffix("/messages") + "/staff", {"text": text})

    def was_silent_for_two_days(self) -> None:
        long_ago = time.time() - 2 * 86_400
        web.ask(self._url.removesuffix("/messages"), {"wrote_at": long_ago}, method="PATCH")

    def acts(self, action: dict[str, Any]) -> None:
        """Anything else that can be done with a phone: see the twin's `citizen_api`."""
        self._send(action, f"[{', '.join(action)}]")

    def quiet_for_now(self) -> list[str]:
        """What was said since, once nothing is under way any more."""
        until("nothing to be on its way", self.city.is_at_rest)
        return [message["text"] for message in self.sent()[self.heard :]]

    def all_at_once(self, *actions: dict[str, Any], **how: Any) -> None:
        """Several messages in a row, delivered as Meta may: `order`, `times`, `batch`."""
        self.city.tell(f"   ▶ {len(actions)} messages in a row {how or ''}")
        web.ask(self._url, {"messages": list(actions), **how})

    def cost(self) -> int:
        """How many messages of ours to this citizen Meta bills, the free ones included."""
        usage = web.ask(f"{self.city.stack['twin_url']}/usage")
        mine = [
            each
            for each in usage["citizens"]
            if each["citizen"] in (self.address, self.person["key"])
        ]
        return int(mine[0]["delivered"]) if mine else 0

    def sent(self) -> list[dict[str, Any]]:
        """All that was ever sent to this citizen, oldest first."""
        url = f"{self.city.stack['twin_url']}/sent?to={quote(self.address)}"
        return list(web.ask(url))

    def _next(self) -> dict[str, Any] | None:
        return _nth(self.sent(), self.heard + 1)

    def _send(self, message: dict[str, Any], told: str) -> None:
        self.city.tell(f"   ▶ {told}")
        web.ask(self._url, message)

    @property
    def _url(self) -> str:
        twin = self.city.stack["twin_url"]
        return f"{twin}/citizens/{self.channel}/{quote(self.address)}/messages"


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
