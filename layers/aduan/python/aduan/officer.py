"""What an agency's officer may do with a report, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aduan import wording
from aduan.change import Answer, Change, Event, tell_reporter
from aduan.errors import IllegalTransitionError
from aduan.follow_up import await_rating
from aduan.jurisdiction import Jurisdiction
from aduan.message import Choice, Say
from aduan.service_request import ServiceRequest, Status

MAX_NOTE = 500


class Act(StrEnum):
    ACCEPT = "accept"
    GO = "go"
    SOLVE = "solve"
    REFUSE = "refuse"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an officer sent: the act, with what belongs to it. `words` is a note or a reason."""

    act: Act
    words: str = ""
    better_agency: str | None = None
    proof_key: str | None = None


class ReasonMissingError(ValueError):
    """To refuse or reject a report the officer must say why."""


def acts_possible(request: ServiceRequest) -> frozenset[Act]:
    match request.status:
        case Status.DISPATCHED:
            return frozenset({Act.ACCEPT, Act.REFUSE, Act.REJECT})
        case Status.ACCEPTED:
            return frozenset({Act.GO, Act.SOLVE, Act.REFUSE, Act.REJECT})
        case Status.IN_PROGRESS:
            return frozenset({Act.SOLVE, Act.REFUSE, Act.REJECT})
        case _:
            return frozenset()


def decide(request: ServiceRequest, decision: Decision, city: Jurisdiction, at: datetime) -> Change:
    """The report after an officer's decision, what the citizen is told, what the workflow is answered."""
    if decision.act not in acts_possible(request):
        raise IllegalTransitionError(f"{decision.act} of {request.status}")
    words = decision.words.strip()[:MAX_NOTE]
    if decision.act in (Act.REFUSE, Act.REJECT) and not words:
        raise ReasonMissingError
    match decision.act:
        case Act.ACCEPT:
            return _change(request, request.accept(at), city, "accepted", at, words)
        case Act.GO:
            return _change(request, request.go(at), city, "in_progress", at, words)
        case Act.SOLVE:
            solved = request.solve(decision.proof_key or "", words, at)
            return _change(request, solved, city, "solved", at, words)
        case Act.REFUSE:
            refused = request.refuse(words, decision.better_agency, at)
            return _change(request, refused, city, "refused", at, words)
        case Act.REJECT:
            return _change(request, request.reject(words, at), city, "rejected", at, words)


# What the workflow is waiting for in each state, and what each act answers.
_WAITS = {
    Status.DISPATCHED: "acceptance",
    Status.ACCEPTED: "solution",
    Status.IN_PROGRESS: "solution",
}
_ANSWERS = {
    "accepted": {"outcome": "accepted"},
    "solved": {"outcome": "solved"},
    "refused": {"error": "NotOursError"},
    "rejected": {"error": "RejectedError"},
}


def is_told(what: str, request: ServiceRequest, city: Jurisdiction) -> bool:
    """Whether the citizen hears of it: each message costs the city.

    A rejection always, other progress as the service says, and more where it is urgent. That another
    agency takes over would only puzzle them.
    """
    when_urgent = city.settings["tell_when_urgent"] if request.urgent else ()
    return what in ("rejected", *city.services[request.service_code].tell, *when_urgent)


def _change(
    before: ServiceRequest,
    after: ServiceRequest,
    city: Jurisdiction,
    what: str,
    at: datetime,
    words: str,
) -> Change:
    answer, told = _ANSWERS.get(what), is_told(what, after, city)
    wait = _WAITS[before.status]
    change = Change(
        request=after,
        event=Event(what=what, who=before.agency_responsible or "", at=at, notes=words),
        effects=(tell_reporter(after, _say(after, what, words, city)),) if told else (),
        answers=(Answer(what=wait, attempt=before.attempt, **answer),) if answer else (),
    )
    return await_rating(change, city, at)


def _say(request: ServiceRequest, what: str, words: str, city: Jurisdiction) -> Say:
    fields = wording.about(request, city)
    if what == "rejected":
        return Say(text=what, fields={**fields, "reason": wording.shorten(words)})
    if what != "solved":
        return Say(text=what, fields=fields)
    note = f"Catatan petugas: {wording.shorten(words, 300)}" if words else ""
    choices = tuple(
        Choice(
            payload=f"rate:{request.service_request_id}:{rating}",
            title=city.label(f"rate_{rating}"),
        )
        for rating in (5, 3, 1)
    )
    return Say(
        text="solved",
        fields={**fields, "note": note},
        choices=choices,
        photo_key=request.proof_key or None,
    )
