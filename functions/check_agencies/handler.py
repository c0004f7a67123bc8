"""Every morning, and after each deployment: which agencies would hear of no report, for want of a subscription?

The command centre is told. If it has none itself, nobody is left to tell but the alarm on the metric.
"""

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_notice, jurisdiction
from aduan.aws import agency_topic
from aduan.aws.observability import gauge, logger, metrics

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
AGENCY_TOPIC_PREFIX = os.environ["AGENCY_TOPIC_PREFIX"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    unheard = [
        agency
        for agency in city.agencies
        if city.told_through(agency) == agency
        and not agency_topic.is_heard(AGENCY_TOPIC_PREFIX + agency)
    ]
    if unheard and city.default_agency not in unheard:
        notice = agency_notice.write_unheard(unheard, city)
        agency_topic.publish(AGENCY_TOPIC_PREFIX + city.default_agency, notice)
    logger.info("agencies checked", unheard=unheard)
    gauge("AgenciesUnheard", len(unheard))
    return {"unheard": unheard}
