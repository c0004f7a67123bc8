"""Workflow task: who is responsible for a report, and why."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws.observability import count, logger, metrics
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Event
from aduan.routing import route, with_companions
from aduan.service_request import ServiceRequest, Status

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    request = table.request(event["service_request_id"])
    if request.status is Status.ROUTED:  # a retry of this very task
        return _routing(request)
    now, routing = datetime.now(UTC), route(request, city)
    routed = request.route_to(routing.agency_responsible, routing.because, now)
    routed = with_companions(routed, request, city)
    told = Event(what="routed", who="system", at=now, notes=routing.agency_responsible)
    table.save(Change(request=routed, event=told), at=now)

    logger.info("service request routed", **_routing(routed))
    count("ServiceRequestRouted")
    return _routing(routed)


def _routing(request: ServiceRequest) -> dict[str, Any]:
    return {
        "service_request_id": request.service_request_id,
        "agency_responsible": request.agency_responsible,
        "attempt": request.attempt,
    }
