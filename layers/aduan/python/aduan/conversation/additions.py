"""What comes after the report was opened: its place, more words, another photo, "it was only a drill"."""

from dataclasses import replace
from datetime import timedelta

from aduan.change import Change, Event, tell_agency
from aduan.conversation import questions, report, withdrawal
from aduan.conversation.intents import Intent, says
from aduan.conversation.moment import HELD_AT_MOST, Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import gathered
from aduan.message import Say
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest

_SOON = timedelta(minutes=30)  # what follows a report so closely is about it
_LONG_SOON = timedelta(hours=2)  # the same for an emergency, and for a photo without a word


def place(m: Moment) -> Turn | None:
    """The place that was asked for after the report was opened."""
    request = m.requests.get(m.conversation.about or "")
    if m.conversation.asked is not Asked.PLACE or request is None or request.is_over:
        return None
    if not m.names_a_place and m.meaning.service_code not in (None, request.service_code):
        return None
    if m.message.location or m.meaning.place:
        address = None if m.message.location else m.meaning.place
        return withdrawal.move(m, request, address)
    if m.message.photos or m.message.recordings or not m.message.text or m.intent:
        return None
    if request.urgent:
        return m.turn(Say(text="ask_place_again", ask_location=True), _with_more(m, request))
    return withdrawal.move(m, request, m.message.text)


def addition(m: Moment) -> Turn | None:
    """Words, photos and pins that belong to a report that is open already."""
    chat = m.conversation
    request = m.quoted or m.newest
    if chat.draft or request is None or request.is_over:
        return None
    message, age = m.message, m.now - request.requested_datetime
    named = m.quoted is not None or chat.asked is Asked.ADDITION
    soon = age < (_LONG_SOON if request.urgent else _SOON)
    if message.location:
        is_place = named or (soon and request.lat is None)
        return withdrawal.move(m, request, None) if is_place else None
    if not (message.text or message.photos or message.recordings):
        return None
    if not named and _is_another_matter(m, request):
        return None
    if not message.text and not (named or age < _LONG_SOON):
        return _ask_whose(m, request)
    if message.text and not (named or soon or (message.photos and _is_like(m, request))):
        return None
    where = m.meaning.place
    if where and not named and request.lat is None and _moves(m, request):
        return withdrawal.move(m, request, where)
    return _add(m, request)


def join(m: Moment, draft_id: str, number: str) -> Turn | None:
    """The answer to whose photo it is."""
    draft = m.conversation.draft
    if draft is None or draft.draft_id != draft_id:
        return m.turn(Say(text="nothing_to_confirm"))
    request = m.requests.get(number)
    if request is None or request.is_over:
        return report.next_question(m, draft)
    changed = replace(
        request,
        photo_ids=(*request.photo_ids, *draft.photo_ids),
        recording_ids=(*request.recording_ids, *draft.recording_ids),
        updated_datetime=m.now,
    )
    event = Event(what="photo_added", who="citizen", at=m.now)
    say = Say(text="photo_added", fields=m.about(changed))
    return m.turn(say, Change(request=changed, event=event), draft=None, asked=None)


def _is_another_matter(m: Moment, request: ServiceRequest) -> bool:
    said = m.meaning
    elsewhere = said.place and request.address and said.place.lower() != request.address.lower()
    if said.service_code and elsewhere and not says("changes_place", m.text, m.city):
        return True
    if request.urgent and not (said.service_code and said.place):
        return False
    codes = [candidate.service_code for candidate in said.candidates]
    if said.service_code:
        return said.service_code != request.service_code
    return bool(codes) and request.service_code not in codes


def _is_like(m: Moment, request: ServiceRequest) -> bool:
    codes = [candidate.service_code for candidate in m.meaning.candidates]
    return not codes or request.service_code in codes


def _moves(m: Moment, request: ServiceRequest) -> bool:
    """Whether a place in the words takes the place of the one that is known."""
    return request.address is None or says("changes_place", m.text, m.city) or m.intent is Intent.NO


def _with_more(m: Moment, request: ServiceRequest) -> Change:
    """The report with what the message brings; of an emergency the agency hears at once."""
    added, off = gathered(m.message), says("calls_off", m.text, m.city)
    what = "called_off" if off else "words" if added.said else "photo_added"
    event = Event(what="words_added" if added.said else "photo_added", who="citizen", at=m.now)
    return Change(
        request=request.with_more(added, m.now),
        event=event,
        effects=tell_agency(request, what) if request.urgent or off else (),
    )


def _add(m: Moment, request: ServiceRequest) -> Turn:
    change, chat = _with_more(m, request), m.conversation
    held = chat.held
    if held and held.about == request.service_request_id and m.now - held.at < HELD_AT_MOST:
        return m.turn(report.tell_opened(m, change.request or request), change)
    asked = None if chat.asked is Asked.ADDITION else chat.asked
    if request.urgent and says("calls_off", m.text, m.city):
        return m.turn(Say(text="called_off", fields=m.about(request)), change, asked=asked)
    return m.turn(change=change, react="👍", asked=asked)


def _ask_whose(m: Moment, request: ServiceRequest) -> Turn:
    draft = report.new_draft(m).with_message(m.message, m.city)
    number = request.service_request_id
    say = questions.ask_whose_photo(m, draft, number, spoken(number))
    return m.turn(say, draft=draft, asked=Asked.WHICH, about=None)
