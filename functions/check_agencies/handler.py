"""Every morning, and after each deployment: which agencies would hear of no report, for want of a subscription?

And are the next year's holidays listed in time? The command centre is told. If it has no subscription itself,
nobody is left to tell but the alarm on the metric.
"""

import os
from datetime import UTC, date, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_notice, jurisdiction
from aduan.aws import agency_topic
from aduan.aws.observability import count, gauge, logger, metrics
from aduan.time_zone import WIB

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
AGENCY_TOPIC_PREFIX = os.environ["AGENCY_TOPIC_PREFIX"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """`today` in the event (2027-10-01) looks at the calendar as on another day."""
    unheard = [
        agency
        for agency in city.agencies
        if city.told_through(agency) == agency
        and not agency_topic.is_heard(AGENCY_TOPIC_PREFIX + agency)
    ]
    if unheard and city.default_agency not in unheard:
        notice = agency_notice.write_unheard(unheard, city)
        agency_topic.publish(AGENCY_TOPIC_PREFIX + city.default_agency, notice)
    _check_holidays(event.get("today"))
    logger.info("agencies checked", unheard=unheard)
    gauge("AgenciesUnheard", len(unheard))
    return {"unheard": unheard}


def _check_holidays(today: str | None) -> None:
    day = date.fromisoformat(today) if today else datetime.now(UTC).astimezone(WIB).date()
    year = city.working_time.year_unknown(day)
    if year is None:
        return
    notice = agency_notice.write_holidays_unknown(year, city)
    agency_topic.publish(AGENCY_TOPIC_PREFIX + city.default_agency, notice)
    count("HolidaysUnknown")
