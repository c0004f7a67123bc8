"""Reports in the table: read, changed, dispatched, with their timeline and photos."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from aduan import joining
from aduan.aws.effect_table import effect_key
from aduan.aws.items import Item, from_item, to_item
from aduan.aws.table import Table, Write, delete, put, put_new, put_version, update
from aduan.change import Answer, Change, Effect, Event, Found, Spot, tell_agency
from aduan.correction import Correction
from aduan.desk_link import DeskLink
from aduan.errors import (
    AlreadyLeftError,
    AlreadySeenError,
    NotFoundError,
    NumberTakenError,
    StaleUpdateError,
)
from aduan.look import Proof
from aduan.service_request import MAY_BE_JOINED, ServiceRequest, Status
from aduan.time_zone import WIB

if TYPE_CHECKING:
    from aduan.jurisdiction import Jurisdiction

DIGESTS_KEPT = timedelta(days=30)

SPOT_KEPT = timedelta(days=60)
SPOT_HOLDS = 40  # numbers: an older one at the same spot is no news
MOST_AROUND = 90  # read in one call of a hundred
PAGE = 25  # of those that follow a report: what one step of telling them writes
JOINED = "joined#"

LET_GO_KEPT = timedelta(days=30)  # longer than a queue can bring it
CORRECTIONS_KEPT = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One dispatch of a report to an agency. `published_at` is set once the agency was told.

    `issue` counts the links that were revoked: the next one replaces them.
    """

    service_request_id: str
    attempt: int
    agency: str
    expires: datetime
    published_at: datetime | None = None
    issue: int = 0

    @property
    def desk_link(self) -> DeskLink:
        """By which its agency answers."""
        return DeskLink(
            service_request_id=self.service_request_id,
            attempt=self.attempt,
            expires=self.expires,
            issue=self.issue,
        )


class ServiceRequestTable(Table):
    def request(self, service_request_id: str) -> ServiceRequest:
        item = self.get(f"request#{service_request_id}", "request")
        if item is None:
            raise NotFoundError(service_request_id)
        return from_item(item, ServiceRequest)

    def requests(self, service_request_ids: Iterable[str]) -> dict[str, ServiceRequest]:
        """Those that exist, by id."""
        items = self.get_all((f"request#{each}", "request") for each in service_request_ids)
        found = [from_item(item, ServiceRequest) for item in items]
        return {request.service_request_id: request for request in found}

    def with_leads(self, requests: dict[str, ServiceRequest]) -> dict[str, ServiceRequest]:
        """Reports, and those that they follow."""
        leads = {each.joined_to for each in requests.values() if each.joined_to}
        missing = sorted(leads - requests.keys())
        return {**self.requests(missing), **requests} if missing else requests

    def earlier(self, request: ServiceRequest) -> ServiceRequest | None:
        """The report that this one continues."""
        item = self.get(f"request#{request.continues}", "request") if request.continues else None
        return from_item(item, ServiceRequest) if item else None

    def spots(self, keys: Iterable[str]) -> tuple[Spot, ...]:
        """What was reported at these spots lately."""
        wanted = dict.fromkeys(keys)
        found = {item["PK"]["S"]: item for item in self.get_all((k, "spot") for k in wanted)}
        return tuple(
            from_item(found[each], Spot) if each in found else Spot(key=each) for each in wanted
        )

    def around(self, spots: Iterable[Spot]) -> tuple[ServiceRequest, ...]:
        """The latest reports at spots, in no order."""
        numbers = dict.fromkeys(number for spot in spots for number in reversed(spot.numbers))
        return tuple(self.requests(list(numbers)[:MOST_AROUND]).values())

    def with_spots(
        self, change: Change, work: ServiceRequest, city: "Jurisdiction", *, at: datetime
    ) -> Change:
        """A change by which work begins at a spot, with the spot, and how often that was so lately."""
        spots = self.spots(joining.spot_keys(work, city))
        times = joining.times_here(work, self.around(spots), city, at)
        return joining.at_spots(
            replace(change, request=replace(work, recurrence=times)), work, spots
        )

    def followers(
        self, service_request_id: str, after: str = "", most: int = PAGE
    ) -> tuple[tuple[ServiceRequest, ...], str]:
        """A page of those that follow a report, whoever reported first comes first; and where it ends, if it
        does not end all."""
        page = self.query_page(f"request#{service_request_id}", JOINED, after, most)
        marks = [item["SK"]["S"].removeprefix(JOINED) for item in page]
        found = self.requests(mark.rpartition("#")[2] for mark in marks)
        in_order = (found.get(mark.rpartition("#")[2]) for mark in marks)
        return tuple(each for each in in_order if each), marks[-1] if len(marks) == most else ""

    def cause(self, effect: Effect, *, at: datetime) -> None:
        """One more thing that must follow; once, however often it is asked for."""
        with suppress(AlreadySeenError):
            self.transact([replace(_effect(effect, at), unless=AlreadySeenError)])

    def save(self, change: Change, *, at: datetime) -> None:
        """Write a change to a report, unless someone else changed it since it was read."""
        self.transact(writes_of(change, at))

    def events(self, service_request_id: str) -> list[Event]:
        """The report's timeline, oldest first."""
        items = self.query(f"request#{service_request_id}", "event#")
        return [from_item(item, Event) for item in items]

    def last_inbound_at(self, citizen_id: str) -> datetime | None:
        """When a citizen last wrote, if they are known."""
        chat = self.get(f"citizen#{citizen_id}", "conversation")
        last = (chat or {}).get("last_inbound_at")
        return datetime.fromisoformat(last["S"]) if last else None

    def assignment(self, service_request_id: str, attempt: int) -> Assignment | None:
        item = self.get(f"request#{service_request_id}", f"assignment#{attempt}")
        return from_item(item, Assignment) if item else None

    def save_dispatch(self, change: Change, assignment: Assignment, *, at: datetime) -> None:
        """The report dispatched, and its assignment."""
        pk, sk = _assignment_key(assignment)
        self.transact([*writes_of(change, at), put_new(to_item(assignment, PK=pk, SK=sk))])

    def open_requests(self, at: datetime) -> list[ServiceRequest]:
        """All reports that are not over, from the index: as they were a moment ago."""
        items = self.query_work("request", at.isoformat())
        return [from_item(item, ServiceRequest) for item in items]

    def corrections(self, at: datetime) -> list[Correction]:
        """What people put right in a year, oldest first."""
        items = self.query_work("correction", at.isoformat())
        return [from_item(item, Correction) for item in items]

    def overview_issue(self, agency: str) -> int:
        """How many links to all of an agency's reports were revoked."""
        item = self.get(f"agency#{agency}", "overview")
        return int(item["issue"]["N"]) if item else 0

    def revoke_overview(self, agency: str) -> None:
        """All links so far are good no longer; the next digest brings a new one."""
        self.update(f"agency#{agency}", "overview", "ADD issue :one", one=1)

    def begin_digest(self, agency: str, day: date) -> None:
        """Once a day: AlreadySeenError the second time."""
        last = datetime.combine(day, time(), WIB) + DIGESTS_KEPT
        digest = {
            "PK": f"agency#{agency}",
            "SK": f"digest#{day}",
            "expires_at": int(last.timestamp()),
        }
        self.transact([put_new(to_item(digest), AlreadySeenError)])

    def revoke_link(self, request: ServiceRequest, *, at: datetime) -> None:
        """The link of this dispatch is good no longer; the agency gets the next one, told like any news."""
        revoked = update(
            f"request#{request.service_request_id}",
            f"assignment#{request.attempt}",
            "SET issue = if_not_exists(issue, :none) + :one",
            none=0,
            one=1,
        ).provided("attribute_exists(PK)")
        event = Event(what="link_revoked", who="command_centre", at=at)
        change = Change(request=request, event=event, effects=tell_agency(request, "new_link"))
        self.transact([*writes_of(change, at), revoked])

    def mark_published(self, assignment: Assignment, at: datetime) -> None:
        self.update(*_assignment_key(assignment), "SET published_at = :at", at=at.isoformat())

    def photo_keys(self, photo_ids: Iterable[str]) -> list[str]:
        """Where photos or recordings lie in the bucket: those that could be fetched."""
        items = (self.get(f"photo#{photo_id}", "photo") for photo_id in photo_ids)
        return [
            item["key"]["S"] for item in items if item and "key" in item and "refused" not in item
        ]

    def looks(self, photo_ids: Iterable[str]) -> list[str]:
        """How the reporter's photos look, those that can be compared."""
        items = (self.get(f"photo#{photo_id}", "photo") for photo_id in photo_ids)
        return [item["look"]["S"] for item in items if item and "look" in item]

    def earlier_proofs(self, proof: Proof) -> list[Proof]:
        """Photos of officers that may be like this one: they share a mark with it."""
        found = (item for mark in proof.marks for item in self.query(f"proof#{mark}", ""))
        return list(dict.fromkeys(from_item(item, Proof) for item in found))

    def has_photo(self, photo_id: str) -> bool:
        """Whether a citizen's photo was fetched before, or refused for good."""
        return self.get(f"photo#{photo_id}", "photo") is not None

    def save_photo(
        self, photo_id: str, outcome: dict[str, str], *, change: Change, at: datetime
    ) -> None:
        """A photo as it ended: `key` in the bucket, or `refused` with a word to the citizen."""
        self.transact([_photo(photo_id, outcome, at), *writes_of(change, at)])

    def save_fetched(
        self, effect: Effect, outcome: dict[str, str], *, change: Change, at: datetime
    ) -> None:
        """The same of a photo that was to be fetched, with a mark of whose it is.

        AlreadySeenError if it ended before; NotFoundError if its citizen was forgotten meanwhile.
        """
        photo_id, (pk, sk) = effect.photo_id or "", effect_key(effect)
        wanted = update(pk, sk, "SET ended = :how", how="fetched").provided("attribute_exists(PK)")
        self.transact(
            [
                _photo(photo_id, outcome, at),
                replace(wanted, unless=NotFoundError),
                put(to_item({"PK": pk, "SK": f"photo#{photo_id}"})),
                *writes_of(change, at),
            ]
        )

    def let_go_of_photo(self, effect: Effect, *, at: datetime) -> str | None:
        """Let nobody fetch it any more; gives its key in the bucket, if it was fetched before."""
        pk, photo_id = f"photo#{effect.photo_id}", f"photo#{effect.photo_id}"
        before = self.update(
            pk,
            "photo",
            "SET refused = :how, expires_at = :expires",
            how="let_go",
            expires=int((at + LET_GO_KEPT).timestamp()),
        )
        self.delete(f"citizen#{effect.to}", photo_id)
        return str(before["key"]["S"]) if "key" in before else None


def _photo(photo_id: str, outcome: dict[str, str], at: datetime) -> Write:
    photo = {"PK": f"photo#{photo_id}", "SK": "photo", "at": at.isoformat(), **outcome}
    return put_new(to_item(photo), AlreadySeenError)


def writes_of(change: Change, at: datetime) -> list[Write]:
    """A change as writes of one transaction: report, event, answers to the workflow, effects."""
    writes: list[Write] = []
    request = change.request
    if request is not None:
        following = replace(request, version=request.version + 1)
        unless = NumberTakenError if request.version == 0 else StaleUpdateError
        writes.append(put_version(_request_item(following), request.version, unless))
        writes += [_event(following, change.event)] if change.event else []
        writes += [_answer(request.service_request_id, answer) for answer in change.answers]
        writes += _marks(change.proof, request.service_request_id) if change.proof else []
        writes += [_correction(request, change.correction, at)] if change.correction else []
        writes += [_at_spot(each, request, at) for each in change.spots]
        writes += _joining(change, request)
    return [
        *writes,
        *(writes_of(change.beside, at) if change.beside else ()),
        *_writes_of_chat(change, at),
        *(_effect(effect, at) for effect in joining.effects_for_all(change)),
    ]


def _writes_of_chat(change: Change, at: datetime) -> list[Write]:
    """What a turn does beside the report: overtake an answer, keep a message for review, fall silent."""
    pk, writes = f"citizen#{change.citizen_id}", []
    if change.overtakes:
        stopped = update(pk, f"effect#{change.overtakes}", "SET overtaken = :yes", yes=1)
        writes.append(
            replace(stopped.provided("attribute_not_exists(begun_at)"), unless=AlreadyLeftError)
        )
    writes += [  # newer news that came meanwhile is told as well
        delete(pk, f"waiting#{each.name}").provided("effect = :read", read=each.effect)
        for each in change.told
    ]
    if change.kept:
        kept = {
            "PK": pk,
            "SK": f"kept#{change.kept.name}",
            "work": "kept",
            "work_since": at.isoformat(),
        }
        writes.append(put(to_item(change.kept, **kept)))
    if change.found:
        writes.append(_found(change.found))
    if change.in_reach:
        writes.append(update(pk, "contact", "REMOVE meta_error, #work, work_since"))
    if change.silence is not None:
        writes.append(update(pk, "contact", "SET silenced = :silence", silence=int(change.silence)))
    return writes


def _found(found: Found) -> Write:
    """Where a caller is, if their call is not a report yet: else the chat knows the report."""
    answered = update(
        f"place#{found.place_id}",
        "place",
        "SET lat = :lat, #long = :long, answered_at = :at ADD version :one",
        lat=found.lat,
        long=found.long,
        at=found.at.isoformat(),
        one=1,
    )
    return answered.provided(
        "attribute_exists(PK) AND attribute_not_exists(service_request_id)"
        " AND attribute_not_exists(answered_at)"
    )


def _request_item(request: ServiceRequest) -> Item:
    keys = {"PK": f"request#{request.service_request_id}", "SK": "request"}
    if not (request.is_over or request.status is Status.JOINED):
        keys |= {"work": "request", "work_since": request.updated_datetime.isoformat()}
    return to_item(request, **keys)


def _event(request: ServiceRequest, event: Event) -> Write:
    pk = f"request#{request.service_request_id}"
    return put_new(to_item(event, PK=pk, SK=f"event#{request.version:06d}"))


def _correction(request: ServiceRequest, correction: Correction, at: datetime) -> Write:
    """The last of a report, with what else is its reporter's: forgotten with them."""
    keys = {
        "PK": f"citizen#{request.citizen_id}",
        "SK": f"correction#{request.service_request_id}",
        "work": "correction",
        "work_since": at.isoformat(),
        "expires_at": int((at + CORRECTIONS_KEPT).timestamp()),
    }
    return put(to_item({**asdict(correction), **keys}))


def _joining(change: Change, request: ServiceRequest) -> list[Write]:
    """Following a report is counted in it, whatever else happens to it just now, as long as it is open."""
    writes, number = [], request.service_request_id
    mark = f"{JOINED}{request.requested_datetime.isoformat()}#{number}"
    if lead := change.joins:
        pk = f"request#{lead.service_request_id}"
        event = Event(what="joined", who="citizen", at=request.updated_datetime)
        sk = f"event#{lead.version:06d}#{number}#{request.version + 1}"
        open_now = {f"s{n}": each for n, each in enumerate(sorted(MAY_BE_JOINED))}
        condition = f"#status IN ({', '.join(':' + name for name in open_now)})"
        writes += [
            _count(lead, 1).provided(condition, **open_now),
            put(to_item({"PK": pk, "SK": mark})),
            put(to_item(event, PK=pk, SK=sk)),
        ]
    if lead := change.leaves:
        writes.append(delete(f"request#{lead.service_request_id}", mark))
        beside = change.beside.request if change.beside else None
        if beside is None or beside.service_request_id != lead.service_request_id:
            writes.append(_count(lead, -1).provided("attribute_exists(PK)"))
    return writes


def _count(lead: ServiceRequest, number: int) -> Write:
    """One more or less, of whatever version it is: the next who writes it has to read it again."""
    return update(
        f"request#{lead.service_request_id}",
        "request",
        "ADD joined :number, version :one",
        number=number,
        one=1,
    )


def _at_spot(spot: Spot, request: ServiceRequest, at: datetime) -> Write:
    """The report is found there from now on, unless another one came there since it was read."""
    number = request.service_request_id
    others = tuple(each for each in spot.numbers if each != number)
    following = replace(spot, numbers=(*others, number)[-SPOT_HOLDS:], version=spot.version + 1)
    expires = int((at + SPOT_KEPT).timestamp())
    item = to_item(following, PK=spot.key, SK="spot") | to_item({"expires_at": expires})
    return put_version(item, spot.version)


def _marks(proof: Proof, service_request_id: str) -> list[Write]:
    sk = f"{service_request_id}#{proof.key}"
    return [put(to_item(proof, PK=f"proof#{mark}", SK=sk)) for mark in proof.marks]


def _effect(effect: Effect, at: datetime) -> Write:
    pk, sk = effect_key(effect)
    item = to_item(effect, PK=pk, SK=sk, work="effect", work_since=at.isoformat())
    return put_new(item)


def _answer(service_request_id: str, answer: Answer) -> Write:
    """The first answer to a wait stands; the workflow may not even have asked yet."""
    told = {"error": answer.error} if answer.error else {"outcome": answer.outcome}
    return update(
        f"request#{service_request_id}",
        f"wait#{answer.what}#{answer.attempt}",
        "SET answer = if_not_exists(answer, :answer)",
        answer=json.dumps(told),
    )


def _assignment_key(assignment: Assignment) -> tuple[str, str]:
    return f"request#{assignment.service_request_id}", f"assignment#{assignment.attempt}"
