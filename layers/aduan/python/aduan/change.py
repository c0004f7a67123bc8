"""What one decision writes, all of it in one transaction, so that nothing of it can come apart."""

from dataclasses import dataclass, field
from datetime import datetime

from aduan.message import Channel, Media, Say
from aduan.service_request import ServiceRequest


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of a report's timeline. `who` is `citizen`, `system` or an agency's id."""

    what: str
    who: str
    at: datetime
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that must follow outside the table. `name` is deterministic: carried out twice, it is one.

    Exactly one of the others says what: a message, a workflow to start, a photo to fetch.
    """

    name: str
    say: Say | None = None
    to: str | None = None  # the citizen a message is for
    service_request_id: str | None = None
    start_generation: int | None = None
    fetch: Media | None = None
    photo_id: str | None = None
    channel: Channel | None = None


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
class Change:
    """A report as it will be, with what happened and what follows. No request: effects alone."""

    request: ServiceRequest | None = None
    event: Event | None = None
    effects: tuple[Effect, ...] = ()
    answers: tuple[Answer, ...] = field(default_factory=tuple)


def tell_reporter(request: ServiceRequest, say: Say) -> Effect:
    """A message about a report to whoever reported it, named by the report's new version."""
    return Effect(
        name=f"say#{request.service_request_id}#{request.version + 1}#{say.text}",
        say=say,
        to=request.citizen_id,
        service_request_id=request.service_request_id,
    )


def start_lifecycle(request: ServiceRequest) -> Effect:
    return Effect(
        name=f"start#{request.service_request_id}#{request.generation}",
        service_request_id=request.service_request_id,
        start_generation=request.generation,
    )
