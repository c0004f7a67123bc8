"""A queue that loses nothing: what cannot be handled is kept for two weeks, and an alarm tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

if TYPE_CHECKING:
    from infra.python_function import PythonFunction
    from infra.settings import Settings

TRIES = 5


class WorkQueue(Construct):
    """A queue, its queue of failures, and the function that works it off."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        handled_within: Duration,
        in_order: bool = False,
        delay: Duration | None = None,
        tries: int = TRIES,
    ) -> None:
        """`in_order`: FIFO, one message a citizen at a time; the sender says which citizen.

        Fewer than six times the function's time of invisibility, and AWS may hand a message to
        a second worker while the first is still throttled. `delay`: how long each message waits first.
        """
        super().__init__(scope, name)
        self.handled_within = handled_within
        self.failed = failures(self, settings=settings, what=name, in_order=in_order)
        self.queue = sqs.Queue(
            self,
            "queue",
            queue_name=settings.name(name) + (".fifo" if in_order else ""),
            fifo=in_order or None,
            content_based_deduplication=False if in_order else None,
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP if in_order else None,
            fifo_throughput_limit=(
                sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID if in_order else None
            ),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=not settings.is_local,
            retention_period=Duration.days(14),
            delivery_delay=delay,
            visibility_timeout=Duration.seconds(6 * handled_within.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed, max_receive_count=tries),
            removal_policy=RemovalPolicy.DESTROY,
        )

    @property
    def url(self) -> str:
        return self.queue.queue_url

    @property
    def arn(self) -> str:
        return self.queue.queue_arn

    def worked_off_by(self, function: PythonFunction, *, batch: int) -> None:
        """Give the function up to `batch` messages at a time; it reports the ones that failed."""
        function.may(
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=self.arn
        )
        lambda_.EventSourceMapping(
            self,
            "mapping",
            target=function,
            event_source_arn=self.arn,
            batch_size=batch,
            report_batch_item_failures=True,
        )


def failures(
    scope: Construct, *, settings: Settings, what: str, in_order: bool = False
) -> sqs.Queue:
    """A queue that keeps what could not be done for an administrator to look at and redrive."""
    return sqs.Queue(
        scope,
        "failed",
        queue_name=settings.name(f"{what}-failed") + (".fifo" if in_order else ""),
        fifo=in_order or None,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=not settings.is_local,
        retention_period=Duration.days(14),
        removal_policy=RemovalPolicy.DESTROY,
    )
