"""The notice queue: news of a report for the agency that has it, by e-mail and SMS.

What it has not kept comes with the link again: the first mail may be what nobody has read.
"""

import os
from dataclasses import replace
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_notice, jurisdiction
from aduan.aws import agency_topic
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.observability import count, logger, metrics
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Effect
from aduan.service_request import ServiceRequest

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")
AGENCY_TOPIC_PREFIX, DESK_URL = os.environ["AGENCY_TOPIC_PREFIX"], os.environ["DESK_URL"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
    return handle_queue(event, _tell, logger)


def _tell(record: dict[str, Any]) -> None:
    effect = msgspec.json.decode(record["body"], type=Effect)
    if effect.notice is None or effect.service_request_id is None:
        return
    request = table.request(effect.service_request_id)
    if (
        request.joined_to and effect.notice.what != "merged"
    ):  # what those say who joined, about the one report that the agency has
        lead = table.request(request.joined_to)
        request = replace(lead, said=request.said, address=request.address, area=request.area)
    has_it = request.is_with_agency and request.agency_responsible == effect.notice.agency
    link = _link(request) if has_it else ""
    notice = agency_notice.write_news(request, city, effect.notice, link=link)
    agency_topic.publish(AGENCY_TOPIC_PREFIX + effect.notice.agency, notice)
    logger.info(
        "agency told of news",
        service_request_id=request.service_request_id,
        agency_responsible=effect.notice.agency,
        what=effect.notice.what,
    )
    count(f"AgencyToldOf.{effect.notice.what}")


def _link(request: ServiceRequest) -> str:
    """The one link of this dispatch, as it is now."""
    assignment = table.assignment(request.service_request_id, request.attempt)
    if assignment is None:
        return ""
    return f"{DESK_URL}/{assignment.desk_link.sign(secrets['link-key'].encode())}"
