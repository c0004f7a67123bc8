"""Reports in the table: read, changed, dispatched, with their timeline and photos."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from aduan.aws.effect_table import effect_key
from aduan.aws.items import Item, from_item, to_item
from aduan.aws.table import Table, Write, delete, put, put_new, put_version, update
from aduan.change import Answer, Change, Effect, Event, Found, tell_agency
from aduan.desk_link import DeskLink
from aduan.errors import (
    AlreadyLeftError,
    AlreadySeenError,
    NotFoundError,
    NumberTakenError,
    StaleUpdateError,
)
from aduan.look import Proof
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB

DIGESTS_KEPT = timedelta(days=30)

LET_GO_KEPT = timedelta(days=30)  # longer than a queue can bring it


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
    return [
        *writes,
        *_writes_of_chat(change, at),
        *(_effect(effect, at) for effect in change.effects),
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
    if not request.is_over:
        keys |= {"work": "request", "work_since": request.updated_datetime.isoformat()}
    return to_item(request, **keys)


def _event(request: ServiceRequest, event: Event) -> Write:
    pk = f"request#{request.service_request_id}"
    return put_new(to_item(event, PK=pk, SK=f"event#{request.version:06d}"))


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
