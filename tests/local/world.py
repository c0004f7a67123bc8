"""A Meta twin in this process, with a clock, a receiver of webhooks and a web of our own."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from infra.local.meta_twin.app import create_app
from infra.local.meta_twin.config import Config, Template
from infra.local.meta_twin.twin import Twin
from infra.local.meta_twin.web_client import Answer

Json = Any
T = TypeVar("T")

SECRET = "test_app_secret"
PHONE_NUMBER_ID = "106540352242922"
ACCOUNT_ID = "17841400000000112"
WEBHOOK = "http://city.test/webhook"
EMULATOR = "http://emulator.test"
BU_SRI = "6281100001234"
PAK_JOKO = "990000000000001"

JPEG = b"\xff\xd8\xff\xe0" + b"a small photo"
PNG = b"\x89PNG\r\n\x1a\n" + b"a small picture"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    @property
    def code(self) -> int:
        return int(self.json["error"]["code"])


@dataclass
class Arrived:
    """A webhook as the city's receiver got it."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)


@dataclass
class World:
    data_dir: Path
    now: float = 1_790_000_000.0
    answers: list[int | None] = field(default_factory=list)
    """What the receiver answers to the next webhooks; 200 when there is nothing left."""
    arrived: list[Arrived] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    web: dict[str, Answer] = field(default_factory=dict)
    """What is found under other URLs (without their query)."""
    challenge: Callable[[dict[str, list[str]]], Answer | None] | None = None

    def __post_init__(self) -> None:
        self.runner = asyncio.Runner()
        self.start()

    def start(self, **settings: Any) -> None:
        self.config = Config(
            app_secret=SECRET,
            verify_token="verify-me",
            whatsapp_token="whatsapp-token",
            instagram_token="instagram-token",
            phone_number_id=PHONE_NUMBER_ID,
            instagram_account_id=ACCOUNT_ID,
            webhook_url=WEBHOOK,
            aws_endpoint_url=EMULATOR,
            region="ap-southeast-3",
            mailboxes={"dpupr": f"{EMULATOR}/000000000000/aduan-local-mailbox-dpupr"},
            data_dir=self.data_dir,
            base_url="http://twin.test",
            templates=(Template(name="progress", text="Laporan {{1}}: {{2}}", parameters=2),),
        ).model_copy(update=settings)
        self.twin = Twin(self.config, clock=lambda: self.now, fetch=self._fetch, sleep=self._sleep)
        self.app = create_app(self.twin)

    def restart(self, **settings: Any) -> None:
        """The process ends, whatever it was doing, and another one starts on the same data."""
        self.run(self.twin.webhooks.stop())
        self.twin.store.close()
        self.start(**settings)

    def close(self) -> None:
        self.run(self.twin.webhooks.stop())
        self.twin.store.close()
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def settle(self) -> None:
        """Until every webhook has arrived."""
        self.run(self.twin.webhooks.settle())

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    async def _fetch(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout_s: float = 0,
        limit: int = 0,
    ) -> Answer | None:
        await asyncio.sleep(0)
        parts = urlsplit(url)
        plain = parts._replace(query="").geturl()
        if plain != WEBHOOK:
            return self.web.get(plain)
        if method == "GET":
            query = parse_qs(parts.query)
            return self.challenge(query) if self.challenge else None
        status = self.answers.pop(0) if self.answers else 200
        self.arrived.append(Arrived(headers or {}, body or b""))
        return None if status is None else Answer(status, "", b"")

    # Calling the twin

    def call(
        self,
        method: str,
        path: str,
        json_body: Json = None,
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        content = json.dumps(json_body).encode() if json_body is not None else body
        return self.run(self._call(method, path, content, headers or {}))

    async def _call(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Reply:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "server": ("twin.test", 80),
            "client": ("test", 1),
        }
        reply = Reply(0, {}, b"")

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {
                    name.decode(): value.decode() for name, value in message["headers"]
                }
            else:
                reply.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return reply

    def get(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, json_body: Json = None) -> Reply:
        return self.call("POST", path, json_body)

    # What the city does

    def whatsapp(self, body: Json, token: str = "whatsapp-token") -> Reply:
        path = f"/v25.0/{PHONE_NUMBER_ID}/messages"
        return self.call("POST", path, body, headers={"Authorization": f"Bearer {token}"})

    def instagram(self, body: Json, token: str = "instagram-token") -> Reply:
        return self.call(
            "POST", "/v25.0/me/messages", body, headers={"Authorization": f"Bearer {token}"}
        )

    def graph(self, method: str, path: str, token: str = "whatsapp-token") -> Reply:
        return self.call(method, f"/v25.0/{path}", headers={"Authorization": f"Bearer {token}"})

    # What citizens do

    def writes(self, address: str, content: Json, channel: str = "whatsapp") -> Reply:
        reply = self.post(f"/citizens/{channel}/{address}/messages", content)
        self.settle()
        return reply

    def bu_sri_writes(self, text: str = "Lampu mati") -> Reply:
        return self.writes(BU_SRI, {"text": text})

    def pak_joko_writes(self, text: str = "Jalan berlubang") -> Reply:
        return self.writes(PAK_JOKO, {"text": text}, "instagram")

    def sent(self, address: str) -> list[Json]:
        found: list[Json] = self.get(f"/sent?to={address}").json
        return found


# What arrived at the city


def values(world: World) -> list[Json]:
    return [
        change["value"]
        for webhook in world.arrived
        for entry in webhook.json["entry"]
        for change in entry.get("changes", [])
    ]


def messages(world: World) -> list[Json]:
    return [message for value in values(world) for message in value.get("messages", [])]


def statuses(world: World) -> list[Json]:
    return [status for value in values(world) for status in value.get("statuses", [])]


def events(world: World) -> list[Json]:
    return [
        event
        for webhook in world.arrived
        for entry in webhook.json["entry"]
        for event in entry.get("messaging", [])
    ]


# What the city sends


def a_message(kind: str, content: Json, **changes: Any) -> Json:
    """A WhatsApp message to Bu Sri; what is None in it is left out."""
    message = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": f"+{BU_SRI}",
        "type": kind,
        kind: content,
        **changes,
    }
    return {name: value for name, value in message.items() if value is not None}


def a_text(text: str = "Terima kasih", **changes: Any) -> Json:
    return a_message("text", {"body": text}, **changes)


def interactive(content: Json) -> Json:
    return a_message("interactive", content)


def buttons(*titles: str, **changes: Any) -> Json:
    taps = [
        {"type": "reply", "reply": {"id": f"b{place}", "title": title}}
        for place, title in enumerate(titles)
    ]
    content = {"type": "button", "body": {"text": "Benar?"}, "action": {"buttons": taps}}
    return interactive({**content, **changes})


def a_list(*titles: str, **changes: Any) -> Json:
    rows = [{"id": f"r{place}", "title": title} for place, title in enumerate(titles)]
    action = {"button": "Pilih", "sections": [{"title": "Jenis", "rows": rows}]}
    content = {"type": "list", "body": {"text": "Laporan apa?"}, "action": action}
    return interactive({**content, **changes})


def a_location_request() -> Json:
    return interactive(
        {
            "type": "location_request_message",
            "body": {"text": "Di mana?"},
            "action": {"name": "send_location"},
        }
    )


def an_image(link: str) -> Json:
    return a_message("image", {"link": link, "caption": "Sudah selesai"})


def a_direct_message(**message: Any) -> Json:
    return {"recipient": {"id": PAK_JOKO}, "message": message}
