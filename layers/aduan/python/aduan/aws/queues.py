"""The queues behind the inbox: messages to send, files to fetch, agencies to tell."""

from contextlib import suppress
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
