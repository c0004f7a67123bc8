"""What one decision writes, all of it in one transaction, so that nothing of it can come apart."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aduan.correction import Correction
from aduan.look import Proof
from aduan.message import Channel, Media, Say
from aduan.service_request import AGENCY_WAITS, Awaited, ServiceRequest


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of a report's timeline. `who` is `citizen`, `system`, `command_centre` or an agency's id.

    Of a deed of the command centre: `by` are the operator's initials, `invocation` the request id by which
    CloudTrail names the person, `before` what was changed, as it was, `why` the reason they gave.
    """

    what: str
    who: str
    at: datetime
    notes: str = ""
    by: str | None = None
    invocation: str | None = None
    before: dict[str, Any] | None = None
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """News of a report for an agency; `what` is a key of `notices` in `agency.id.toml`.

    `role` is whose it is there: duty, head or supervisor.
    """

    agency: str
    what: str
    role: str = "duty"


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A look, at a time, whether a promise was kept: one schedule, which knows for which dispatch and level."""

    name: str
    what: Awaited
    attempt: int
    level: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Followers:
    """Those who joined a report: all whose numbers come after one, or the first of them alone."""

    after: str = ""
    first_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What was reported of one kind at one spot lately: numbers, the newest last."""

    key: str
    numbers: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that must follow outside the table. `name` is deterministic: carried out twice, it is one.

    Exactly one of the others says what: a message, a reaction to the citizen's own message, a workflow to
    start, a photo or recording to fetch or to let go of, an agency to be told, a promise to be watched, a
    citizen to be forgotten. With `followers` a message is for those who joined a report; without words it is
    looked at how many they are. With `hold`, a message waits a few seconds, so that a newer one can overtake
    it. `answers` is the message reacted to, sealed for the sender alone: Meta's ids hold the phone number.
    """

    name: str
    say: Say | None = None
    hold: bool = False
    to: str | None = None  # the citizen a message is for
    service_request_id: str | None = None
    react: str | None = None
    answers: str | None = None
    start_generation: int | None = None
    fetch: Media | None = None
    let_go: bool = False
    photo_id: str | None = None
    channel: Channel | None = None
    notice: Notice | None = None
    watch: Watch | None = None
    followers: Followers | None = None
    erase: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the workflow waits for. `what` names the wait: acceptance, solution, rating or reason.

    With `error` (a class name of `errors.py`) the waiting state fails and its `Catch` decides.
    """

    what: str
    attempt: int
    outcome: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A message that was not acted on, kept for a person to look at. `because` is why: flood, muted, …"""

    name: str
    because: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """The pin that a chat was asked for during a call which is not filed yet; degrees WGS 84."""

    place_id: str
    lat: float
    long: float
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message that Meta would not take while the citizen's day was over, to be said at the next contact.

    Of each report the newest news waits, under the `name` of the report; `effect` is the name of that news.
    """

    name: str
    effect: str
    say: Say
    service_request_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A report as it will be, with what happened and what follows. No request: effects alone.

    `citizen_id` is whose chat it comes from, where it comes from one; `overtakes` is the name of an effect
    of theirs that must not leave any more; `told` are waiting messages that were said now. `proof` is a photo
    that later ones are compared with; `found` where a caller is whose call is not filed yet.

    `joins` is the report that this one follows from now on, `leaves` the one that it follows no more, both as
    they were read. `beside` changes another report in the same transaction. `spots` are where the report is,
    as they were read: whoever reports the same at this moment as well has to look again.
    """

    request: ServiceRequest | None = None
    event: Event | None = None
    effects: tuple[Effect, ...] = ()
    answers: tuple[Answer, ...] = field(default_factory=tuple)
    citizen_id: str | None = None
    overtakes: str | None = None
    told: tuple[Waiting, ...] = ()
    kept: Kept | None = None
    in_reach: bool = False  # nothing got through to the citizen, and now they have written
    proof: Proof | None = None
    joins: ServiceRequest | None = None
    leaves: ServiceRequest | None = None
    beside: "Change | None" = None
    spots: tuple[Spot, ...] = ()
    found: Found | None = None
    correction: Correction | None = None
    silence: bool | None = None  # whether the citizen wants no news any more; None: as before


def tell_reporter(request: ServiceRequest, say: Say) -> Effect:
    """A message about a report to whoever reported it, named by the report's new version."""
    return Effect(
        name=f"say#{request.service_request_id}#{request.version + 1}#{say.text}",
        say=say,
        to=request.citizen_id,
        service_request_id=request.service_request_id,
    )


def tell_agency(request: ServiceRequest, what: str) -> tuple[Effect, ...]:
    """News for the agency that has the report, if one has it by now: else it will read it anyway."""
    if request.agency_responsible is None or not request.attempt:
        return ()
    return (
        Effect(
            name=f"notice#{request.service_request_id}#{request.version + 1}",
            service_request_id=request.service_request_id,
            notice=Notice(agency=request.agency_responsible, what=what),
        ),
    )


def tell_head(request: ServiceRequest, what: str) -> tuple[Effect, ...]:
    """The same for the head of that agency."""
    return tuple(
        replace(each, name=f"{each.name}#head", notice=replace(each.notice, role="head"))
        for each in tell_agency(request, what)
        if each.notice
    )


def answer_agency_wait(
    request: ServiceRequest, *, outcome: str = "", error: str = ""
) -> tuple[Answer, ...]:
    """The end of what the workflow waits for while an agency has the report; nothing where it does not."""
    wait = AGENCY_WAITS.get(request.status)
    if wait is None:
        return ()
    return (Answer(what=wait, attempt=request.attempt, outcome=outcome, error=error),)


def start_lifecycle(request: ServiceRequest) -> Effect:
    return Effect(
        name=f"start#{request.service_request_id}#{request.generation}",
        service_request_id=request.service_request_id,
        start_generation=request.generation,
    )
