"""From Meta's webhook to the inbox: checked and kept, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from constructs import Construct

from infra.python_function import Platform, PythonFunction
from infra.work_queue import WorkQueue

if TYPE_CHECKING:
    from infra.front_door import FrontDoor


class Intake(Construct):
    """`receive_webhook` behind `/webhook`, and the inbox it fills."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        front_door: FrontDoor,
    ) -> None:
        super().__init__(scope, id)
        settings = platform.settings
        self.inbox = WorkQueue(
            self, "inbox", settings=settings, handled_within=Duration.seconds(10), in_order=True
        )
        receive_webhook = PythonFunction(
            self,
            "receive_webhook",
            platform=platform,
            environment={
                "INBOX_QUEUE_URL": self.inbox.url,
                "SECRETS_PREFIX": settings.secrets_prefix,
            },
        )
        receive_webhook.may("sqs:SendMessage", on=self.inbox.arn)
        receive_webhook.may_read_secrets(
            "whatsapp-app-secret", "instagram-app-secret", "verify-token"
        )
        front_door.opens("/webhook", receive_webhook)
