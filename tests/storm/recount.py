"""After a storm: everything is counted again from the senders' own log, and compared with what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aduan.aws.items import from_item
from aduan.change import Event
from aduan.command_centre.figures import cells_of
from aduan.deadline import watches
from aduan.message import Channel
from aduan.message_digest import digest_of
from aduan.service_request import AGENCY_WAITS, ServiceRequest, Status
from tests.stories import web
from tests.storm.officers import mails, queues

if TYPE_CHECKING:
    from tests.stories.city import City
    from tests.storm.crowd import Crowd, Person
    from tests.storm.officers import Officers

Json = dict[str, Any]
Item = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One thing that was counted twice: as the senders' log says, and as it is. `which` names what differs."""

    what: str
    expected: int
    found: int
    which: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.expected == self.found and not self.which


class Recount:
    """A look at everything that lies in the emulator and the twin, once it is quiet."""

    def __init__(
        self, city: City, crowd: Crowd, officers: Officers, billed_before: int = 0
    ) -> None:
        """`billed_before`: what was counted for the bill and is no longer on record, as of the forgotten."""
        self._billed_before = billed_before
        self._city, self._crowd, self._officers = city, crowd, officers
        pages = (
            city.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=city.stack["reports_table"], ConsistentRead=True)
        )
        self._items: dict[tuple[str, str], Item] = {
            (item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]
        }

    def lines(self) -> list[Line]:
        return [
            self._messages(),
            self._words(),
            self._reports(),
            self._photos(),
            self._executions(),
            self._assignments(),
            self._tasks(),
            self._officers_deeds(),
            self._effects(),
            self._said(),
            self._doubles_at_meta(),
            self._told_agencies(),
            self._schedules(),
            self._left_in_queues(),
            self._rows(),
            self._counters(),
            self._counted_messages(),
        ]

    # What is there

    @cached_property
    def requests(self) -> dict[str, ServiceRequest]:
        """Reports of this storm's people."""
        every = [
            from_item(item, ServiceRequest)
            for (_, sk), item in self._items.items()
            if sk == "request"
        ]
        return {each.service_request_id: each for each in every if self.person_of(each)}

    def person_of(self, request: ServiceRequest) -> Person | None:
        words = " ".join(each.text for each in request.said).split()
        marks = [word for word in words if word in self._crowd.by_mark]
        return self._crowd.by_mark[marks[0]] if marks else None

    @cached_property
    def citizens(self) -> set[str]:
        return {request.citizen_id for request in self.requests.values()}

    def _of(self, prefix: str) -> dict[tuple[str, str], Item]:
        return {key: item for key, item in self._items.items() if key[1].startswith(prefix)}

    @cached_property
    def sent(self) -> dict[str, list[str]]:
        """Ids of what the twin has taken for each of the people, by their address."""
        twin = self._city.stack["twin_url"]
        return {
            person.address: [each["id"] for each in web.ask(f"{twin}/sent?to={person.address}")]
            for person in self._crowd.people
        }

    # Counted again

    def _messages(self) -> Line:
        wanted = {letter.digest for letter in self._crowd.letters}
        accepted = self._crowd.log.accepted
        seen = {pk.removeprefix("message#") for pk, sk in self._items if sk == "seen"} & wanted
        lost = tuple(
            letter.message_id[:20] for letter in self._crowd.letters if letter.digest not in seen
        )
        return Line("accepted messages are stored", len(accepted), len(seen), lost)

    def _words(self) -> Line:
        """Each mark in one report or chat, and there once."""
        held: Counter[str] = Counter()
        for (_, sk), item in self._items.items():
            if sk in ("request", "conversation"):
                text = repr(item)
                held.update(mark for mark in self._crowd.by_mark if mark in text)
        told = [person for person in self._crowd.people if person.words]
        texts: Counter[str] = Counter()
        for request in self.requests.values():
            for said in request.said:
                texts.update(word for word in said.text.split() if word in self._crowd.by_mark)
        wrong = tuple(person.mark for person in told if texts[person.mark] != 1)
        return Line("words of a report are in it once", len(told), sum(texts.values()), wrong)

    def _reports(self) -> Line:
        by_person = Counter(
            person.mark for each in self.requests.values() if (person := self.person_of(each))
        )
        wrong = tuple(
            f"{person.mark}: {by_person[person.mark]}"
            for person in self._crowd.people
            if by_person[person.mark] != person.reports
        )
        wanted = sum(person.reports for person in self._crowd.people)
        return Line("reports, each with one number", wanted, len(self.requests), wrong)

    def _photos(self) -> Line:
        wanted, found, wrong = 0, 0, []
        bucket = self._city.client("s3").get_paginator("list_objects_v2")
        keys = {
            each["Key"]
            for page in bucket.paginate(Bucket=self._city.stack["photo_bucket"])
            for each in page.get("Contents", ())
        }
        for request in self.requests.values():
            person = self.person_of(request)
            kept = [self._items.get((f"photo#{each}", "photo"), {}) for each in request.photo_ids]
            there = [item for item in kept if item.get("key", {}).get("S") in keys]
            wanted += person.photos if person else 0
            found += len(there)
            if person and len(there) != person.photos:
                wrong.append(f"{person.mark}: {len(there)} of {person.photos}")
        return Line("photos are in the bucket and in their report", wanted, found, tuple(wrong))

    def _executions(self) -> Line:
        steps, running = self._city.client("stepfunctions"), Counter[str]()
        pages = steps.get_paginator("list_executions").paginate(
            stateMachineArn=self._city.stack["state_machine_arn"], statusFilter="RUNNING"
        )
        for page in pages:
            running.update(each["name"].partition("-")[0] for each in page["executions"])
        wrong = tuple(
            f"{number}: {running[number]}, {request.status}"
            for number, request in self.requests.items()
            if running[number] != (0 if request.is_over else 1)
        )
        wanted = sum(not request.is_over for request in self.requests.values())
        found = sum(running[number] for number in self.requests)
        return Line("open reports have one workflow, closed ones none", wanted, found, wrong)

    def _assignments(self) -> Line:
        """Each dispatch of a report has its record, and the agency was told."""
        told = {
            (pk.removeprefix("request#"), int(sk.partition("#")[2]))
            for (pk, sk), item in self._of("assignment#").items()
            if "published_at" in item
        }
        wanted = {
            (number, attempt)
            for number, request in self.requests.items()
            for attempt in range(1, request.attempt + 1)
        }
        undispatched = {(n, 0) for n, request in self.requests.items() if not request.attempt}
        found = {each for each in told if each[0] in self.requests}
        wrong = tuple(f"{number}-{n}" for number, n in (wanted ^ found) | undispatched)
        return Line("dispatches, told to their agency", len(wanted), len(found), wrong)

    def _tasks(self) -> Line:
        """Of each report that somebody must do something about, one wait has a token."""
        open_waits: dict[str, list[str]] = defaultdict(list)
        for (pk, sk), item in self._of("wait#").items():
            if "task_token" in item:
                open_waits[pk.removeprefix("request#")].append(sk)
        wanted, wrong = 0, []
        for number, request in self.requests.items():
            what = AGENCY_WAITS.get(request.status)
            what = "rating" if request.status is Status.SOLVED else what
            asked = [f"wait#{what}#{request.attempt}"] if what else []
            wanted += len(asked)
            if open_waits[number] != asked:
                wrong.append(f"{number} ({request.status}): {open_waits[number]}")
        found = sum(len(open_waits[number]) for number in self.requests)
        return Line("open reports have one open task", wanted, found, tuple(wrong))

    def _officers_deeds(self) -> Line:
        ways = ("accepted", "solved", "closed")  # one after the other
        mine = {n: deed for n, deed in self._officers.done.items() if n in self.requests}
        after = {deed: ways[n:] for n, deed in enumerate(ways)}
        wrong = tuple(
            f"{number}: {self.requests[number].status}, not {deed}"
            for number, deed in mine.items()
            if self.requests[number].status not in after[deed]
        )
        done = len(mine)
        return Line("what officers were told was done, is", done, done - len(wrong), wrong)

    def _effects(self) -> Line:
        effects = self._of("effect#")
        left = tuple(f"{sk}" for (_, sk), item in effects.items() if "work" in item)
        return Line("effects are carried out", len(effects), len(effects) - len(left), left)

    def _said(self) -> Line:
        """Each message of ours to these people has left, was overtaken, or is known not to have arrived."""
        mine = self._sayings()
        ended = {key for key, item in mine.items() if {"ended", "overtaken"} & item.keys()}
        left = tuple(f"{pk} {sk}" for pk, sk in mine.keys() - ended)
        return Line("messages of ours have left", len(mine), len(ended), left)

    def _sayings(self) -> dict[tuple[str, str], Item]:
        return {
            (pk, sk): item
            for (pk, sk), item in self._of("effect#").items()
            if ("say" in item or "react" in item) and pk.removeprefix("citizen#") in self.citizens
        }

    def _doubles_at_meta(self) -> Line:
        """What the twin has taken beyond what is on record: only where an answer was lost."""
        return Line(
            "messages at Meta twice, beyond lost answers", 0, max(0, self.doubles - self.perhaps)
        )

    @cached_property
    def doubles(self) -> int:
        """Messages that the twin has and of which no record knows: the other half of a pair."""
        known = {pk.removeprefix("sent#") for pk, sk in self._items if sk == "sent"}
        channels = {person.address: person.channel for person in self._crowd.people}
        unknown = sum(
            digest_of(channels[address], each) not in known
            for address, ids in self.sent.items()
            for each in ids
        )
        return unknown - self._photos_of_their_own

    @property
    def _photos_of_their_own(self) -> int:
        """On Instagram a photo is a message of its own before its words, whose id is the one on record."""
        chats = {f"citizen#{each.citizen_id}": each.channel for each in self.requests.values()}
        return sum(
            chats[pk] is Channel.INSTAGRAM
            and item.get("ended", {}).get("S") == "sent"
            and "photo_key" in item.get("say", {}).get("M", {})
            for (pk, _), item in self._sayings().items()
        )

    @cached_property
    def perhaps(self) -> int:
        """Messages that are on record as perhaps sent twice, by how often it was tried without an answer."""
        return sum(
            int(item["attempts"]["N"]) - 1
            for item in self._sayings().values()
            if item.get("perhaps_twice", {}).get("N") == "1"
        )

    @cached_property
    def mail(self) -> Counter[tuple[str, int]]:
        """First mails about a dispatch: those with a new report's subject are counted by their link."""
        return Counter(
            each.dispatch
            for each in mails(self._city)
            if each.dispatch and each.dispatch[0] in self.requests
        )

    def _told_agencies(self) -> Line:
        wanted = {
            (number, attempt)
            for number, request in self.requests.items()
            for attempt in range(1, request.attempt + 1)
        }
        missing = tuple(f"{number}-{n}" for number, n in wanted - self.mail.keys())
        found = len(wanted) - len(missing)
        return Line("dispatches have their mail", len(wanted), found, missing)

    def _schedules(self) -> Line:
        scheduler, names, wanted = self._city.client("scheduler"), Counter[str](), []
        for number, request in self.requests.items():
            watched = [effect.watch.name for effect in watches(request) if effect.watch]
            wanted += watched
            if watched:
                found = scheduler.list_schedules(NamePrefix=f"{number}-")["Schedules"]
                names.update(each["Name"] for each in found)
        missing = tuple(name for name in wanted if names[name] != 1)
        return Line("open promises are watched", len(wanted), len(wanted) - len(missing), missing)

    def _left_in_queues(self) -> Line:
        mailboxes = {url.rsplit("/", 1)[-1] for url in self._city.stack["mailboxes"].values()}
        left = {
            queue: len(messages)
            for queue, messages in queues(self._city).items()
            if messages and queue not in mailboxes
        }
        which = tuple(f"{queue}: {number}" for queue, number in left.items())
        return Line("messages left in queues", 0, sum(left.values()), which)

    # Figures

    @cached_property
    def _cells(self) -> dict[str, Counter[tuple[str, str, str]]]:
        """What each report there is adds to the figures, from its own items and nothing else."""
        events: dict[str, list[Event]] = defaultdict(list)
        for (pk, _), item in sorted(self._of("event#").items()):
            events[pk].append(from_item(item, Event))
        return {
            pk: Counter(cells_of(from_item(item, ServiceRequest), events[pk]))
            for (pk, sk), item in self._items.items()
            if sk == "request"
        }

    def _rows(self) -> Line:
        wrong = []
        for pk, cells in self._cells.items():
            row = self._items.get((pk, "counted"), {}).get("cells", {}).get("M", {})
            found = {name: int(each["N"]) for name, each in row.items() if int(each["N"])}
            if found != {"|".join(cell): n for cell, n in cells.items() if n}:
                wrong.append(pk)
        wanted = len(self._cells)
        return Line(
            "reports are in the figures as they are", wanted, wanted - len(wrong), (*wrong,)
        )

    def _counters(self) -> Line:
        wanted: Counter[tuple[str, str, str]] = Counter()
        for cells in self._cells.values():
            wanted.update(cells)
        found = Counter(
            {
                (pk, sk, name): int(each["N"])
                for (pk, sk), item in self._items.items()
                if pk.startswith("figures#") and "changes" in item and pk != "figures#calls"
                for name, each in item.items()
                if "N" in each and name != "changes"
            }
        )
        names = {cell for cell in wanted.keys() | found.keys() if wanted[cell] or found[cell]}
        wrong = tuple(
            f"{'|'.join(cell)}: {found[cell]} for {wanted[cell]}"
            for cell in sorted(names)
            if wanted[cell] != found[cell]
        )
        return Line("counters of the city", len(names), len(names) - len(wrong), wrong)

    def _billed(self) -> tuple[int, int]:
        """Messages that WhatsApp may bill: what was sent, once each."""
        chats = {
            pk: item.get("channel", {}).get("S")
            for (pk, sk), item in self._items.items()
            if sk == "conversation"
        }
        sent = sum(
            chats.get(pk) == "whatsapp" and item.get("ended", {}).get("S") == "sent"
            for (pk, _), item in self._of("effect#").items()
            if "say" in item
        )
        counted = sum(
            int(item["messages"]["N"])
            for (pk, sk), item in self._items.items()
            if pk.startswith("month#") and sk == "whatsapp"
        )
        return sent, counted

    @property
    def billed_beyond_record(self) -> int:
        sent, counted = self._billed()
        return counted - sent

    def _counted_messages(self) -> Line:
        sent, counted = self._billed()
        return Line("messages counted for the bill", sent, counted - self._billed_before)
