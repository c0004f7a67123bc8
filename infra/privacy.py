"""What becomes of personal data by itself, and what is done to the vault by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.python_function import Platform, PythonFunction

if TYPE_CHECKING:
    from infra.storage import Storage


class Privacy(Construct):
    """`forget_inactive` at three in the morning (WIB), and `rekey_vault`, which `make rekey` calls."""

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
        forget = PythonFunction(
            self,
            "forget_inactive",
            platform=platform,
            environment={"REPORTS_TABLE": reports.table_name},
            timeout=Duration.minutes(15),
        )
        forget.may("dynamodb:Scan", "dynamodb:PutItem", on=reports.table_arn)
        events.Rule(
            self,
            "forget-every-night",
            rule_name=platform.settings.name("forget-inactive-every-night"),
            description="Forgets citizens of whom nothing was heard for as long as the city keeps them",
            schedule=events.Schedule.cron(hour="20", minute="0"),
            targets=[targets.LambdaFunction(forget)],
        )
        rekey = PythonFunction(
            self,
            "rekey_vault",
            platform=platform,
            environment={
                "VAULT_TABLE": storage.vault.table_name,
                "VAULT_KEY_ID": storage.vault_key.key_id,
            },
            timeout=Duration.minutes(5),
        )
        rekey.may("dynamodb:Scan", "dynamodb:UpdateItem", on=storage.vault.table_arn)
        for action in ("kms:ReEncryptFrom", "kms:ReEncryptTo"):
            storage.let_use(rekey, action, storage.vault_key)
