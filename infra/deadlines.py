"""Promises of time: one schedule each, and the function that looks whether they were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.python_function import GET_AND_PUT, Platform, PythonFunction, may
from infra.work_queue import failures

if TYPE_CHECKING:
    from infra.storage import Storage


class Deadlines(Construct):
    """`watch_deadline`, called by schedules that `carry_out_effects` and `reconcile` make."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
    ) -> None:
        super().__init__(scope, id)
        settings, stack = platform.settings, Stack.of(self)
        self._group = settings.name("deadlines")
        scheduler.CfnScheduleGroup(self, "group", name=self._group)
        self._schedules_arn = (
            f"arn:aws:scheduler:{stack.region}:{stack.account}:schedule/{self._group}/*"
        )
        self.failed = failures(self, settings=settings, what="deadlines")
        self._watch = PythonFunction(
            self,
            "watch_deadline",
            platform=platform,
            environment={
                "REPORTS_TABLE": storage.reports.table_name,
                "TERMS_S": settings.terms_s,
            },
            timeout=Duration.seconds(30),
        )
        self._watch.may(*GET_AND_PUT, on=storage.reports.table_arn)
        self._keep_what_fails()
        self._role = iam.Role(
            self,
            "schedules_role",
            role_name=settings.name("deadline-schedules"),
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            ),
        )
        may(self._role, "lambda:InvokeFunction", on=self._watch.function_arn)
        may(self._role, "sqs:SendMessage", on=self.failed.queue_arn)

    @property
    def variables(self) -> dict[str, str]:
        """What a function that makes schedules is told."""
        return {
            "DEADLINE_GROUP": self._group,
            "WATCH_DEADLINE_ARN": self._watch.function_arn,
            "DEADLINE_ROLE_ARN": self._role.role_arn,
            "FAILED_DEADLINES_ARN": self.failed.queue_arn,
        }

    def let_schedule(self, function: PythonFunction) -> None:
        """Allow making schedules of this group, which call by this one role."""
        function.may("scheduler:CreateSchedule", on=self._schedules_arn)
        function.may("iam:PassRole", on=self._role.role_arn)

    def _keep_what_fails(self) -> None:
        """By hand: the CDK's way would let the function do more with that queue than send to it."""
        self._watch.may("sqs:SendMessage", on=self.failed.queue_arn)
        lambda_.CfnEventInvokeConfig(
            self,
            "failed_looks",
            function_name=self._watch.function_name,
            qualifier="$LATEST",
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=self.failed.queue_arn
                )
            ),
        )
