"""An agency's own link: all that it has open, each with the link that its officers answer by. Only shows."""

import os
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_overview, agency_view, companions, desk_link, jurisdiction
from aduan.agency_overview import SHOWN_AT_MOST, Entry, open_reports
from aduan.aws.observability import count, logger, metrics
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.desk_link import DeskLink, ExpiredLinkError, ForgedLinkError
from aduan.service_request import ServiceRequest

LINK_VALID = timedelta(days=7)  # of each report: tomorrow's page has a new one
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")
DESK_URL = os.environ["DESK_URL"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    now = datetime.now(UTC)
    try:
        who = desk_link.read_overview(event["pathParameters"]["link"], _key(), now)
    except ExpiredLinkError:
        return _refusal(HTTPStatus.GONE, "expired")
    except ForgedLinkError:
        count("DeskLinkForged")
        return _refusal(HTTPStatus.NOT_FOUND, "forged")
    if who.issue != table.overview_issue(who.agency):
        count("DeskLinkRevoked")
        return _refusal(HTTPStatus.GONE, "revoked")
    mine = open_reports(table.open_requests(now), who.agency)
    entries = [_entry(request, now) for request in mine[:SHOWN_AT_MOST]]
    page = agency_overview.render(who.agency, entries, city, now, count=len(mine))
    return {"statusCode": HTTPStatus.OK, "headers": HEADERS, "body": page}


def _entry(request: ServiceRequest, now: datetime) -> Entry:
    if part := request.part_of(request.agency_responsible):
        beside = companions.link_of(request, part, expires=now + LINK_VALID)
        return Entry(request=request, link=f"{DESK_URL}/{beside.sign(_key())}")
    assignment = table.assignment(request.service_request_id, request.attempt)
    link = DeskLink(
        service_request_id=request.service_request_id,
        attempt=request.attempt,
        expires=now + LINK_VALID,
        issue=assignment.issue if assignment else 0,
    )
    return Entry(request=request, link=f"{DESK_URL}/{link.sign(_key())}")


def _refusal(status: HTTPStatus, reason: str) -> dict[str, Any]:
    page = agency_view.render_refusal(reason, city)
    return {"statusCode": status, "headers": HEADERS, "body": page}


def _key() -> bytes:
    return secrets["link-key"].encode()
