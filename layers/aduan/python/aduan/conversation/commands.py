"""What a citizen orders in words: how it stands, stop, help; and greetings and thanks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aduan import report_number
from aduan.conversation import coming_back, mydata, questions, rating, report, withdrawal
from aduan.conversation.intents import Intent, says
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.conversation.status import tell_all, tell_status
from aduan.message import Say
from aduan.privacy import mask
from aduan.service_request import Status

_JUST_MADE = timedelta(minutes=30)
_FEW_WORDS = 3
# What may say why the work was not good, when that is asked.
_REASONS = frozenset({Intent.AGAIN, Intent.SOLVED, Intent.ADD, Intent.YES, Intent.NO})


def command(m: Moment) -> Turn | None:
    number = report_number.find(m.text)
    if number and (m.intent is Intent.STATUS or len(m.words) <= _FEW_WORDS):
        if not report_number.is_valid(number):
            return m.turn(Say(text="status_mistyped"))
        return tell_status(m, m.requests.get(number))
    if m.intent is None or m.message.photos or m.message.recordings or m.message.location:
        return None
    if m.conversation.asked is Asked.REASON and m.intent in _REASONS:
        return None
    return _COMMANDS.get(m.intent, _courtesy)(m)


def _courtesy(m: Moment) -> Turn | None:
    """Thanks get no menu; a greeting in the middle of a report is answered by its next question."""
    chat, draft = m.conversation, m.conversation.draft
    if m.intent is Intent.GREETING:
        return report.next_question(m, draft) if draft else m.turn(questions.welcome(m))
    if m.intent is Intent.THANKS:
        return (
            m.turn(Say(text="thanks", fields=m.city.names)) if chat.is_new else m.turn(react="🙏")
        )
    if draft and chat.asked in (Asked.KIND, Asked.WHAT, Asked.PLACE, Asked.WHICH):
        return report.next_question(m, draft)  # a yes or no that answers nothing
    if chat.is_new:
        return m.turn(questions.welcome(m))
    if says("not_yet", m.text, m.city) and (request := m.quoted or m.newest):
        return _how_it_is_now(m) if request.status is Status.SOLVED else tell_status(m, request)
    return m.turn(react="👍")


def _take_back(m: Moment) -> Turn | None:
    draft, request = m.conversation.draft, m.quoted or m.newest
    if draft and not m.is_late and m.intent is not Intent.WITHDRAW:
        none: dict[str, Any] = dict.fromkeys(("draft", "aside", "asked", "about"))
        if m.intent is Intent.START_OVER:
            return m.turn(replace(questions.welcome(m), before=("started_over",)), **none)
        return m.turn(Say(text="cancelled"), **none)
    if m.intent is Intent.START_OVER:
        return m.turn(questions.welcome(m), asked=None, about=None)
    if request is None or request.is_over:
        return m.turn(Say(text="nothing_to_cancel"))
    young = m.now - request.requested_datetime < _JUST_MADE
    if m.intent is Intent.WITHDRAW or m.quoted or young:
        return withdrawal.ask_to_withdraw(m, request)
    return m.turn(Say(text="nothing_to_cancel"))


def _about_reports(m: Moment) -> Turn:
    request = m.quoted or m.newest
    if m.intent is Intent.MY_REPORTS or request is None:
        return tell_all(m)
    match m.intent:
        case Intent.STATUS:
            return tell_status(m, request) if m.quoted or _only_one_open(m) else tell_all(m)
        case Intent.ADD if not request.is_over:
            say = Say(text="ask_addition", fields=m.about(request))
            return m.turn(say, asked=Asked.ADDITION, about=request.service_request_id)
        case Intent.RATE if waiting := rating.waiting_for_rating(m):
            return rating.ask_rating(m, waiting)
        case _:
            return tell_status(m, request)


def _only_one_open(m: Moment) -> bool:
    return sum(not request.is_over for request in m.requests.values()) <= 1


def _how_it_is_now(m: Moment) -> Turn | None:
    """ "Mati lagi", "sudah nyala": of the report that they are about, if there is one."""
    request, waiting = m.quoted or m.newest, rating.waiting_for_rating(m)
    if m.conversation.draft or request is None:
        return None
    if m.meaning.service_code not in (None, (waiting or request).service_code):
        return None
    if m.intent is Intent.SOLVED:
        if waiting:
            return rating.ask_rating(m, waiting)
        if request.is_with_agency:
            return withdrawal.ask_to_withdraw(m, request, "ask_whether_solved")
        return m.turn(react="🙏")
    if waiting:
        return rating.rate(m, waiting, rating.WORST, because=mask(m.text))
    if not request.is_over:
        return tell_status(m, request)
    return coming_back.come_back(m, request)


_COMMANDS: dict[Intent, Callable[[Moment], Turn | None]] = {
    Intent.CANCEL: _take_back,
    Intent.START_OVER: _take_back,
    Intent.WITHDRAW: _take_back,
    Intent.STATUS: _about_reports,
    Intent.MY_REPORTS: _about_reports,
    Intent.ADD: _about_reports,
    Intent.RATE: _about_reports,
    Intent.AGAIN: _how_it_is_now,
    Intent.SOLVED: _how_it_is_now,
    Intent.HELP: lambda m: m.turn(Say(text="help", fields=m.city.names)),
    Intent.WHO: lambda m: m.turn(Say(text="who", fields=m.city.names)),
    Intent.MY_DATA: mydata.tell,
    Intent.ERASE: mydata.ask_to_erase,
    Intent.SILENCE: mydata.silence,
    Intent.SPEAK: mydata.speak,
}
