"""Making the report: gather what is told, ask for what is missing, have it confirmed, open it."""

from dataclasses import replace
from typing import Any

from aduan import joining, wording
from aduan.change import Change, Event, start_lifecycle
from aduan.conversation import manners, places, questions, rating, same_matter
from aduan.conversation.intents import says
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.conversation.status import tell_status
from aduan.correction import Correction
from aduan.draft import Draft
from aduan.jurisdiction import OTHER
from aduan.message import Choice, Say
from aduan.message_digest import digest
from aduan.privacy import mask
from aduan.service_request import ServiceRequest
from aduan.understanding import Candidate, understand

_REPORTS_KEPT = 10
_LIKELY = 0.5  # share from which the citizen is asked "is it this?" rather than "what is it?"


def gather(m: Moment) -> Turn:
    """Anything that no other step took is part of a report."""
    chat, message = m.conversation, m.message
    draft = chat.draft
    if draft and (turn := _another_matter(m, draft)):
        return turn
    if draft is None and (turn := _asks_after_a_report(m)):
        return turn
    draft = draft or new_draft(m)
    asked_where = chat.asked is Asked.PLACE and chat.about is None
    if message.text and message.location is None and draft.draft_id != digest(message):
        where = places.said_in(m)
        if asked_where and (settled := places.settled_in_words(m, draft)):
            draft = settled
        elif (
            where and (asked_where or chat.asked in (Asked.CONFIRM, Asked.CHANGE)) and not m.is_late
        ):
            draft = draft.without_place().with_address(where, named=True)
        elif asked_where and says("no_place", m.text, m.city):
            say = Say(text="ask_any_place", ask_location=True)
            return m.turn(say, draft=answered(draft.with_message(message, m.city)))
        elif asked_where and not message.photos and not m.meaning.service_code:
            draft = draft.with_address(message.text, named=False)
    more = draft.with_message(message, m.city)
    if m.meaning.where and m.meaning.where.is_outside and not more.has_place:
        say = Say(text="outside_city_in_words", fields=m.city.names, ask_location=True)
        return m.turn(say, draft=answered(more), asked=Asked.PLACE, about=None)
    if message.location and more.lat is None:
        say = Say(text="outside_city", fields=m.city.names, ask_location=True)
        return m.turn(say, draft=answered(more), asked=Asked.PLACE, about=None)
    return next_question(m, more)


def _asks_after_a_report(m: Moment) -> Turn | None:
    """ "Kok belum ada yang datang": words without a matter are about the report that is under way."""
    said, request = m.meaning, m.quoted or m.newest
    nothing = not (m.has_a_matter or said.place or said.emergency)
    if not nothing or not m.message.text or m.message.photos or m.message.recordings:
        return None
    if waiting := rating.waiting_for_rating(m):
        return rating.ask_rating(m, waiting)
    return tell_status(m, request) if request and not request.is_over else None


def new_draft(m: Moment) -> Draft:
    return Draft(draft_id=digest(m.message), began_at=m.now)


def answered(draft: Draft) -> Draft:
    return replace(draft, answers=draft.answers + 1)


def _another_matter(m: Moment, draft: Draft) -> Turn | None:
    """While one report is in the making, clear words about another one lose neither."""
    said, asked = m.meaning, m.conversation.asked
    if asked is Asked.PLACE and (m.names_a_place or says("no_place", m.text, m.city)):
        return None
    asked_what = asked in (Asked.KIND, Asked.WHAT)
    if (asked_what or m.conversation.aside) and not said.emergency:
        return None
    if said.service_code in (None, draft.service_code) or draft.service_code is None:
        return None
    known = {candidate.service_code for candidate in draft.candidates}
    if said.service_code in known and not said.emergency:
        return None
    other = new_draft(m).with_message(m.message, m.city)
    if other.emergency or other.place_named:
        return open_report(m, other, left_open=True)
    say = questions.ask_which_first(m, draft, other)
    return m.turn(say, aside=other, asked=Asked.WHICH, about=None)


def next_question(m: Moment, draft: Draft) -> Turn:
    """Ask for what is missing, have it confirmed, or open the report."""
    if draft.emergency:
        return open_report(m, draft)
    if draft.service_code is None:
        best = draft.candidates[0] if draft.candidates else Candidate(service_code="", confidence=0)
        if best.confidence < _LIKELY or draft.danger or not draft.place_named:
            say = questions.ask_kind(m, draft)
            return m.turn(say, draft=answered(draft), asked=Asked.KIND, about=None)
        draft = replace(draft, service_code=best.service_code, guessed=True)
        say = questions.ask_to_confirm(m, draft)
        return m.turn(say, draft=answered(draft), asked=Asked.CONFIRM, about=None)
    service = m.city.services[draft.service_code]
    if service.urgency == "emergency" and draft.chosen:
        return open_report(m, draft)
    if service.service_code == OTHER and not draft.said:
        return m.turn(Say(text="ask_what"), draft=answered(draft), asked=Asked.WHAT, about=None)
    if not draft.has_place:
        say = Say(text="ask_place", fields=wording.asking(service, m.city), ask_location=True)
        return m.turn(say, draft=answered(draft), asked=Asked.PLACE, about=None)
    if draft.is_in_two_places(m.city):
        say = questions.ask_which_place(m, draft)
        asked_once = replace(draft, place_settled=True)
        return m.turn(say, draft=answered(asked_once), asked=Asked.PLACE, about=None)
    if draft.place_named and not draft.guessed:
        return open_report(m, draft)
    say = questions.ask_to_confirm(m, draft)
    return m.turn(say, draft=answered(draft), asked=Asked.CONFIRM, about=None)


def open_report(m: Moment, draft: Draft, *, left_open: bool = False) -> Turn:
    """The report is made: numbered, its workflow started, the citizen told.

    What is known already is joined to it: an emergency at once where it is surely the same, anything else if
    the citizen says that it is. With `left_open`, the chat's draft is another one and stays; without, what
    was set aside comes next.
    """
    best = draft.candidates[0].service_code if draft.candidates else OTHER
    service = m.city.services[draft.service_code or best]
    urgent = draft.urgent or (draft.chosen and service.urgency == "emergency")
    if not urgent and manners.has_reported_enough(m):
        say = Say(text="enough_today", fields=m.city.names)
        place = wording.place(draft.address, draft.area, draft.lat, m.city)
        whole = " | ".join((service.service_name, place, draft.description, *draft.photo_ids))
        return m.turn(say, kept="many_reports", kept_text=whole, draft=None, asked=None, about=None)
    request = _request_of(m, draft, service.service_code, urgent=urgent)
    lead = same_matter.known_of(m, draft, request, asks=not left_open)
    if lead and not (urgent or draft.is_same):
        return same_matter.offer(m, draft, request, lead)
    if lead and (own := same_matter.own_of(m, lead)):
        return same_matter.add_to_own(m, draft, own)
    event = Event(what="received", who="citizen", at=m.now)
    if lead:
        change = joining.joined(request, lead, event, m.city)
        request = change.request or request
    else:
        times = joining.times_here(request, m.nearby, m.city, m.now)
        request = replace(request, recurrence=times)
        change = Change(request=request, event=event, effects=(start_lifecycle(request),))
    if draft.chosen and draft.said:
        change = replace(change, correction=correction(m, request))
    say = (
        tell_opened(m, request) if urgent or not lead else same_matter.tell_joined(m, request, lead)
    )
    return _opened(m, draft, say, change, left_open=left_open)


def _request_of(m: Moment, draft: Draft, service_code: str, *, urgent: bool) -> ServiceRequest:
    return ServiceRequest(
        service_request_id=m.number,
        jurisdiction_id=m.city.jurisdiction_id,
        citizen_id=m.conversation.citizen_id,
        channel=m.conversation.channel,
        service_code=service_code,
        said=draft.said,
        requested_datetime=m.now,
        updated_datetime=m.now,
        urgent=urgent,
        address=mask(draft.address) if draft.address else None,
        lat=draft.lat,
        long=draft.long,
        area=draft.area,
        photo_ids=draft.photo_ids,
        recording_ids=draft.recording_ids,
        continues=draft.continues,
    )


def _opened(m: Moment, draft: Draft, say: Say, change: Change, *, left_open: bool) -> Turn:
    """What the chat is about after a report: its place, the next draft, or nothing."""
    urgent = change.request is not None and change.request.urgent
    unplaced = urgent and not draft.has_place
    state: dict[str, Any] = {
        "asked": Asked.PLACE if unplaced else None,
        "about": m.number if unplaced else None,
        "reports": (m.number, *m.conversation.reports)[:_REPORTS_KEPT],
    }
    if not urgent:
        state["pace"] = manners.one_more_report(m)
    if draft.second and not (unplaced or left_open or m.conversation.aside):
        return _offer_second(m, draft, say, change, state)
    next_draft = m.conversation.draft if left_open else m.conversation.aside
    if next_draft is None:
        return m.turn(say, change, draft=None, **state)
    named = m.city.services.get(next_draft.service_code or "")
    about = named.service_name if named else wording.shorten(next_draft.description, 60)
    if not unplaced:
        state |= {"asked": _asked_next(m, next_draft), "about": None}
    state |= {"aside": m.conversation.aside if left_open else None}
    say = replace(say, fields={**say.fields, "left_open": about})
    text = f"{say.text}_and_draft" if say.text in ("received", "joined") else say.text
    return m.turn(replace(say, text=text), change, draft=next_draft, **state)


def correction(m: Moment, request: ServiceRequest) -> Correction:
    """The citizen said by a tap what their words mean."""
    understood = understand(request.description, m.city)
    return Correction.of(
        request.description,
        understood,
        corrected_by="citizen",
        service_code=request.service_code,
    )


def _offer_second(m: Moment, draft: Draft, say: Say, change: Change, state: dict[str, Any]) -> Turn:
    """Two problems in one message: the other one is offered as a report of its own, at the same place."""
    other = replace(
        draft,
        draft_id=f"{draft.draft_id}-2",
        service_code=draft.second,
        second=None,
        candidates=(),
        same_as=None,
        is_same=False,
        is_other=False,
        emergency=False,
        urgent=False,
        danger=False,
    )
    service = m.city.services[draft.second or OTHER].service_name
    choices = tuple(
        Choice(payload=f"confirm:{other.draft_id}:{answer}", title=m.city.label(f"second_{answer}"))
        for answer in ("yes", "cancel")
    )
    also = str(m.city.messages["second"]["offer"]).format(service=service)
    fields = {**say.fields, "also": also}
    both = replace(
        say, text=f"{say.text}_and_second", fields=fields, choices=(*choices, *say.choices)
    )
    return m.turn(both, change, draft=other, **{**state, "asked": Asked.CONFIRM})


def _asked_next(m: Moment, draft: Draft) -> Asked:
    if draft is m.conversation.draft and m.conversation.asked:
        return m.conversation.asked
    return Asked.PLACE if draft.service_code else Asked.KIND


def tell_opened(m: Moment, request: ServiceRequest) -> Say:
    """The number, what is known, what happens next, and a button to change it; in danger, 112 first."""
    fields = {
        **m.about(request),
        "photos": questions.photos(m, len(request.photo_ids)),
        "advice": advice(m, request.service_code),
        "promise": wording.what_to_expect(request, m.city),
    }
    if request.urgent:
        unplaced = request.address is None and request.lat is None
        text = "emergency_place" if unplaced else "emergency"
        return Say(text=text, fields=fields, ask_location=unplaced)
    change = Choice(
        payload=f"edit:{request.service_request_id}", title=m.city.label("confirm_change")
    )
    wants_photo = not request.photo_ids and m.city.services[request.service_code].needs_photo
    asks = m.city.messages["photos"]["please"] if wants_photo else ""
    return Say(text="received", fields={**fields, "please": asks}, choices=(change,))


def advice(m: Moment, service_code: str) -> str:
    """What to do until help comes."""
    wordings = m.city.messages["advice"]
    return str(wordings.get(service_code, wordings["other"]))
