"""Several agencies on one report: one leads and moves the workflow, the others have parts of their own.

Each works on the report as it sees it: with its own part in the place of the leader's. The report is solved
when the leader and all that are required have done theirs; the citizen hears of one report, not of parts.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aduan import deadline
from aduan.change import Change, Effect, Event, Notice
from aduan.desk_link import LINK_VALID, DeskLink
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import Part, ServiceRequest, Status

# In these the leader may change, and the companions go on.
_GOES_ON = {
    Status.RECEIVED,
    Status.ROUTED,
    Status.DISPATCHED,
    Status.ACCEPTED,
    Status.IN_PROGRESS,
}
_OWN = (
    "because",
    "attempt",
    "acts",
    "promises",
    "delayed_until",
    "status_notes",
    "proof_key",
    "proof_doubts",
    "before_key",
)


def seen_by(request: ServiceRequest, agency: str | None) -> ServiceRequest | None:
    """The report as an agency has it (none is the leader); None for one that has nothing to do with it.

    Of the leader's the status is SOLVED once its own part is done, whatever the others have left to do. A
    companion sees among the others what the leader does.
    """
    if agency in (None, request.agency_responsible):
        done = request.own_part_solved and request.is_with_agency
        return replace(request, status=Status.SOLVED) if done else request
    part, leader = request.part_of(agency), seen_by(request, None)
    if part is None or part.status is Status.ROUTED or leader is None:
        return None
    own = {name: getattr(part, name) for name in _OWN}
    status = part.status if request.status in _GOES_ON else request.status
    leading = Part(agency=leader.agency_responsible or "", because="", status=leader.status)
    return replace(
        request,
        agency_responsible=agency,
        status=status,
        companions=(leading, *request.companions),
        **own,
    )


def others_of(view: ServiceRequest) -> list[Part]:
    """What the other agencies do, as one of them sees it."""
    return [part for part in view.companions if part.agency != view.agency_responsible]


def joined(request: ServiceRequest, after: ServiceRequest) -> ServiceRequest:
    """The report with what became of it as its agency sees it."""
    part = request.part_of(after.agency_responsible)
    if part is None:
        return after
    own = {name: getattr(after, name) for name in _OWN}
    parts = _with(request.companions, replace(part, status=after.status, **own))
    return replace(
        request,
        companions=parts,
        questions=after.questions,
        updated_datetime=after.updated_datetime,
    )


def joined_in(change: Change, request: ServiceRequest) -> Change:
    """What was decided on the report as an agency sees it, as a change of the whole."""
    after = change.request
    return replace(change, request=joined(request, after)) if after else change


def views(request: ServiceRequest) -> Iterable[ServiceRequest]:
    """The report as each agency sees it that is at work on it, the leader first."""
    agencies = (None, *(part.agency for part in request.companions if part.is_at_work))
    return (view for agency in agencies if (view := seen_by(request, agency)))


def watches(request: ServiceRequest) -> tuple[Effect, ...]:
    """The schedules that look at the promises of all agencies."""
    return tuple(effect for view in views(request) for effect in deadline.watches(view))


def link_of(view: ServiceRequest, part: Part, *, expires: datetime | None = None) -> DeskLink:
    """The link by which a companion answers: as long as its own, or until another time."""
    until = expires or part.expires
    assert until is not None, "it was told"
    return DeskLink(
        service_request_id=view.service_request_id,
        attempt=part.attempt,
        expires=until,
        issue=part.issue,
        agency=part.agency,
    )


def called_for(change: Change, city: Jurisdiction, at: datetime) -> Change:
    """A change that brings words to a report, with the companions that they call for and nobody has called."""
    from aduan.routing import further_parts  # the names of all streets are loaded for it

    request = change.request
    if request is None or request.joined_to:  # the one that it follows has the agencies
        return change
    if not (request.is_with_agency or request.status is Status.ROUTED):
        return change
    parts = further_parts(request, city)
    if not parts:
        return change
    more = replace(change, request=replace(request, companions=(*request.companions, *parts)))
    return called_in(more, city, at) if request.is_with_agency else more


def called_in(change: Change, city: Jurisdiction, at: datetime) -> Change:
    """A change with the companions told that have nobody to wait for any more."""
    request = change.request
    assert request is not None
    effects: tuple[Effect, ...] = ()
    called: tuple[Event, ...] = ()
    for part in request.companions:
        if part.status is not Status.ROUTED or not all(_is_done(request, a) for a in part.after):
            continue
        told = replace(
            part, status=Status.DISPATCHED, attempt=request.attempt, expires=at + LINK_VALID
        )
        request = replace(request, companions=_with(request.companions, told))
        view = seen_by(request, part.agency)
        if view and part.required:  # who is only told has promised nothing
            view = replace(view, promises=deadline.promises_of(view, city, at))
            request = joined(request, view)
            effects += deadline.watches(view)
        effects += (_notice(request, part.agency, "assigned"),)
        called += (Event(what="called_in", who="system", at=at, notes=part.agency),)
    return replace(
        change,
        request=request,
        effects=(*change.effects, *effects),
        further=(*change.further, *called),
    )


def open_parts(request: ServiceRequest) -> list[Part]:
    """What must be done beside the leader's part, and is not."""
    return [part for part in request.companions if part.is_open]


def _is_done(request: ServiceRequest, agency: str) -> bool:
    """Whether nobody has to wait for an agency any more."""
    if agency == request.agency_responsible:
        return request.own_part_solved
    part = request.part_of(agency)
    return part is None or part.is_done


def _with(parts: tuple[Part, ...], changed: Part) -> tuple[Part, ...]:
    return tuple(changed if part.agency == changed.agency else part for part in parts)


def _notice(request: ServiceRequest, agency: str, what: str) -> Effect:
    number = request.service_request_id
    return Effect(
        name=f"notice#{number}#{request.version + 1}#{agency}#{what}",
        service_request_id=number,
        notice=Notice(agency=agency, what=what),
    )
