"""Whatever two citizens send, in any order and any number of times, some things are always so.

`CONVERSATIONS` says how many are tried; `.ci/run` tries ten thousand.
"""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from aduan import joining, report_number
from aduan.change import Change
from aduan.conversation import Conversation, Sent, Turn, mentioned, reply
from aduan.conversation.kinds import ANSWERS
from aduan.conversation.state import Asked
from aduan.errors import IllegalTransitionError
from aduan.message import CHATS, Channel, Inbound, Kind, Location, Media, Say
from aduan.meta.rendering import bodies
from aduan.privacy import HIDDEN, mask
from aduan.service_request import ServiceRequest, Status
from tests.builders import KEDIRI, NOW, PHOTO, a_sender

CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "300"))
UNANSWERED = {kind for kind, answer in ANSWERS.items() if "no answer" in answer}
PHONE, NIK = "0811-0000-4420", "3571000000000412"
WORDS = st.sampled_from(
    [
        "halo", "P", "pju mati", "pju mati di Jl. Veteran", "got mampet", "sampah numpuk di Jl. Dhoho",
        "pohon tumbang", "kebakaran!!", "kebakaran di belakang pasar pahing", "bapak saya pingsan",
        "di Jl. Brawijaya", "depan masjid", "bukan, di Jl. Dhoho", "ya", "iya benar pak", "bukan",
        "batal", "batalkan laporan", "mulai lagi", "cek", "laporan saya", "mati lagi", "sudah nyala",
        "belum beres", "5", "1", "nilai 3", "makasih", "bantuan", "siapa ini", "stop", "kabari lagi",
        "DATA SAYA", "HAPUS DATA", "mau nambah foto", "cuma latihan", "Lainnya", "Sampah", "🙏", "👍",
        "lampunya mati", "lampunya mati di Jl. Veteran", "cepetan", "ada 2 orang di dalam",
        f"hubungi {PHONE}", f"NIK saya {NIK}", "\u202eitam ujp\u202c", "a" * 5000, " ", "😀😀😀",
    ]
)  # fmt: skip
TEXTS = WORDS | st.text(max_size=60)
PINS = st.sampled_from([(-7.828, 112.010), (0.0, 0.0), (-7.2575, 112.7521), (-7.8762, 112.0824)])
SECRET = "RAHASIA-ORANG-LAIN"


class Talk(RuleBasedStateMachine):
    """Two citizens, one on each channel, an agency, and time."""

    @initialize()
    def the_city_wakes(self) -> None:
        self.now = NOW
        self.random = Random(1)
        self.requests: dict[str, ServiceRequest] = {}
        self.numbers: list[str] = []
        self.sent: dict[str, Sent] = {}
        self.offered: dict[Channel, list[str]] = {channel: [] for channel in CHATS}
        self.seen: set[str] = set()
        self.count = 0
        self.chats = {
            channel: Conversation(citizen_id=f"citizen-{channel}", channel=channel)
            for channel in CHATS
        }

    # What can happen

    @rule(who=st.sampled_from(CHATS), text=TEXTS, photos=st.integers(0, 3), again=st.booleans())
    def somebody_writes(self, who: Channel, text: str, photos: int, again: bool) -> None:
        kind = Kind.PHOTO if photos else Kind.TEXT
        message = self._message(who, kind, text=text, photos=(PHOTO,) * photos)
        self._arrives(message)
        if again:
            self._arrives(message)

    @rule(who=st.sampled_from(CHATS), pin=PINS, name=st.none() | TEXTS)
    def somebody_sends_a_pin(
        self, who: Channel, pin: tuple[float, float], name: str | None
    ) -> None:
        location = Location(lat=pin[0], long=pin[1], name=name)
        self._arrives(self._message(who, Kind.PIN, location=location))

    @rule(who=st.sampled_from(CHATS), kind=st.sampled_from(Kind), text=st.none() | TEXTS)
    def somebody_sends_anything(self, who: Channel, kind: Kind, text: str | None) -> None:
        parts: dict[str, Any] = {"text": text, "emoji": "👍", "error": 131047}
        if kind in (Kind.VOICE, Kind.VIDEO):
            parts["recordings"] = (Media(media_id="7"),)
        if kind in (Kind.REACTION, Kind.EDITED, Kind.DELETED, Kind.TEXT) and self.sent:
            parts["refers_to"] = self.random.choice(list(self.sent))
        self._arrives(self._message(who, kind, **parts))

    @rule(who=st.sampled_from(CHATS), which=st.integers(0, 50), theirs=st.booleans())
    def somebody_taps(self, who: Channel, which: int, theirs: bool) -> None:
        """A button of any time, now and then one that was offered to somebody else."""
        channels = [each for each in Channel if (each is who) is not theirs]
        offered = self.offered[channels[0]] or ["GET_STARTED"]
        self._arrives(self._message(who, Kind.TAP, choice=offered[which % len(offered)], text="x"))

    @rule(who=st.sampled_from(CHATS), text=TEXTS, late=st.integers(1, 90_000))
    def something_arrives_late(self, who: Channel, text: str, late: int) -> None:
        sent_at = self.now - timedelta(seconds=late)
        self._arrives(self._message(who, Kind.TEXT, text=text, sent_at=sent_at))

    @rule(who=st.sampled_from(CHATS), answer=st.sampled_from(["ya", "ya", "bukan"]))
    def both_see_the_same(self, who: Channel, answer: str) -> None:
        self._arrives(self._message(who, Kind.TEXT, text="pju mati di Jl. Veteran"))
        if self.chats[who].asked is Asked.SAME:
            self._arrives(self._message(who, Kind.TEXT, text=answer))

    @rule(
        steps=st.integers(0, 4),
        text=st.sampled_from(["batalkan laporan", "1", "5", "mati lagi", "cek", "masih gelap"]),
        taps=st.booleans(),
    )
    def one_who_joined_writes(self, steps: int, text: str, taps: bool) -> None:
        """About work that has come so far, and then taps what is offered last."""
        joined = [each for each in self.requests.values() if each.status is Status.JOINED]
        if not joined:
            return
        mine = joined[-1]
        for move in ("dispatch", "accept", "solve", "close")[:steps]:
            with suppress(IllegalTransitionError):
                lead = self.requests[mine.joined_to or ""]
                self.requests[lead.service_request_id] = self._moved(lead, move)
        who = mine.channel
        self._arrives(self._message(who, Kind.TEXT, text=text))
        if taps and self.offered[who]:
            yes = self.offered[who][-2:][0]
            self._arrives(self._message(who, Kind.TAP, choice=yes, text="x"))

    @rule(seconds=st.sampled_from([1, 5, 60, 3600, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        which=st.integers(0, 20),
        move=st.sampled_from(["dispatch", "accept", "solve", "close", "refuse"]),
    )
    def an_agency_works(self, which: int, move: str) -> None:
        if not self.requests:
            return
        with_work = [key for key, each in self.requests.items() if each.joined_to is None]
        number = with_work[which % len(with_work)]
        with suppress(IllegalTransitionError):
            self.requests[number] = self._moved(self.requests[number], move)

    def _moved(self, request: ServiceRequest, move: str) -> ServiceRequest:
        match move:
            case "dispatch":
                return request.route_to("dishub", SECRET, self.now).dispatch(self.now)
            case "accept":
                return request.accept(self.now)
            case "solve":
                return request.solve("proof/a.jpg", "", self.now)
            case "refuse":
                return request.refuse(SECRET, None, self.now)
            case _:
                return request.close(self.now)

    # What is always so

    def _message(self, who: Channel, kind: Kind, **parts: Any) -> Inbound:
        self.count += 1
        self.now += timedelta(milliseconds=500)
        values: dict[str, Any] = {"sent_at": self.now, "message_id": f"m{self.count}"} | parts
        return Inbound(sender=a_sender(who), kind=kind, **values)

    def _arrives(self, message: Inbound) -> None:
        if message.message_id in self.seen:
            return  # the table says so
        channel = message.sender.channel
        chat, said_before = self.chats[channel], self.sent.get(message.refers_to or "")
        number = report_number.new(self.random)
        wanted = mentioned(chat, message, said_before)
        wanted += tuple(
            self.requests[key].joined_to or "" for key in wanted if key in self.requests
        )
        read = {key: self.requests[key] for key in wanted if key in self.requests}
        think = partial(
            reply,
            chat,
            message,
            KEDIRI,
            requests=read,
            number=number,
            now=self.now,
            said_before=said_before,
        )
        turn = think()
        if joining.work_begun(turn.change, read):
            turn = think(nearby=tuple(self.requests.values()))
        self._holds(message, turn)
        self.seen.add(message.message_id)
        self.chats[channel] = replace(turn.conversation, version=chat.version + 1)
        self._keep(channel, turn)

    def _holds(self, message: Inbound, turn: Turn) -> None:
        chat, change = turn.conversation, turn.change
        says = [effect.say for effect in change.effects if effect.say]
        answered = says or change.kept or any(effect.react for effect in change.effects)
        names = [effect.name for effect in change.effects]
        assert len(names) == len(set(names)), "a transaction takes each item once"
        assert len(says) <= 1
        assert answered or message.kind in UNANSWERED
        assert chat.aside is None or (chat.draft and chat.aside.draft_id != chat.draft.draft_id)
        assert chat.draft is None or chat.draft.began_at <= self.now
        for say in says:
            self._fits(say, chat)
            self._is_ones_own(say, chat)
        self._follows(change)
        if request := change.request:
            assert request.citizen_id == chat.citizen_id
            is_new = request.service_request_id not in self.requests
            assert not is_new or request.service_request_id not in self.numbers
            stored = f"{request} {chat.draft}"
            assert PHONE not in stored
            assert NIK not in stored
            assert mask(request.description).count(HIDDEN) >= request.description.count(HIDDEN)

    def _follows(self, change: Change) -> None:
        """Who joins has no work of their own, and puts nothing into the lead but a rating and its reason."""
        request, beside = change.request, change.beside
        if request and request.status is Status.JOINED:
            assert request.joined_to
            assert not any(effect.start_generation == 1 for effect in change.effects)
        if change.joins:
            assert self.requests[change.joins.service_request_id].may_be_joined
            assert change.joins.joined_to is None
        if beside and beside.request:
            lead = self.requests[beside.request.service_request_id]
            assert beside.request.citizen_id == lead.citizen_id
            assert (beside.request.said, beside.request.photo_ids) == (lead.said, lead.photo_ids)
            assert request
            assert self.requests[request.service_request_id].joined_to == lead.service_request_id

    def _fits(self, say: Say, chat: Conversation) -> None:
        for body in bodies(say, a_sender(chat.channel), KEDIRI, lambda key: f"https://x/{key}"):
            if chat.channel is Channel.INSTAGRAM and "text" in body["message"]:
                assert len(body["message"]["text"].encode()) <= 1000
            text = body.get("interactive", {}).get("body", {}).get("text", "")
            assert len(text) <= 1024

    def _is_ones_own(self, say: Say, chat: Conversation) -> None:
        others = [r for r in self.requests.values() if r.citizen_id != chat.citizen_id]
        shown = " ".join([*say.fields.values(), *(choice.payload for choice in say.choices)])
        for other in others:
            assert report_number.spoken(other.service_request_id) not in shown
            assert other.service_request_id not in shown
        assert SECRET not in shown

    def _keep(self, channel: Channel, turn: Turn) -> None:
        change = turn.change
        if change.beside and change.beside.request:
            self._stored(change.beside.request)
        for lead, number in ((change.joins, 1), (change.leaves, -1)):
            is_beside = change.beside and lead and change.beside.request
            if lead and not is_beside:
                now = self.requests[lead.service_request_id]
                self._stored(replace(now, joined=now.joined + number))
        self._counts_are_right(change)
        if request := turn.change.request:
            if request.service_request_id not in self.requests:
                self.numbers.append(request.service_request_id)
            self._stored(request)
        for effect in turn.change.effects:
            if effect.say:
                self.offered[channel] += [choice.payload for choice in effect.say.choices]
                about = effect.service_request_id
                sent = Sent(effect=effect.name, text=effect.say.text, service_request_id=about)
                self.sent[f"out{len(self.sent)}"] = sent

    def _stored(self, request: ServiceRequest) -> None:
        self.requests[request.service_request_id] = replace(request, version=request.version + 1)

    def _counts_are_right(self, change: Change) -> None:
        changing = change.request.service_request_id if change.request else ""
        for number, lead in self.requests.items():
            following = [
                each
                for each in self.requests.values()
                if each.joined_to == number and each.service_request_id != changing
            ]
            mine = change.request and change.request.joined_to == number
            assert lead.joined == len(following) + bool(mine)
            assert not (lead.joined and lead.joined_to), "nobody follows one who follows"


TestTalk = Talk.TestCase
TestTalk.settings = settings(
    max_examples=CONVERSATIONS,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
