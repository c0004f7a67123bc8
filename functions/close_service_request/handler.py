"""Workflow task: the citizen has rated, or has said nothing for as long as we wait: the report is over."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws.observability import count, logger, metrics
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Event

table = ServiceRequestTable(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    request, now = table.request(event["service_request_id"]), datetime.now(UTC)
    if request.is_over:  # a retry of this very task
        return
    rated = request.rating is not None or request.rated_by  # of several, not all may have rated
    because = "rated" if rated else event["because"]
    told = Event(what="closed", who="system", at=now, notes=because)
    table.save(Change(request=request.end(now), event=told), at=now)

    logger.info(
        "service request closed",
        service_request_id=request.service_request_id,
        because=because,
    )
    count("ServiceRequestClosed")
