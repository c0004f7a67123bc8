"""The city's figures, kept as reports change, and recounted every night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.python_function import Platform, PythonFunction

if TYPE_CHECKING:
    from infra.storage import Storage

CHANGED_REPORT = {
    "eventName": ["INSERT", "MODIFY"],
    "dynamodb": {"Keys": {"SK": {"S": ["request"]}}},
}


class Figures(Construct):
    """`count_reports` on the table's stream, `recount_reports` at two in the morning (WIB).

    On the stream and not in the transaction that changes a report: a counter is one item that every report
    would contend for, and a flood night must not refuse reports because they are being counted.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
    ) -> None:
        super().__init__(scope, id)
        reports = storage.reports
        variables = {"REPORTS_TABLE": reports.table_name}
        count = PythonFunction(
            self,
            "count_reports",
            platform=platform,
            environment=variables,
            timeout=Duration.seconds(60),
        )
        writes = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
        count.may("dynamodb:Query", *writes, on=reports.table_arn)
        stream_arn = str(reports.table_stream_arn)
        count.may_read_stream(stream_arn)
        lambda_.EventSourceMapping(
            self,
            "changed-reports",
            target=count,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            filters=[lambda_.FilterCriteria.filter(CHANGED_REPORT)],
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            # What fails is counted by the nightly recount, so nothing is kept of it.
            retry_attempts=10,
            max_record_age=Duration.minutes(1) if platform.settings.is_local else None,
        )
        self.recount = PythonFunction(
            self,
            "recount_reports",
            platform=platform,
            environment=variables,
            timeout=Duration.minutes(15),
        )
        self.recount.may("dynamodb:Query", "dynamodb:Scan", *writes, on=reports.table_arn)
        events.Rule(
            self,
            "recount-every-night",
            rule_name=platform.settings.name("recount-reports-every-night"),
            description="Holds the city's figures against the reports themselves",
            schedule=events.Schedule.cron(hour="19", minute="0"),
            targets=[targets.LambdaFunction(self.recount)],
        )
