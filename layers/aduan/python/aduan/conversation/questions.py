"""The questions about a report in the making, with what can be tapped for an answer."""

from aduan import wording
from aduan.conversation.moment import Moment
from aduan.draft import Draft
from aduan.message import Choice, Say

MOST_OFFERED = 10  # rows of a list on WhatsApp
LIKELY = 3


def welcome(m: Moment) -> Say:
    return Say(text="welcome", fields=m.city.names)


def ask_kind(m: Moment, draft: Draft) -> Say:
    likely = [candidate.service_code for candidate in draft.candidates[:LIKELY]]
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
    return Say(text=text, choices=kinds_of(m, likely) if likely else kinds(m))


def kinds(m: Moment) -> tuple[Choice, ...]:
    """The kinds that are reported most, and another one."""
    return kinds_of(m, list(m.city.services)[: MOST_OFFERED - 1])


def kinds_of(m: Moment, codes: list[str]) -> tuple[Choice, ...]:
    offered = [m.city.services[code] for code in (*(c for c in codes if c != "other"), "other")]
    return tuple(
        Choice(
            payload=f"service:{service.service_code}",
            title=service.service_name,
            description=service.description,
        )
        for service in offered
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
