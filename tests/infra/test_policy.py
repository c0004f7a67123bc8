"""What cdk-nag and checkov say of the template: mended, or acknowledged with its reason."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from infra.settings import ROOT
from tests.infra.template import Template, as_list

if TYPE_CHECKING:
    from pathlib import Path

Finding = tuple[str, str]
"""A rule and what broke it."""
MATTERS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "infra" / "acknowledged.toml").read_text("utf-8")
)["matter"]
CHECKOV = [
    *("uv", "run", "--isolated", "--locked", "--quiet", "--python", sys.executable),
    *("--project", "tests/policy", "checkov"),
]


@pytest.fixture(scope="module")
def nag(synthesized: tuple[Template, Path]) -> set[Finding]:
    report = json.loads((synthesized[1] / "validation-report.json").read_text("utf-8"))
    (pack,) = (each for each in report["pluginReports"] if each["pluginName"] == "AwsSolutions")
    return {
        (violation["ruleName"].partition("[")[0], construct["constructPath"])
        for violation in pack["violations"]
        for construct in violation["violatingConstructs"]
    }


@pytest.fixture(scope="module")
def checkov(synthesized: tuple[Template, Path]) -> set[Finding]:
    """checkov looks up nothing: the rules are its own, and no account of theirs is used."""
    file = str(synthesized[1] / "aduan-production-112.template.json")
    how = ["--file", file, "--framework", "cloudformation", "--skip-download"]
    said = subprocess.run(
        [*CHECKOV, *how, "--quiet", "--compact", "--output", "json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    report = json.loads(said.stdout)
    assert report["summary"]["passed"] > 500, said.stderr
    assert report["summary"]["parsing_errors"] == 0
    return {(each["check_id"], each["resource"]) for each in report["results"]["failed_checks"]}


def is_acknowledged(finding: Finding) -> bool:
    rule, where = finding
    return any(rule in each["rules"] and re.search(each["on"], where) for each in MATTERS)


def test_what_cdk_nag_finds_is_acknowledged_with_its_reason(nag: set[Finding]) -> None:
    assert nag
    assert [each for each in sorted(nag) if not is_acknowledged(each)] == []


def test_what_checkov_finds_is_acknowledged_with_its_reason(checkov: set[Finding]) -> None:
    assert [each for each in sorted(checkov) if not is_acknowledged(each)] == []


def test_ten_matters_at_most_are_acknowledged_and_each_is_still_found(
    nag: set[Finding], checkov: set[Finding]
) -> None:
    found = {rule for rule, _ in nag | checkov}

    assert len(MATTERS) <= 10
    assert all(len(each["because"]) > 40 for each in MATTERS)
    assert {rule for each in MATTERS for rule in each["rules"]} - found == set()


def test_no_role_can_be_given_more_than_the_boundary_allows(production: Template) -> None:
    """Every grant of every role lies under the ceiling, and the ceiling is over every role."""
    (logical_id,) = (
        name
        for name, policy in production.resources("AWS::IAM::ManagedPolicy").items()
        if policy["ManagedPolicyName"] == "aduan-production-boundary"
    )
    ceiling = production.resources("AWS::IAM::ManagedPolicy")[logical_id]["PolicyDocument"]
    allowed = {action for each in ceiling["Statement"] for action in as_list(each["Action"])}

    for role in production.resources("AWS::IAM::Role"):
        given = {action for action, _ in production.role_grants(role)}
        assert given <= allowed, (role, given - allowed)
    for properties in production.resources("AWS::IAM::Role").values():
        assert properties["PermissionsBoundary"] == {"Ref": logical_id}


@pytest.mark.parametrize(
    "action",
    ["dynamodb:DeleteTable", "iam:PutRolePolicy", "kms:PutKeyPolicy", "lambda:UpdateFunctionCode"],
)
def test_the_boundary_lets_nobody_change_the_system_itself(
    production: Template, action: str
) -> None:
    ceilings = production.resources("AWS::IAM::ManagedPolicy").values()
    (ceiling,) = (each for each in ceilings if "boundary" in each["ManagedPolicyName"])
    for statement in ceiling["PolicyDocument"]["Statement"]:
        for allowed in as_list(statement["Action"]):
            assert "*" not in allowed
            assert allowed != action


def test_topics_and_queues_take_nothing_that_came_in_the_clear(production: Template) -> None:
    for kind, named in (("AWS::SNS::TopicPolicy", "Topics"), ("AWS::SQS::QueuePolicy", "Queues")):
        closed = {
            production.name(each)
            for policy in production.resources(kind).values()
            for each in policy[named]
            if any(
                statement["Effect"] == "Deny"
                and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
                for statement in policy["PolicyDocument"]["Statement"]
            )
        }
        there = production.resources(kind.removesuffix("Policy"))
        assert closed == {production.name({"Ref": name}) for name in there}


def test_a_flood_is_turned_away_beyond_what_a_night_of_floods_brings(production: Template) -> None:
    (stage,) = production.resources("AWS::ApiGatewayV2::Stage").values()

    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 300,
        "ThrottlingBurstLimit": 600,
    }
