"""The table's stream: whatever must follow from a change is caused here, and nowhere else.

Doing it twice is harmless: names are deterministic, and every consumer expects repeats.
"""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws.batch import handle_stream
from aduan.aws.carrying_out import CarryingOut
from aduan.aws.deadline_schedule import DeadlineSchedules
from aduan.aws.observability import logger

schedules = DeadlineSchedules(
    group=os.environ["DEADLINE_GROUP"],
    target_arn=os.environ["WATCH_DEADLINE_ARN"],
    role_arn=os.environ["DEADLINE_ROLE_ARN"],
    failed_queue_arn=os.environ["FAILED_DEADLINES_ARN"],
)
carrying_out = CarryingOut(
    table=os.environ["REPORTS_TABLE"],
    outbox_queue_url=os.environ["OUTBOX_QUEUE_URL"],
    settling_queue_url=os.environ["SETTLING_QUEUE_URL"],
    photo_queue_url=os.environ["PHOTO_QUEUE_URL"],
    notice_queue_url=os.environ["NOTICE_QUEUE_URL"],
    erasure_queue_url=os.environ["ERASURE_QUEUE_URL"],
    followers_queue_url=os.environ["FOLLOWERS_QUEUE_URL"],
    state_machine_arn=os.environ["STATE_MACHINE_ARN"],
    schedules=schedules,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    handle_stream(event, _carry_out, logger)


def _carry_out(record: dict[str, Any]) -> None:
    carrying_out.item(record["dynamodb"]["NewImage"], at=datetime.now(UTC))
