"""The questions about a report in the making, with what can be tapped for an answer."""

from aduan import wording
from aduan.conversation.moment import Moment
from aduan.draft import Draft
from aduan.jurisdiction import OTHER, Group, Service
from aduan.message import Choice, Say

EMERGENCIES = "emergency"  # the group of services


def welcome(m: Moment) -> Say:
    return Say(text="welcome", fields=m.city.names)


def ask_kind(m: Moment, draft: Draft) -> Say:
    likely = [candidate.service_code for candidate in draft.candidates]
    if draft.danger:
        text = "ask_kind_in_danger"
    elif draft.said or draft.chosen:
        text = "ask_kind" if likely else "ask_kind_unsure"
    elif draft.recording_ids:
        called = m.city.messages["kinds"]
        kind = str(called.get(m.message.kind, called["recording"])).capitalize()
        return Say(text="ask_kind_of_recording", fields={"kind": kind})
    else:
        text = "ask_kind_of_photo" if draft.photo_ids else "ask_kind_of_place"
    if likely:
        return Say(text=text, choices=_kinds(m.city.services_to_offer(likely)))
    offered = _kinds(m.city.services_of(EMERGENCIES)) if draft.danger else most_reported(m)
    return Say(text=text, choices=offered)


def most_reported(m: Moment) -> tuple[Choice, ...]:
    """What is reported most, emergencies, and a door to all the rest: ten at most."""
    rest = Choice(payload="groups", title=m.city.label("all_kinds"))
    emergencies = _group(m.city.groups[EMERGENCIES])
    return (*_kinds(m.city.services_to_offer()), emergencies, rest)


def ask_kind_in_group(m: Moment, group_id: str) -> Say:
    return Say(text="ask_kind", choices=_kinds(m.city.services_of(group_id)))


def ask_group(m: Moment) -> Say:
    """All that can be reported, in two steps: the group, then the kind."""
    groups = tuple(_group(group) for group in m.city.groups.values())
    return Say(text="ask_kind", choices=(*groups, *_kinds((m.city.services[OTHER],))))


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


def ask_to_confirm(m: Moment, draft: Draft) -> Say:
    fields = {
        "service": m.city.services[draft.service_code or ""].service_name,
        "place": wording.place(draft.address, draft.area, draft.lat, m.city),
        "photos": photos(m, len(draft.photo_ids)),
    }
    choices = tuple(
        Choice(
            payload=f"confirm:{draft.draft_id}:{answer}", title=m.city.label(f"confirm_{answer}")
        )
        for answer in ("yes", "change", "cancel")
    )
    return Say(text="confirm", fields=fields, choices=choices)


def ask_which_place(m: Moment, draft: Draft) -> Say:
    """The words name one part of the city, the pin is in another: the officer can go to one only."""
    choices = tuple(
        Choice(
            payload=f"change:{draft.draft_id}:by_{which}", title=m.city.label(f"place_by_{which}")
        )
        for which in ("pin", "words")
    )
    fields = {
        "words": wording.shorten(draft.address or ""),
        "area": draft.area or m.city.settings["name"],
    }
    return Say(text="ask_which_place", fields=fields, choices=choices)


def photos(m: Moment, count: int) -> str:
    wordings = m.city.messages["photos"]
    return str(wordings["some"].format(count=count) if count else wordings["none"])


def ask_what_to_change(m: Moment, draft: Draft) -> Say:
    choices = tuple(
        Choice(payload=f"change:{draft.draft_id}:{what}", title=m.city.label(f"change_{what}"))
        for what in ("service", "place", "cancel")
    )
    return Say(text="change_what", choices=choices)


def ask_which_first(m: Moment, draft: Draft, aside: Draft) -> Say:
    services = m.city.services
    before = services[draft.service_code or "other"].service_name
    after = services[aside.service_code or "other"].service_name
    choices = (
        Choice(payload=f"which:{draft.draft_id}:before", title=before),
        Choice(payload=f"which:{draft.draft_id}:after", title=after),
    )
    return Say(text="ask_which_first", fields={"before": before, "after": after}, choices=choices)


def ask_whose_photo(m: Moment, draft: Draft, number: str, spoken: str) -> Say:
    choices = (
        Choice(payload=f"join:{draft.draft_id}:{number}", title=m.city.label("join_report")),
        Choice(payload=f"join:{draft.draft_id}:new", title=m.city.label("join_new")),
    )
    return Say(text="ask_whose_photo", fields={"number": spoken}, choices=choices)
