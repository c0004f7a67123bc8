"""Making the report: gather what is told, ask for what is missing, have it confirmed, open it."""

from aduan import wording
from aduan.change import Change, Event, start_lifecycle
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import Draft, digest
from aduan.jurisdiction import OTHER, Group, Service
from aduan.message import Choice, Say
from aduan.privacy import mask
from aduan.service_request import ServiceRequest

EMERGENCIES = "emergency"  # the group of services
_REPORTS_KEPT = 10


def gather(m: Moment) -> Turn:
    """Anything else is part of a report."""
    message, draft = m.message, m.conversation.draft or Draft(draft_id=digest(m.message))
    if message.unreadable or not (message.text or message.location or message.photos):
        kinds = m.city.messages["kinds"]
        kind = kinds.get(message.unreadable or "other", kinds["other"])
        return m.turn(Say(text="not_readable", fields={"kind": kind}))
    if m.conversation.asked is Asked.PLACE and message.text and not message.photos:
        draft = draft.with_address(message.text)
    gathered = draft.with_message(message, m.city)
    if message.location and gathered.lat is None:
        say = Say(text="outside_city", fields=desk(m), ask_location=True)
        return m.turn(say, draft=gathered, asked=Asked.PLACE)
    return next_question(m, gathered)


def next_question(m: Moment, draft: Draft) -> Turn:
    """Ask for what is missing, have it confirmed, or open the report."""
    service = m.city.services.get(draft.service_code or "")
    if service is None:
        return m.turn(ask_kind(m, draft), draft=draft, asked=Asked.KIND)
    if service.urgency == "emergency":
        return open_report(m, draft)
    if not draft.has_place:
        say = Say(text="ask_place", fields=wording.asking(service, m.city), ask_location=True)
        return m.turn(say, draft=draft, asked=Asked.PLACE)
    if draft.chosen:
        return open_report(m, draft)
    return m.turn(_ask_to_confirm(m, draft), draft=draft, asked=Asked.CONFIRM)


def open_report(m: Moment, draft: Draft) -> Turn:
    """The report is made: numbered, its workflow started, the citizen told."""
    service = m.city.services[draft.service_code or ""]
    urgent = service.urgency == "emergency" or draft.danger
    request = ServiceRequest(
        service_request_id=m.number,
        jurisdiction_id=str(m.city.settings["jurisdiction_id"]),
        citizen_id=m.conversation.citizen_id,
        channel=m.conversation.channel,
        service_code=service.service_code,
        description=mask(draft.description),
        requested_datetime=m.now,
        updated_datetime=m.now,
        urgent=urgent,
        address=mask(draft.address) if draft.address else None,
        lat=draft.lat,
        long=draft.long,
        area=draft.area,
        photo_ids=draft.photo_ids,
    )
    change = Change(
        request=request,
        event=Event(what="received", who="citizen", at=m.now),
        effects=(start_lifecycle(request),),
    )
    unplaced = urgent and not draft.has_place
    text = "emergency_place" if unplaced else "emergency" if urgent else "received"
    fields = {**m.about(request), "promise": wording.what_to_expect(request, m.city)}
    say = Say(text=text, fields=fields, ask_location=unplaced)
    return m.turn(
        say,
        change,
        draft=None,
        asked=Asked.PLACE if unplaced else None,
        about=m.number if unplaced else None,
        reports=(m.number, *m.conversation.reports)[:_REPORTS_KEPT],
    )


# Sentences with choices


def desk(m: Moment) -> dict[str, str]:
    return {"desk": m.city.settings["desk"], "city": m.city.settings["name"]}


def welcome(m: Moment) -> Say:
    return Say(text="welcome", fields=desk(m), choices=_most_reported(m))


def ask_kind(m: Moment, draft: Draft) -> Say:
    likely = [candidate.service_code for candidate in draft.candidates]
    if draft.danger:
        text = "ask_kind_in_danger"
    elif draft.description or draft.chosen:
        text = "ask_kind"
    else:
        text = "ask_kind_of_photo" if draft.photo_ids else "ask_kind_of_place"
    if likely:
        offered = _kinds(m.city.services_to_offer(likely))
    elif draft.danger:
        offered = _kinds(m.city.services_of(EMERGENCIES))
    else:
        offered = _most_reported(m)
    return Say(text=text, choices=offered)


def ask_kind_in_group(m: Moment, group_id: str) -> Say:
    return Say(text="ask_kind", choices=_kinds(m.city.services_of(group_id)))


def ask_group(m: Moment) -> Say:
    """All that can be reported, in two steps: the group, then the kind."""
    groups = tuple(_group(group) for group in m.city.groups.values())
    return Say(text="ask_kind", choices=(*groups, *_kinds((m.city.services[OTHER],))))


def _most_reported(m: Moment) -> tuple[Choice, ...]:
    """What is reported most, emergencies, and a door to all the rest: ten at most."""
    rest = Choice(payload="groups", title=m.city.label("all_kinds"))
    emergencies = _group(m.city.groups[EMERGENCIES])
    return (*_kinds(m.city.services_to_offer()), emergencies, rest)


def _group(group: Group) -> Choice:
    payload = f"group:{group.group_id}"
    return Choice(payload=payload, title=group.name, description=group.description)


def _kinds(services: tuple[Service, ...]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            payload=f"service:{service.service_code}",
            title=service.service_name,
            description=service.description,
        )
        for service in services
    )


def _ask_to_confirm(m: Moment, draft: Draft) -> Say:
    photos = m.city.messages["photos"]
    count = len(draft.photo_ids)
    fields = {
        "service": m.city.services[draft.service_code or ""].service_name,
        "place": wording.place(draft.address, draft.area, draft.lat, m.city),
        "photos": photos["some"].format(count=count) if count else photos["none"],
    }
    choices = tuple(
        Choice(
            payload=f"confirm:{draft.draft_id}:{answer}", title=m.city.label(f"confirm_{answer}")
        )
        for answer in ("yes", "change", "cancel")
    )
    return Say(text="confirm", fields=fields, choices=choices)


def ask_what_to_change(m: Moment, draft: Draft) -> Say:
    payload = f"change:{draft.draft_id}:"
    choices = (
        Choice(payload=payload + "service", title=m.city.label("change_service")),
        Choice(payload=payload + "place", title=m.city.label("change_place")),
        Choice(payload=payload + "cancel", title=m.city.label("confirm_cancel")),
    )
    return Say(text="change_what", choices=choices)
