"""Figures on paper: a bucket, and the function that fills it by the clock and by a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.command_centre import READ
from infra.python_function import Platform, PythonFunction

if TYPE_CHECKING:
    from infra.lifecycle import Lifecycle
    from infra.storage import Storage


class Papers(Construct):
    """`print_papers` on the first of a month at eight (WIB), for the month that is over, and when asked.

    A bucket of its own: who may read a month's figures need not see a citizen's photo.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        lifecycle: Lifecycle,
    ) -> None:
        super().__init__(scope, id)
        settings, stack = platform.settings, Stack.of(self)
        bucket = s3.Bucket(
            self,
            "papers",
            bucket_name=f"{settings.name('papers')}-{stack.account}",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=not settings.is_local,
            removal_policy=RemovalPolicy.DESTROY if settings.is_local else RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="reports that were printed", prefix="printed/", expiration=Duration.days(1)
                )
            ],
        )
        prefix = f"arn:aws:lambda:{stack.region}:{stack.account}:function:{settings.name('')}"
        self.print = PythonFunction(
            self,
            "print_papers",
            platform=platform,
            environment={
                "REPORTS_TABLE": storage.reports.table_name,
                "PAPER_BUCKET": bucket.bucket_name,
                "PHOTO_BUCKET": storage.photos.bucket_name,
                "STATE_MACHINE_ARN": lifecycle.state_machine.state_machine_arn,
                "FUNCTION_ARN_PREFIX": prefix,
            },
            timeout=Duration.seconds(30),
            memory_mb=1024,  # a person waits in front of it
        )
        self.print.may(*READ, on=storage.reports.table_arn)
        photos = [storage.photos.arn_for_objects(f"{kind}/*") for kind in ("reports", "proof")]
        self.print.may("s3:GetObject", on=photos)
        papers = [bucket.arn_for_objects(f"{kind}/*") for kind in ("months", "printed")]
        self.print.may("s3:GetObject", "s3:PutObject", on=papers)
        events.Rule(
            self,
            "papers-every-month",
            rule_name=settings.name("print-papers-every-month"),
            description="The figures and open data of the month that is over",
            schedule=events.Schedule.cron(day="1", hour="1", minute="0"),  # UTC: 08.00 WIB
            targets=[
                targets.LambdaFunction(
                    self.print, event=events.RuleTargetInput.from_object({"scheduled": True})
                )
            ],
        )
