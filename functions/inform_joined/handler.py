"""The followers queue: news of a report for everyone who joined it, a page at a time; and are they many by now?

Each message has a name of its own, and each page names the next: whatever comes twice is written once.
"""

import os
from datetime import UTC, datetime
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import joining, jurisdiction
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.observability import count, logger, metrics
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Effect, Followers
from aduan.service_request import ServiceRequest

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
    return handle_queue(event, _inform, logger)


def _inform(record: dict[str, Any]) -> None:
    effect, now = msgspec.json.decode(record["body"], type=Effect), datetime.now(UTC)
    if effect.followers is None or effect.service_request_id is None:
        return
    lead = table.request(effect.service_request_id)
    if effect.say is None:
        _look_how_many(lead, now)
    elif effect.followers.first_alone:
        _ask_the_next(lead, effect, now)
    else:
        _tell_page(lead, effect, effect.followers, now)


def _tell_page(lead: ServiceRequest, effect: Effect, page: Followers, now: datetime) -> None:
    following, end = table.followers(lead.service_request_id, page.after)
    for request in following:
        if news := joining.told(request, lead, effect, city):
            table.cause(news, at=now)
    if end:
        table.cause(joining.next_page(effect, end), at=now)
    logger.info(
        "joined reports informed", service_request_id=lead.service_request_id, number=len(following)
    )
    count("JoinedInformed", len(following))


def _ask_the_next(lead: ServiceRequest, effect: Effect, now: datetime) -> None:
    """The lead's reporter has taken it back: whoever reported it next is asked instead."""
    for request in table.followers(lead.service_request_id, most=1)[0]:
        if news := joining.told(request, lead, effect, city):
            if lead.speaker != request.service_request_id:
                table.save(joining.spoken_for(lead, request), at=now)
            table.cause(news, at=now)


def _look_how_many(lead: ServiceRequest, now: datetime) -> None:
    change = joining.raised_by_many(lead, table.events(lead.service_request_id), city, now)
    if change is None:
        return
    table.save(change, at=now)
    logger.info(
        "report raised by many", service_request_id=lead.service_request_id, number=lead.reporters
    )
    count("ServiceRequestRaisedByMany")
