"""Where a caller is: asked of their phone while they speak, and taken over into the call or its report.

The phone answers once, within half an hour: by a pin on WhatsApp where we may write to them, else by a page
behind a signed link. The answer waits for the call to be filed, or moves the pin of the report that was.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from aduan.change import Change, Effect, Event, tell_agency
from aduan.jurisdiction import Area, Jurisdiction
from aduan.message import Channel, Location, Say
from aduan.service_request import ServiceRequest

LASTS = timedelta(minutes=30)
# Within it one may write freely on WhatsApp, with an hour to spare.
WINDOW = timedelta(hours=23)
EARTH_M = 40_000_000


@dataclass(frozen=True, kw_only=True)
class Locating:
    """`citizen_id` is who is asked, `channel` how; `by` and `invocation` whose deed it was.

    `service_request_id` is the report that the call became. `lat` and `long` are degrees WGS 84, `accuracy_m`
    what the phone says of them.
    """

    place_id: str
    citizen_id: str
    channel: Channel
    by: str
    invocation: str
    asked_at: datetime
    expires: datetime
    service_request_id: str | None = None
    lat: float | None = None
    long: float | None = None
    accuracy_m: int | None = None
    answered_at: datetime | None = None
    version: int = 0

    def is_open(self, now: datetime) -> bool:
        return self.answered_at is None and now < self.expires

    def answer(self, lat: float, long: float, accuracy_m: int | None, at: datetime) -> Self:
        return replace(self, lat=lat, long=long, accuracy_m=accuracy_m, answered_at=at)

    def area(self, city: Jurisdiction) -> Area | None:
        """The kelurahan; None outside the city, and as long as nothing is known."""
        if self.lat is None or self.long is None:
            return None
        return city.area_at(self.lat, self.long)


def place_id_of(click: str) -> str:
    """Short, for an SMS; the same for the same click."""
    return hashlib.sha256(f"place|{click}".encode()).hexdigest()[:16]


def may_write_to(last_inbound_at: datetime | None, at: datetime) -> bool:
    """On WhatsApp: where they have written to us within the day."""
    return last_inbound_at is not None and at - last_inbound_at < WINDOW


def ask(
    click: str,
    *,
    citizen_id: str,
    by_chat: bool,
    by: str,
    invocation: str,
    at: datetime,
    service_request_id: str | None = None,
) -> Locating:
    return Locating(
        place_id=place_id_of(click),
        citizen_id=citizen_id,
        channel=Channel.WHATSAPP if by_chat else Channel.CALL,
        by=by,
        invocation=invocation,
        asked_at=at,
        expires=at + LASTS,
        service_request_id=service_request_id,
    )


def question(locating: Locating, city: Jurisdiction) -> Effect:
    by_chat = locating.channel is Channel.WHATSAPP
    say = Say(
        text="place_of_call",
        fields=city.names,
        ask_location=by_chat,
        by_sms=not by_chat,
        place_link=None if by_chat else locating.place_id,
    )
    return Effect(name=f"say#place#{locating.place_id}", say=say, to=locating.citizen_id)


def location_in(form: Mapping[str, str]) -> tuple[Location, int | None] | None:
    """What a browser sent: degrees, and how exact they are in metres; None if that is no place on earth."""
    try:
        lat, long = float(form.get("lat", "")), float(form.get("long", ""))
        accuracy = float(form.get("accuracy") or "nan")
    except ValueError:
        return None
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        return None
    exact = round(accuracy) if 0 <= accuracy < EARTH_M else None
    return Location(lat=round(lat, 6), long=round(long, 6)), exact


def move_pin(request: ServiceRequest, found: Locating, city: Jurisdiction, at: datetime) -> Change:
    """The report where the caller's phone says it is; whoever has it hears of it. Nothing once it is over."""
    if request.is_over:
        return Change()
    area = found.area(city)
    moved = replace(
        request,
        lat=found.lat,
        long=found.long,
        area=area.name if area else request.area,
        updated_datetime=at,
    )
    event = Event(what="place_given", who="citizen", at=at)
    return Change(request=moved, event=event, effects=tell_agency(request, "place"))
