"""The queues behind the inbox: messages to send, files to fetch, agencies to tell."""

from contextlib import suppress
from dataclasses import dataclass
from random import random

from aduan.aws.clients import client

LONGEST_WAIT_S = 900


def put(queue_url: str, body: str, *, group: str | None = None, deduplication_id: str = "") -> None:
    """Put one message; on a FIFO queue with its group and deduplication id (5 minutes)."""
    sqs = client("sqs")
    if group is None:
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)
        return
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=deduplication_id,
    )


def come_back(queue_url: str, receipt_handle: str, tried: int) -> None:
    """Let a message that failed come back after 4^n seconds and up to a quarter more, 15 minutes at most.

    4^n is what Meta asks for after 131056:
    https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/
    """
    wait = min(4 ** min(tried + 1, 5), LONGEST_WAIT_S) * (1 + random() / 4)  # noqa: S311 - jitter
    sqs = client("sqs")
    with suppress(sqs.exceptions.ClientError):  # then it comes back at the queue's own time
        sqs.change_message_visibility(
            QueueUrl=queue_url,
            ReceiptHandle=receipt_handle,
            VisibilityTimeout=min(int(wait), LONGEST_WAIT_S),
        )


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How many messages wait, and how many a function has in hand; about."""

    waiting: int
    handled: int


def depth(queue_url: str) -> Depth:
    answer = client("sqs").get_queue_attributes(
        QueueUrl=queue_url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )
    counts = answer["Attributes"]
    return Depth(
        waiting=int(counts.get("ApproximateNumberOfMessages", "0"))
        + int(counts.get("ApproximateNumberOfMessagesDelayed", "0")),
        handled=int(counts.get("ApproximateNumberOfMessagesNotVisible", "0")),
    )


def move_back(failed_queue_url: str, queue_url: str, *, most: int = 500) -> int:
    """Put what failed back on its queue, and give how many messages that were.

    Each is sent before it is deleted: cut short, one is worked off twice, which is harmless, and none is lost.
    A message that goes back under its own id is one, should it go twice.
    """
    sqs, moved = client("sqs"), 0
    while moved < most:
        answer = sqs.receive_message(
            QueueUrl=failed_queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            break
        for message in messages:
            group = message.get("Attributes", {}).get("MessageGroupId")
            put(queue_url, message["Body"], group=group, deduplication_id=message["MessageId"])
            sqs.delete_message(QueueUrl=failed_queue_url, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved
