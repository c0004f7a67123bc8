"""The citizens of a storm: who writes what, how Meta delivers it, and the log of what was accepted."""

from __future__ import annotations

import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from aduan import jurisdiction, report_number
from aduan.conversation import Conversation, reply
from aduan.message import Channel, Inbound, Kind, Sender
from aduan.message_digest import digest_of
from infra.local.meta_twin import envelopes
from infra.local.meta_twin.media import MediaShelf
from infra.local.meta_twin.store import Citizen, Media
from infra.local.meta_twin.twin import bsuid_of
from tests.canaries import Kind as Mark
from tests.canaries import Marks
from tests.stories import web
from tests.stories.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.meta_twin.config import Config

Json = dict[str, Any]
FIRST_NUMBER = 3000  # the others are the agencies' and the stories'
TALKATIVE = 0.2  # so many write their own number into the report
LATE = 0.05  # so many copies come when everything else is over
NEIGHBOURS = 40  # copies are mixed up with so many around them
AT_MOST_IN_A_BODY = 8
KINDS = (
    "lampu jalan mati",
    "sampah menumpuk",
    "got mampet",
    "jalan berlubang",
    "pohon tumbang menutup jalan",
    "kebakaran rumah",
)
STREETS = (
    "Jl. Dhoho depan stasiun",
    "Jl. Veteran depan SMAN 1",
    "Jl. Hasanudin depan pasar",
    "Jl. Hayam Wuruk depan bank",
    "Jl. Semeru",
    "Jl. Imam Bonjol",
    "Jl. Brawijaya",
    "Jl. Urip Sumoharjo",
    "Jl. Basuki Rahmat",
    "Jl. Yos Sudarso",
    "Jl. Kawi",
    "Jl. Pattimura",
    "Jl. Sunan Ampel",
    "Jl. Adi Sucipto",
)
GREETINGS = ("selamat pagi", "halo min", "terima kasih", "laporan saya")


@dataclass(frozen=True)
class Letter:
    """One message as Meta has it: its id, and the body of a webhook that carries it alone."""

    message_id: str
    channel: Channel
    body: Json

    @property
    def digest(self) -> str:
        return digest_of(self.channel, self.message_id)


@dataclass
class Person:
    """A citizen, what they will have written, and what must come of it.

    `mark` stands in their report's words and nowhere else; `photos` is how many belong to it.
    """

    citizen: Citizen
    channel: Channel
    mark: str
    words: str = ""
    nik: str = ""
    photos: int = 0
    letters: list[Letter] = field(default_factory=list)

    @property
    def reports(self) -> int:
        return 1 if self.words else 0

    @property
    def address(self) -> str:
        return str(self.citizen.user_id or self.citizen.key)


@dataclass
class Log:
    """What the senders know: which messages were accepted, how often, and what was refused meanwhile."""

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    bodies: int = 0


class Crowd:
    """All of a storm's citizens, drawn from one seed."""

    def __init__(self, stack: Json, config: Config, *, messages: int, seed: int) -> None:
        self._stack, self._config = stack, config
        self._draw = random.Random(seed)
        self._shelf = MediaShelf(config, None, time.time, fetch=None)  # type: ignore[arg-type]
        self._lock = threading.Lock()
        self.log = Log()
        self.people: list[Person] = []
        while sum(len(person.letters) for person in self.people) < messages:
            self.people.append(self._person(len(self.people)))
        self.by_mark = {person.mark: person for person in self.people}

    @property
    def marks(self) -> Marks:
        """What must be found nowhere but where it belongs."""
        marks = Marks()
        for person in self.people:
            phone = person.citizen.phone
            marks.add(Mark.NAME, person.citizen.name)
            marks.add(Mark.NUMBER, phone, phone and phone[2:])
            marks.add(Mark.ACCOUNT, person.address, *(each.message_id for each in person.letters))
            marks.add(Mark.NIK, person.nik)
            marks.add(Mark.WORDS, person.mark if person.words else "")
        return marks

    @property
    def letters(self) -> list[Letter]:
        return [letter for person in self.people for letter in person.letters]

    # Who they are and what they write

    def _person(self, n: int) -> Person:
        draw = self._draw
        mark = "zq" + "".join("aeioulmnrs"[int(digit)] for digit in f"{n:05d}") + "zq"
        name = f"{mark[2:7].title()} Kanarikuning"
        if draw.random() < 0.3:
            citizen = Citizen(
                key=str(10**15 + draw.randrange(9 * 10**15)), channel="instagram", name=name
            )
        else:
            phone = f"628110000{FIRST_NUMBER + n % (10_000 - FIRST_NUMBER):04d}"
            citizen = Citizen(
                key=phone, channel="whatsapp", name=name, phone=phone, user_id=bsuid_of(phone)
            )
        person = Person(citizen, Channel(citizen.channel), mark)
        kind = draw.choices(("report", "album", "talk"), (6, 2, 2))[0]
        if kind != "talk":
            person.words = self._a_report(mark)
            if draw.random() < TALKATIVE:
                person.nik = f"357101{draw.randrange(10**10):010d}"
                number = f", 0{citizen.phone[2:]}" if citizen.phone else ""
                person.words += f" ({person.nik}{number})"
            person.letters.append(self._text(person, person.words))
        if kind == "album":
            person.photos = draw.randint(1, 3)
            person.letters += [self._photo(person) for _ in range(person.photos)]
        if kind == "talk" or draw.random() < 0.3:
            person.letters.append(self._text(person, draw.choice(GREETINGS)))
        return person

    def _a_report(self, mark: str) -> str:
        """Words that say all: what, where, and a mark that no word of anybody else's holds."""
        while True:
            kind, street = self._draw.choice(KINDS), self._draw.choice(STREETS)
            if _opens_a_report(f"{kind} di {street}, dekat warung {{}}"):
                return f"{kind} di {street}, dekat warung {mark}"

    def _text(self, person: Person, words: str) -> Letter:
        return self._letter(person, {"type": "text", "text": {"body": words}}, {"text": words})

    def _photo(self, person: Person) -> Letter:
        kept = web.send(f"{self._stack['twin_url']}/media", png(), "image/png")
        media = Media(
            id=kept["id"],
            mime_type=kept["mime_type"],
            sha256=kept["sha256"],
            size=kept["file_size"],
            gone=False,
            ours=False,
            at=time.time(),
        )
        link = self._shelf.link(media, "instagram")
        return self._letter(
            person,
            envelopes.whatsapp_media(media, "", link),
            {"attachments": [envelopes.instagram_attachment(media, link)]},
        )

    def _letter(self, person: Person, on_whatsapp: Json, on_instagram: Json) -> Letter:
        citizen, at, config = person.citizen, time.time(), self._config
        if citizen.channel == "instagram":
            message_id = envelopes.new_mid()
            message = {"message": {"mid": message_id, **on_instagram}}
            event = envelopes.instagram_event(config, citizen, at, message)
            body = envelopes.instagram_envelope(config, [event], at)
        else:
            message_id = envelopes.new_wamid()
            message = envelopes.whatsapp_message(citizen, message_id, at, on_whatsapp)
            contact = envelopes.whatsapp_contact(citizen)
            value = {"contacts": [contact], "messages": [message]}
            body = envelopes.whatsapp_envelope(config, [value])
        return Letter(message_id, person.channel, body)

    def rating(self, person: Person, words: str = "5") -> Letter:
        """Another message, once their report is said to be solved."""
        letter = self._text(person, words)
        person.letters.append(letter)
        return letter

    # How Meta delivers it

    def deliveries(self) -> list[list[Letter]]:
        """Every letter one to four times, mixed up with its neighbours and some long after, in batches."""
        draw = self._draw
        copies = [
            (index + draw.uniform(0, NEIGHBOURS) + (10**9 if draw.random() < LATE else 0), letter)
            for index, letter in enumerate(self.letters)
            for _ in range(draw.choice((1, 1, 2, 2, 3, 4)))
        ]
        in_time = [letter for _, letter in sorted(copies, key=lambda copy: copy[0])]
        bodies: list[list[Letter]] = []
        waiting: dict[Channel, list[Letter]] = {channel: [] for channel in Channel}
        size = 1
        for letter in in_time:
            batch = waiting[letter.channel]
            batch.append(letter)
            if len(batch) >= size:
                bodies.append(batch)
                waiting[letter.channel], size = [], draw.choice((1, 1, 1, 2, 3, AT_MOST_IN_A_BODY))
        return bodies + [batch for batch in waiting.values() if batch]

    def send(self, bodies: list[list[Letter]], *, senders: int = 4) -> Iterator[int]:
        """Several senders at once, each again and again until a 200, as Meta does; tells how many are left."""
        queue: SimpleQueue[list[Letter]] = SimpleQueue()
        for body in bodies:
            queue.put(body)
        threads = [threading.Thread(target=self._work_off, args=(queue,)) for _ in range(senders)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            yield queue.qsize()
            threads[0].join(timeout=1)
            for thread in threads:
                thread.join(timeout=0.1)
        for thread in threads:
            thread.join()

    def _work_off(self, queue: SimpleQueue[list[Letter]]) -> None:
        while True:
            try:
                batch = queue.get_nowait()
            except Empty:
                return
            self.deliver(batch)

    def deliver(self, batch: list[Letter]) -> None:
        wire = envelopes.wire_bytes(envelopes.merged([letter.body for letter in batch]))
        secret = self._stack[
            "instagram_app_secret" if batch[0].channel is Channel.INSTAGRAM else "app_secret"
        ]
        request = urllib.request.Request(
            self._stack["webhook_url"],
            wire,
            {
                "content-type": "application/json",
                "x-hub-signature-256": envelopes.signature(secret, wire),
            },
        )
        pause_s = 0.1
        while (answer := _post(request)) != "200":
            with self._lock:
                self.log.refused[answer] += 1
            time.sleep(pause_s)  # as Meta waits before it tries again
            pause_s = min(pause_s * 2, 5)
        with self._lock:
            self.log.bodies += 1
            self.log.accepted.update(letter.message_id for letter in batch)


def _post(request: urllib.request.Request) -> str:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as refused:
        return str(refused.code)
    except OSError as error:
        return type(error).__name__


@cache
def _opens_a_report(pattern: str) -> bool:
    """Whether these words are one report at once and leave nothing open: asked of the function that answers."""
    city = jurisdiction.load("kediri")
    at = datetime.now(UTC)
    message = Inbound(
        message_id="m",
        sender=Sender(channel=Channel.WHATSAPP, user_id="u"),
        sent_at=at,
        kind=Kind.TEXT,
        text=pattern.format("zqaaaaazq"),
    )
    chat = Conversation(citizen_id="c", channel=Channel.WHATSAPP)
    number = report_number.new()
    turn = reply(chat, message, city, requests={}, number=number, now=at)
    return turn.change.request is not None and turn.conversation.draft is None
