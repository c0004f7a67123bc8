"""The inbox queue: every message of a citizen waits here to be thought about, in order per citizen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from aduan.aws.signed_request import call
from aduan.errors import TryAgainError

_BATCH = 10  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
_BATCH_BYTES = 1_000_000  # of the 1 MiB that a batch may have in all


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message for the queue. `group` keeps the order, `deduplication_id` drops repeats for five minutes."""

    group: str
    deduplication_id: str
    body: dict[str, Any]


def put(queue_url: str, letters: Sequence[Letter]) -> None:
    """Put all of them, or raise TryAgainError: then Meta sends the webhook again and repeats are dropped."""
    waiting = iter([_entry(index, letter) for index, letter in enumerate(letters)])
    while batch := _next_batch(waiting):
        answer = call(
            "sqs", "AmazonSQS.SendMessageBatch", {"QueueUrl": queue_url, "Entries": batch}
        )
        if answer.get("Failed"):
            raise TryAgainError(f"queue refused {len(answer['Failed'])} messages")


def _next_batch(waiting: Any) -> list[dict[str, str]]:
    batch: list[dict[str, str]] = []
    for entry in islice(waiting, _BATCH):
        batch.append(entry)
        if sum(len(each["MessageBody"].encode()) for each in batch) > _BATCH_BYTES // 2:
            break
    return batch


def _entry(index: int, letter: Letter) -> dict[str, str]:
    return {
        "Id": str(index),
        # In ASCII: a queue refuses some of the characters that a citizen's message may hold.
        "MessageBody": json.dumps(letter.body, separators=(",", ":")),
        "MessageGroupId": letter.group,
        "MessageDeduplicationId": letter.deduplication_id,
    }
