"""What the stack keeps, and how long, is what `retention.toml` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aduan import retention

if TYPE_CHECKING:
    from tests.infra.template import Template

KEPT = retention.load("kediri")


def rules(production: Template, bucket: str) -> dict[str, int]:
    """Prefix → days of a bucket's lifecycle rules."""
    (found,) = (
        each
        for each in production.resources("AWS::S3::Bucket").values()
        if bucket in str(each["BucketName"])
    )
    listed = found["LifecycleConfiguration"]["Rules"]
    return {rule.get("Prefix", ""): rule["ExpirationInDays"] for rule in listed}


def test_lifecycle_rules_end_what_the_city_says(production: Template) -> None:
    assert rules(production, "photos") == {
        "incoming/": KEPT["uploads"].days,
        "erasures/": KEPT["erasures"].days,
    }
    assert rules(production, "trail") == {"": KEPT["trail"].days}


def test_logs_and_queues_keep_what_the_city_says(production: Template) -> None:
    for group in production.resources("AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == KEPT["logs"].days
    for queue in production.resources("AWS::SQS::Queue").values():
        assert queue["MessageRetentionPeriod"] == KEPT["queues"].days * 24 * 3600


def test_rows_that_end_are_ended_by_the_table(production: Template) -> None:
    tables = production.resources("AWS::DynamoDB::Table").values()
    (reports,) = (each for each in tables if "reports" in str(each["TableName"]))

    assert reports["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_who_is_long_gone_is_looked_for_every_night(production: Template) -> None:
    rules = production.resources("AWS::Events::Rule").values()
    (rule,) = (each for each in rules if "forget-inactive" in str(each["Name"]))

    assert rule["ScheduleExpression"] == "cron(0 20 * * ? *)"
    assert production.name(rule["Targets"][0]["Arn"]) == "forget_inactive"
