"""A reporter corrects a report that an agency has already, or takes it back."""

from dataclasses import replace

from aduan import wording
from aduan.change import Change, Event, answer_agency_wait, tell_agency
from aduan.conversation import questions, report, same_matter
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.message import Choice, Say
from aduan.privacy import mask
from aduan.service_request import ServiceRequest, Status

_ON_ITS_WAY = (Status.RECEIVED, Status.ROUTED)


def edit(m: Moment, request: ServiceRequest | None, what: str) -> Turn:
    """The button under the number: change the kind, the place, or take it back."""
    if request is None:
        return m.turn(Say(text="status_unknown"))
    if request.is_over or request.status in (Status.SOLVED, Status.REOPENED):
        return m.turn(Say(text="too_late_to_change", fields=m.about(request)))
    number = request.service_request_id
    if request.joined_to and what != "withdraw":
        return same_matter.edit(m, request, what)
    match what:
        case "service":
            say = Say(
                text="ask_kind_again", fields=m.about(request), choices=questions.most_reported(m)
            )
            return m.turn(say, asked=Asked.KIND, about=number)
        case "place":
            say = Say(text="ask_place_of", fields=m.about(request), ask_location=True)
            return m.turn(say, asked=Asked.PLACE, about=number)
        case "withdraw":
            return ask_to_withdraw(m, request)
        case _:
            choices = tuple(
                Choice(payload=f"edit:{number}:{each}", title=m.city.label(f"change_{each}"))
                for each in ("service", "place", "withdraw")
            )
            return m.turn(Say(text="change_what", choices=choices))


def ask_to_withdraw(m: Moment, request: ServiceRequest, text: str = "ask_withdraw") -> Turn:
    number = request.service_request_id
    choices = (
        Choice(payload=f"withdraw:{number}:yes", title=m.city.label("withdraw_yes")),
        Choice(payload=f"withdraw:{number}:no", title=m.city.label("withdraw_no")),
    )
    return m.turn(Say(text=text, fields=m.about(request), choices=choices))


def withdraw(m: Moment, request: ServiceRequest | None, answer: str) -> Turn:
    if request is None:
        return m.turn(Say(text="status_unknown"))
    if answer != "yes":
        return m.turn(Say(text="goes_on", fields=m.about(request)))
    if request.joined_to and not request.is_over:
        return same_matter.withdraw(m, request)
    if request.joined and request.may_be_joined:
        return same_matter.withdraw(m, request)
    if request.status in _ON_ITS_WAY:
        return _in_a_moment(m, request, f"withdraw:{request.service_request_id}:yes")
    if not request.is_with_agency:
        return m.turn(Say(text="too_late_to_change", fields=m.about(request)))
    change = Change(
        request=request.withdraw(m.now),
        event=Event(what="withdrawn", who="citizen", at=m.now),
        effects=tell_agency(request, "withdrawn"),
        answers=answer_agency_wait(request, error="WithdrawnError"),
    )
    return m.turn(Say(text="withdrawn", fields=m.about(request)), change, asked=None, about=None)


def reclassify(m: Moment, request: ServiceRequest, service_code: str) -> Turn:
    """Another kind: routed again, and whoever had it hears that it is gone."""
    if request.joined_to:
        return same_matter.part(m, request, service_code=service_code)
    if request.status in _ON_ITS_WAY:
        return _in_a_moment(m, request, f"service:{service_code}")
    if not request.is_with_agency:
        return m.turn(Say(text="too_late_to_change", fields=m.about(request)))
    urgent = m.city.services[service_code].urgency == "emergency"
    changed = replace(request.reclassify(service_code, m.now), urgent=request.urgent or urgent)
    change = Change(
        request=changed,
        event=Event(what="reclassified", who="citizen", at=m.now, notes=service_code),
        effects=tell_agency(request, "reclassified"),
        answers=answer_agency_wait(request, error="NotOursError"),
        correction=report.correction(m, changed) if changed.said else None,
    )
    say = Say(text="changed", fields=m.about(changed))
    if urgent:
        say = report.tell_opened(m, changed)
    return m.turn(say, change, asked=None, about=None)


def _in_a_moment(m: Moment, request: ServiceRequest, payload: str) -> Turn:
    """The report is on its way to an agency for some seconds: the same tap again will do."""
    again = Choice(payload=payload, title=m.city.label("try_again"))
    return m.turn(Say(text="in_a_moment", fields=m.about(request), choices=(again,)))


def move(m: Moment, request: ServiceRequest, address: str | None) -> Turn:
    """Another or a first place; the agency that has the report hears of it."""
    pin = m.message.location
    area = m.city.area_at(pin.lat, pin.long) if pin else None
    if pin and area is None:
        return m.turn(Say(text="outside_city", fields=m.city.names, ask_location=True))
    changed = replace(
        request,
        address=_place(address) or (request.address if request.lat is None else None),
        lat=pin.lat if pin else None,
        long=pin.long if pin else None,
        area=area.name if area else None,
        updated_datetime=m.now,
    )
    if pin and pin.name and not address:
        changed = replace(changed, address=_place(pin.name))
    change = Change(
        request=changed,
        event=Event(what="place_given", who="citizen", at=m.now),
        effects=tell_agency(request, "place"),
    )
    return m.turn(Say(text="place_noted", fields=m.about(changed)), change, asked=None, about=None)


def _place(text: str | None) -> str | None:
    """An address without anybody's numbers, of a length that fits an SMS and a page."""
    return wording.shorten(mask(text)) if text else None
