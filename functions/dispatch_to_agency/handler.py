"""Workflow task: hand a report over to its agency, with a signed link to answer by."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_notice, deadline, jurisdiction
from aduan.aws import agency_topic
from aduan.aws.observability import count, logger, metrics
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import Assignment, ServiceRequestTable
from aduan.change import Change, Event, Notice, tell_head
from aduan.service_request import ServiceRequest

LINK_VALID = timedelta(days=30)

city = deadline.shortened(jurisdiction.load(os.environ["JURISDICTION_ID"]), os.environ["TERMS_S"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")
AGENCY_TOPIC_PREFIX, DESK_URL = os.environ["AGENCY_TOPIC_PREFIX"], os.environ["DESK_URL"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    request, now = table.request(event["service_request_id"]), datetime.now(UTC)
    assignment = table.assignment(request.service_request_id, event["attempt"])
    if assignment is None:
        assignment = _dispatch(request, now)
        request = table.request(request.service_request_id)
    if assignment.published_at is None:  # else a retry, or a workflow started anew
        _publish(request, assignment)
        table.mark_published(assignment, now)
        logger.info("service request dispatched", **_ids(assignment))
        count("ServiceRequestDispatched")


def _dispatch(request: ServiceRequest, now: datetime) -> Assignment:
    assignment = Assignment(
        service_request_id=request.service_request_id,
        attempt=request.attempt,
        agency=request.agency_responsible or city.default_agency,
        expires=now + LINK_VALID,
    )
    told = Event(what="dispatched", who="system", at=now, notes=assignment.agency)
    dispatched = request.dispatch(now, deadline.promises_of(request, city, now))
    effects = deadline.watches(dispatched)
    if dispatched.recurrence:
        effects += tell_head(dispatched, "recurring")
    change = Change(request=dispatched, event=told, effects=effects)
    table.save_dispatch(change, assignment, at=now)
    return assignment


def _publish(request: ServiceRequest, assignment: Assignment) -> None:
    url = f"{DESK_URL}/{assignment.desk_link.sign(secrets['link-key'].encode())}"
    notice = agency_notice.write(request, city, link=url, expires=assignment.expires)
    topic_arn = AGENCY_TOPIC_PREFIX + assignment.agency
    is_heard = agency_topic.is_heard(topic_arn)
    agency_topic.publish(topic_arn, notice)
    if assignment.agency == city.default_agency:
        return
    if not is_heard:
        _tell_command_centre(request, "unheard")
    elif request.urgent:
        _tell_command_centre(request, "alert")


def _tell_command_centre(request: ServiceRequest, what: str) -> None:
    """It hears of every emergency, whoever goes there, and of what has reached nobody."""
    news = agency_notice.write_news(request, city, Notice(agency=city.default_agency, what=what))
    agency_topic.publish(AGENCY_TOPIC_PREFIX + city.default_agency, news)


def _ids(assignment: Assignment) -> dict[str, Any]:
    return {
        "service_request_id": assignment.service_request_id,
        "attempt": assignment.attempt,
        "agency_responsible": assignment.agency,
    }
