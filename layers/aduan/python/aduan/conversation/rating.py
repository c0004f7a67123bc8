"""The citizen's word on the work: a rating, and what is not solved yet."""

from aduan.change import Answer, Change, Event
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.conversation.words import rating_in
from aduan.draft import photo_ids
from aduan.message import Say
from aduan.privacy import mask
from aduan.service_request import GOOD_RATING, ServiceRequest, Status


def rating_in_words(m: Moment) -> Turn | None:
    said = rating_in(m.message.text or "")
    if said is None or m.conversation.draft:
        return None
    solved = (r for r in m.requests.values() if r.status is Status.SOLVED and r.rating is None)
    newest = max(solved, key=lambda request: request.updated_datetime, default=None)
    return rate(m, newest, said) if newest else None


def rate(m: Moment, request: ServiceRequest | None, rating: str) -> Turn:
    if request is None or rating not in ("1", "2", "3", "4", "5"):
        return m.turn(Say(text="status_unknown"))
    if request.status is not Status.SOLVED or request.rating is not None:
        return m.turn(Say(text="already_rated", fields=m.about(request)))
    rated = request.rate(int(rating), m.now)
    reopened = rated.status is Status.REOPENED
    good = int(rating) >= GOOD_RATING
    text = "rated" if good else "ask_reason" if reopened else "ask_reason_closed"
    change = Change(
        request=rated,
        event=Event(what="rated", who="citizen", at=m.now, notes=rating),
        answers=(
            Answer(
                what="rating", attempt=request.attempt, outcome="reopen" if reopened else "close"
            ),
        ),
    )
    say = Say(text=text, fields={**m.about(request), "rating": rating})
    if good:
        return m.turn(say, change)
    return m.turn(say, change, asked=Asked.REASON, about=request.service_request_id)


def reason(m: Moment) -> Turn | None:
    """What is not solved yet, in the citizen's words; the workflow waits for it a while."""
    request = m.requests.get(m.conversation.about or "")
    if m.conversation.asked is not Asked.REASON or request is None:
        return None
    if not m.message.text and not m.message.photos:
        return None
    words = mask(m.message.text or "").strip() or "-"
    changed = request.with_reason(words, m.now).with_photos(photo_ids(m.message), m.now)
    waiting = request.status is Status.REOPENED
    change = Change(
        request=changed,
        event=Event(what="reason_given", who="citizen", at=m.now),
        answers=(Answer(what="reason", attempt=request.attempt, outcome="given"),) * waiting,
    )
    say = Say(text="reason_noted", fields=m.about(request))
    return m.turn(say, change, asked=None, about=None)
