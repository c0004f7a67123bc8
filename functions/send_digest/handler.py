"""Every morning: tell each agency what it has open, with the link to all of it; nothing where nothing is."""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.agency_overview import open_reports, write_digest
from aduan.aws import agency_topic
from aduan.aws.batch import done
from aduan.aws.observability import count, logger, metrics
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.desk_link import OverviewLink
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB

LINK_VALID = timedelta(days=60)

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")
AGENCY_TOPIC_PREFIX, DESK_URL = os.environ["AGENCY_TOPIC_PREFIX"], os.environ["DESK_URL"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """`again` in the event sends what was sent on this day before."""
    now, again = datetime.now(UTC), bool(event.get("again"))
    requests = table.open_requests(now)
    busy = [agency for agency in city.agencies if open_reports(requests, agency)]
    tell = partial(_tell, requests=requests, now=now, again=again)
    return {"agencies_told": sum(done(agency, tell, logger) for agency in busy)}


def _tell(agency: str, *, requests: list[ServiceRequest], now: datetime, again: bool) -> None:
    today = now.astimezone(WIB).date()
    if table.digest_was_sent(agency, today) and not again:
        return
    mine, issue = open_reports(requests, agency), table.overview_issue(agency)
    link = OverviewLink(agency=agency, expires=now + LINK_VALID, issue=issue)
    url = f"{DESK_URL}/all/{link.sign(secrets['link-key'].encode())}"
    digest = write_digest(agency, mine, city, now, link=url, expires=link.expires)
    agency_topic.publish(AGENCY_TOPIC_PREFIX + agency, digest)
    table.record_digest(agency, today)
    logger.info("agency told what it has open", agency=agency, reports=len(mine))
    count("DigestSent")
