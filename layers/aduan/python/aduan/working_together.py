"""What follows from an officer's decision where several agencies have a report: see `companions.py`.

The decision is the officer's own, on the report as that agency sees it; here it becomes a part of the whole.
"""

from dataclasses import replace
from datetime import datetime

from aduan import companions, officer, wording
from aduan.change import Change, tell_companions
from aduan.errors import IllegalTransitionError
from aduan.jurisdiction import Jurisdiction
from aduan.officer import Act, Decision
from aduan.privacy import mask
from aduan.service_request import Awaited, Part, ServiceRequest, Status

# What a companion does that the citizen hears of: what they must answer, and what takes longer.
_TOLD = ("asked", "not_found", "delayed")


def decide(
    request: ServiceRequest,
    agency: str | None,
    decision: Decision,
    city: Jurisdiction,
    at: datetime,
) -> Change:
    """What follows from an officer's decision, whichever of the agencies it is (none is the leader)."""
    view = companions.seen_by(request, agency)
    if view is None:
        raise IllegalTransitionError(f"{agency} has no part in it")
    change = officer.decide(view, decision, city, at)
    if view.part_of(agency):
        return _decided_beside(request, view, change, decision, city, at)
    if decision.act is Act.SOLVE and companions.open_parts(request):
        return _solved_first(request, change, city, at)
    if decision.act is Act.SOLVE:
        return _with_the_end(request, change, agency)
    if decision.act is Act.REJECT:
        news = tell_companions(request, "ended")
        return replace(change, effects=(*change.effects, *news))
    return change


def _decided_beside(
    request: ServiceRequest,
    view: ServiceRequest,
    change: Change,
    decision: Decision,
    city: Jurisdiction,
    at: datetime,
) -> Change:
    agency, after = view.agency_responsible or "", change.request
    assert after is not None
    if decision.act in (Act.REFUSE, Act.REJECT):
        left = replace(
            view, status=Status.REJECTED, status_notes=after.status_notes, acts=after.acts
        )
        change = replace(
            change,
            request=_handed_over(companions.joined(request, left), agency, decision, city),
        )
    else:
        change = replace(change, request=companions.joined(request, _without_rating(after)))
    merged = change.request
    assert merged is not None
    if merged.own_part_solved and not companions.open_parts(merged):
        return _solved_last(request, merged, agency, change, decision, city, at)
    part = merged.part_of(agency)
    required = part is not None and part.required
    return companions.called_in(_of_a_part(change, required=required), city, at)


def _solved_first(
    request: ServiceRequest, change: Change, city: Jurisdiction, at: datetime
) -> Change:
    """The leader is done, others are not: the report goes on, and who waited for the leader is told."""
    after = change.request
    assert after is not None
    goes_on = replace(_without_rating(after), status=request.status, own_part_solved=True)
    return companions.called_in(_of_a_part(replace(change, request=goes_on)), city, at)


def _solved_last(
    request: ServiceRequest,
    merged: ServiceRequest,
    agency: str,
    change: Change,
    decision: Decision,
    city: Jurisdiction,
    at: datetime,
) -> Change:
    """The last of all is done: what the leader's word alone would do otherwise follows now.

    Where the last one has left instead, the leader's photo and note are what was done.
    """
    if decision.act is not Act.SOLVE:
        decision = Decision(
            act=Act.SOLVE,
            words=request.status_notes or "",
            proof_key=request.proof_key,
            proof_doubts=request.proof_doubts,
        )
    both = tuple(dict.fromkeys((*request.proof_doubts, *decision.proof_doubts)))
    end = officer.decide(
        replace(merged, own_part_solved=False), replace(decision, proof_doubts=both), city, at
    )
    event = replace(end.event, who=agency) if end.event else None
    end = replace(end, event=event, proof=change.proof)
    return _with_the_end(request, end, agency)


def _with_the_end(request: ServiceRequest, change: Change, agency: str | None) -> Change:
    """Who was only told, and is still at it, hears that it is over."""
    news = (
        effect
        for effect in tell_companions(request, "ended")
        if effect.notice and effect.notice.agency != agency
    )
    return replace(change, effects=(*change.effects, *news))


def _handed_over(
    request: ServiceRequest, agency: str, decision: Decision, city: Jurisdiction
) -> ServiceRequest:
    """An agency has left a part that must be done: the command centre has it, and who waited waits for that.

    Where the command centre leads, it is not done before it says so again.
    """
    part, centre = request.part_of(agency), city.default_agency
    if part is None or not part.required or agency == centre:
        return request
    parts = tuple(
        replace(each, after=tuple(centre if a == agency else a for a in each.after))
        for each in request.companions
        if each.agency != centre
    )
    if request.agency_responsible == centre:
        return replace(request, companions=parts, own_part_solved=False)
    because, held = _why_given_back(part, decision, city), request.part_of(centre)
    if held and not held.is_done:
        more = replace(held, because=f"{held.because}; {because}")
    else:
        more = Part(agency=centre, because=because)  # its turn has come: it was told
    return replace(request, companions=(*parts, more))


def _why_given_back(part: Part, decision: Decision, city: Jurisdiction) -> str:
    name, said = city.agency_name(part.agency), wording.shorten(mask(decision.words))
    because = f"dikembalikan {name} ({said}): {part.because}"
    if decision.better_agency in city.agencies:
        because += f"; menurut {name} seharusnya {city.agency_name(decision.better_agency)}"
    return because


def _of_a_part(change: Change, *, required: bool = True) -> Change:
    """The change as that of a part: the workflow is not answered, the citizen hears only what they must."""
    event, after = change.event, change.request
    assert event is not None
    what = event.what
    if what in ("refused", "rejected"):
        what = "refused" if required else "left"
    is_told = what in _TOLD and (required or what != "delayed")
    effects = tuple(e for e in change.effects if e.notice or (e.say and is_told))
    named = replace(event, what=f"part_{what}")
    return replace(change, request=after, event=named, effects=effects, answers=())


def _without_rating(request: ServiceRequest) -> ServiceRequest:
    kept = tuple(promise for promise in request.promises if promise.what is not Awaited.RATE)
    return replace(request, promises=kept)
