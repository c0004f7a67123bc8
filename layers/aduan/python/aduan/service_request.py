"""A report from a citizen, the states it goes through and the moves between them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from aduan.errors import IllegalTransitionError
from aduan.message import Channel


class Status(StrEnum):
    """`solved` is the agency's word, `closed` the citizen's (or that of silence).

    `joined`: it follows another report of the same matter, and has no work of its own.
    """

    RECEIVED = "received"
    ROUTED = "routed"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SOLVED = "solved"
    REOPENED = "reopened"
    CLOSED = "closed"
    JOINED = "joined"
    REJECTED = "rejected"


# The moves a report may make; back to RECEIVED when it turns out to be another agency's, to CLOSED
# when its reporter withdraws it, to JOINED when it turns out to be known already.
_AWAY = frozenset({Status.RECEIVED, Status.REJECTED, Status.CLOSED, Status.JOINED})
ALLOWED: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.ROUTED}),
    Status.ROUTED: frozenset({Status.DISPATCHED}),
    Status.DISPATCHED: frozenset({Status.ACCEPTED}) | _AWAY,
    Status.ACCEPTED: frozenset({Status.IN_PROGRESS, Status.SOLVED}) | _AWAY,
    Status.IN_PROGRESS: frozenset({Status.SOLVED}) | _AWAY,
    Status.SOLVED: frozenset({Status.CLOSED, Status.REOPENED}),
    Status.REOPENED: frozenset({Status.ROUTED}),
    Status.JOINED: frozenset({Status.RECEIVED, Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.REJECTED: frozenset(),
}
OVER = frozenset(status for status, moves in ALLOWED.items() if not moves)

# In these another report of the same matter may join it.
MAY_BE_JOINED = frozenset(set(ALLOWED) - OVER - {Status.JOINED, Status.SOLVED})

# In these an agency has it, and the workflow waits for the agency's answer.
AGENCY_WAITS = {
    Status.DISPATCHED: "acceptance",
    Status.ACCEPTED: "solution",
    Status.IN_PROGRESS: "solution",
}

MAX_DESCRIPTION = 4000  # Open311 GeoReport v2, "POST Service Request"
MAX_MESSAGES = 200  # whose words a report keeps: an item of the table holds 400 KB
MAX_PHOTOS = 10  # and as many recordings
MAX_REOPENED = 1  # a second bad rating is for the command centre, not for the same round again
GOOD_RATING = 3


@dataclass(frozen=True, kw_only=True)
class Said:
    """Words of the reporter's, masked. `by` is the digest of the message they came in."""

    by: str
    at: datetime
    text: str


def description_of(said: tuple[Said, ...]) -> str:
    """What was said, in the order in which it was written, whatever the order it came in."""
    lines = (each.text for each in sorted(said, key=lambda each: each.at))
    return "\n".join(lines)[:MAX_DESCRIPTION]


def within_bounds(said: tuple[Said, ...]) -> tuple[Said, ...]:
    """What was said first, as much as a report can hold."""
    kept, room = [], MAX_DESCRIPTION
    for each in said[:MAX_MESSAGES]:
        if room <= 0:
            break
        kept.append(replace(each, text=each.text[:room]))
        room -= len(each.text) + 1  # each is a line
    return tuple(kept)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What an officer asked the reporter, masked. `answered_by` is the digest of the answer's first message."""

    text: str
    at: datetime
    about_place: bool = False
    answered_at: datetime | None = None
    answered_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What one message brings to a report."""

    said: tuple[Said, ...] = ()
    photo_ids: tuple[str, ...] = ()
    recording_ids: tuple[str, ...] = ()


class Awaited(StrEnum):
    """What a promise is about: two are an agency's, and the citizen's rating is waited for as well."""

    ACCEPT = "accept"
    SOLVE = "solve"
    RATE = "rate"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Until when something should have happened.

    `due` is counted from `since`. `level` counts who has been told that it has not happened, `looked_at` is
    when that is looked at next (None: everybody knows), `moves` how often that was put off.
    """

    what: Awaited
    since: datetime
    due: datetime
    looked_at: datetime | None = None
    level: int = 0
    moves: int = 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one more agency does about a report, beside the one that leads: an assignment of its own.

    `status` is as a report's: ROUTED until it is told, REJECTED when it has left. It is told once those in
    `after` have done theirs. For one that is not `required` nobody waits. `attempt`, `expires` and `issue` are
    its link's; the rest is as in a report.
    """

    agency: str
    because: str
    required: bool = True
    after: tuple[str, ...] = ()
    status: Status = Status.ROUTED
    attempt: int = 0
    expires: datetime | None = None
    issue: int = 0
    acts: int = 0
    promises: tuple[Promise, ...] = ()
    delayed_until: datetime | None = None
    status_notes: str | None = None
    proof_key: str | None = None
    proof_doubts: tuple[str, ...] = ()
    before_key: str | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether its agency knows of it, and has not done it yet."""
        return self.status in AGENCY_WAITS

    @property
    def is_done(self) -> bool:
        return self.status in (Status.SOLVED, Status.REJECTED)

    @property
    def is_open(self) -> bool:
        """Whether the report waits for it."""
        return self.required and not self.is_done


@dataclass(frozen=True, kw_only=True)
class ServiceRequest:
    """A report; fields as in Open311 GeoReport v2, "GET Service Request", where it has them.

    `attempt` counts the dispatches, `generation` the workflow executions, `version` the writes.
    `acts` counts what officers did: a form that was made before the last of it is stale.
    `citizen_id` is opaque: only the vault knows more. `lat` and `long` are degrees WGS 84.
    `promises` are those of the present dispatch; `reopened_datetime` starts the clock of solving anew;
    `delayed_until`: the agency has announced in time that it will take until then. `proof_doubts` are
    values of `proof.Doubt`. `companions` are further agencies; while one of them is not done, the leader's own
    part may be (`own_part_solved`): see `companions.py`.
    `now_ids`: which of the reporter's photos came after the agency's "solved".

    `joined_to` is the report that it follows (see `joining.py`); `joined` counts those that follow it,
    `rated_by` names those of them that have rated the work as it is now; `left`: its own reporter has taken
    it back, and it goes on for the others, of whom `speaker` is asked instead. `continues` is an older
    report of the same matter, long closed;
    `recurrence`: it is the third or fourth … of its kind at this spot in the last weeks; 0 where that is no
    pattern.
    """

    service_request_id: str
    jurisdiction_id: str
    citizen_id: str
    channel: Channel
    service_code: str
    requested_datetime: datetime
    updated_datetime: datetime
    said: tuple[Said, ...] = ()
    urgent: bool = False
    address: str | None = None
    lat: float | None = None
    long: float | None = None
    area: str | None = None
    photo_ids: tuple[str, ...] = ()
    now_ids: tuple[str, ...] = ()
    recording_ids: tuple[str, ...] = ()
    status: Status = Status.RECEIVED
    agency_responsible: str | None = None
    because: str | None = None
    attempt: int = 0
    refused_by: tuple[str, ...] = ()
    suggested_agency: str | None = None
    status_notes: str | None = None
    proof_key: str | None = None
    proof_doubts: tuple[str, ...] = ()
    before_key: str | None = None
    questions: tuple[Question, ...] = ()
    delayed_until: datetime | None = None
    acts: int = 0
    rating: int | None = None
    reason: str | None = None
    reopened: int = 0
    reopened_datetime: datetime | None = None
    promises: tuple[Promise, ...] = ()
    companions: tuple[Part, ...] = ()
    own_part_solved: bool = False
    joined_to: str | None = None
    joined: int = 0
    rated_by: tuple[str, ...] = ()
    left: bool = False
    speaker: str | None = None
    continues: str | None = None
    recurrence: int = 0
    generation: int = 1
    version: int = 0

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def has_work(self) -> bool:
        """Whether something is still to be done about it: what follows another report is done there."""
        return not self.is_over and self.status is not Status.JOINED

    @property
    def may_be_joined(self) -> bool:
        return self.status in MAY_BE_JOINED

    @property
    def reporters(self) -> int:
        """How many have reported it and not taken it back."""
        return self.joined + (not self.left)

    @property
    def is_rated_by_all(self) -> bool:
        return (self.left or self.rating is not None) and len(self.rated_by) >= self.joined

    @property
    def is_with_agency(self) -> bool:
        return self.status in AGENCY_WAITS

    @property
    def open_question(self) -> Question | None:
        """What an officer of the agency that has it still wants to know."""
        last = self.questions[-1] if self.questions else None
        return last if last and last.answered_at is None and self.is_with_agency else None

    @property
    def expected_datetime(self) -> datetime | None:
        """When it should be solved, as in Open311: a delay that was announced in time counts."""
        solve = self.promise(Awaited.SOLVE)
        if solve is None:
            return None
        in_time = self.delayed_until if not solve.level else None
        return max(solve.due, in_time or solve.due)

    def part_of(self, agency: str | None) -> Part | None:
        """What a companion does about it."""
        return next((part for part in self.companions if part.agency == agency), None)

    @property
    def photos_of_now(self) -> tuple[str, ...]:
        """How it looks after the work, says the reporter."""
        return tuple(each for each in self.photo_ids if each in self.now_ids)

    @property
    def photos_of_then(self) -> tuple[str, ...]:
        return tuple(each for each in self.photo_ids if each not in self.now_ids)

    def promise(self, what: Awaited) -> Promise | None:
        return next((each for each in self.promises if each.what is what), None)

    def waits_for(self, what: Awaited) -> bool:
        """Whether that is still to happen, and somebody's turn."""
        match what:
            case Awaited.ACCEPT:
                return self.status is Status.DISPATCHED
            case Awaited.SOLVE:
                return self.is_with_agency
            case Awaited.RATE:
                return self.status is Status.SOLVED and self.rating is None

    @property
    def description(self) -> str:
        return description_of(self.said)

    def route_to(self, agency: str, because: str, at: datetime) -> Self:
        return self._move(
            Status.ROUTED,
            at,
            agency_responsible=agency,
            because=because,
            attempt=self.attempt + 1,
            suggested_agency=None,
        )

    def dispatch(self, at: datetime, promises: tuple[Promise, ...] = ()) -> Self:
        """Handed over to its agency, whose clock starts now."""
        return self._move(Status.DISPATCHED, at, promises=promises, delayed_until=None)

    def accept(self, at: datetime) -> Self:
        return self._move(Status.ACCEPTED, at)

    def go(self, at: datetime) -> Self:
        return self._move(Status.IN_PROGRESS, at)

    def refuse(self, reason: str, better_agency: str | None, at: datetime) -> Self:
        """The agency says that it is not theirs: excluded from the next routing."""
        refused = (*self.refused_by, self.agency_responsible or "")
        return self._move(
            Status.RECEIVED,
            at,
            refused_by=refused,
            suggested_agency=better_agency,
            status_notes=reason,
            delayed_until=None,
        )

    def reject(self, reason: str, at: datetime) -> Self:
        return self._move(Status.REJECTED, at, status_notes=reason)

    def solve(self, proof_key: str, note: str, at: datetime, doubts: tuple[str, ...] = ()) -> Self:
        return self._move(
            Status.SOLVED,
            at,
            proof_key=proof_key,
            proof_doubts=doubts,
            status_notes=note,
            rating=None,
            now_ids=(),
            rated_by=(),
            delayed_until=None,
        )

    def ask(self, question: str, at: datetime, *, about_place: bool = False) -> Self:
        asked = Question(text=question, at=at, about_place=about_place)
        return replace(self, questions=(*self.questions, asked), updated_datetime=at)

    def with_answer(self, by: str, at: datetime) -> Self:
        """All that was asked is answered by one message, whose words are added like any others."""
        answered = tuple(
            question if question.answered_at else replace(question, answered_at=at, answered_by=by)
            for question in self.questions
        )
        return replace(self, questions=answered, updated_datetime=at)

    def with_before(self, photo_key: str, at: datetime) -> Self:
        """A photo of how it looked before the work."""
        return replace(self, before_key=photo_key, updated_datetime=at)

    def acted_on(self) -> Self:
        return replace(self, acts=self.acts + 1)

    def rate(self, rating: int, at: datetime) -> Self:
        """1 to 5. Below 3 it is reopened, the first time; else it stays solved until it is closed."""
        if self.status is not Status.SOLVED or self.rating is not None:
            raise IllegalTransitionError(f"{self.service_request_id} cannot be rated now")
        rated = replace(self, rating=rating, updated_datetime=at)
        return rated.reopened_by(rating, at)

    def rated_by_another(self, number: str, rating: int, at: datetime) -> Self:
        """The same by the reporter of a report that follows this one."""
        rated = replace(self, rated_by=(*self.rated_by, number), updated_datetime=at)
        return rated.reopened_by(rating, at)

    def reopened_by(self, rating: int, at: datetime) -> Self:
        """Whoever says that it is not solved is right about it, the first time."""
        if rating >= GOOD_RATING or self.reopened >= MAX_REOPENED:
            return self
        again = {"reopened": self.reopened + 1, "reopened_datetime": at}
        return self._move(Status.REOPENED, at, **again)

    def delay(self, until: datetime, at: datetime) -> Self:
        """The agency says that it takes longer: after its promise was broken that excuses nothing."""
        return replace(self, delayed_until=until, updated_datetime=at)

    def with_promise(self, promise: Promise) -> Self:
        """The report with a promise, in the place of an earlier one of its kind."""
        others = tuple(each for each in self.promises if each.what is not promise.what)
        return replace(self, promises=(*others, promise))

    def close(self, at: datetime) -> Self:
        return self._move(Status.CLOSED, at)

    def end(self, at: datetime) -> Self:
        """Rated, or not rated for long: only what is solved. It may have been opened again meanwhile."""
        if self.status is not Status.SOLVED:
            raise IllegalTransitionError(f"{self.service_request_id} is not solved")
        return self.close(at)

    def with_reason(self, reason: str, at: datetime) -> Self:
        """What the citizen says is not solved."""
        return replace(self, reason=reason, updated_datetime=at)

    def withdraw(self, at: datetime) -> Self:
        """The reporter takes it back."""
        return self._move(Status.CLOSED, at)

    def reclassify(self, service_code: str, at: datetime) -> Self:
        """The reporter says that it is of another kind: routed again."""
        return self._move(
            Status.RECEIVED, at, service_code=service_code, delayed_until=None, companions=()
        )

    def direct_to(self, agency: str | None, at: datetime, *, service_code: str = "") -> Self:
        """The command centre decides who has it, or what it is: earlier refusals count no more."""
        return self._move(
            Status.RECEIVED,
            at,
            service_code=service_code or self.service_code,
            suggested_agency=agency,
            refused_by=(),
            companions=() if service_code else self.companions,
        )

    def open_again(self, agency: str | None, at: datetime) -> Self:
        """The command centre takes up again what was over, as nobody else can: a next workflow begins."""
        if not self.is_over:
            raise IllegalTransitionError(f"{self.service_request_id} is not over")
        return replace(
            self,
            status=Status.REOPENED,
            suggested_agency=agency,
            refused_by=(),
            rating=None,
            generation=self.generation + 1,
            updated_datetime=at,
        )

    def come_back(self, reason: str, at: datetime) -> Self:
        """What was closed is as bad as before: a next workflow begins, with the agency that had it."""
        again = self.open_again(self.agency_responsible, at)
        return replace(
            again,
            reason=reason,
            reopened=self.reopened + 1,
            reopened_datetime=at,
            delayed_until=None,
        )

    def join_to(self, lead: str, at: datetime) -> Self:
        """It is a matter that is known already; `ServiceRequestTable` counts it there."""
        return self._move(Status.JOINED, at, joined_to=lead, delayed_until=None, companions=())

    def part(self, at: datetime, *, service_code: str = "") -> Self:
        """It is another matter after all: a workflow of its own begins."""
        return self._move(
            Status.RECEIVED,
            at,
            joined_to=None,
            service_code=service_code or self.service_code,
            rating=None,
            generation=self.generation + 1,
        )

    def leave(self, at: datetime) -> Self:
        """Its reporter takes it back, and others still wait for it."""
        return replace(self, left=True, updated_datetime=at)

    def with_urgency(self, urgent: bool, at: datetime) -> Self:
        return replace(self, urgent=urgent, updated_datetime=at)

    def with_more(self, gathered: Gathered, at: datetime) -> Self:
        """The report with what one more message of its reporter brings."""
        photos = tuple(dict.fromkeys((*self.photo_ids, *gathered.photo_ids)))
        recordings = tuple(dict.fromkeys((*self.recording_ids, *gathered.recording_ids)))
        after_work = self.status in (Status.SOLVED, Status.REOPENED)
        now = (*self.now_ids, *gathered.photo_ids) if after_work else self.now_ids
        return replace(
            self,
            said=within_bounds((*self.said, *gathered.said)),
            photo_ids=photos[:MAX_PHOTOS],
            now_ids=tuple(dict.fromkeys(now)),
            recording_ids=recordings[:MAX_PHOTOS],
            updated_datetime=at,
        )

    def without_message(self, by: str, at: datetime) -> Self:
        """The report without what came in one message, which its sender has taken back."""
        return replace(
            self,
            said=tuple(each for each in self.said if each.by != by),
            photo_ids=tuple(each for each in self.photo_ids if not each.startswith(by)),
            recording_ids=tuple(each for each in self.recording_ids if not each.startswith(by)),
            updated_datetime=at,
        )

    def next_generation(self) -> Self:
        """The workflow is started anew from the table, since its execution is gone."""
        return replace(self, generation=self.generation + 1)

    def _move(self, status: Status, at: datetime, **changes: object) -> Self:
        if status not in ALLOWED[self.status]:
            raise IllegalTransitionError(f"{self.service_request_id}: {self.status} -> {status}")
        changes = {"own_part_solved": False} | changes
        return replace(self, status=status, updated_datetime=at, **changes)  # type: ignore[arg-type]
