"""Every night, and by hand: every report counted anew, and the figures held against the sum of all rows.

What the stream missed is counted now. A figure that is not the sum of the rows is corrected, but only if it
was found wrong by the same amount twice: in between, a report may just have been counted.
"""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws.batch import done
from aduan.aws.figures_table import FiguresTable
from aduan.aws.observability import gauge, logger, metrics

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = FiguresTable(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    now = datetime.now(UTC)
    changed: list[str] = []
    for number in table.numbers_of_all():
        done(number, partial(_count, changed=changed, now=now), logger)
    before = table.differences()
    again = table.differences() if before else {}
    wrong = {key: lacking for key, lacking in again.items() if before.get(key) == lacking}
    table.correct(wrong)
    found = {
        "reports_missed": len(changed),
        "figures_wrong": sum(len(lacking) for lacking in wrong.values()),
    }
    gauge("FiguresWrong", found["reports_missed"] + found["figures_wrong"])
    logger.info("reports recounted", extra=found)
    return found


def _count(number: str, *, changed: list[str], now: datetime) -> None:
    if table.count(number, city, at=now):
        changed.append(number)
