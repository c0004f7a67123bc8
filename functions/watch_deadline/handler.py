"""One schedule has come: was the promise kept that it is about? If not, the next one hears of it.

Safe for a schedule that comes twice, late, or for a report that has moved on: the report says which look is
due, and its version guards the write.
"""

import os
from datetime import UTC, datetime
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import companions, deadline, follow_up, jurisdiction
from aduan.aws.observability import count, logger, metrics
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Watch
from aduan.errors import StaleUpdateError
from aduan.service_request import Awaited, ServiceRequest

city = deadline.shortened(jurisdiction.load(os.environ["JURISDICTION_ID"]), os.environ["TERMS_S"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
ATTEMPTS = 3


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    watch = msgspec.convert(event["watch"], Watch)
    for attempt in range(1, ATTEMPTS + 1):
        request, now = table.request(event["service_request_id"]), datetime.now(UTC)
        change = _look(request, watch, now)
        if change is None:
            count("DeadlineOver")
            return
        try:
            table.save(change, at=now)
        except StaleUpdateError:  # somebody did something with it at this moment
            if attempt == ATTEMPTS:
                raise
        else:
            _tell(request, watch, change)
            return


def _look(request: ServiceRequest, watch: Watch, now: datetime) -> Change | None:
    if watch.what is not Awaited.RATE:
        view = companions.seen_by(request, watch.agency)
        change = deadline.look(view, watch, city, now) if view else None
        return companions.joined_in(change, request) if change else None
    last = table.last_inbound_at(request.citizen_id)
    return follow_up.remind(request, watch, city, now, last_inbound_at=last)


def _tell(request: ServiceRequest, watch: Watch, change: Change) -> None:
    found = change.event.what if change.event else "not_reminded"
    logger.info(
        "deadline looked at",
        service_request_id=request.service_request_id,
        agency_responsible=watch.agency or request.agency_responsible,
        what=watch.what,
        level=watch.level,
        found=found,
    )
    count(f"DeadlineFound.{found}")
