"""Whole conversations with all that follows from each message, to be read by people.

A file in `transcripts/` is a script and its record: what stands at the margin is played, what is indented came
of it, to the last field. `make transcripts` writes the records anew: whoever changes what the desk does reads
in the difference what changes for people.

    > words          the citizen writes (`[foto]`, `[suara]`, `[video]`, `[pin]`, `[pin jauh]` before the words)
    * button         the citizen taps the choice of the last answer that begins so; `* =payload` any other
    x m2             the citizen deletes their second message; `~ m2 words` changes it; `+ 👍` likes an answer
    @ 3 hours        so much later (seconds, minutes, hours, days)
    ! accept words   an officer of the agency acts on the newest report; `! route` dispatches it first
    ! look accept    the time of a promise has come, and its schedule looks
    ! remind         the quarter of an hour at which drafts are looked after
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aduan.change import Change
from aduan.conversation.reminder import look_after
from aduan.conversation.state import Sent
from aduan.deadline import look, promises_of, watch_of
from aduan.message import Channel, Kind, Say
from aduan.officer import Act, Decision, decide
from aduan.service_request import Awaited, ServiceRequest
from tests.builders import ALUN_ALUN, KEDIRI, PHOTO, SURABAYA, Chat

FOLDER = Path(__file__).parent / "transcripts"
SCRIPTS = sorted(FOLDER.glob("*.txt"))
WRITE = os.environ.get("TRANSCRIPTS") == "write"
SENT: dict[str, dict[str, Any]] = {
    "[foto]": {"kind": Kind.PHOTO, "photos": (PHOTO,)},
    "[suara]": {"kind": Kind.VOICE, "recordings": (replace(PHOTO, mime_type="audio/ogg"),)},
    "[video]": {"kind": Kind.VIDEO, "recordings": (replace(PHOTO, mime_type="video/mp4"),)},
    "[pin]": {"kind": Kind.PIN, "location": ALUN_ALUN},
    "[pin jauh]": {"kind": Kind.PIN, "location": SURABAYA},
    "[pin bernama]": {"kind": Kind.PIN, "location": replace(ALUN_ALUN, name="Alun-alun Kediri")},
    "[stiker]": {"kind": Kind.STICKER},
}
UNTOLD = {"version", "pace", "last_inbound_at", "citizen_id", "jurisdiction_id"}


class Player:
    """Plays a script line by line; `record` is the file as it should be."""

    def __init__(self, script: str) -> None:
        self.chat = Chat(Channel.INSTAGRAM if "instagram" in script else Channel.WHATSAPP)
        self.said: Say | None = None
        self.later = timedelta(seconds=20)
        self.messages = 0
        self.record = "\n".join(self._play(script)) + "\n"

    def _play(self, script: str) -> Iterator[str]:
        for line in script.splitlines():
            if line.startswith("    "):
                continue
            yield line
            mark, _, rest = line.partition(" ")
            match mark:
                case "@":
                    number, unit = rest.split()
                    self.later = timedelta(**{unit: int(number)})
                case ">" | "*":
                    yield from self._send(rest, tap=mark == "*")
                case "x":
                    yield from self._hear(None, kind=Kind.DELETED, refers_to=rest)
                case "~":
                    which, _, words = rest.partition(" ")
                    yield from self._hear(words or None, kind=Kind.EDITED, refers_to=which)
                case "+":
                    assert self.said is not None
                    before = Sent(effect="say#x", text=self.said.text)
                    yield from self._hear(
                        None, kind=Kind.REACTION, emoji=rest, refers_to="ours", said_before=before
                    )
                case "!":
                    yield from self._act(*rest.partition(" ")[::2])

    def _send(self, text: str, *, tap: bool) -> Iterator[str]:
        parts: dict[str, Any] = {"kind": Kind.TEXT}
        for name, sent in SENT.items():
            if text.startswith(name):
                text, parts = text.removeprefix(name).strip(), sent
        if tap:
            assert self.said is not None
            if text.startswith("="):
                yield from self._hear(text, choice=text[1:], kind=Kind.TAP)
                return
            choices = {choice.title: choice.payload for choice in self.said.choices}
            payload = next((choices[title] for title in choices if title.startswith(text)), None)
            assert payload, f"{text} is none of {list(choices)}"
            parts = {"choice": payload, "kind": Kind.TAP}
        yield from self._hear(text or None, **parts)

    def _hear(self, text: str | None, **parts: Any) -> Iterator[str]:
        self.messages += 1
        chat, reports = self.chat.conversation, dict(self.chat.requests)
        say = self.chat.hears(text, message_id=f"m{self.messages}", after=self.later, **parts)
        self.said, self.later = say or self.said, timedelta(seconds=20)
        turn = self.chat.turns[-1]
        yield from self._told(chat, turn, reports)

    def _told(self, before: Any, turn: Any, reports: dict[str, ServiceRequest]) -> Iterator[str]:
        if turn is None:
            yield "    nothing"
            return
        change = turn.change
        yield from _lines("", _plain(replace(change, request=None)), all_of_it=True)
        if request := change.request:
            was = reports.get(request.service_request_id)
            yield from _lines("report ", _differences(was, request), all_of_it=was is None)
        yield from _lines("chat ", _differences(before, turn.conversation))

    def _act(self, act: str, words: str) -> Iterator[str]:
        chat = self.chat
        chat.now += self.later
        self.later = timedelta(seconds=20)
        if act == "remind":
            before, turn = chat.conversation, look_after(chat.conversation, KEDIRI, chat.now)
            chat.conversation = turn.conversation if turn else chat.conversation
            yield from self._told(before, turn, {})
            return
        number = chat.conversation.reports[0]
        request = chat.requests[number]
        if act == "route":
            request = request.route_to("dishub", "jenis laporan", chat.now).dispatch(chat.now)
            promises = promises_of(request, KEDIRI, chat.now)
            chat.requests[number] = replace(request, promises=promises)
            return
        if act == "look":
            yield from self._look(request, Awaited(words))
            return
        decision = Decision(
            act=Act(act),
            words=words,
            better_agency="dlhkp" if act == "refuse" else None,
            proof_key="proof/ab.jpg" if act in ("solve", "before") else None,
            proof_look="0" * 16 if act == "solve" else None,
            proof_doubts=("elsewhere",) if "(jauh)" in words else (),
            until=date(2026, 12, 1) if act == "delay" else None,
        )
        change = decide(request, decision, KEDIRI, chat.now)
        self.said = next((e.say for e in change.effects if e.say), self.said)
        yield from self._done(request, change)

    def _look(self, request: ServiceRequest, what: Awaited) -> Iterator[str]:
        promise = request.promise(what)
        watch = watch_of(request, promise) if promise else None
        if watch is None:
            yield "    nothing"
            return
        self.chat.now = max(self.chat.now, watch.at)
        yield from self._done(request, look(request, watch, KEDIRI, self.chat.now) or Change())

    def _done(self, request: ServiceRequest, change: Change) -> Iterator[str]:
        if change.request is None:
            yield "    nothing"
            return
        kept = replace(change.request, version=change.request.version + 1)
        self.chat.requests[request.service_request_id] = kept
        yield from _lines("", _plain(replace(change, request=None)), all_of_it=True)
        yield from _lines("report ", _differences(request, change.request))


def _plain(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


def _differences(before: Any, after: Any) -> dict[str, Any]:
    was, now = _plain(before) if before else {}, _plain(after)
    return {key: value for key, value in now.items() if value != was.get(key)}


def _lines(prefix: str, value: Any, *, all_of_it: bool = False) -> Iterator[str]:
    """One line a value. What is empty is left out, but of a difference: there it was taken away."""
    for path, each in _flat(value):
        told = bool(each) or not (all_of_it or "." in path)
        if told and path.split(".")[0] not in UNTOLD and not path.startswith("held.say"):
            yield f"    {prefix}{path}: {json.dumps(each, ensure_ascii=False)}"


def _flat(value: Any, so_far: str = "") -> Iterator[tuple[str, Any]]:
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list | tuple):
        inside = list(enumerate(value))
    for key, each in inside:
        path = f"{so_far}.{key}" if so_far else str(key)
        if isinstance(each, dict | list | tuple) and each:
            yield from _flat(each, path)
        else:
            yield path, each


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_goes_as_it_is_written(script: Path) -> None:
    written = script.read_text("utf-8")
    played = Player(written).record
    if WRITE:
        script.write_text(played, "utf-8")
    else:
        assert played == written
