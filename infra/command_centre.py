"""The command centre inside the CloudWatch console: functions behind its widgets, each able to do one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.python_function import GET_AND_PUT, Platform, PythonFunction

if TYPE_CHECKING:
    from infra.conversation import Conversation
    from infra.intake import Intake
    from infra.lifecycle import Lifecycle
    from infra.storage import Storage

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")


class CommandCentre(Construct):
    """`command_centre` shows and may write nothing; `decide_report`, `take_call` and `redrive_failures` act.

    `reveal_contact` shows one number once, after it has written down to whom and why.

    A button of a widget names the function it calls, so IAM alone says who may press it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        intake: Intake,
        conversation: Conversation,
        lifecycle: Lifecycle,
    ) -> None:
        super().__init__(scope, id)
        self._platform, self._storage = platform, storage
        stack = Stack.of(self)
        prefix = (
            f"arn:aws:lambda:{stack.region}:{stack.account}:function:{platform.settings.name('')}"
        )
        machine_arn = lifecycle.state_machine.state_machine_arn
        work = {
            "inbox": intake.inbox,
            "outbox": conversation.outbox,
            "settling": conversation.settling,
            "photos": conversation.photos,
            "notices": conversation.notices,
            "erasures": conversation.erasures,
            "followers": conversation.followers,
        }
        self.queues = {name: each.queue for name, each in work.items()}
        every = {name: [each.url, each.failed.queue_url] for name, each in work.items()}
        reports, work_index = storage.reports.table_arn, f"{storage.reports.table_arn}/index/work"
        photos = [storage.photos.arn_for_objects(f"{kind}/*") for kind in ("reports", "proof")]
        shown = {
            "FUNCTION_ARN_PREFIX": prefix,
            "PHOTO_BUCKET": storage.photos.bucket_name,
            "STATE_MACHINE_ARN": machine_arn,
        }

        self.show = self._function(
            "command_centre",
            shown
            | {
                "QUEUES": stack.to_json_string(
                    {**every, "effects": ["", conversation.failed_effects.queue_url]}
                )
            },
        )
        self.show.may(*READ, on=reports)
        self.show.may("dynamodb:Query", on=work_index)
        self.show.may("s3:GetObject", on=photos)
        failed_arns = [each.failed.queue_arn for each in work.values()]
        self.show.may(
            "sqs:GetQueueAttributes",
            on=[
                *(each.arn for each in work.values()),
                *failed_arns,
                conversation.failed_effects.queue_arn,
            ],
        )
        self.show.may("states:ListExecutions", on=machine_arn)

        self.decide = self._function("decide_report", shown)
        self.decide.may(
            *READ,
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=reports,
        )
        self.decide.may("dynamodb:Query", on=work_index)
        self.decide.may("s3:GetObject", on=photos)

        self.take_call = self._function(
            "take_call",
            {
                "FUNCTION_ARN_PREFIX": prefix,
                "VAULT_TABLE": storage.vault.table_name,
                "VAULT_KEY_ID": storage.vault_key.key_id,
                "ADDRESS_HASH_KEY_ID": storage.address_hash_key.key_id,
            },
        )
        self.take_call.may(
            *READ,
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=reports,
        )
        self.take_call.may(*GET_AND_PUT, on=storage.vault.table_arn)
        storage.let_use(self.take_call, "kms:Encrypt", storage.vault_key)
        storage.let_use(self.take_call, "kms:GenerateMac", storage.address_hash_key)

        self.take_call.may("dynamodb:Query", on=work_index)

        self.reveal = self._function(
            "reveal_contact",
            {
                "FUNCTION_ARN_PREFIX": prefix,
                "VAULT_TABLE": storage.vault.table_name,
                "VAULT_KEY_ID": storage.vault_key.key_id,
            },
        )
        self.reveal.may(*GET_AND_PUT, "dynamodb:UpdateItem", on=reports)
        self.reveal.may("dynamodb:GetItem", on=storage.vault.table_arn)
        storage.let_use(
            self.reveal, "kms:Decrypt", storage.vault_key, only_with_context="citizen_id"
        )

        self.redrive = PythonFunction(
            self,
            "redrive_failures",
            platform=platform,
            environment={"FUNCTION_ARN_PREFIX": prefix, "QUEUES": stack.to_json_string(every)},
            timeout=Duration.seconds(60),
        )
        self.redrive.may(
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=failed_arns
        )
        self.redrive.may(
            "sqs:SendMessage", "sqs:GetQueueAttributes", on=[each.arn for each in work.values()]
        )

        self.agency_views = {
            agency_id: lambda_.CfnAlias(
                self,
                f"view-{agency_id}",
                name=agency_id,
                function_name=self.show.function_name,
                function_version="$LATEST",
                description="Shows this agency's figures and nothing else",
            )
            for agency_id in platform.settings.agencies_with_dashboard
        }

    def oldest_messages(self) -> list[cloudwatch.IMetric]:
        """How long the oldest message of each queue waits, in seconds."""
        return [
            queue.metric_approximate_age_of_oldest_message(
                label=name, period=Duration.minutes(5), statistic="Maximum"
            )
            for name, queue in self.queues.items()
        ]

    def _function(self, name: str, environment: dict[str, str]) -> PythonFunction:
        return PythonFunction(
            self,
            name,
            platform=self._platform,
            environment={"REPORTS_TABLE": self._storage.reports.table_name, **environment},
            timeout=Duration.seconds(20),
            memory_mb=1024,  # a person waits in front of it
        )
