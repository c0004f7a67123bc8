"""What an operator of the command centre may do with a report, and what follows from it.

The same rules as for everybody else: the report's own moves, the workflow answered, who has it told.
Every deed has the operator's initials, a reason, and the request id by which CloudTrail names the person.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from aduan import joining, wording
from aduan.change import (
    Answer,
    Change,
    Effect,
    Event,
    answer_agency_wait,
    start_lifecycle,
    tell_agency,
    tell_reporter,
)
from aduan.correction import Correction
from aduan.errors import AduanError, IllegalTransitionError
from aduan.jurisdiction import COMMAND_CENTRE, Jurisdiction
from aduan.message import Say
from aduan.privacy import mask
from aduan.service_request import ServiceRequest, Status

MAX_REASON = 500
_INITIALS = re.compile(r"[A-Za-z]{2,4}")
_LEAST_REASON = 5


class Act(StrEnum):
    SET_SERVICE = "set_service"
    SET_PLACE = "set_place"
    SEND_TO = "send_to"
    RAISE = "raise"
    LOWER = "lower"
    ANSWER = "answer"
    REJECT = "reject"
    CLOSE = "close"
    OPEN_AGAIN = "open_again"
    REVIEWED = "reviewed"
    MERGE = "merge"
    PART = "part"
    UNDO = "undo"


class RefusedDeedError(AduanError):
    """A deed that cannot be done as it was asked for; `why` is a key of `refusals` in the texts."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What an operator sent. `value` is the service, agency, place or words that belong to the act."""

    act: Act
    by: str
    why: str
    invocation: str
    value: str = ""
    area: str = ""

    def checked(self) -> "Deed":
        """With initials in capitals and no phone numbers in the words; RefusedDeedError without a reason."""
        if not _INITIALS.fullmatch(self.by.strip()):
            raise RefusedDeedError("initials")
        why = mask(self.why).strip()[:MAX_REASON]
        if len(why) < _LEAST_REASON:
            raise RefusedDeedError("reason")
        value = mask(self.value).strip()[:MAX_REASON]
        return replace(self, by=self.by.strip().upper(), why=why, value=value)


# On its way: the workflow waits for nothing.
_ON_ITS_WAY = (Status.RECEIVED, Status.ROUTED, Status.REOPENED)


def acts_possible(request: ServiceRequest, events: Iterable[Event]) -> frozenset[Act]:
    """What may be done with a report as it stands."""
    always = {Act.ANSWER, Act.REVIEWED}
    if last_deed(events):
        always.add(Act.UNDO)
    if request.is_over:
        return frozenset(always | {Act.OPEN_AGAIN})
    if request.status is Status.JOINED:
        return frozenset(always | {Act.PART})
    always |= {Act.SET_PLACE, Act.LOWER if request.urgent else Act.RAISE}
    if request.is_with_agency:
        always |= {Act.SET_SERVICE, Act.SEND_TO, Act.REJECT, Act.CLOSE, Act.MERGE}
    if request.status is Status.SOLVED:
        always.add(Act.CLOSE)
    return frozenset(always)


def decide(
    request: ServiceRequest,
    events: Iterable[Event],
    deed: Deed,
    city: Jurisdiction,
    at: datetime,
    lead: ServiceRequest | None = None,
) -> Change:
    """The report after an operator's deed, and what follows; RefusedDeedError where it cannot be done.

    `lead` is the report that it follows, or is to follow.
    """
    deed, lines = deed.checked(), list(events)
    if deed.act not in acts_possible(request, lines):
        raise RefusedDeedError("on_its_way" if request.status in _ON_ITS_WAY else "not_possible")
    try:
        if deed.act is Act.MERGE:
            return _merge(request, lead, deed, city, at)
        if deed.act is Act.PART:
            return _part(request, lead, deed, city, at)
        return _done(request, lines, deed, city, at, lead)
    except IllegalTransitionError as error:
        raise RefusedDeedError("not_possible") from error


def _done(
    request: ServiceRequest,
    lines: list[Event],
    deed: Deed,
    city: Jurisdiction,
    at: datetime,
    lead: ServiceRequest | None,
) -> Change:
    match deed.act:
        case Act.SET_SERVICE:
            return _set_service(request, deed, deed.value, city, at)
        case Act.SEND_TO:
            return _send_to(request, deed, deed.value, city, at)
        case Act.SET_PLACE:
            return _set_place(request, deed, _place(deed, city), at)
        case Act.RAISE | Act.LOWER:
            return _set_urgency(request, deed, city, urgent=deed.act is Act.RAISE, at=at)
        case Act.REJECT:
            return _end(request, request.reject(deed.why, at), deed, city, at)
        case Act.CLOSE:
            return _end(request, request.close(at), deed, city, at)
        case Act.OPEN_AGAIN:
            return _open_again(request, deed, deed.value or None, city, at)
        case Act.ANSWER:
            return _answer_citizen(request, deed, city, at)
        case Act.UNDO:
            return _undo(request, lines, deed, city, at, lead)
        case _:
            seen = replace(request, updated_datetime=at)
            return Change(request=seen, event=_event("reviewed", deed, at))


def _set_service(
    request: ServiceRequest, deed: Deed, service_code: str, city: Jurisdiction, at: datetime
) -> Change:
    """Another kind: routed again, and whoever had it hears that it is gone."""
    if service_code not in city.services or service_code == request.service_code:
        raise RefusedDeedError("no_such_service")
    changed = request.direct_to(None, at, service_code=service_code)
    before = {"service_code": request.service_code}
    change = _rerouted(request, changed, _event("service_set", deed, at, service_code, before))
    return replace(change, correction=_correction(changed, city))


def _send_to(
    request: ServiceRequest, deed: Deed, agency: str, city: Jurisdiction, at: datetime
) -> Change:
    if agency not in city.agencies or agency == request.agency_responsible:
        raise RefusedDeedError("no_such_agency")
    before = {"agency": request.agency_responsible}
    event = _event("sent_to", deed, at, agency, before)
    return _rerouted(request, request.direct_to(agency, at), event)


def _rerouted(before: ServiceRequest, after: ServiceRequest, event: Event) -> Change:
    return Change(
        request=after,
        event=event,
        effects=tell_agency(before, "redirected"),
        answers=answer_agency_wait(before, error="NotOursError"),
    )


def _place(deed: Deed, city: Jurisdiction) -> dict[str, Any]:
    """A place in words, its kelurahan, or both; the pin of a kelurahan is nothing that helps anybody."""
    if not deed.value and not deed.area:
        raise RefusedDeedError("no_place")
    if deed.area and deed.area not in {area.name for area in city.areas}:
        raise RefusedDeedError("no_place")
    return {"address": deed.value or None, "area": deed.area or None, "lat": None, "long": None}


def _set_place(request: ServiceRequest, deed: Deed, place: dict[str, Any], at: datetime) -> Change:
    before = {name: getattr(request, name) for name in ("address", "area", "lat", "long")}
    changed = replace(request, **place, updated_datetime=at)
    return Change(
        request=changed,
        event=_event("place_set", deed, at, "", before),
        effects=tell_agency(request, "place") if not request.is_over else (),
    )


def _correction(request: ServiceRequest, city: Jurisdiction) -> Correction | None:
    """What the operator says that the reporter's words mean; None where there are none."""
    if not request.said:
        return None
    from aduan.understanding import understand  # the models: for two of the deeds alone

    return Correction.of(
        request.description,
        understand(request.description, city),
        corrected_by="command_centre",
        service_code=request.service_code,
        urgency="emergency" if request.urgent else "normal",
    )


def _set_urgency(
    request: ServiceRequest, deed: Deed, city: Jurisdiction, *, urgent: bool, at: datetime
) -> Change:
    what = "raised" if urgent else "lowered"
    changed = request.with_urgency(urgent, at)
    return Change(
        request=changed,
        correction=_correction(changed, city),
        event=_event(what, deed, at, "", {"urgent": request.urgent}),
        effects=tell_agency(request, what) if request.is_with_agency else (),
    )


def _end(
    before: ServiceRequest, after: ServiceRequest, deed: Deed, city: Jurisdiction, at: datetime
) -> Change:
    """Rejected or closed: the citizen hears why, the agency that it has it no longer."""
    rejected = after.status is Status.REJECTED
    fields = {
        **wording.about(before, city),
        "agency": city.agency_name(COMMAND_CENTRE),
        "reason": wording.shorten(deed.why),
    }
    say = Say(text="rejected" if rejected else "closed_by_centre", fields=fields)
    news = tell_agency(before, "closed_by_centre") if before.is_with_agency else ()
    if before.status is Status.SOLVED:
        answers: tuple[Answer, ...] = (
            Answer(what="rating", attempt=before.attempt, outcome="close"),
        )
    else:
        error = "RejectedError" if rejected else "WithdrawnError"
        answers = answer_agency_wait(before, error=error)
    what = "rejected" if rejected else "closed"
    return Change(
        request=after,
        event=_event(what, deed, at, deed.why, {"agency": before.agency_responsible}),
        effects=(tell_reporter(before, say), *news),
        answers=answers,
    )


def _open_again(
    request: ServiceRequest, deed: Deed, agency: str | None, city: Jurisdiction, at: datetime
) -> Change:
    if agency is not None and agency not in city.agencies:
        raise RefusedDeedError("no_such_agency")
    again = request.open_again(agency, at)
    say = Say(text="reopened_by_centre", fields=wording.about(request, city))
    return Change(
        request=again,
        event=_event("opened_again", deed, at, agency or ""),
        effects=(tell_reporter(request, say), start_lifecycle(again)),
    )


def _answer_citizen(
    request: ServiceRequest, deed: Deed, city: Jurisdiction, at: datetime
) -> Change:
    """Words of a person, through the bot: the operator never learns where they go."""
    if not deed.value:
        raise RefusedDeedError("no_words")
    fields = {
        **city.names,
        **wording.about(request, city),
        "note": wording.shorten(deed.value, 300),
    }
    seen = replace(request, updated_datetime=at)
    effect: Effect = tell_reporter(request, Say(text="desk_says", fields=fields))
    return Change(request=seen, event=_event("answered", deed, at), effects=(effect,))


def _merge(
    request: ServiceRequest,
    lead: ServiceRequest | None,
    deed: Deed,
    city: Jurisdiction,
    at: datetime,
) -> Change:
    """It follows another report from now on: one job, and its reporter hears of it as well."""
    if (
        lead is None
        or not lead.may_be_joined
        or lead.service_request_id == request.service_request_id
    ):
        raise RefusedDeedError("no_such_lead")
    if request.joined:
        raise RefusedDeedError("has_followers")
    number = lead.service_request_id
    say = Say(text="merged", fields=wording.about(request, city))
    return Change(
        request=request.join_to(number, at),
        event=_event("merged", deed, at, number, {"lead": number}),
        effects=(
            tell_reporter(request, say),
            *tell_agency(request, "merged"),
            *joining.look_how_many(request, lead, city),
        ),
        answers=answer_agency_wait(request, error="WithdrawnError"),
        joins=lead,
    )


def _part(
    request: ServiceRequest,
    lead: ServiceRequest | None,
    deed: Deed,
    city: Jurisdiction,
    at: datetime,
) -> Change:
    """It is another matter after all, and goes its own way."""
    if lead is None:
        raise RefusedDeedError("not_possible")
    change = joining.parted(request, lead, _event("parted", deed, at))
    say = Say(text="parted", fields=wording.about(request, city))
    return replace(change, effects=(tell_reporter(request, say), *change.effects))


def last_deed(events: Iterable[Event]) -> Event | None:
    """The newest line of the timeline, if it is a deed of ours that can be taken back."""
    by_people = [event for event in events if event.who != "system"]
    last = max(by_people, key=lambda event: event.at, default=None)
    return last if last and last.who == COMMAND_CENTRE and last.before is not None else None


def _undo(
    request: ServiceRequest,
    lines: list[Event],
    deed: Deed,
    city: Jurisdiction,
    at: datetime,
    lead: ServiceRequest | None,
) -> Change:
    """Do the opposite of the last deed; its trace stays, and so does that of the undoing."""
    last = last_deed(lines)
    before = (last.before if last else None) or {}
    match last.what if last else "":
        case "service_set" if request.is_with_agency:
            change = _set_service(request, deed, str(before["service_code"]), city, at)
        case "sent_to" if request.is_with_agency:
            change = _send_to(request, deed, str(before.get("agency")), city, at)
        case "place_set":
            place = {name: before.get(name) for name in ("address", "area", "lat", "long")}
            change = _set_place(request, deed, place, at)
        case "raised" | "lowered":
            change = _set_urgency(request, deed, city, urgent=bool(before["urgent"]), at=at)
        case "rejected" | "closed" if request.is_over:
            change = _open_again(request, deed, before.get("agency"), city, at)
        case "merged" if request.status is Status.JOINED:
            change = _part(request, lead, deed, city, at)
        case _:
            raise RefusedDeedError("on_its_way")
    # What undid something cannot itself be undone: two people would go on for ever.
    event = replace(change.event, before=None) if change.event else None
    return replace(change, event=event)


def _event(
    what: str,
    deed: Deed,
    at: datetime,
    notes: str = "",
    before: dict[str, Any] | None = None,
) -> Event:
    return Event(
        what=what,
        who=COMMAND_CENTRE,
        at=at,
        notes=notes or deed.why,
        by=deed.by,
        invocation=deed.invocation,
        before=before,
        why=deed.why,
    )
