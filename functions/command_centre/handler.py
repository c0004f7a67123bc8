"""What the dashboards of the command centre show. It reads, and changes nothing.

Called by an alias that is named after an agency, it shows that agency's figures and nothing else: the
alias is what IAM lets the agency's head call, so nobody needs to trust what the widget asks for.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction, report_number
from aduan.aws import centre_reading, lifecycle_execution, queues, widgets
from aduan.aws.centre_table import CentreTable
from aduan.aws.figures_table import Line
from aduan.aws.observability import logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.change import Event
from aduan.command_centre import figures
from aduan.command_centre.views import health, report, today, triage
from aduan.command_centre.widget import Context
from aduan.errors import NotFoundError
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB

DAYS, WEEKS, LONGEST, LATEST = 28, 4, 10, 20

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = CentreTable(os.environ["REPORTS_TABLE"])
PHOTO_BUCKET = os.environ["PHOTO_BUCKET"]
STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]
QUEUES: dict[str, list[str]] = json.loads(os.environ["QUEUES"])
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    now, only = datetime.now(UTC), _agency_of(context.invoked_function_arn)

    def show(told: Context) -> str:
        if only is not None:
            return today.render_agency(_today(now, lists=False), only, city, told)
        match event.get("view"):
            case "triage":
                return triage.render(centre_reading.pile(table, city, now), city, told)
            case "report":
                return _report(str(event.get("id") or told.typed.get("number", "")), told, now)
            case "health":
                return health.render(_health(now), city, told)
            case _:
                return today.render(_today(now), city, told)

    return widgets.answer(event, city, context, endpoints, show)


def _agency_of(function_arn: str) -> str | None:
    """The agency whose alias was called: arn:aws:lambda:<region>:<account>:function:<name>:<alias>."""
    alias = function_arn.split(":")[7:]
    return alias[0] if alias and alias[0] in city.agencies else None


def _today(now: datetime, *, lists: bool = True) -> today.Today:
    """As many reads as fit on the screen, however many reports there are."""
    first = figures.day_of(now - timedelta(days=DAYS - 1))
    weeks = [figures.week_of(now - timedelta(weeks=n)) for n in range(WEEKS)]
    read = today.Today(
        at=now,
        now=table.now(),
        days=table.days(first, figures.day_of(now)),
        weeks={week: table.week(week) for week in weeks},
    )
    if not lists:
        return read
    day = figures.day_of(now)
    urgent, longest = table.urgent(), table.unmoved(LONGEST)
    requests = table.requests((*urgent, *longest))
    return today.Today(
        at=now,
        now=read.now,
        days=read.days,
        weeks=read.weeks,
        calls=table.calls(day, day).get(day, Counter()),
        latest=tuple(_news(line) for line in table.latest(2 * LATEST)),
        urgent=_oldest_first(requests[each] for each in urgent if each in requests),
        longest=tuple(requests[each] for each in longest if each in requests),
    )


def _oldest_first(requests: Iterable[ServiceRequest]) -> tuple[ServiceRequest, ...]:
    return tuple(sorted(requests, key=lambda each: each.requested_datetime))


def _news(line: Line) -> today.News:
    who, notes = line.who, (line.agency or "") if line.who == "system" else ""
    return today.News(
        event=Event(what=line.what, who=who, at=line.at, notes=notes),
        service_request_id=line.service_request_id,
        service_code=line.service_code,
        area=line.area,
    )


def _report(typed: str, told: Context, now: datetime) -> str:
    number = report_number.find(typed) or ""
    try:
        shown = centre_reading.show_report(table, _photo_link, STATE_MACHINE_ARN, number, city, now)
    except NotFoundError:
        sentence = str(city.command_centre["triage"]["not_found"])
        return triage.render(
            centre_reading.pile(table, city, now, sentence, refused=True), city, told
        )
    return report.render(shown, city, told)


def _health(now: datetime) -> health.Health:
    states = []
    for name, (url, failed_url) in QUEUES.items():
        depth = queues.depth(url) if url else queues.Depth(waiting=0, handled=0)
        failed = queues.depth(failed_url)
        states.append(
            health.QueueState(
                name=name,
                waiting=depth.waiting,
                handled=depth.handled,
                failed=failed.waiting + failed.handled,
            )
        )
    executions = tuple(
        health.Failed(service_request_id=number, at=at)
        for number, at in lifecycle_execution.failed(STATE_MACHINE_ARN)
    )
    month = f"{now.astimezone(WIB):%Y-%m}"
    return health.Health(
        at=now,
        queues=tuple(states),
        executions=executions,
        messages=table.messages_of_month("whatsapp", month),
    )


def _photo_link(key: str) -> str:
    return _bucket().link(key)


@cache
def _bucket() -> PhotoBucket:
    """Made when a photo is first shown: most that is shown has none."""
    return PhotoBucket(PHOTO_BUCKET)
