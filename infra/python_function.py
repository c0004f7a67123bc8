"""How every Lambda function of the system is made, and how it is allowed to do something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from infra.settings import ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

RUNTIME = lambda_.Runtime.PYTHON_3_13
NOT_CODE = ["**/__pycache__", "**/*.pyc"]
GET_AND_PUT = ("dynamodb:GetItem", "dynamodb:PutItem")
"""What it takes to save a change: `TransactWriteItems` is no action of its own."""
UNSCOPED_LOCALLY = {
    "ssm:GetParameters",
    "scheduler:CreateSchedule",
    "states:SendTaskSuccess",
    "states:SendTaskFailure",
}
"""Actions whose resource the emulator cannot tell: its access control asks for `*`."""


def may(role: iam.IRole, *actions: str, on: str | Sequence[str]) -> None:
    """Allow exactly these actions on exactly these resources."""
    resources = [on] if isinstance(on, str) else list(on)
    role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=resources))


@dataclass(frozen=True)
class Platform:
    """What all functions of a stack share."""

    settings: Settings
    layers: list[lambda_.LayerVersion]


class PythonFunction(lambda_.Function):
    """The function in `functions/<name>`, with a log of its own and a role that may write it.

    Whatever else it may do stands where it is used, as `function.may(...)`.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        platform: Platform,
        environment: Mapping[str, str],
        timeout: Duration | None = None,
        memory_mb: int = 512,
    ) -> None:
        settings = platform.settings
        log_group = logs.LogGroup(
            scope,
            f"{name}_log",
            log_group_name=f"/aws/lambda/{settings.name(name)}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            scope, f"{name}_role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        may(role, "logs:CreateLogStream", "logs:PutLogEvents", on=log_group.log_group_arn)
        super().__init__(
            scope,
            name,
            function_name=settings.name(name),
            code=lambda_.Code.from_asset(str(ROOT / "functions" / name), exclude=NOT_CODE),
            handler="handler.handler",
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=memory_mb,
            timeout=timeout or Duration.seconds(10),
            layers=platform.layers,
            role=role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                "STAGE": settings.stage,
                "JURISDICTION_ID": settings.jurisdiction_id,
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": "Aduan112",
                "POWERTOOLS_LOG_LEVEL": "INFO",
                **environment,
            },
        )
        self.execution_role: iam.IRole = role
        self._is_local = settings.is_local
        self._secrets = f"arn:aws:ssm:{self.stack.region}:{self.stack.account}:parameter"
        self._secrets_prefix = settings.secrets_prefix

    def may(self, *actions: str, on: str | Sequence[str]) -> None:
        """Allow exactly these actions on exactly these resources."""
        if self._is_local and UNSCOPED_LOCALLY & set(actions):
            on = "*"
        if self._is_local and "sqs:SendMessage" in actions:
            actions += ("sqs:SendMessageBatch",)  # on AWS one action covers both operations
        may(self.execution_role, *actions, on=on)

    def may_read_stream(self, stream_arn: str) -> None:
        """Allow what an event source mapping does with a table's stream."""
        self.may(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=stream_arn,
        )

    def may_send_sms(self) -> None:
        """Allow an SMS to any number. A number is no resource: so anything that is not one, thus no topic.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
        """
        self.execution_role.add_to_principal_policy(
            iam.PolicyStatement(actions=["sns:Publish"], not_resources=["arn:aws:sns:*:*:*"])
        )

    def may_read_secrets(self, *names: str) -> None:
        """Allow reading these SecureStrings of the stage; their AWS managed key needs no grant."""
        arns = [f"{self._secrets}{self._secrets_prefix}{name}" for name in names]
        self.may("ssm:GetParameters", on=arns)
