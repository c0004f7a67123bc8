"""The repair that runs by itself: what should go on and does not is started again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.python_function import Platform, PythonFunction

if TYPE_CHECKING:
    from infra.agencies import Agencies
    from infra.conversation import Conversation
    from infra.deadlines import Deadlines
    from infra.lifecycle import Lifecycle
    from infra.storage import Storage


class Upkeep(Construct):
    """`reconcile` and `remind_of_drafts` every fifteen minutes, `check_agencies` every morning.

    Safe to run by hand at any time.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        conversation: Conversation,
        lifecycle: Lifecycle,
        agencies: Agencies,
        deadlines: Deadlines,
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
                **conversation.queues,
                **deadlines.variables,
                "STATE_MACHINE_ARN": machine_arn,
            },
            timeout=Duration.minutes(5),
        )
        self.reconcile.may(
            "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", on=reports.table_arn
        )
        self.reconcile.may("dynamodb:Query", on=f"{reports.table_arn}/index/work")
        self.reconcile.may("sqs:SendMessage", on=conversation.queue_arns)
        self.reconcile.may("states:StartExecution", on=machine_arn)
        self.reconcile.may("states:SendTaskSuccess", "states:SendTaskFailure", on=machine_arn)
        self.reconcile.may("states:DescribeExecution", on=lifecycle.executions_arn)
        deadlines.let_schedule(self.reconcile)
        self.remind = PythonFunction(
            self,
            "remind_of_drafts",
            platform=platform,
            environment={"REPORTS_TABLE": reports.table_name},
            timeout=Duration.minutes(5),
        )
        self.remind.may("dynamodb:PutItem", on=reports.table_arn)
        self.remind.may("dynamodb:Query", on=f"{reports.table_arn}/index/work")
        for function, why in (
            (self.reconcile, "Starts again what stands still"),
            (self.remind, "Reminds of reports that were begun and not finished"),
        ):
            name = function.node.id.replace("_", "-")
            events.Rule(
                self,
                f"{name}-every-quarter-of-an-hour",
                rule_name=platform.settings.name(f"{name}-every-15-minutes"),
                description=why,
                schedule=events.Schedule.rate(Duration.minutes(15)),
                targets=[targets.LambdaFunction(function)],
            )
        self._check_agencies(platform, agencies)

    def _check_agencies(self, platform: Platform, agencies: Agencies) -> None:
        check = PythonFunction(
            self,
            "check_agencies",
            platform=platform,
            environment={"AGENCY_TOPIC_PREFIX": agencies.topic_prefix},
            timeout=Duration.seconds(60),
        )
        topics = agencies.topics
        check.may("sns:GetTopicAttributes", on=[topic.topic_arn for topic in topics.values()])
        check.may("sns:Publish", on=topics[platform.settings.command_centre].topic_arn)
        events.Rule(
            self,
            "check-agencies-every-morning",
            rule_name=platform.settings.name("check-agencies-every-morning"),
            description="Finds agencies whose topic nobody has subscribed to",
            schedule=events.Schedule.cron(hour="0", minute="30"),  # UTC: 07.30 WIB
            targets=[targets.LambdaFunction(check)],
        )
