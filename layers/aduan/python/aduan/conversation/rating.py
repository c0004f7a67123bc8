"""The citizen's word on the work: a rating, and what is not solved yet."""

from dataclasses import replace

from aduan import joining, wording
from aduan.change import Answer, Change, Event, tell_head
from aduan.conversation.intents import Intent, rating_in
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import gathered
from aduan.message import Say
from aduan.service_request import GOOD_RATING, ServiceRequest, Status

WORST = "1"


def waiting_for_rating(m: Moment) -> ServiceRequest | None:
    """The report that was solved last and is not rated yet; the one quoted before all others."""
    solved = [r for r in m.requests.values() if r.status is Status.SOLVED and r.rating is None]
    if m.quoted in solved:
        return m.quoted
    return max(solved, key=lambda request: request.updated_datetime, default=None)


def rating_in_words(m: Moment) -> Turn | None:
    said, request = rating_in(m.text), waiting_for_rating(m)
    return rate(m, request, said) if said and request else None


def rate(m: Moment, request: ServiceRequest | None, rating: str, because: str = "") -> Turn:
    """`because`: words that say already what is not solved."""
    if request is None or rating not in ("1", "2", "3", "4", "5"):
        return m.turn(Say(text="status_unknown"))
    if request.status is not Status.SOLVED or request.rating is not None:
        return m.turn(Say(text="already_rated", fields=m.about(request)))
    if lead := m.known.get(request.joined_to or ""):
        change = joining.rated(m.stored(request), lead, int(rating), because, m.now)
        reopened = bool(
            change.beside
            and change.beside.request
            and change.beside.request.status is Status.REOPENED
        )
    else:
        shown = replace(gathered(m.message), said=())
        rated = request.rate(int(rating), m.now).with_more(shown, m.now)
        reopened = rated.status is Status.REOPENED
        if because:
            rated = rated.with_reason(because, m.now)
        change = Change(
            request=rated,
            event=Event(what="rated", who="citizen", at=m.now, notes=rating),
            effects=tell_head(request, "reopened") if reopened else (),
            answers=joining.answers_to_rating(rated, because),
        )
    if int(rating) >= GOOD_RATING:
        return m.turn(change=change, react="🙏")
    fields = {**m.about(request), "rating": rating}
    if because:
        return m.turn(Say(text="reopened" if reopened else "reason_noted", fields=fields), change)
    say = Say(text="ask_reason" if reopened else "ask_reason_closed", fields=fields)
    return m.turn(say, change, asked=Asked.REASON, about=request.service_request_id)


def ask_rating(m: Moment, request: ServiceRequest) -> Turn:
    return m.turn(
        Say(
            text="ask_rating",
            fields=m.about(request),
            choices=wording.rating_choices(request, m.city),
        )
    )


def reason(m: Moment) -> Turn | None:
    """What is not solved yet, in the citizen's words; the workflow waits for it a while."""
    request = m.requests.get(m.conversation.about or "")
    if m.conversation.asked is not Asked.REASON or request is None:
        return None
    meaning = m.meaning
    another = meaning.service_code not in (None, request.service_code) and meaning.place
    if (
        another
        or meaning.emergency
        or not m.is_soon
        or m.intent in (Intent.THANKS, Intent.GREETING)
    ):
        return None
    added = gathered(m.message)
    if not (added.said or added.photo_ids or added.recording_ids):
        return None
    words = " ".join(each.text for each in added.said)
    if request.reason:  # a burst: the first of it was thanked for already
        both = f"{request.reason} {words}".strip()
        changed = request.with_more(replace(added, said=()), m.now).with_reason(both, m.now)
        return m.turn(change=Change(request=changed), react="👍")
    changed = request.with_more(replace(added, said=()), m.now).with_reason(words, m.now)
    waiting = request.status is Status.REOPENED
    event = Event(what="reason_given", who="citizen", at=m.now)
    answers = (Answer(what="reason", attempt=request.attempt, outcome="given"),) * waiting
    if lead := m.known.get(request.joined_to or ""):  # the officer reads it there
        said = Change(request=lead.with_reason(words, m.now), event=event, answers=answers)
        change = Change(request=changed, event=event, beside=said)
    else:
        change = Change(request=changed, event=event, answers=answers)
    return m.turn(Say(text="reason_noted", fields=m.about(request)), change)
