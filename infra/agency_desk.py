"""The pages behind the signed links of officers and agencies, and the digest that brings the latter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.python_function import GET_AND_PUT, Platform, PythonFunction

if TYPE_CHECKING:
    from infra.agencies import Agencies
    from infra.front_door import FrontDoor
    from infra.storage import Storage


class AgencyDesk(Construct):
    """`agency_desk` behind `/desk/{link}`: who holds the link may answer, nobody logs in.

    `show_agency_reports` behind `/desk/all/{link}`, which `send_digest` tells every agency each morning.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        front_door: FrontDoor,
        agencies: Agencies,
    ) -> None:
        super().__init__(scope, id)
        settings, reports = platform.settings, storage.reports
        agency_desk = PythonFunction(
            self,
            "agency_desk",
            platform=platform,
            timeout=Duration.seconds(20),  # a large photo is read, decoded and kept
            memory_mb=1024,
            environment={
                "REPORTS_TABLE": storage.reports.table_name,
                "PHOTO_BUCKET": storage.photos.bucket_name,
                "SECRETS_PREFIX": settings.secrets_prefix,
                "DESK_URL": front_door.desk_url,
                "FRAME_ANCESTORS": settings.desk_frame_ancestors,
            },
        )
        agency_desk.may(
            *GET_AND_PUT,
            "dynamodb:BatchGetItem",
            "dynamodb:UpdateItem",
            "dynamodb:Query",
            on=storage.reports.table_arn,
        )
        photos = storage.photos.arn_for_objects
        agency_desk.may("s3:GetObject", on=[photos("reports/*")])
        agency_desk.may(
            "s3:GetObject", "s3:PutObject", on=[photos("proof/*"), photos("incoming/*")]
        )
        agency_desk.may_read_secrets("link-key")
        front_door.opens("/desk/{link}", agency_desk)

        desk = {
            "REPORTS_TABLE": reports.table_name,
            "SECRETS_PREFIX": settings.secrets_prefix,
            "DESK_URL": front_door.desk_url,
        }
        overview = PythonFunction(self, "show_agency_reports", platform=platform, environment=desk)
        digest = PythonFunction(
            self,
            "send_digest",
            platform=platform,
            environment={**desk, "AGENCY_TOPIC_PREFIX": agencies.topic_prefix},
            timeout=Duration.minutes(5),
        )
        for function in (overview, digest):
            function.may("dynamodb:GetItem", on=reports.table_arn)
            function.may("dynamodb:Query", on=f"{reports.table_arn}/index/work")
            function.may_read_secrets("link-key")
        digest.may("dynamodb:PutItem", on=reports.table_arn)
        digest.may("sns:Publish", on=[topic.topic_arn for topic in agencies.topics.values()])
        front_door.opens("/desk/all/{link}", overview)
        events.Rule(
            self,
            "send-digest-every-morning",
            rule_name=settings.name("send-digest-every-morning"),
            description="Tells each agency what it has open, at half past six (WIB)",
            schedule=events.Schedule.cron(hour="23", minute="30"),
            targets=[targets.LambdaFunction(digest)],
        )
