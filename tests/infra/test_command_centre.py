"""The dashboards and who may do what on them, as the template says it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.dashboards import CALL, DECIDE, HEALTH, QUERIES, TODAY
from tests.infra.template import as_list

if TYPE_CHECKING:
    from tests.infra.template import Template

ROLES = {
    "operator": {"command_centre", "decide_report", "take_call"},
    "supervisor": {"command_centre", "decide_report", "take_call", "redrive_failures"},
    "contact": {"command_centre", "take_call", "reveal_contact"},
    "auditor": {"command_centre"},
    "head-of-dishub": {"command_centre:dishub"},
}


def dashboards(template: Template) -> dict[str, list[dict[str, Any]]]:
    """Name → widgets, references in the template in short."""
    return {
        each["DashboardName"]: json.loads(template._text(each["DashboardBody"]))["widgets"]
        for each in template.resources("AWS::CloudWatch::Dashboard").values()
    }


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    (policy,) = (
        each
        for each in template.resources("AWS::IAM::ManagedPolicy").values()
        if each["ManagedPolicyName"] == f"aduan-production-{role}"
    )
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def allowed(template: Template, role: str, action: str) -> list[Any]:
    return [
        resource
        for statement in statements(template, role)
        if statement["Effect"] == "Allow" and action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def function_of(template: Template, resource: Any) -> str:
    """A function as in `functions/`, with the alias that is called, if one is."""
    match resource:
        case {"Fn::GetAtt": [logical_id, "AliasArn"]}:
            alias = template.body["Resources"][logical_id]["Properties"]
            return f"command_centre:{alias['Name']}"
        case _:
            return template.name(resource)


def test_there_is_a_dashboard_for_each_task_by_a_name_that_a_clerk_reads(
    production: Template,
) -> None:
    assert {TODAY, DECIDE, CALL, HEALTH, "Instansi-dishub"} <= set(dashboards(production))


def test_nothing_is_refreshed_under_the_hands_of_whoever_types(production: Template) -> None:
    for name in (DECIDE, CALL):
        (widget,) = dashboards(production)[name]
        assert widget["properties"]["updateOn"]["refresh"] is False
    (today,) = dashboards(production)[TODAY]
    assert today["properties"]["updateOn"]["refresh"] is True


def test_each_alarm_is_shown_with_a_sentence_on_what_to_do(production: Template) -> None:
    widgets = dashboards(production)[HEALTH]
    kinds = [widget["type"] for widget in widgets]
    shown = len(next(w for w in widgets if w["type"] == "alarm")["properties"]["alarms"])

    assert kinds == ["custom", "alarm", "metric", "text"]
    assert shown == len(production.resources("AWS::CloudWatch::Alarm"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_press_the_buttons_of_its_task_and_no_other(
    production: Template, role: str
) -> None:
    called = {
        function_of(production, each) for each in allowed(production, role, "lambda:InvokeFunction")
    }

    assert called == ROLES[role]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reads_the_vault_or_uses_its_keys(production: Template, role: str) -> None:
    (never,) = (each for each in statements(production, role) if each["Effect"] == "Deny")
    everywhere = {
        action
        for each in statements(production, role)
        if each["Effect"] == "Allow" and each["Resource"] == "*"
        for action in as_list(each["Action"])
    }

    assert set(never["Action"]) == {"dynamodb:*", "kms:*"}
    assert {production.name(each) for each in never["Resource"]} == {
        "vault",
        "vault key",
        "address-hash key",
    }
    assert all(
        action.startswith(("cloudwatch:Describe", "cloudwatch:Get", "cloudwatch:List"))
        or action == "cloudtrail:LookupEvents"
        for action in everywhere
    )


def test_the_head_of_an_agency_sees_one_dashboard(production: Template) -> None:
    seen = allowed(production, "head-of-dishub", "cloudwatch:GetDashboard")

    assert len(seen) == 1


def test_every_role_has_a_group(production: Template) -> None:
    groups = {each["GroupName"] for each in production.resources("AWS::IAM::Group").values()}

    assert {f"aduan-production-{role}" for role in ROLES} <= groups


def test_the_saved_queries_have_names_and_the_local_stage_leaves_them_out(
    production: Template, local: Template
) -> None:
    kind = "AWS::Logs::QueryDefinition"
    names = {each["Name"] for each in production.resources(kind).values()}

    assert names == {f"aduan-production-112/{name}" for name in QUERIES}
    assert local.resources(kind) == local.resources("AWS::IAM::Group") == {}


def test_the_figures_are_recounted_at_two_in_the_morning(production: Template) -> None:
    rules = production.resources("AWS::Events::Rule").values()

    assert "cron(0 19 * * ? *)" in {rule["ScheduleExpression"] for rule in rules}


def test_whoever_acts_is_named_by_a_trail_that_is_kept_for_five_years(
    production: Template,
) -> None:
    (trail,) = production.resources("AWS::CloudTrail::Trail").values()
    selector, photos = trail["AdvancedEventSelectors"]
    watched = {each["Field"]: each["Equals"] for each in selector["FieldSelectors"]}
    (bucket,) = (
        each
        for each in production.resources("AWS::S3::Bucket").values()
        if "trail" in str(each["BucketName"])
    )

    assert {production.name(each) for each in watched["resources.ARN"]} == {
        "decide_report",
        "take_call",
        "redrive_failures",
        "reveal_contact",
    }
    assert watched["eventCategory"] == ["Data"]
    assert {"Field": "eventName", "Equals": ["GetObject"]} in photos["FieldSelectors"]
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 5 * 365
