"""A caller to 112 who is asked in the chat where they are, while the operator still has them on the line."""

from aduan.change import Change, Found
from aduan.conversation.moment import Moment
from aduan.conversation.state import Turn
from aduan.message import Say


def place(m: Moment) -> Turn | None:
    """The pin goes to the operator's form; what else they write is a chat like any other."""
    asked, pin = m.conversation.locating, m.message.location
    if asked is None or pin is None or m.now >= asked.until:
        return None
    if m.city.area_at(pin.lat, pin.long) is None:
        return m.turn(Say(text="outside_city", fields=m.city.names, ask_location=True))
    found = Found(place_id=asked.place_id, lat=pin.lat, long=pin.long, at=m.now)
    return m.turn(Say(text="place_of_call_noted"), Change(found=found), locating=None)
