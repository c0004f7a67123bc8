"""The queues behind the inbox: messages to send, photos to fetch."""

from aduan.aws.clients import client


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
