"""What an agency's officer may do with a report, and what follows from it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from aduan import wording
from aduan.change import (
    Change,
    Effect,
    Event,
    Notice,
    answer_agency_wait,
    tell_reporter,
)
from aduan.errors import IllegalTransitionError
from aduan.follow_up import await_rating
from aduan.jurisdiction import Jurisdiction
from aduan.look import Proof
from aduan.message import Say
from aduan.privacy import mask
from aduan.service_request import ServiceRequest, Status
from aduan.time_zone import WIB

MAX_NOTE = 500
MAX_QUESTIONS = 10  # about one report: each is a message to a citizen, and costs
MAX_DELAY = timedelta(days=180)


class Act(StrEnum):
    ACCEPT = "accept"
    GO = "go"
    ASK = "ask"
    NOT_FOUND = "not_found"
    DELAY = "delay"
    BEFORE = "before"
    PARTLY = "partly"
    SOLVE = "solve"
    REFUSE = "refuse"
    REJECT = "reject"


WITH_PHOTO = (Act.BEFORE, Act.SOLVE)
_WITH_WORDS = (Act.ASK, Act.PARTLY, Act.REFUSE, Act.REJECT)
_AT_WORK = {Act.ASK, Act.NOT_FOUND, Act.DELAY, Act.BEFORE, Act.PARTLY, Act.SOLVE}
_NOT_WANTED = {Act.REFUSE, Act.REJECT}
_MOVES = (Act.ACCEPT, Act.GO, Act.REFUSE, Act.REJECT)
_EVENTS = {
    Act.ACCEPT: "accepted",
    Act.GO: "in_progress",
    Act.ASK: "asked",
    Act.NOT_FOUND: "not_found",
    Act.DELAY: "delayed",
    Act.BEFORE: "before_shown",
    Act.PARTLY: "partly_solved",
    Act.REFUSE: "refused",
    Act.REJECT: "rejected",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an officer sent: the act, with what belongs to it. `words` is a note, a question or a reason.

    `until` is the last day of a delay (WIB). `proof_doubts` says what speaks against the photo, `proof_look`
    how it looks.
    """

    act: Act
    words: str = ""
    better_agency: str | None = None
    proof_key: str | None = None
    proof_look: str | None = None
    proof_doubts: tuple[str, ...] = ()
    until: date | None = None


class ReasonMissingError(ValueError):
    """To ask, refuse, reject or leave a part undone, the officer must say what or why."""


class DateWrongError(ValueError):
    """A delay needs its last day, after today and within half a year."""


def acts_possible(request: ServiceRequest) -> frozenset[Act]:
    match request.status:
        case Status.DISPATCHED:
            acts = {Act.ACCEPT, Act.ASK} | _NOT_WANTED
        case Status.ACCEPTED:
            acts = {Act.GO} | _AT_WORK | _NOT_WANTED
        case Status.IN_PROGRESS:
            acts = _AT_WORK | _NOT_WANTED
        case _:
            acts = set()
    if len(request.questions) >= MAX_QUESTIONS:
        acts -= {Act.ASK, Act.NOT_FOUND}
    return frozenset(acts)


def seen_by_officers(request: ServiceRequest) -> str:
    """Changes with all that changes what an officer may do: a form is good for one of these.

    What the citizen adds meanwhile does not spoil it.
    """
    return f"{request.status}.{request.acts}"


def decide(request: ServiceRequest, decision: Decision, city: Jurisdiction, at: datetime) -> Change:
    """The report after an officer's decision, what the citizen is told, what the workflow is answered."""
    if decision.act not in acts_possible(request):
        raise IllegalTransitionError(f"{decision.act} of {request.status}")
    words = decision.words.strip()[:MAX_NOTE]
    if decision.act in _WITH_WORDS and not words:
        raise ReasonMissingError
    acted = request.acted_on()
    if decision.act is Act.SOLVE:
        return _solved(request, acted, decision, city, at, words)
    if decision.act in _MOVES:
        after = _moved(acted, decision, words, at)
    else:
        words = mask(words)
        after = _stayed(acted, decision, words, at)
    change = _change(request, after, city, _EVENTS[decision.act], at, words)
    shown = Proof(key=decision.proof_key or "") if decision.act is Act.BEFORE else None
    return replace(change, proof=shown)


def _moved(acted: ServiceRequest, decision: Decision, words: str, at: datetime) -> ServiceRequest:
    match decision.act:
        case Act.ACCEPT:
            return acted.accept(at)
        case Act.GO:
            return acted.go(at)
        case Act.REFUSE:
            return acted.refuse(words, decision.better_agency, at)
        case _:
            return acted.reject(words, at)


def _stayed(acted: ServiceRequest, decision: Decision, words: str, at: datetime) -> ServiceRequest:
    """What leaves the report with the agency; what the citizen reads of it is masked."""
    match decision.act:
        case Act.DELAY:
            return acted.delay(_end_of(decision.until, at), at)
        case Act.BEFORE:
            return acted.with_before(decision.proof_key or "", at)
        case Act.PARTLY:
            return replace(acted, status_notes=words, updated_datetime=at)
        case _:
            return acted.ask(words, at, about_place=decision.act is Act.NOT_FOUND)


def _solved(
    before: ServiceRequest,
    acted: ServiceRequest,
    decision: Decision,
    city: Jurisdiction,
    at: datetime,
    words: str,
) -> Change:
    """With a photo, which later ones are compared with. A doubtful one the command centre hears of."""
    key = decision.proof_key or ""
    after = acted.solve(key, words, at, decision.proof_doubts)
    change = _change(before, after, city, "solved", at, words)
    effects = change.effects
    if decision.proof_doubts:
        effects += (_tell_command_centre(after, city, "doubtful_proof"),)
    proof = Proof(key=key, look=decision.proof_look) if key else None
    return replace(change, effects=effects, proof=proof)


def _tell_command_centre(request: ServiceRequest, city: Jurisdiction, what: str) -> Effect:
    return Effect(
        name=f"notice#{request.service_request_id}#{request.version + 1}#{what}",
        service_request_id=request.service_request_id,
        notice=Notice(agency=city.default_agency, what=what),
    )


def _end_of(day: date | None, now: datetime) -> datetime:
    today = now.astimezone(WIB).date()
    if day is None or not today < day <= today + MAX_DELAY:
        raise DateWrongError
    return datetime.combine(day, time(23, 59), WIB)


_ALWAYS_TOLD = ("rejected", "asked", "not_found", "delayed", "partly_solved")
# What each act answers to the workflow.
_ANSWERS = {
    "accepted": {"outcome": "accepted"},
    "solved": {"outcome": "solved"},
    "refused": {"error": "NotOursError"},
    "rejected": {"error": "RejectedError"},
}


def is_told(what: str, request: ServiceRequest, city: Jurisdiction) -> bool:
    """Whether the citizen hears of it: each message costs the city.

    A question and what they would wait for in vain always, other progress as the service says, and more
    where it is urgent. That another agency takes over would only puzzle them.
    """
    when_urgent = city.settings["tell_when_urgent"] if request.urgent else ()
    return what in (*_ALWAYS_TOLD, *city.services[request.service_code].tell, *when_urgent)


def _change(
    before: ServiceRequest,
    after: ServiceRequest,
    city: Jurisdiction,
    what: str,
    at: datetime,
    words: str,
) -> Change:
    answer, told = _ANSWERS.get(what), is_told(what, after, city)
    change = Change(
        request=after,
        event=Event(what=what, who=before.agency_responsible or "", at=at, notes=words),
        effects=(tell_reporter(after, _say(after, what, words, city)),) if told else (),
        answers=answer_agency_wait(before, **answer) if answer else (),
    )
    return await_rating(change, city, at)


def _say(request: ServiceRequest, what: str, words: str, city: Jurisdiction) -> Say:
    fields = wording.about(request, city)
    match what:
        case "rejected":
            return Say(text=what, fields={**fields, "reason": wording.shorten(words)})
        case "asked":
            return Say(text=what, fields={**fields, "question": wording.shorten(words, 300)})
        case "not_found":
            note = wording.shorten(words, 300) or city.messages["officers"]["not_found"]
            return Say(text=what, fields={**fields, "note": note}, ask_location=True)
        case "delayed":
            until = wording.day(request.delayed_until) if request.delayed_until else ""
            return Say(text=what, fields={**fields, "note": _note(words), "until": until})
        case "partly_solved":
            return Say(text=what, fields={**fields, "note": _note(words)})
        case "solved":
            return _say_solved(request, fields, words, city)
        case _:
            return Say(text=what, fields=fields)


def _say_solved(
    request: ServiceRequest, fields: dict[str, str], words: str, city: Jurisdiction
) -> Say:
    """With the photo and a rating to tap; where the photo is doubtful, with the question whether it is so."""
    fields = {**fields, "note": _note(words)}
    doubtful = request.proof_doubts[:1]
    for doubt in doubtful:
        fields["doubt"] = city.messages["doubts"][doubt]
    return Say(
        text="solved_doubtful" if doubtful else "solved",
        fields=fields,
        choices=wording.rating_choices(request, city),
        photo_key=request.proof_key or None,
    )


def _note(words: str) -> str:
    return f"Catatan petugas: {wording.shorten(words, 300)}" if words else ""
