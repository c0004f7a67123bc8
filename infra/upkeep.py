"""The repair that runs by itself: what should go on and does not is started again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.python_function import Platform, PythonFunction

if TYPE_CHECKING:
    from infra.conversation import Conversation
    from infra.lifecycle import Lifecycle
    from infra.storage import Storage


class Upkeep(Construct):
    """`reconcile`, every fifteen minutes; safe to run by hand at any time."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        conversation: Conversation,
        lifecycle: Lifecycle,
    ) -> None:
        super().__init__(scope, id)
        reports = storage.reports
        machine_arn = lifecycle.state_machine.state_machine_arn
        self.reconcile = PythonFunction(
            self,
            "reconcile",
            platform=platform,
            environment={
                "REPORTS_TABLE": reports.table_name,
                "OUTBOX_QUEUE_URL": conversation.outbox.url,
                "PHOTO_QUEUE_URL": conversation.photos.url,
                "STATE_MACHINE_ARN": machine_arn,
            },
            timeout=Duration.minutes(5),
        )
        self.reconcile.may(
            "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", on=reports.table_arn
        )
        self.reconcile.may("dynamodb:Query", on=f"{reports.table_arn}/index/work")
        self.reconcile.may("sqs:SendMessage", on=[conversation.outbox.arn, conversation.photos.arn])
        self.reconcile.may("states:StartExecution", on=machine_arn)
        self.reconcile.may("states:SendTaskSuccess", "states:SendTaskFailure", on=machine_arn)
        self.reconcile.may("states:DescribeExecution", on=lifecycle.executions_arn)
        events.Rule(
            self,
            "every-quarter-of-an-hour",
            rule_name=platform.settings.name("reconcile-every-15-minutes"),
            description="Starts again what stands still",
            schedule=events.Schedule.rate(Duration.minutes(15)),
            targets=[targets.LambdaFunction(self.reconcile)],
        )
