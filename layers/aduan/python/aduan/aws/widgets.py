"""The edge of every function behind a custom widget: what CloudWatch asks, and a sentence when it fails."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from traceback import extract_tb
from typing import Any

from aduan.aws import lifecycle_execution
from aduan.aws.centre_table import CentreTable
from aduan.aws.observability import count, logger
from aduan.aws.photo_bucket import PhotoBucket
from aduan.command_centre import widget
from aduan.command_centre.triage import reasons
from aduan.command_centre.views.common import ACT, CALL, REDRIVE, SHOW
from aduan.command_centre.views.report import Shown
from aduan.command_centre.views.triage import KeptMessage, Pile, ToDecide, Unreachable
from aduan.command_centre.widget import Context
from aduan.jurisdiction import Jurisdiction

DESCRIBE = """### Command centre of Aduan 112
Shows one view of the desk. Parameters: `view`: today, triage, report (with `id`), health, agency.
"""


def endpoints(prefix: str) -> dict[str, str]:
    """The functions behind the buttons: each may do one thing, and IAM says who may call which."""
    return {name: f"{prefix}{name}" for name in (SHOW, ACT, CALL, REDRIVE)}


def answer(
    event: dict[str, Any],
    city: Jurisdiction,
    context: Any,
    endpoints: dict[str, str],
    show: Callable[[Context], str],
) -> str:
    """The widget's HTML; when anything goes wrong, one sentence with what finds it again in the logs."""
    if event.get("describe"):
        return DESCRIBE
    told = widget.context_of(event, endpoints, click=context.aws_request_id)
    try:
        return show(told)
    except Exception as error:  # noqa: BLE001 - the edge: a person waits in front of it
        place = extract_tb(error.__traceback__)[-1]
        logger.error("widget failed", error=type(error).__name__, at=f"{place.name}:{place.lineno}")
        count("WidgetFailed")
        sentence = str(city.command_centre["notices"]["failed"])
        shown = sentence.format(invocation=escape(context.aws_request_id))
        return widget.page(told, widget.notice(shown, refused=True))


def show_report(
    table: CentreTable,
    bucket: PhotoBucket,
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
    links = [bucket.link(key) for key in table.photo_keys(request.photo_ids)]
    recordings = [bucket.link(key) for key in table.photo_keys(request.recording_ids)]
    return Shown(
        request=request,
        events=events,
        because=tuple(reasons(request, events, city)),
        photo_links=tuple(links),
        recording_links=tuple(recordings),
        proof_link=bucket.link(request.proof_key) if request.proof_key else None,
        execution_url=lifecycle_execution.console_url(
            state_machine_arn, service_request_id, request.generation
        ),
        muted=muted is not None and muted > at,
    )


def pile(
    table: CentreTable, city: Jurisdiction, at: datetime, notice: str = "", *, refused: bool = False
) -> Pile:
    """All that waits for a decision; each report as it is now, since the index may be a moment behind."""
    waiting = table.to_decide()
    requests = table.requests(each.service_request_id for each in waiting)
    because = {
        number: reasons(request, table.events(number), city) for number, request in requests.items()
    }
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
