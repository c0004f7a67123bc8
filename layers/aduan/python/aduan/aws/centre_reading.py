"""What the command centre's functions read before they show it: a report with all of it, and the pile."""

from collections.abc import Callable
from datetime import datetime

from aduan import joining
from aduan.aws import lifecycle_execution
from aduan.aws.centre_table import CentreTable
from aduan.command_centre.triage import reasons
from aduan.command_centre.views.report import Shown
from aduan.command_centre.views.triage import KeptMessage, Pile, ToDecide, Unreachable
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest


def show_report(
    table: CentreTable,
    photo_link: Callable[[str], str],
    state_machine_arn: str,
    service_request_id: str,
    city: Jurisdiction,
    at: datetime,
) -> Shown:
    """A report with all that is shown of it; NotFoundError if there is none."""
    request = table.request(service_request_id)
    events = tuple(table.events(service_request_id))
    conversation = table.conversation(request.citizen_id)
    muted = conversation.muted_until if conversation else None
    links = [photo_link(key) for key in table.photo_keys(request.photos_of_then)]
    now = [photo_link(key) for key in table.photo_keys(request.photos_of_now)]
    recordings = [photo_link(key) for key in table.photo_keys(request.recording_ids)]
    return Shown(
        request=request,
        events=events,
        because=tuple(reasons(request, events, city)),
        photo_links=tuple(links),
        recording_links=tuple(recordings),
        proof_link=photo_link(request.proof_key) if request.proof_key else None,
        before_link=photo_link(request.before_key) if request.before_key else None,
        now_links=tuple(now),
        execution_url=lifecycle_execution.console_url(
            state_machine_arn, service_request_id, request.generation
        ),
        muted=muted is not None and muted > at,
        followers=table.followers(service_request_id)[0] if request.joined else (),
        alike=_alike(table, request, city, at),
    )


def _alike(
    table: CentreTable, request: ServiceRequest, city: Jurisdiction, at: datetime
) -> tuple[ServiceRequest, ...]:
    """Open reports that an operator may merge this one with."""
    if not request.is_with_agency:
        return ()
    around = table.around(table.spots(joining.spot_keys(request, city)))
    return joining.alike(request, around, city, at)


def pile(
    table: CentreTable, city: Jurisdiction, at: datetime, notice: str = "", *, refused: bool = False
) -> Pile:
    """All that waits for a decision; each report as it is now, since the index may be a moment behind."""
    waiting = table.to_decide()
    requests = table.requests(each.service_request_id for each in waiting)
    numbers = [n for n in (each.service_request_id for each in waiting) if n in requests]
    because = {n: reasons(requests[n], table.events(n), city) for n in numbers}
    return Pile(
        at=at,
        reports=tuple(
            ToDecide(request=requests[number], because=tuple(why))
            for number, why in because.items()
            if why
        ),
        kept=tuple(
            KeptMessage(
                citizen_id=each.citizen_id,
                name=each.kept.name,
                because=each.kept.because,
                text=each.kept.text,
                since=each.since,
            )
            for each in table.kept()
        ),
        unreachable=tuple(
            Unreachable(citizen_id=each.citizen_id, code=each.code, since=each.since)
            for each in table.unreachable()
        ),
        notice=notice,
        refused=refused,
    )
