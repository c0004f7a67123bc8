"""What comes after the report was opened: its place, more words, another photo, "it was only a drill"."""

from datetime import timedelta

from aduan.change import Change, Event, tell_agency
from aduan.conversation import places, questions, report, withdrawal
from aduan.conversation.intents import Intent, says
from aduan.conversation.moment import EMERGENCY_LASTS, HELD_AT_MOST, Moment
from aduan.conversation.rating import waiting_for_rating
from aduan.conversation.state import Asked, Turn
from aduan.draft import Draft, gathered
from aduan.message import Say
from aduan.report_number import spoken
from aduan.service_request import Gathered, ServiceRequest, Status

_ANOTHER = 0.85  # share from which a cry is about another emergency than the one under way
_A_CRY = 3  # words, at most: "cepetan", "tolong pak"
_TELLS_OPENED = ("received", "received_and_draft")
_SOON = timedelta(minutes=30)  # what follows so closely is about it


def place(m: Moment) -> Turn | None:
    """The place that was asked for after the report was opened."""
    request = m.requests.get(m.conversation.about or "")
    if m.conversation.asked is not Asked.PLACE or request is None or request.is_over:
        return None
    is_about_it = m.names_a_place or m.meaning.service_code in (None, request.service_code)
    if not (is_about_it and m.is_soon):
        return None
    if m.message.location or m.meaning.place:
        address = None if m.message.location else places.said_in(m)
        return withdrawal.move(m, request, address)
    if not m.message.text or m.message.photos or m.message.recordings or m.intent:
        return None
    if request.urgent:
        return m.turn(Say(text="ask_place_again", ask_location=True), _with_more(m, request))
    if m.meaning.danger or says("no_place", m.text, m.city):
        return None
    return withdrawal.move(m, request, m.message.text)


def addition(m: Moment) -> Turn | None:
    """Words, photos and pins that belong to a report that is open already."""
    chat = m.conversation
    message, request = m.message, m.quoted or m.newest
    rated_by_photo = waiting_for_rating(m) if message.photos and not message.text else None
    request = rated_by_photo or request
    if chat.draft or request is None or request.is_over:
        return None
    named = m.quoted is not None or chat.asked is Asked.ADDITION
    if message.location:
        is_place = named or (_is_young(m, request) and request.lat is None)
        return withdrawal.move(m, request, None) if is_place else None
    if not (message.text or message.photos or message.recordings):
        return None
    if not message.text:
        belongs = named or rated_by_photo or m.now - request.requested_datetime < EMERGENCY_LASTS
        return _add(m, request) if belongs else ask_whose(m, report.new_draft(m), request)
    if request.urgent and says("calls_off", m.text, m.city):
        return _add(m, request)
    is_said_to_be_solved = request.status is Status.SOLVED and not message.photos
    if is_said_to_be_solved or _is_another_matter(m, request, named=named):
        return None
    if not (named or _is_young(m, request) or (message.photos and _is_like(m, request))):
        return None
    if m.meaning.place and not named and request.lat is None and _moves(m, request):
        return withdrawal.move(m, request, places.said_in(m))
    return _add(m, request)


def is_same_emergency(m: Moment) -> bool:
    """Whether the cry is about the emergency that is under way, as far as one can tell."""
    request, said = m.newest, m.meaning
    if request is None or not m.is_in_emergency:
        return False
    best = said.candidates[0]
    vague = best.confidence < _ANOTHER or len(m.words) <= _A_CRY
    codes = {candidate.service_code for candidate in said.candidates}
    elsewhere = said.place and request.address and said.place.lower() not in request.address.lower()
    return (vague or request.service_code in codes) and not elsewhere


def more_of_emergency(m: Moment) -> Turn:
    request = m.newest
    assert request is not None
    unplaced = request.address is None and request.lat is None
    if unplaced and m.meaning.place:
        return withdrawal.move(m, request, places.said_in(m))
    if unplaced and not m.message.location:
        return m.turn(Say(text="ask_place_again", ask_location=True), _with_more(m, request))
    return _add(m, request)


def join(m: Moment, draft_id: str, number: str) -> Turn | None:
    """The answer to whose photo it is."""
    draft = m.conversation.draft
    if draft is None or draft.draft_id != draft_id:
        return m.turn(Say(text="nothing_to_confirm"))
    request = m.requests.get(number)
    if request is None or request.is_over:
        return report.next_question(m, draft)
    files = Gathered(photo_ids=draft.photo_ids, recording_ids=draft.recording_ids)
    changed = request.with_more(files, m.now)
    event = Event(what="photo_added", who="citizen", at=m.now)
    say = Say(text="photo_added", fields=m.about(changed))
    return m.turn(say, Change(request=changed, event=event), draft=None, asked=None)


def _is_young(m: Moment, request: ServiceRequest) -> bool:
    lasts = EMERGENCY_LASTS if request.urgent else _SOON
    return m.now - request.requested_datetime < lasts


def _is_another_matter(m: Moment, request: ServiceRequest, *, named: bool) -> bool:
    said = m.meaning
    if said.danger and m.has_a_matter and not request.urgent:
        return True
    if named or m.names_a_place:
        return False
    elsewhere = said.place and request.address and said.place.lower() != request.address.lower()
    if said.service_code and elsewhere and not says("changes_place", m.text, m.city):
        return True
    if request.urgent and not said.service_code:
        return False
    codes = [candidate.service_code for candidate in said.candidates]
    if said.service_code:
        return said.service_code != request.service_code
    return m.has_a_matter and request.service_code not in codes


def _is_like(m: Moment, request: ServiceRequest) -> bool:
    codes = [candidate.service_code for candidate in m.meaning.candidates]
    return not codes or request.service_code in codes


def _moves(m: Moment, request: ServiceRequest) -> bool:
    """Whether a place in the words takes the place of the one that is known."""
    corrects = m.names_a_place or m.intent is Intent.NO or m.text.lstrip().startswith("*")
    return request.address is None or corrects or says("changes_place", m.text, m.city)


def _with_more(m: Moment, request: ServiceRequest) -> Change:
    """The report with what the message brings; of an emergency the agency hears at once."""
    added, off = gathered(m.message), says("calls_off", m.text, m.city)
    what = "called_off" if off else "words" if added.said else "photo_added"
    event = Event(what="words_added" if added.said else "photo_added", who="citizen", at=m.now)
    change = Change(
        request=request.with_more(added, m.now),
        event=event,
        effects=tell_agency(request, what) if request.urgent or off else (),
    )
    if not added.said:
        return change
    from aduan.companions import called_for  # few messages are added to a report

    return called_for(change, m.city, m.now)


def _add(m: Moment, request: ServiceRequest) -> Turn:
    change, chat = _with_more(m, request), m.conversation
    held = chat.held
    if (
        held
        and held.say.text in _TELLS_OPENED
        and held.about == request.service_request_id
        and m.now - held.at < HELD_AT_MOST
    ):
        return m.turn(report.tell_opened(m, change.request or request), change)
    asked = None if chat.asked is Asked.ADDITION else chat.asked
    if request.urgent and says("calls_off", m.text, m.city):
        return m.turn(Say(text="called_off", fields=m.about(request)), change, asked=asked)
    if m.message.recordings and not m.message.text:
        return m.turn(Say(text="recording_added", fields=m.about(request)), change, asked=asked)
    return m.turn(change=change, react="👍", asked=asked)


def ask_whose(m: Moment, draft: Draft, request: ServiceRequest) -> Turn:
    """A file without a word, long after the report: is it for that one?"""
    more = draft.with_message(m.message, m.city)
    number = request.service_request_id
    say = questions.ask_whose_photo(m, more, number, spoken(number))
    return m.turn(say, draft=more, asked=Asked.WHICH, about=None)


def more_files(m: Moment) -> Turn | None:
    """The rest of an album whose first photo is being asked about."""
    chat, request = m.conversation, m.newest
    asked = chat.asked is Asked.WHICH and chat.aside is None and not m.message.text
    if asked and chat.draft and request and (m.message.photos or m.message.recordings):
        return ask_whose(m, chat.draft, request)
    return None
