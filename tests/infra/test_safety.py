"""Nothing is lost, nothing is kept too long, nothing is told to the wrong ears."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.infra.template import Template

Json = dict[str, Any]


def of_work(production: Template) -> dict[str, Json]:
    """Name → properties of the queues that are worked off."""
    queues = production.resources("AWS::SQS::Queue").values()
    return {
        name: queue for queue in queues if not (name := str(queue["QueueName"])).find("failed") > 0
    }


def names_watched(production: Template) -> set[str]:
    """The queues whose messages raise an alarm."""
    return {
        production.name(dimension["Value"])
        for alarm in production.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" and alarm["Threshold"] == 0
        for dimension in alarm["Dimensions"]
    }


def photo_bucket(production: Template) -> Json:
    (found,) = (
        bucket
        for bucket in production.resources("AWS::S3::Bucket").values()
        if "CorsConfiguration" in bucket
    )
    return found


def test_everything_is_in_jakarta(production: Template) -> None:
    assert production.region == "ap-southeast-3"


def test_every_queue_has_a_queue_of_failures_that_raises_an_alarm(production: Template) -> None:
    watched = names_watched(production)

    for queue in of_work(production).values():
        failed = queue["RedrivePolicy"]["deadLetterTargetArn"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
        assert production.name(failed) in watched
    assert {"effects-failed", "deadlines-failed"} <= watched


def test_a_look_at_a_deadline_that_fails_is_kept(production: Template) -> None:
    (looks,) = production.resources("AWS::Lambda::EventInvokeConfig").values()

    assert production.name(looks["FunctionName"]) == "watch_deadline"
    assert production.name(looks["DestinationConfig"]["OnFailure"]["Destination"]) == (
        "deadlines-failed"
    )


def test_schedules_have_a_group_of_their_own(production: Template) -> None:
    (group,) = production.resources("AWS::Scheduler::ScheduleGroup").values()

    assert group["Name"] == production.environment("reconcile")["DEADLINE_GROUP"]
    assert group["Name"] == "aduan-production-deadlines"


def test_terms_are_those_of_the_city_except_in_a_story(production: Template) -> None:
    for function in ("dispatch_to_agency", "watch_deadline"):
        assert production.environment(function)["TERMS_S"] == ""


def test_an_alarm_watches_for_agencies_that_nobody_hears_for(production: Template) -> None:
    alarms = production.resources("AWS::CloudWatch::Alarm").values()
    (alarm,) = [each for each in alarms if each["MetricName"] == "AgenciesUnheard"]

    assert alarm["Dimensions"] == [{"Name": "service", "Value": "check_agencies"}]
    assert alarm["Threshold"] == 0


def test_failures_are_kept_for_two_weeks(production: Template) -> None:
    for queue in production.resources("AWS::SQS::Queue").values():
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert queue["SqsManagedSseEnabled"] is True


def test_a_message_stays_away_long_enough_for_its_function(production: Template) -> None:
    functions = production.resources("AWS::Lambda::Function")
    queues = production.resources("AWS::SQS::Queue")
    seen = 0
    for mapping in production.resources("AWS::Lambda::EventSourceMapping").values():
        source = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        assert "ReportBatchItemFailures" in mapping["FunctionResponseTypes"]
        if source in queues:
            seen += 1
            timeout = functions[mapping["FunctionName"]["Ref"]]["Timeout"]
            assert queues[source]["VisibilityTimeout"] >= 6 * timeout
    assert seen == 7


def test_the_stream_brings_effects_and_answered_waits_and_loses_neither(
    production: Template,
) -> None:
    (mapping,) = (
        mapping
        for mapping in production.resources("AWS::Lambda::EventSourceMapping").values()
        if "StreamArn" in mapping["EventSourceArn"]["Fn::GetAtt"] and "DestinationConfig" in mapping
    )

    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert production.name(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == (
        "effects-failed"
    )
    assert "MaximumRecordAgeInSeconds" not in mapping
    assert len(mapping["FilterCriteria"]["Filters"]) == 2


def test_messages_of_one_citizen_stay_in_order(production: Template) -> None:
    in_order = {name for name, queue in of_work(production).items() if queue.get("FifoQueue")}

    assert in_order == {"aduan-production-inbox.fifo", "aduan-production-outbox.fifo"}


def test_reports_addresses_and_photos_outlive_the_stack(production: Template) -> None:
    kept = ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket")
    for resource in production.body["Resources"].values():
        if resource["Type"] in kept:
            assert resource["DeletionPolicy"] == "Retain"
            assert resource["UpdateReplacePolicy"] == "Retain"
    for table in production.resources("AWS::DynamoDB::Table").values():
        assert table["DeletionProtectionEnabled"] is True
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_photos_are_closed_to_the_world(production: Template) -> None:
    bucket = photo_bucket(production)
    for policy in production.resources("AWS::S3::BucketPolicy").values():
        statement = policy["PolicyDocument"]["Statement"][0]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}

    for each in production.resources("AWS::S3::Bucket").values():
        assert all(each["PublicAccessBlockConfiguration"].values())
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedMethods"] == ["POST"]
    assert "*" not in cors["AllowedOrigins"]


def test_what_an_officer_uploaded_and_did_not_send_is_gone_after_a_day(
    production: Template,
) -> None:
    bucket = photo_bucket(production)
    rule, _ = bucket["LifecycleConfiguration"]["Rules"]

    assert (rule["Prefix"], rule["ExpirationInDays"]) == ("incoming/", 1)


def test_every_log_ends_after_a_month(production: Template) -> None:
    groups = production.resources("AWS::Logs::LogGroup")
    own = {f["LoggingConfig"]["LogGroup"]["Ref"] for f in production.functions.values()}

    assert {group["RetentionInDays"] for group in groups.values()} == {30}
    assert own < set(groups)
    assert len(own) == len(production.functions)


def test_the_access_log_holds_no_link_no_token_and_no_address(production: Template) -> None:
    (stage,) = production.resources("AWS::ApiGatewayV2::Stage").values()
    told = set(re.findall(r"\$context\.(\w+)", stage["AccessLogSettings"]["Format"]))

    assert told == {
        "requestId",
        "requestTimeEpoch",
        "routeKey",
        "status",
        "responseLatency",
        "responseLength",
        "integrationErrorMessage",
    }


def test_the_workflow_logs_no_payload(production: Template) -> None:
    (machine,) = production.resources("AWS::StepFunctions::StateMachine").values()

    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_every_alarm_reaches_the_administrators_and_says_what_to_do(production: Template) -> None:
    for alarm in production.resources("AWS::CloudWatch::Alarm").values():
        assert [production.name(action) for action in alarm["AlarmActions"]] == ["alarms"]
        assert alarm["AlarmName"].startswith("aduan-production: ")
        assert len(alarm["AlarmDescription"]) > 60


def test_an_alarm_watches_the_webhook_the_inbox_the_workflow_and_every_agency(
    production: Template,
) -> None:
    watched = [
        (alarm["MetricName"]) for alarm in production.resources("AWS::CloudWatch::Alarm").values()
    ]
    topics = len(production.resources("AWS::SNS::Topic")) - 1  # one is the alarms' own

    assert {"5xx", "ApproximateAgeOfOldestMessage", "ExecutionsFailed"} <= set(watched)
    assert watched.count("NumberOfNotificationsFailed") == topics > 0


def test_functions_run_as_the_layers_were_built(production: Template) -> None:
    for function in production.functions.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
        assert len(function["Layers"]) == 3


def test_there_are_mailboxes_on_this_machine_only(production: Template, local: Template) -> None:
    assert production.resources("AWS::SNS::Subscription") == {}
    protocols = [each["Protocol"] for each in local.resources("AWS::SNS::Subscription").values()]
    phones = [
        each["Endpoint"]
        for each in local.resources("AWS::SNS::Subscription").values()
        if each["Protocol"] == "sms"
    ]

    assert protocols.count("sqs") == protocols.count("sms") == len(phones) > 0
    assert all(re.fullmatch(r"\+628110000\d{4}", phone) for phone in phones)
