"""Batches from queues and streams, one record after another; what failed comes again.

A failure holds back only what must keep its order behind it. Powertools' batch utility does the same
and more, for a tenth of a cold start (`make bench`).
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
    """Handle the records of a queue; report those that failed or had to wait behind one."""
    failed = _in_order(event["Records"], handle, logger, group=_sender)
    return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in failed]}


def handle_stream(event: dict[str, Any], handle: Callable[[Record], None], logger: Logger) -> None:
    """Handle the records of a stream; if any failed, fail the batch, so that Lambda brings it again.

    Handling a record twice is harmless here, and Lambda halves a batch that fails until the bad record
    is alone and goes to the on-failure queue.
    """
    failed = _in_order(event["Records"], handle, logger, group=_partition)
    if failed:
        raise TryAgainError(f"{len(failed)} of {len(event['Records'])} records to be tried again")


def _in_order(
    records: list[Record],
    handle: Callable[[Record], None],
    logger: Logger,
    *,
    group: Callable[[Record], str],
) -> list[Record]:
    """Handle one after another; what failed, and what must not overtake it, is given back."""
    failed: list[Record] = []
    stopped: set[str] = set()
    for record in records:
        if group(record) in stopped or not done(record, handle, logger):
            stopped.add(group(record))
            failed.append(record)
    return failed


def _sender(record: Record) -> str:
    """The message group of a FIFO queue; on a standard queue each message is its own."""
    return str(record["attributes"].get("MessageGroupId", record["messageId"]))


def _partition(record: Record) -> str:
    """Whose item it is: effects of one citizen keep their order."""
    return str(record["dynamodb"]["NewImage"]["PK"]["S"])


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
