"""The table's stream, reports alone: each that changed has its row in the city's figures brought up to date."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws.batch import handle_stream
from aduan.aws.figures_table import FiguresTable
from aduan.aws.observability import logger, metrics

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = FiguresTable(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    # A report that changed five times in one batch is counted once: the row is made from what it is now.
    last = {record["dynamodb"]["NewImage"]["PK"]["S"]: record for record in event["Records"]}
    handle_stream({"Records": list(last.values())}, _count, logger)


def _count(record: dict[str, Any]) -> None:
    number = record["dynamodb"]["NewImage"]["PK"]["S"].removeprefix("request#")
    table.count(number, city, at=datetime.now(UTC))
