"""What a citizen taps: buttons, rows of a list, quick replies; and the same answers in words."""

from dataclasses import replace

from aduan.conversation import report
from aduan.conversation.moment import Moment
from aduan.conversation.rating import rate
from aduan.conversation.state import Asked, Turn
from aduan.conversation.status import tell_status
from aduan.conversation.words import NO, YES
from aduan.draft import Draft, digest
from aduan.message import Say


def tap(m: Moment) -> Turn | None:
    kind, _, rest = (m.message.choice or _service_named(m)).partition(":")
    draft = m.conversation.draft
    match kind:
        case "service" if rest in m.city.services:
            draft = draft or Draft(draft_id=digest(m.message))
            return report.next_question(m, draft.with_choice(rest))
        case "group" if rest in m.city.groups:
            return m.turn(report.ask_kind_in_group(m, rest))
        case "groups":
            return m.turn(report.ask_group(m))
        case "rate":
            request_id, _, rating = rest.partition(":")
            return rate(m, m.requests.get(request_id), rating)
        case "status":
            return tell_status(m, m.requests.get(rest))
        case "confirm" | "change":
            draft_id, _, answer = rest.partition(":")
            if draft and draft.draft_id == draft_id:
                return _answer_draft(m, draft, answer)
            return m.turn(Say(text="nothing_to_confirm"))
        case "":
            return None
        case _:  # a button of an ice breaker, or of a form that is no longer ours
            return report.next_question(m, draft) if draft else m.turn(report.welcome(m))


def _service_named(m: Moment) -> str:
    """A service's name typed instead of tapped."""
    said = (m.message.text or "").strip().lower()
    named = (s for s in m.city.services.values() if s.service_name.lower() == said)
    return next((f"service:{service.service_code}" for service in named), "")


def _answer_draft(m: Moment, draft: Draft, answer: str) -> Turn:
    match answer:
        case "yes" if draft.service_code and draft.has_place:
            return report.open_report(m, draft)
        case "change":
            return m.turn(report.ask_what_to_change(m, draft), asked=Asked.CHANGE)
        case "service":
            undecided = replace(draft, service_code=None, chosen=False, candidates=())
            return report.next_question(m, undecided)
        case "place":
            unplaced = replace(draft, address=None, lat=None, long=None, area=None)
            return report.next_question(m, unplaced)
        case "cancel":
            return m.turn(Say(text="cancelled"), draft=None, asked=None)
        case _:
            return report.next_question(m, draft)


def yes_or_no(m: Moment) -> Turn | None:
    draft, words = m.conversation.draft, set(m.words)
    if m.conversation.asked is not Asked.CONFIRM or draft is None or not words:
        return None
    if words <= YES:
        return _answer_draft(m, draft, "yes")
    return _answer_draft(m, draft, "change") if words <= NO else None
