"""After the work: the citizen who has not rated it is reminded once, while that is still an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan import wording
from aduan.change import Change, Event, Watch, tell_reporter
from aduan.deadline import promise_watched, term_of, watches
from aduan.jurisdiction import Jurisdiction
from aduan.message import Say
from aduan.service_request import Awaited, Promise, ServiceRequest, Status
from aduan.time_zone import WIB

# So long after a citizen's last message one may write to them freely, on WhatsApp and on Instagram.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
WINDOW = timedelta(hours=24)


def await_rating(change: Change, city: Jurisdiction, at: datetime) -> Change:
    """A change by which a report is solved, with the reminder that follows if it is not rated."""
    request = change.request
    if request is None or request.status is not Status.SOLVED:
        return change
    term = term_of("remind", request, city)
    if term is None:
        return change
    due = awake(city.working_time.after(at, term.span), city)
    asked = request.with_promise(Promise(what=Awaited.RATE, since=at, due=due, looked_at=due))
    return replace(change, request=asked, effects=(*change.effects, *watches(asked, Awaited.RATE)))


def remind(
    request: ServiceRequest,
    watch: Watch,
    city: Jurisdiction,
    at: datetime,
    *,
    last_inbound_at: datetime | None,
) -> Change | None:
    """One reminder, if it can still be said without a template, which costs; None: nothing to do."""
    promise = promise_watched(request, watch)
    if promise is None:
        return None
    reminded = request.with_promise(replace(promise, level=promise.level + 1, looked_at=None))
    if last_inbound_at is None or at - last_inbound_at >= WINDOW:
        return Change(request=reminded)
    say = Say(
        text="ask_rating",
        fields=wording.about(request, city),
        choices=wording.rating_choices(request, city),
    )
    return Change(
        request=reminded,
        event=Event(what="rating_reminded", who="system", at=at),
        effects=(tell_reporter(request, say),),
    )


def awake(at: datetime, city: Jurisdiction) -> datetime:
    """The same moment, or where people sleep then the next morning."""
    begins, ends = (int(city.settings[key]) for key in ("quiet_until", "quiet_from"))
    local = at.astimezone(WIB)
    morning = local.replace(hour=begins, minute=0, second=0, microsecond=0)
    if local < morning:
        return morning
    return local if local.hour < ends else morning + timedelta(days=1)
