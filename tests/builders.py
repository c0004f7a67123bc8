"""Values for tests, each with only what the fact at hand is about."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from aduan import jurisdiction
from aduan.conversation import Conversation, Turn, mentioned, reply
from aduan.message import Channel, Inbound, Location, Media, Say, Sender
from aduan.service_request import ServiceRequest, Status

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
NUMBER, OTHER_NUMBER = "123456789018", "234567890125"
CITIZEN, STRANGER = "citizen-a", "citizen-b"
KEDIRI = jurisdiction.load("kediri")
ALUN_ALUN = Location(lat=-7.828, long=112.010)
SURABAYA = Location(lat=-7.2575, long=112.7521)
PHOTO = Media(media_id="1013859600285441", mime_type="image/jpeg")

_message_ids = count(1)


def a_sender(channel: Channel = Channel.WHATSAPP) -> Sender:
    if channel is Channel.INSTAGRAM:
        return Sender(channel=channel, user_id="17841400000000001")
    return Sender(channel=channel, user_id="ID.13491208655302741918", wa_id="6281100000001")


def a_message(text: str | None = None, **parts: Any) -> Inbound:
    channel = parts.pop("channel", Channel.WHATSAPP)
    values: dict[str, Any] = {
        "message_id": f"wamid.{next(_message_ids)}",
        "sender": a_sender(channel),
        "sent_at": NOW,
        "text": text,
    }
    return Inbound(**values | parts)


def a_service_request(**changes: Any) -> ServiceRequest:
    """A dark street light in Jl. Veteran, just received."""
    values: dict[str, Any] = {
        "service_request_id": NUMBER,
        "jurisdiction_id": "kediri",
        "citizen_id": CITIZEN,
        "channel": Channel.WHATSAPP,
        "service_code": "street_light",
        "description": "lampu jalan mati",
        "requested_datetime": NOW,
        "updated_datetime": NOW,
        "address": "Jl. Veteran",
    }
    return ServiceRequest(**values | changes)


def a_dispatched_request(**changes: Any) -> ServiceRequest:
    dispatched = a_service_request().route_to("dishub", "jenis laporan", NOW).dispatch(NOW)
    return a_service_request(
        **{
            "status": dispatched.status,
            "agency_responsible": "dishub",
            "attempt": 1,
            "version": 3,
            **changes,
        }
    )


def a_solved_request(**changes: Any) -> ServiceRequest:
    return a_dispatched_request(
        **{"status": Status.SOLVED, "proof_key": "proof/ab.jpg", "version": 5, **changes}
    )


class Chat:
    """A citizen's chat, kept in memory: what they send, what they hear, what it did."""

    def __init__(self, channel: Channel = Channel.WHATSAPP, *requests: ServiceRequest) -> None:
        self.conversation = Conversation(citizen_id=CITIZEN, channel=channel)
        self.requests = {request.service_request_id: request for request in requests}
        self.turns: list[Turn] = []
        self.number = NUMBER
        self.now = NOW

    def sends(self, text: str | None = None, **parts: Any) -> Say:
        """Send a message; gives what is answered."""
        message = a_message(text, channel=self.conversation.channel, **parts)
        wanted = mentioned(self.conversation, message)
        turn = reply(
            self.conversation,
            message,
            KEDIRI,
            requests={key: self.requests[key] for key in wanted if key in self.requests},
            number=self.number,
            now=self.now,
        )
        self.turns.append(turn)
        self.conversation = turn.conversation
        self.now += timedelta(seconds=10)
        if request := turn.change.request:
            self.requests[request.service_request_id] = request
        (said,) = [effect.say for effect in turn.change.effects if effect.say]
        return said

    def taps(self, say: Say, label: str) -> Say:
        """Tap the choice whose title begins with the label."""
        (payload,) = [c.payload for c in say.choices if c.title.startswith(label)]
        return self.sends(label, choice=payload)

    @property
    def report(self) -> ServiceRequest | None:
        """The report of the last turn."""
        return self.turns[-1].change.request
