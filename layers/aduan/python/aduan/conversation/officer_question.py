"""The citizen's answer to what an officer asked, neither knowing who the other is.

The report itself holds the question, since the desk writes no chat: it is found by what is quoted, else it is
the newest that is open. What follows an answer within a few minutes is part of it.
"""

from datetime import timedelta

from aduan import report_number
from aduan.change import Change, Event, tell_agency
from aduan.conversation import withdrawal
from aduan.conversation.intents import Intent
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import gathered
from aduan.message import Say
from aduan.message_digest import digest
from aduan.service_request import Question, ServiceRequest

_STILL_ANSWERING = timedelta(minutes=10)
_STILL_MEANT = timedelta(days=7)  # unless the question is quoted
_ANSWERS = (None, Intent.YES, Intent.NO)
_NUMBER_ALONE = 3  # words


def answer(m: Moment) -> Turn | None:
    """The first message tells the agency, further ones are added to it."""
    request = _asked_about(m)
    if request is None or _wants_something_else(m, request):
        return None
    number, is_first = request.service_request_id, request.open_question is not None
    answered = request.with_answer(digest(m.message), m.now)
    if m.message.location:
        return withdrawal.move(m, answered, None)
    added = gathered(m.message)
    if not (added.said or added.photo_ids or added.recording_ids):
        return None
    what = "answered" if is_first else "words_added" if added.said else "photo_added"
    change = Change(
        request=answered.with_more(added, m.now),
        event=Event(what=what, who="citizen", at=m.now),
        effects=tell_agency(request, "answered") if is_first else (),
    )
    if not is_first:
        return m.turn(change=change, react="👍")
    say = Say(text="answer_passed_on", fields=m.about(request))
    if m.conversation.draft:  # it was quoted in the middle of another report, which goes on
        return m.turn(say, change)
    return m.turn(say, change, asked=Asked.OFFICER_QUESTION, about=number)


def _asked_about(m: Moment) -> ServiceRequest | None:
    """The report whose officer is answered by this message, if it answers any."""
    chat = m.conversation
    if m.quoted:
        return m.quoted if m.quoted.open_question else None
    if chat.draft:
        return None
    if chat.asked is Asked.OFFICER_QUESTION:
        request = m.requests.get(chat.about or "")
        if request and request.is_with_agency and _is_just_answered(m, request):
            return request
    found = [
        (request.open_question.at, request.service_request_id)
        for request in m.requests.values()
        if request.open_question and _follows(m, request.open_question)
    ]
    if not found:
        return None
    asked_at, number = max(found)
    asked_later = chat.asked not in (None, Asked.ADDITION, Asked.OFFICER_QUESTION)
    if asked_later and chat.about != number and (chat.last_inbound_at or asked_at) > asked_at:
        return None
    return m.requests[number]


def _follows(m: Moment, question: Question) -> bool:
    """Written after it was asked, and not long after. WhatsApp tells whole seconds."""
    since = m.message.sent_at - question.at.replace(microsecond=0)
    return timedelta(0) <= since < _STILL_MEANT


def _is_just_answered(m: Moment, request: ServiceRequest) -> bool:
    answered_at = request.questions[-1].answered_at if request.questions else None
    return answered_at is not None and m.now - answered_at < _STILL_ANSWERING


def _wants_something_else(m: Moment, request: ServiceRequest) -> bool:
    """An order, danger, a report number, or another matter; with a quotation, the last two are answers."""
    said = m.meaning
    if m.intent not in _ANSWERS or ((said.emergency or said.danger) and not request.urgent):
        return True
    if m.quoted:
        return False
    if len(m.words) <= _NUMBER_ALONE and report_number.find(m.text):
        return True
    return said.service_code not in (None, request.service_code) and said.place is not None
