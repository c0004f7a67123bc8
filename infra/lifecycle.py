"""The workflow that carries a service request from received to closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.python_function import GET_AND_PUT, Platform, PythonFunction, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.agencies import Agencies
    from infra.front_door import FrontDoor
    from infra.storage import Storage

DEFINITION = Path(__file__).with_name("lifecycle.asl.json")


def definition(timeouts_s: Mapping[str, int]) -> str:
    """The workflow's text; `timeouts_s` says how long a wait lasts, by state."""
    workflow: dict[str, Any] = json.loads(DEFINITION.read_text("utf-8"))
    for state, seconds in timeouts_s.items():
        workflow["States"][state]["TimeoutSeconds"] = seconds
    return json.dumps(workflow)


class Lifecycle(Construct):
    """`lifecycle.asl.json` and the three functions it calls."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        agencies: Agencies,
        front_door: FrontDoor,
    ) -> None:
        super().__init__(scope, id)
        settings = platform.settings
        reports = storage.reports
        variables = {"REPORTS_TABLE": reports.table_name}

        route = PythonFunction(
            self, "route_service_request", platform=platform, environment=variables
        )
        route.may(*GET_AND_PUT, on=reports.table_arn)

        dispatch = PythonFunction(
            self,
            "dispatch_to_agency",
            platform=platform,
            environment=variables
            | {
                "TERMS_S": settings.terms_s,
                "AGENCY_TOPIC_PREFIX": agencies.topic_prefix,
                "DESK_URL": front_door.desk_url,
                "SECRETS_PREFIX": settings.secrets_prefix,
            },
        )
        dispatch.may(*GET_AND_PUT, "dynamodb:UpdateItem", on=reports.table_arn)
        topics = [topic.topic_arn for topic in agencies.topics.values()]
        dispatch.may("sns:Publish", "sns:GetTopicAttributes", on=topics)
        dispatch.may_read_secrets("link-key")

        close = PythonFunction(
            self, "close_service_request", platform=platform, environment=variables
        )
        close.may(*GET_AND_PUT, on=reports.table_arn)

        role = iam.Role(
            self, "workflow_role", assumed_by=iam.ServicePrincipal("states.amazonaws.com")
        )
        functions = {"Route": route, "Dispatch": dispatch, "Close": close}
        may(role, "lambda:InvokeFunction", on=[f.function_arn for f in functions.values()])
        may(role, "dynamodb:GetItem", "dynamodb:UpdateItem", on=reports.table_arn)
        self.state_machine = sfn.StateMachine(
            self,
            "workflow",
            state_machine_name=settings.name("lifecycle"),
            definition_body=sfn.DefinitionBody.from_string(definition(settings.timeouts_s)),
            definition_substitutions={
                "RouteServiceRequestArn": route.function_arn,
                "DispatchToAgencyArn": dispatch.function_arn,
                "CloseServiceRequestArn": close.function_arn,
                "ReportsTable": reports.table_name,
            },
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "workflow_log",
                    log_group_name=f"/aws/vendedlogs/states/{settings.name('lifecycle')}",
                    retention=logs.RetentionDays.ONE_MONTH,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        self.executions_arn = (
            f"arn:aws:states:{self.state_machine.stack.region}:{self.state_machine.stack.account}"
            f":execution:{settings.name('lifecycle')}:*"
        )
