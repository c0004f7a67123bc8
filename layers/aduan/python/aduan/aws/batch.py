"""Batches from queues and streams, one record after another; what failed comes again.

A failure on a FIFO queue holds back only what must keep its order behind it. Powertools' batch utility does the
same and more, for a tenth of a cold start (`make bench`).
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from collections.abc import Callable
from traceback import extract_tb
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

from aduan.errors import TryAgainError

Record = dict[str, Any]
Failures = dict[str, list[dict[str, str]]]
T = TypeVar("T")


def handle_queue(
    event: dict[str, Any], handle: Callable[[Record], None], logger: Logger
) -> Failures:
    """Handle the records of a queue; report the failed ones and those behind them in their group."""
    failed: list[str] = []
    stopped: set[str] = set()
    for record in event["Records"]:
        group = record["attributes"].get("MessageGroupId", record["messageId"])
        if group in stopped or not done(record, handle, logger):
            stopped.add(group)
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def handle_stream(event: dict[str, Any], handle: Callable[[Record], None], logger: Logger) -> None:
    """Try every record of a stream; if any failed, fail the batch, so that Lambda brings it again.

    Handling a record twice is harmless here, and Lambda halves a batch that fails until the bad record
    is alone and goes to the on-failure queue.
    """
    went_well = [done(record, handle, logger) for record in event["Records"]]
    if not all(went_well):
        raise TryAgainError(f"{went_well.count(False)} of {len(went_well)} records failed")


def done(each: T, handle: Callable[[T], None], logger: Logger) -> bool:
    """Handle one of several; when it fails, say so and go on with the others."""
    try:
        handle(each)
    except Exception as error:  # noqa: BLE001 - the edge: whatever failed, the queue brings it again
        # Class and place only: the message of an error may quote what a citizen wrote.
        place = extract_tb(error.__traceback__)[-1]
        logger.error("record failed", error=type(error).__name__, at=f"{place.name}:{place.lineno}")
        return False
    return True
