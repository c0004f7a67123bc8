"""The one address that Meta and the officers' phones reach."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

if TYPE_CHECKING:
    from infra.python_function import PythonFunction
    from infra.settings import Settings

# The route, not the path: the path of the desk holds an officer's link. No query string (it holds
# the verify token), no address of the caller, and never a body.
ACCESS_LOG = (
    '{"request_id": "$context.requestId", "time": "$context.requestTimeEpoch",'
    ' "route": "$context.routeKey", "status": "$context.status",'
    ' "latency_ms": "$context.responseLatency", "bytes": "$context.responseLength",'
    ' "error": "$context.integrationErrorMessage"}'
)

# What a flood can cost in an hour ends here. Ten times what a night of floods brings; who is turned
# away gets 429, and Meta delivers again later.
AT_MOST = apigatewayv2.CfnStage.RouteSettingsProperty(
    throttling_rate_limit=300, throttling_burst_limit=600
)


class FrontDoor(Construct):
    """An HTTP API: cheaper than a REST API, and no rule of a firewall can refuse a report."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:  # noqa: A002
        super().__init__(scope, id)
        self.api = apigatewayv2.HttpApi(
            self,
            "api",
            api_name=settings.name("front-door"),
            description="Webhooks from Meta, the officers' desk, a caller's place",
            create_default_stage=False,
        )
        access_log = logs.LogGroup(
            self,
            "access-log",
            log_group_name=f"/aws/vendedlogs/{settings.name('front-door')}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        apigatewayv2.CfnStage(
            self,
            "stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=access_log.log_group_arn, format=ACCESS_LOG
            ),
            default_route_settings=None if settings.is_local else AT_MOST,
        )
        self.url = settings.public_url.replace("{api_id}", self.api.api_id) or self.api.api_endpoint
        origin = urlsplit(settings.public_url)
        self.origin = (
            f"{origin.scheme}://{origin.netloc}" if settings.public_url else self.api.api_endpoint
        )
        self.desk_url = f"{self.url}/desk"
        self.place_url = f"{self.url}/place"
        self.webhook_url = f"{self.url}/webhook"

    def opens(self, path: str, function: PythonFunction) -> None:
        """Send GET and POST requests for this path to the function."""
        self.api.add_routes(
            path=path,
            methods=[apigatewayv2.HttpMethod.GET, apigatewayv2.HttpMethod.POST],
            integration=HttpLambdaIntegration(f"{function.node.id}-integration", function),
        )
