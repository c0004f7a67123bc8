"""Deliveries as Meta sends them: the files of `tests/events`, and their signatures."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aduan.message import Inbound
from aduan.meta import inbound, webhook

EVENTS = Path(__file__).parent / "events"
RECEIVED = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


def names(channel: str) -> list[str]:
    """All files of a channel, e.g. whatsapp/text."""
    return sorted(f"{channel}/{path.stem}" for path in (EVENTS / channel).glob("*.json"))


def a_delivery(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def on_the_wire(delivery: Any) -> bytes:
    r"""As Meta writes JSON: everything beyond ASCII, / and @ escaped."""
    text = json.dumps(delivery, separators=(",", ":"))
    return text.replace("/", "\\/").replace("@", "\\u0040").encode()


def signature(raw: bytes, app_secret: str) -> str:
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()


def split(name: str) -> webhook.Delivery:
    return webhook.split(a_delivery(name))


def messages(name: str) -> list[Inbound]:
    """What is read of a delivery, after its way through the queue."""
    return [parse(letter) for letter in split(name).letters]


def message(name: str) -> Inbound:
    (only,) = messages(name)
    return only


def parse(letter: webhook.Letter) -> Inbound:
    through_the_queue = json.loads(json.dumps(vars(letter)))
    return inbound.parse(through_the_queue, RECEIVED)
