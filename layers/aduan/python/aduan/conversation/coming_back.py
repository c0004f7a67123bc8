""" "Mati lagi": what was closed is as bad as before. Soon after it is opened again, later a new one follows."""

from dataclasses import replace
from datetime import timedelta

from aduan import joining
from aduan.change import Change, Event, start_lifecycle, tell_head
from aduan.conversation import questions
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import Draft, gathered
from aduan.message import Say
from aduan.message_digest import digest
from aduan.privacy import mask
from aduan.service_request import ServiceRequest, Status


def come_back(m: Moment, request: ServiceRequest) -> Turn | None:
    """The report with its history, if it was closed lately; None where nothing was ever done about it."""
    stored = m.stored(request)
    lead = m.known.get(stored.joined_to or "")
    work = lead or stored
    if request.status is not Status.CLOSED:
        return None
    lasts = timedelta(days=int(m.city.settings["comes_back_days"]))
    was_done = work.status is Status.CLOSED and work.proof_key is not None and not stored.left
    if not was_done or m.now - work.updated_datetime > lasts:
        return _once_more(m, request)
    return _reopened(m, stored, work)


def _reopened(m: Moment, stored: ServiceRequest, work: ServiceRequest) -> Turn:
    """Its agency works on it again, and so does a workflow; the agency's head hears of it."""
    words = mask(m.text)
    again = work.come_back(words, m.now)
    again = replace(again, recurrence=joining.times_here(again, m.nearby, m.city, m.now))
    event = Event(what="came_back", who="citizen", at=m.now)
    change = Change(
        request=again,
        event=event,
        effects=(start_lifecycle(again), *tell_head(work, "came_back")),
    )
    if work is not stored:
        own = stored.with_more(gathered(m.message), m.now).with_reason(words, m.now)
        change = Change(request=own, event=event, beside=change)
    say = Say(
        text="came_back",
        fields=m.about(work if work is stored else m.requests[stored.service_request_id]),
    )
    return m.turn(say, change, asked=None, about=None)


def _once_more(m: Moment, request: ServiceRequest) -> Turn:
    """A new report like the old one, to be confirmed, that names it."""
    added = gathered(m.message)
    draft = Draft(
        draft_id=digest(m.message),
        began_at=m.now,
        said=added.said,
        service_code=request.service_code,
        address=request.address,
        lat=request.lat,
        long=request.long,
        area=request.area,
        continues=request.service_request_id,
        answers=1,
    )
    return m.turn(questions.ask_to_confirm(m, draft), draft=draft, asked=Asked.CONFIRM, about=None)
