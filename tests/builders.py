"""Values for tests, each with only what the fact at hand is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from aduan import jurisdiction, report_number
from aduan.conversation import Conversation, Turn, mentioned, reply
from aduan.deadline import promises_of
from aduan.message import Channel, Inbound, Kind, Location, Media, Say, Sender
from aduan.service_request import Said, ServiceRequest, Status

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
NUMBER, OTHER_NUMBER = "123456789018", "234567890125"
CITIZEN, STRANGER = "citizen-a", "citizen-b"
KEDIRI = jurisdiction.load("kediri")
ALUN_ALUN = Location(lat=-7.828, long=112.010)
SURABAYA = Location(lat=-7.2575, long=112.7521)
PHOTO = Media(media_id="1013859600285441", mime_type="image/jpeg")

NUMBERS = tuple(report_number.new(Random(seed)) for seed in range(200))

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
        "said": said(changes.pop("description", "lampu jalan mati")),
        "requested_datetime": NOW,
        "updated_datetime": NOW,
        "address": "Jl. Veteran",
    }
    return ServiceRequest(**values | changes)


def said(text: str) -> tuple[Said, ...]:
    return (Said(by="m1", at=NOW, text=text),) if text else ()


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


def a_promised_request(**changes: Any) -> ServiceRequest:
    """A dispatched one, with what its agency has to keep: told on Tuesday, 24 November 2026, 15.15 WIB."""
    request = a_dispatched_request(**changes)
    return replace(request, promises=promises_of(request, KEDIRI, NOW))


def a_solved_request(**changes: Any) -> ServiceRequest:
    return a_dispatched_request(
        **{"status": Status.SOLVED, "proof_key": "proof/ab.jpg", "version": 5, **changes}
    )


class Chat:
    """A citizen's chat, kept in memory: what they send, what they hear, what it did."""

    def __init__(self, channel: Channel = Channel.WHATSAPP, *requests: ServiceRequest) -> None:
        numbers = tuple(request.service_request_id for request in requests)
        self.conversation = Conversation(citizen_id=CITIZEN, channel=channel, reports=numbers)
        self.requests = {request.service_request_id: request for request in requests}
        self.turns: list[Turn] = []
        self.numbers = iter((NUMBER, OTHER_NUMBER, *NUMBERS))
        self.number = next(self.numbers)
        self.now = NOW

    nearby: tuple[ServiceRequest, ...] = ()

    def hears(self, text: str | None = None, **parts: Any) -> Say | None:
        """Send a message; gives what is answered in words, if anything is."""
        said_before = parts.pop("said_before", None)
        after = parts.pop("after", timedelta(seconds=20))
        self.now += after
        values = {"sent_at": self.now, "channel": self.conversation.channel} | parts
        message = a_message(text, **values)
        wanted = mentioned(self.conversation, message, said_before)
        joined_to = [self.requests[key].joined_to for key in wanted if key in self.requests]
        read = [*wanted, *(each for each in joined_to if each)]
        turn = reply(
            self.conversation,
            message,
            KEDIRI,
            requests={key: self.requests[key] for key in read if key in self.requests},
            number=self.number,
            now=self.now,
            said_before=said_before,
            nearby=self.nearby,
        )
        self.turns.append(turn)
        self.conversation = turn.conversation
        if request := turn.change.request:
            self.requests[request.service_request_id] = replace(
                request, version=request.version + 1
            )
            if request.service_request_id == self.number:
                self.number = next(self.numbers)
        said = [effect.say for effect in turn.change.effects if effect.say]
        assert len(said) <= 1, "one message, one answer"
        return said[0] if said else None

    def sends(self, text: str | None = None, **parts: Any) -> Say:
        """Send a message that is answered in words; gives the answer."""
        say = self.hears(text, **parts)
        assert say is not None, f"no answer to {text or parts}"
        return say

    def is_asked_whether_it_is_right(self) -> Say:
        """A report whose place nobody can find from the words is shown before it is sent."""
        self.sends("pju mati")
        confirm = self.sends("yang dulu itu lho")
        assert confirm.text == "confirm"
        return confirm

    def taps(self, say: Say, label: str) -> Say:
        """Tap the choice whose title begins with the label."""
        (payload,) = [c.payload for c in say.choices if c.title.startswith(label)]
        return self.sends(label, choice=payload, kind=Kind.TAP)

    def works(self, *moves: str) -> ServiceRequest:
        """The agency's side of the newest report: dispatched, accepted, solved."""
        request = self.requests[self.conversation.reports[0]]
        for move in moves:
            match move:
                case "dispatched":
                    request = request.route_to("dishub", "jenis laporan", self.now).dispatch(
                        self.now
                    )
                case "accepted":
                    request = request.accept(self.now)
                case "solved":
                    request = request.solve("proof/ab.jpg", "", self.now)
                case "closed":
                    request = request.close(self.now)
        self.requests[request.service_request_id] = request
        return request

    @property
    def report(self) -> ServiceRequest | None:
        """The report of the last turn."""
        return self.turns[-1].change.request

    @property
    def reaction(self) -> str | None:
        """The emoji that the last message was answered with."""
        return next((e.react for e in self.turns[-1].change.effects if e.react), None)

    @property
    def told_agency(self) -> list[str]:
        """What the agency heard because of the last turn."""
        return [e.notice.what for e in self.turns[-1].change.effects if e.notice]
