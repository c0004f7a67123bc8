"""Who may do what in the command centre: an IAM policy and a group a role, and none of them reads the vault.

One role, "contact", may call the function that shows a number: nobody has it by being something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch

    from infra.command_centre import CommandCentre
    from infra.dashboards import Dashboards
    from infra.lifecycle import Lifecycle
    from infra.settings import Settings
    from infra.storage import Storage

# To open a dashboard at all: these have no resource that a policy could name.
LOOK_AT_DASHBOARDS = [
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListDashboards",
]


class People(Construct):
    """Operator, supervisor, contact, auditor, and the head of each agency that has a dashboard.

    The policies have names, so that permission sets of IAM Identity Center can refer to them; the groups are
    for IAM users. Whoever may call a function may press the buttons that call it: that is the whole rule.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: Settings,
        storage: Storage,
        lifecycle: Lifecycle,
        centre: CommandCentre,
        dashboards: Dashboards,
    ) -> None:
        super().__init__(scope, id)
        self._settings, self._storage = settings, storage
        show, decide = centre.show.function_arn, centre.decide.function_arn
        call, redrive = centre.take_call.function_arn, centre.redrive.function_arn
        desk = [dashboards.today, dashboards.decide, dashboards.call]
        follow = iam.PolicyStatement(
            actions=["states:DescribeExecution", "states:GetExecutionHistory"],
            resources=[lifecycle.executions_arn],
        )
        self._role("operator", calls=[show, decide, call], sees=desk)
        self._role(
            "supervisor",
            calls=[show, decide, call, redrive],
            sees=[*desk, dashboards.health],
            more=[follow],
        )
        self._role(
            "contact",
            calls=[show, call, centre.reveal.function_arn],
            sees=[dashboards.decide, dashboards.call],
        )
        trail = iam.PolicyStatement(actions=["cloudtrail:LookupEvents"], resources=["*"])
        self._role(
            "auditor",
            calls=[show],
            sees=[dashboards.today, dashboards.decide, dashboards.health],
            more=[follow, trail],
        )
        for agency_id, alias in centre.agency_views.items():
            self._role(
                f"head-of-{agency_id}",
                calls=[alias.attr_alias_arn],
                sees=[dashboards.of_agency[agency_id]],
            )

    def _role(
        self,
        name: str,
        *,
        calls: Sequence[str],
        sees: Sequence[cloudwatch.Dashboard],
        more: Sequence[iam.PolicyStatement] = (),
    ) -> None:
        policy = iam.ManagedPolicy(
            self,
            f"{name}-policy",
            managed_policy_name=self._settings.name(name),
            description=f"Aduan 112, {self._settings.stage}: what the {name} of the command centre may do",
            statements=[
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(calls)),
                iam.PolicyStatement(
                    actions=["cloudwatch:GetDashboard"],
                    resources=[each.dashboard_arn for each in sees],
                ),
                iam.PolicyStatement(actions=LOOK_AT_DASHBOARDS, resources=["*"]),
                *more,
                self._never(),
            ],
        )
        iam.Group(
            self,
            f"{name}-group",
            group_name=self._settings.name(name),
            managed_policies=[policy],
        )

    def _never(self) -> iam.PolicyStatement:
        """Whatever else somebody is given elsewhere: no look into the vault, and no use of its keys."""
        storage = self._storage
        return iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=["dynamodb:*", "kms:*"],
            resources=[
                storage.vault.table_arn,
                storage.vault_key.key_arn,
                storage.address_hash_key.key_arn,
            ],
        )
