"""The whole system of one city and one stage, as one CloudFormation stack."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, CliCredentialsStackSynthesizer, Environment, Stack

from infra.agencies import Agencies
from infra.agency_desk import AgencyDesk
from infra.alarms import Alarms
from infra.audit_trail import AuditTrail
from infra.boundary import Boundary
from infra.command_centre import CommandCentre
from infra.conversation import Conversation
from infra.dashboards import Dashboards
from infra.deadlines import Deadlines
from infra.figures import Figures
from infra.front_door import FrontDoor
from infra.intake import Intake
from infra.layers import Layers
from infra.lifecycle import Lifecycle
from infra.people import People
from infra.privacy import Privacy
from infra.python_function import Platform
from infra.settings import REGION, Settings
from infra.storage import Storage
from infra.upkeep import Upkeep

if TYPE_CHECKING:
    from constructs import Construct


class AduanStack(Stack):
    """From Meta's webhook to the agencies and back: each construct is one capability."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            settings.name("112"),
            description="Aduan 112: a city's complaint and emergency desk",
            env=Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region=REGION),
            # The emulator checks every caller's rights: no roles of the bootstrap stand between.
            synthesizer=CliCredentialsStackSynthesizer() if settings.is_local else None,
            termination_protection=not settings.is_local,
        )
        front_door = FrontDoor(self, "FrontDoor", settings=settings)
        storage = Storage(self, "Storage", settings=settings, desk_origin=front_door.origin)
        agencies = Agencies(self, "Agencies", settings=settings)
        platform = Platform(settings, Layers(self, "Layers", settings=settings).all)
        lifecycle = Lifecycle(
            self,
            "Lifecycle",
            platform=platform,
            storage=storage,
            agencies=agencies,
            front_door=front_door,
        )
        intake = Intake(self, "Intake", platform=platform, front_door=front_door)
        deadlines = Deadlines(self, "Deadlines", platform=platform, storage=storage)
        conversation = Conversation(
            self,
            "Conversation",
            platform=platform,
            storage=storage,
            inbox=intake.inbox,
            lifecycle=lifecycle,
            agencies=agencies,
            deadlines=deadlines,
            front_door=front_door,
        )
        AgencyDesk(
            self,
            "AgencyDesk",
            platform=platform,
            storage=storage,
            front_door=front_door,
            agencies=agencies,
        )
        Upkeep(
            self,
            "Upkeep",
            platform=platform,
            storage=storage,
            conversation=conversation,
            lifecycle=lifecycle,
            agencies=agencies,
            deadlines=deadlines,
        )
        alarms = Alarms(
            self,
            "Alarms",
            settings=settings,
            front_door=front_door,
            intake=intake,
            conversation=conversation,
            lifecycle=lifecycle,
            agencies=agencies,
            deadlines=deadlines,
        )
        Privacy(self, "Privacy", platform=platform, storage=storage)
        Figures(self, "Figures", platform=platform, storage=storage)
        centre = CommandCentre(
            self,
            "CommandCentre",
            platform=platform,
            storage=storage,
            intake=intake,
            conversation=conversation,
            lifecycle=lifecycle,
        )
        dashboards = Dashboards(self, "Dashboards", settings=settings, centre=centre, alarms=alarms)
        if not settings.is_local:  # the emulator knows neither groups nor whom it serves
            Boundary(self, "Boundary", settings=settings, storage=storage)
            AuditTrail(self, "AuditTrail", settings=settings, centre=centre, photos=storage.photos)
            People(
                self,
                "People",
                settings=settings,
                storage=storage,
                lifecycle=lifecycle,
                centre=centre,
                dashboards=dashboards,
            )
        outputs = {
            "WebhookUrl": front_door.webhook_url,
            "DeskUrl": front_door.desk_url,
            "ReportsTable": storage.reports.table_name,
            "VaultTable": storage.vault.table_name,
            "PhotoBucket": storage.photos.bucket_name,
            "StateMachineArn": lifecycle.state_machine.state_machine_arn,
            "InboxQueueUrl": intake.inbox.url,
            "OutboxQueueUrl": conversation.outbox.url,
            "SettlingQueueUrl": conversation.settling.url,
            "PhotoQueueUrl": conversation.photos.url,
        }
        if agencies.mailboxes:
            urls = {agency: mailbox.queue_url for agency, mailbox in agencies.mailboxes.items()}
            outputs["Mailboxes"] = self.to_json_string(urls)
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
