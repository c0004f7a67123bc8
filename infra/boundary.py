"""The ceiling over every role of the stack: what no policy can give, however it comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

if TYPE_CHECKING:
    from infra.settings import Settings
    from infra.storage import Storage

# Traces and the delivery of vended logs have no resource that a policy could name.
EVERYWHERE = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
]
ITEMS = [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
]
STREAM = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
]
QUEUE = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
]
KEYS = [
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateMac",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]
WORKFLOW = [
    "states:DescribeExecution",
    "states:ListExecutions",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
    "states:StartExecution",
]


class Boundary(Construct):
    """A permission boundary: this stage's data alone, and no change of anybody's rights, keys or code."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: Settings,
        storage: Storage,
    ) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self)
        name = settings.name("*")

        def arns(service: str, *resources: str) -> list[str]:
            return [
                f"arn:aws:{service}:{stack.region}:{stack.account}:{each}" for each in resources
            ]

        within = [
            (EVERYWHERE, ["*"]),
            (
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                arns("logs", f"log-group:/aws/lambda/{name}"),
            ),
            (ITEMS, arns("dynamodb", f"table/{name}")),
            (STREAM, arns("dynamodb", f"table/{name}/stream/*")),
            (QUEUE, arns("sqs", name)),
            (["sns:GetTopicAttributes", "sns:Publish"], arns("sns", name)),
            (["ssm:GetParameters"], arns("ssm", f"parameter{settings.secrets_prefix}*")),
            (WORKFLOW, arns("states", f"stateMachine:{name}", f"execution:{name}")),
            (["scheduler:CreateSchedule"], arns("scheduler", f"schedule/{name}")),
            (["lambda:InvokeFunction"], arns("lambda", f"function:{name}")),
            (
                ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                [storage.photos.arn_for_objects("*")],
            ),
            (KEYS, [storage.vault_key.key_arn, storage.address_hash_key.key_arn]),
            (
                ["iam:PassRole"],
                [f"arn:aws:iam::{stack.account}:role/{settings.name('deadline-schedules')}"],
            ),
        ]
        by_services = iam.PolicyStatement(  # AWS's own keys, under secrets and topics
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=arns("kms", "key/*"),
            conditions={
                "StringEquals": {
                    "kms:ViaService": [
                        f"{each}.{stack.region}.amazonaws.com" for each in ("sns", "ssm")
                    ]
                }
            },
        )
        policy = iam.ManagedPolicy(
            self,
            "boundary",
            managed_policy_name=settings.name("boundary"),
            description="The most that any role of Aduan 112 can do",
            statements=[
                iam.PolicyStatement(actions=actions, resources=resources)
                for actions, resources in within
            ]
            + [by_services],
        )
        iam.PermissionsBoundary.of(stack).apply(policy)
