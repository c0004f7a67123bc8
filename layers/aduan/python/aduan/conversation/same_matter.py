"""A report like one that is open already: offered to be joined, and what those do who joined."""

from dataclasses import replace

from aduan import joining, wording
from aduan.change import Change, Event
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import Draft
from aduan.message import Choice, Say
from aduan.service_request import Gathered, ServiceRequest


def known_of(
    m: Moment, draft: Draft, request: ServiceRequest, *, asks: bool
) -> ServiceRequest | None:
    """The open report that this one is about: surely, where it is urgent; else as the citizen may say.

    `asks`: that can be asked now.
    """
    if draft.is_same:
        agreed = m.known.get(draft.same_as or "")
        return agreed if agreed and agreed.may_be_joined else None
    if draft.is_other or not (asks or request.urgent):
        return None
    found = joining.alike(request, m.nearby, m.city, m.now)
    if request.urgent:
        sure = (lead for lead in found if joining.is_surely_same(request, lead, m.city))
        return next((lead for lead in sure if own_of(m, lead) is None), None)
    return next(iter(found), None)


def own_of(m: Moment, lead: ServiceRequest) -> ServiceRequest | None:
    """The citizen's own report of that matter, if they have made one."""
    number = lead.service_request_id
    if m.conversation.is_theirs(lead.citizen_id) and not lead.left:
        return lead
    return next((each for each in m.requests.values() if each.joined_to == number), None)


def offer(m: Moment, draft: Draft, request: ServiceRequest, lead: ServiceRequest) -> Turn:
    """Kind and state alone, with the place as this citizen says it: nothing of what another one has written."""
    own = own_of(m, lead)
    state = str(m.city.messages["status"][lead.status])
    fields = {
        **m.about(own or request),
        "since": wording.day(lead.requested_datetime),
        "status": state.format(agency=m.city.agency_name(lead.agency_responsible), reason="-"),
    }
    choices = tuple(
        Choice(payload=f"same:{draft.draft_id}:{each}", title=m.city.label(f"same_{each}"))
        for each in ("yes", "no")
    )
    text = "already_reported_by_you" if own else "already_reported"
    asked = replace(draft, same_as=lead.service_request_id, answers=draft.answers + 1)
    say = Say(text=text, fields=fields, choices=choices)
    return m.turn(say, draft=asked, asked=Asked.SAME, about=None)


def add_to_own(m: Moment, draft: Draft, own: ServiceRequest) -> Turn:
    """What was told is more about a report of their own."""
    more = Gathered(said=draft.said, photo_ids=draft.photo_ids, recording_ids=draft.recording_ids)
    event = Event(what="words_added", who="citizen", at=m.now)
    change = Change(request=own.with_more(more, m.now), event=event)
    say = Say(text="added_to_yours", fields=m.about(own))
    following = m.conversation.aside
    asked = Asked.KIND if following and not following.service_code else None
    return m.turn(say, change, draft=following, aside=None, asked=asked, about=None)


def tell_joined(m: Moment, request: ServiceRequest, lead: ServiceRequest) -> Say:
    """The number of their own, how many have reported it, and how it stands."""
    seen = joining.seen_by_reporter(request, {lead.service_request_id: lead})
    about = m.about(seen)
    state = str(m.city.messages["status"][lead.status]).format(agency=about["agency"], reason="-")
    change = Choice(
        payload=f"edit:{request.service_request_id}", title=m.city.label("confirm_change")
    )
    fields = {**about, "count": str(lead.reporters + 1), "status": state}
    return Say(text="joined", fields=fields, choices=(change,))


def edit(m: Moment, request: ServiceRequest, what: str) -> Turn:
    """The button under the number of one who joined: it is another matter, or to be taken back."""
    number = request.service_request_id
    if what == "part":
        return part(m, request)
    choices = tuple(
        Choice(payload=f"edit:{number}:{each}", title=m.city.label(f"change_{each}"))
        for each in ("part", "withdraw")
    )
    return m.turn(Say(text="change_what", choices=choices))


def part(m: Moment, request: ServiceRequest, *, service_code: str = "") -> Turn:
    """It is another matter: a report like any other from now on."""
    stored, lead = m.stored(request), m.known.get(request.joined_to or "")
    if lead is None or request.is_over:
        return m.turn(Say(text="too_late_to_change", fields=m.about(request)))
    event = Event(what="parted", who="citizen", at=m.now)
    change = joining.parted(stored, lead, event, service_code=service_code)
    fields = m.about(change.request or stored)
    return m.turn(Say(text="parted", fields=fields), change, asked=None, about=None)


def withdraw(m: Moment, request: ServiceRequest) -> Turn:
    """One of several takes it back, and the others go on."""
    lead = m.known.get(request.joined_to or "")
    if lead:
        change = joining.taken_back(m.stored(request), lead, m.now)
    else:
        event = Event(what="withdrawn", who="citizen", at=m.now)
        change = Change(request=request.leave(m.now), event=event)
    say = Say(text="withdrawn_for_you", fields=m.about(request))
    return m.turn(say, change, asked=None, about=None)
