"""Who may do what. A grant that is not in this table is not in the template, and the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.settings import ROOT, Settings
from tests.infra.template import as_list

if TYPE_CHECKING:
    from tests.infra.template import Grant, Template

AGENCIES = Settings(whatsapp_phone_number_id="").agencies()
GET_AND_PUT = "dynamodb:GetItem dynamodb:PutItem"
GET_PUT_UPDATE = f"{GET_AND_PUT} dynamodb:UpdateItem"
WORK_OFF = "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes"
ANSWER_TOKENS = "states:SendTaskSuccess states:SendTaskFailure"
READ_STREAM = (
    "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams"
)
EFFECT_QUEUES = ("outbox.fifo", "settling", "photos", "notices", "erasures", "followers")
WORK_QUEUES = ("inbox.fifo", *EFFECT_QUEUES)
FAILED_QUEUES = (
    "inbox-failed.fifo",
    "outbox-failed.fifo",
    "settling-failed",
    "photos-failed",
    "notices-failed",
    "erasures-failed",
    "followers-failed",
)
NO_TOPIC = "all but arn:aws:sns:*:*:*"  # phone numbers: they are no resource
EXECUTIONS = "arn:aws:states:ap-southeast-3:<account>:execution:aduan-production-lifecycle:*"
MAKE_SCHEDULES = {
    "arn:aws:scheduler:ap-southeast-3:<account>:schedule/aduan-production-deadlines/*": (
        "scheduler:CreateSchedule"
    ),
    "deadline-schedules": "iam:PassRole",
}

USING_A_KEY = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Derive",
    "kms:Encrypt",
    "kms:Gen",
    "kms:ReEncrypt",
    "kms:Sign",
    "kms:Verify",
    "kms:*",
)

GRANTS: dict[str, dict[str, str]] = {
    "receive_webhook": {
        "inbox.fifo": "sqs:SendMessage",
        "whatsapp-app-secret": "ssm:GetParameters",
        "instagram-app-secret": "ssm:GetParameters",
        "verify-token": "ssm:GetParameters",
    },
    "converse": {
        "inbox.fifo": WORK_OFF,
        "reports": f"{GET_PUT_UPDATE} dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:Query",
        "vault": f"{GET_AND_PUT} dynamodb:DeleteItem",
    },
    "carry_out_effects": {
        "reports": "dynamodb:UpdateItem",
        "reports/stream": READ_STREAM,
        **dict.fromkeys(EFFECT_QUEUES, "sqs:SendMessage"),
        "effects-failed": "sqs:SendMessage",
        "lifecycle": f"states:StartExecution {ANSWER_TOKENS}",
        **MAKE_SCHEDULES,
    },
    "send_message": {
        "outbox.fifo": f"{WORK_OFF} sqs:ChangeMessageVisibility",
        "settling": f"{WORK_OFF} sqs:ChangeMessageVisibility",
        "reports": GET_PUT_UPDATE,
        "vault": "dynamodb:GetItem",
        "photos/proof/*": "s3:GetObject",
        "whatsapp-token": "ssm:GetParameters",
        "instagram-token": "ssm:GetParameters",
        "link-key": "ssm:GetParameters",
        NO_TOPIC: "sns:Publish",
    },
    "receive_place": {"reports": GET_AND_PUT, "link-key": "ssm:GetParameters"},
    "fetch_photo": {
        "photos": WORK_OFF,
        "reports": f"{GET_PUT_UPDATE} dynamodb:DeleteItem",
        "photos/reports/*": "s3:PutObject s3:DeleteObject",
        "whatsapp-token": "ssm:GetParameters",
    },
    "route_service_request": {"reports": GET_AND_PUT},
    "dispatch_to_agency": {
        "reports": GET_PUT_UPDATE,
        "link-key": "ssm:GetParameters",
        **dict.fromkeys(AGENCIES, "sns:Publish sns:GetTopicAttributes"),
    },
    "show_agency_reports": {
        "reports": "dynamodb:GetItem",
        "reports/index/work": "dynamodb:Query",
        "link-key": "ssm:GetParameters",
    },
    "send_digest": {
        "reports": GET_AND_PUT,
        "reports/index/work": "dynamodb:Query",
        "link-key": "ssm:GetParameters",
        **dict.fromkeys(AGENCIES, "sns:Publish"),
    },
    "agency_desk": {
        "reports": f"{GET_PUT_UPDATE} dynamodb:BatchGetItem dynamodb:Query",
        "photos/reports/*": "s3:GetObject",
        "photos/proof/*": "s3:GetObject s3:PutObject",
        "photos/incoming/*": "s3:GetObject s3:PutObject",
        "link-key": "ssm:GetParameters",
    },
    "close_service_request": {"reports": GET_AND_PUT},
    "reconcile": {
        "reports": "dynamodb:PutItem dynamodb:UpdateItem dynamodb:Query",
        "reports/index/work": "dynamodb:Query",
        **dict.fromkeys(EFFECT_QUEUES, "sqs:SendMessage"),
        "lifecycle": f"states:StartExecution {ANSWER_TOKENS}",
        EXECUTIONS: "states:DescribeExecution",
        **MAKE_SCHEDULES,
    },
    "watch_deadline": {"reports": GET_AND_PUT, "deadlines-failed": "sqs:SendMessage"},
    "check_agencies": {
        **dict.fromkeys(AGENCIES, "sns:GetTopicAttributes"),
        "diskominfo": "sns:GetTopicAttributes sns:Publish",
    },
    "remind_of_drafts": {
        "reports": "dynamodb:PutItem",
        "reports/index/work": "dynamodb:Query",
    },
    "update_agency": {
        "notices": WORK_OFF,
        "reports": "dynamodb:GetItem",
        "link-key": "ssm:GetParameters",
        **dict.fromkeys(AGENCIES, "sns:Publish"),
    },
    "erase_citizen": {
        "erasures": WORK_OFF,
        "reports": f"{GET_AND_PUT} dynamodb:Query dynamodb:Scan dynamodb:DeleteItem",
        "vault": "dynamodb:Scan dynamodb:DeleteItem",
        "photos/reports/*": "s3:DeleteObject",
        "photos/erasures/*": "s3:PutObject",
    },
    "forget_inactive": {"reports": "dynamodb:Scan dynamodb:PutItem"},
    "rekey_vault": {"vault": "dynamodb:Scan dynamodb:UpdateItem"},
    "mute_citizen": {"reports": GET_AND_PUT},
    "inform_joined": {
        "followers": WORK_OFF,
        "reports": f"{GET_AND_PUT} dynamodb:BatchGetItem dynamodb:Query",
    },
    "command_centre": {
        "reports": "dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query",
        "reports/index/work": "dynamodb:Query",
        "photos/reports/*": "s3:GetObject",
        "photos/proof/*": "s3:GetObject",
        **dict.fromkeys((*WORK_QUEUES, *FAILED_QUEUES, "effects-failed"), "sqs:GetQueueAttributes"),
        "lifecycle": "states:ListExecutions",
    },
    "decide_report": {
        "reports": f"{GET_PUT_UPDATE} dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:Query",
        "reports/index/work": "dynamodb:Query",
        "photos/reports/*": "s3:GetObject",
        "photos/proof/*": "s3:GetObject",
    },
    "take_call": {
        "reports": f"{GET_PUT_UPDATE} dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:Query",
        "reports/index/work": "dynamodb:Query",
        "vault": GET_AND_PUT,
    },
    "reveal_contact": {"reports": GET_PUT_UPDATE, "vault": "dynamodb:GetItem"},
    "redrive_failures": {
        **dict.fromkeys(FAILED_QUEUES, WORK_OFF),
        **dict.fromkeys(WORK_QUEUES, "sqs:SendMessage sqs:GetQueueAttributes"),
    },
    "count_reports": {
        "reports": "dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem",
        "reports/stream": READ_STREAM,
    },
    "recount_reports": {
        "reports": "dynamodb:Query dynamodb:Scan dynamodb:PutItem dynamodb:UpdateItem"
        " dynamodb:DeleteItem",
    },
}


def in_pairs(table: dict[str, str]) -> set[Grant]:
    return {(action, resource) for resource, words in table.items() for action in words.split()}


def test_every_function_is_in_the_table(production: Template) -> None:
    folders = {handler.parent.name for handler in (ROOT / "functions").glob("*/handler.py")}

    assert set(production.functions) == folders == set(GRANTS)


@pytest.mark.parametrize("function", GRANTS)
def test_a_function_may_do_what_the_table_says_and_nothing_else(
    production: Template, function: str
) -> None:
    assert production.grants(function) == in_pairs(GRANTS[function])


def test_the_workflow_calls_its_three_functions_and_reads_and_writes_reports(
    production: Template,
) -> None:
    (machine,) = production.resources("AWS::StepFunctions::StateMachine").values()
    grants = production.role_grants(machine["RoleArn"]["Fn::GetAtt"][0])
    called = ("route_service_request", "dispatch_to_agency", "close_service_request")

    assert {grant for grant in grants if grant[1] != "*"} == {
        *(("lambda:InvokeFunction", name) for name in called),
        ("dynamodb:GetItem", "reports"),
        ("dynamodb:UpdateItem", "reports"),
    }
    # Neither traces nor the delivery of vended logs has a resource that a policy could name.
    assert {action.split(":")[0] for action, on in grants if on == "*"} == {"xray", "logs"}


def test_a_schedule_may_call_the_one_function_and_keep_what_fails(production: Template) -> None:
    (role,) = (
        logical_id
        for logical_id, properties in production.resources("AWS::IAM::Role").items()
        if properties.get("RoleName") == "aduan-production-deadline-schedules"
    )

    assert production.role_grants(role) == {
        ("lambda:InvokeFunction", "watch_deadline"),
        ("sqs:SendMessage", "deadlines-failed"),
    }


def test_no_function_may_do_anything_everywhere_but_write_traces(production: Template) -> None:
    for function in production.functions.values():
        everywhere = {
            action
            for action, resource in production.role_grants(function["Role"]["Fn::GetAtt"][0])
            if resource == "*"
        }
        assert everywhere == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def test_no_action_is_given_by_a_pattern(production: Template) -> None:
    actions = {action for name in production.functions for action, _ in production.grants(name)}

    assert [action for action in actions if "*" in action] == []


def test_no_role_has_a_policy_that_aws_manages(production: Template) -> None:
    roles = production.resources("AWS::IAM::Role").values()

    assert [role for role in roles if "ManagedPolicyArns" in role] == []


@pytest.mark.parametrize(
    ("key", "use"),
    [
        (
            "vault key",
            {
                "kms:Encrypt": {"converse", "take_call"},
                "kms:Decrypt": {"send_message", "reveal_contact"},
                # From key to key inside KMS: neither shows an address.
                "kms:ReEncryptFrom": {"rekey_vault"},
                "kms:ReEncryptTo": {"rekey_vault"},
            },
        ),
        ("address-hash key", {"kms:GenerateMac": {"converse", "take_call"}}),
    ],
)
def test_a_key_serves_the_functions_that_need_it_and_no_administrator(
    production: Template, key: str, use: dict[str, set[str]]
) -> None:
    roles = {
        properties["Role"]["Fn::GetAtt"][0]: name
        for name, properties in production.functions.items()
    }
    found: dict[str, set[str]] = {}
    for logical_id, properties in production.resources("AWS::KMS::Key").items():
        if production.name({"Ref": logical_id}) != key:
            continue
        administration, *uses = properties["KeyPolicy"]["Statement"]
        for statement in uses:
            for principal in as_list(statement["Principal"]["AWS"]):
                role = principal["Fn::GetAtt"][0]
                for action in as_list(statement["Action"]):
                    found.setdefault(action, set()).add(roles[role])
        assert not [a for a in administration["Action"] if a.startswith(USING_A_KEY) or a == "*"]

    assert found == use


def test_a_number_is_shown_to_a_person_only_where_the_record_names_whose_it_is(
    production: Template,
) -> None:
    conditions = [
        statement["Condition"]
        for key in production.resources("AWS::KMS::Key").values()
        for statement in key["KeyPolicy"]["Statement"]
        if "Condition" in statement
    ]

    assert conditions == [{"StringLike": {"kms:EncryptionContext:citizen_id": "*"}}]


def test_the_local_stage_differs_by_what_the_emulator_cannot_tell_apart(
    production: Template, local: Template
) -> None:
    unscoped = {
        "ssm:GetParameters",
        "scheduler:CreateSchedule",
        "states:SendTaskSuccess",
        "states:SendTaskFailure",
    }
    for function in GRANTS:
        here = {action for action, _ in local.grants(function)} - {"sqs:SendMessageBatch"}
        everywhere = {action for action, resource in local.grants(function) if resource == "*"}

        assert here == {action for action, _ in production.grants(function)}
        assert everywhere <= unscoped
