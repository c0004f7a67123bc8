"""The notice queue: news of a report for the agency that has it, by e-mail and SMS.

What it has not kept comes with the link again: the first mail may be what nobody has read. The queue may
bring one piece of news twice; its record in the table says that it was told.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_notice, companions, jurisdiction
from aduan.agency_notice import AgencyNotice
from aduan.aws import agency_topic
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.effect_table import EffectTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Effect, Notice
from aduan.errors import TryAgainError
from aduan.service_request import ServiceRequest

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
effects = EffectTable(os.environ["REPORTS_TABLE"])
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
    delivery = effects.begin_delivery(effect, datetime.now(UTC))
    if delivery.is_over:
        return
    if delivery.is_elsewhere:
        raise TryAgainError("another worker has it")
    _tell_of(table.request(effect.service_request_id), effect.notice)
    effects.record_ended(effect, "told")


def _tell_of(request: ServiceRequest, news: Notice) -> None:
    if request.joined_to and news.what != "merged":
        # what those say who joined, about the one report that the agency has
        lead = table.request(request.joined_to)
        request = replace(lead, said=request.said, address=request.address, area=request.area)
    view = companions.seen_by(request, news.agency)
    if news.what == "assigned":
        if view is None or not view.is_with_agency:  # over before its turn came
            return
        _assign(view)
    else:
        about = companions.seen_by(request, news.about) or request
        link = _link(view) if view and view.is_with_agency else ""
        _publish(agency_notice.write_news(about, city, news, link=link), news.agency)
    logger.info(
        "agency told of news",
        service_request_id=request.service_request_id,
        agency_responsible=news.agency,
        what=news.what,
    )
    count(f"AgencyToldOf.{news.what}")


def _assign(view: ServiceRequest) -> None:
    """A companion is told of its part as an agency is of a report."""
    part = view.part_of(view.agency_responsible)
    if part is None or part.expires is None:
        return
    notice = agency_notice.write(view, city, link=_link(view), expires=part.expires)
    is_heard = agency_topic.is_heard(AGENCY_TOPIC_PREFIX + city.told_through(part.agency))
    _publish(notice, part.agency)
    if not is_heard:
        unheard = Notice(agency=city.default_agency, what="unheard")
        _publish(agency_notice.write_news(view, city, unheard), city.default_agency)


def _publish(notice: AgencyNotice, agency: str) -> None:
    notice = agency_notice.to_hand_on(notice, agency, city)
    agency_topic.publish(AGENCY_TOPIC_PREFIX + city.told_through(agency), notice)


def _link(view: ServiceRequest) -> str:
    """The one link of this agency's dispatch, as it is now."""
    if part := view.part_of(view.agency_responsible):
        link = companions.link_of(view, part)
    else:
        assignment = table.assignment(view.service_request_id, view.attempt)
        if assignment is None:
            return ""
        link = assignment.desk_link
    return f"{DESK_URL}/{link.sign(secrets['link-key'].encode())}"
