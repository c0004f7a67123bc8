"""What a citizen taps: buttons, rows of a list, quick replies; and the same answers in words."""

from collections.abc import Callable
from dataclasses import replace

from aduan.conversation import additions, mydata, questions, report, withdrawal
from aduan.conversation.intents import Intent
from aduan.conversation.moment import Moment
from aduan.conversation.rating import rate
from aduan.conversation.state import Asked, Turn
from aduan.conversation.status import tell_status
from aduan.draft import Draft
from aduan.message import Say


def tap(m: Moment) -> Turn | None:
    """What the payload says: `<what>:<of which>:<answer>`."""
    payload = m.message.choice or _service_named(m)
    if not payload:
        return None
    what, _, rest = payload.partition(":")
    about, _, answer = rest.partition(":")
    taken = _TAPS[what](m, about, answer) if what in _TAPS else None
    return taken or _from_elsewhere(m)


def _draft_tap(m: Moment, about: str, answer: str) -> Turn:
    draft = m.conversation.draft
    if draft and draft.draft_id == about:
        return answer_draft(m, draft, answer)
    return m.turn(Say(text="nothing_to_confirm"))


def _group(m: Moment, group_id: str, _: str) -> Turn | None:
    return m.turn(questions.ask_kind_in_group(m, group_id)) if group_id in m.city.groups else None


def _from_elsewhere(m: Moment) -> Turn:
    """A button of an ice breaker, or of a form that is no longer ours."""
    draft = m.conversation.draft
    return report.next_question(m, draft) if draft else m.turn(questions.welcome(m))


def _choose(m: Moment, service_code: str, _: str) -> Turn | None:
    chat = m.conversation
    if service_code not in m.city.services:
        return None
    request = m.requests.get(chat.about or "")
    if chat.asked is Asked.KIND and request and not chat.draft:
        return withdrawal.reclassify(m, request, service_code)
    draft = chat.draft or report.new_draft(m)
    return report.next_question(m, draft.with_choice(service_code))


def _service_named(m: Moment) -> str:
    """A service's name typed instead of tapped."""
    said = m.text.strip().lower()
    named = (s for s in m.city.services.values() if s.service_name.lower() == said)
    asked = m.conversation.asked is Asked.KIND
    return next((f"service:{service.service_code}" for service in named if asked), "")


def answer_draft(m: Moment, draft: Draft, answer: str) -> Turn:
    match answer:
        case "yes" if draft.service_code and draft.has_place:
            return report.open_report(m, draft)
        case "change":
            return m.turn(questions.ask_what_to_change(m, draft), asked=Asked.CHANGE)
        case "service":
            say = replace(
                questions.ask_kind(m, draft.without_kind()), choices=questions.most_reported(m)
            )
            return m.turn(say, draft=draft.without_kind(), asked=Asked.KIND)
        case "place" | "by_pin" | "by_words":
            return report.next_question(m, _PLACED[answer](draft))
        case "cancel":
            return m.turn(Say(text="cancelled"), draft=None, aside=None, asked=None)
        case "same":
            return report.open_report(m, replace(draft, is_same=True))
        case "other":
            return report.open_report(m, replace(draft, is_other=True, same_as=None))
        case "after" if m.conversation.aside:
            chat = replace(m.conversation, aside=draft)
            return report.next_question(replace(m, conversation=chat), m.conversation.aside)
        case _:
            return report.next_question(m, draft)


def yes_or_no(m: Moment) -> Turn | None:
    """A yes or no in words to "is it right?"; an older one than the question is no answer to it."""
    draft = m.conversation.draft
    if draft is None or m.is_late or m.conversation.asked not in (Asked.CONFIRM, Asked.SAME):
        return None
    if m.conversation.asked is Asked.SAME:
        answers = {Intent.YES: "same", Intent.NO: "other"}
        return answer_draft(m, draft, answers[m.intent]) if m.intent in answers else None
    if m.intent is Intent.YES:
        return answer_draft(m, draft, "yes")
    return answer_draft(m, draft, "change") if m.intent is Intent.NO else None


_PLACED: dict[str, Callable[[Draft], Draft]] = {
    "place": Draft.without_place,
    "by_pin": Draft.with_pin_alone,
    "by_words": Draft.with_words_alone,
}
_TAPS: dict[str, Callable[[Moment, str, str], Turn | None]] = {
    "service": _choose,
    "group": _group,
    "groups": lambda m, *_: m.turn(questions.ask_group(m)),
    "rate": lambda m, number, rating: rate(m, m.requests.get(number), rating),
    "status": lambda m, number, _: tell_status(m, m.requests.get(number)),
    "edit": lambda m, number, what: withdrawal.edit(m, m.requests.get(number), what),
    "withdraw": lambda m, number, answer: withdrawal.withdraw(m, m.requests.get(number), answer),
    "join": additions.join,
    "same": lambda m, about, answer: _draft_tap(m, about, "same" if answer == "yes" else "other"),
    "data": lambda m, answer, _: mydata.tapped(m, answer),
    "confirm": _draft_tap,
    "change": _draft_tap,
    "which": _draft_tap,
}
