"""What comes after the report was opened: the place of an emergency, another photo."""

from dataclasses import replace

from aduan.change import Change, Event
from aduan.conversation import report
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import photo_ids
from aduan.message import Say
from aduan.privacy import mask
from aduan.understanding import understand


def place_of_emergency(m: Moment) -> Turn | None:
    request = m.requests.get(m.conversation.about or "")
    if m.conversation.asked is not Asked.PLACE or request is None or m.conversation.draft:
        return None
    pin, text = m.message.location, m.message.text
    area = m.city.area_at(pin.lat, pin.long) if pin else None
    if pin and area is None:
        return m.turn(Say(text="outside_city", fields=report.desk(m), ask_location=True))
    if not pin and not text:
        return None
    changed = replace(
        request,
        address=mask(text) if text else request.address,
        lat=pin.lat if pin else request.lat,
        long=pin.long if pin else request.long,
        area=area.name if area else request.area,
        updated_datetime=m.now,
    ).with_photos(photo_ids(m.message), m.now)
    event = Event(what="place_given", who="citizen", at=m.now)
    say = Say(text="place_noted", fields=m.about(changed))
    return m.turn(say, Change(request=changed, event=event), asked=None, about=None)


def later_photo(m: Moment) -> Turn | None:
    """A photo without a draft belongs to the report just made, unless its caption says otherwise."""
    newest = m.requests.get(next(iter(m.conversation.reports), ""))
    if not m.message.photos or m.conversation.draft or newest is None or newest.is_over:
        return None
    if m.message.text and understand(m.message.text, m.city).candidates:
        return None
    changed = newest.with_photos(photo_ids(m.message), m.now)
    event = Event(what="photo_added", who="citizen", at=m.now)
    say = Say(text="photo_added", fields=m.about(newest))
    return m.turn(say, Change(request=changed, event=event))
