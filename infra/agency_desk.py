"""The page behind an officer's signed link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.python_function import GET_AND_PUT, Platform, PythonFunction

if TYPE_CHECKING:
    from infra.front_door import FrontDoor
    from infra.storage import Storage


class AgencyDesk(Construct):
    """`agency_desk` behind `/desk/{link}`: who holds the link may answer, nobody logs in."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        front_door: FrontDoor,
    ) -> None:
        super().__init__(scope, id)
        settings = platform.settings
        agency_desk = PythonFunction(
            self,
            "agency_desk",
            platform=platform,
            environment={
                "REPORTS_TABLE": storage.reports.table_name,
                "PHOTO_BUCKET": storage.photos.bucket_name,
                "SECRETS_PREFIX": settings.secrets_prefix,
                "DESK_URL": front_door.desk_url,
                "FRAME_ANCESTORS": settings.desk_frame_ancestors,
            },
        )
        agency_desk.may(
            *GET_AND_PUT, "dynamodb:UpdateItem", "dynamodb:Query", on=storage.reports.table_arn
        )
        photos = storage.photos.arn_for_objects
        agency_desk.may("s3:GetObject", on=[photos("reports/*")])
        agency_desk.may(
            "s3:GetObject", "s3:PutObject", on=[photos("proof/*"), photos("incoming/*")]
        )
        agency_desk.may_read_secrets("link-key")
        front_door.opens("/desk/{link}", agency_desk)
