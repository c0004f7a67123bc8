"""Workflow executions are started once and answered once."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aduan.aws import lifecycle_execution
from aduan.aws.clients import client
from tests.builders import NUMBER
from tests.cloud import Cloud


@pytest.fixture
def steps(cloud: Cloud) -> Iterator[Stubber]:
    """Step Functions as told: moto knows no task tokens."""
    with Stubber(client("stepfunctions")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_report_gets_one_execution_however_often_it_is_started(cloud: Cloud) -> None:
    for _ in range(3):
        lifecycle_execution.start(cloud.state_machine_arn, NUMBER, 1)

    assert cloud.executions() == [f"{NUMBER}-1"]


def test_an_execution_gets_the_number_of_the_report_and_nothing_else(cloud: Cloud) -> None:
    lifecycle_execution.start(cloud.state_machine_arn, NUMBER, 2)

    steps = client("stepfunctions")
    (started,) = steps.list_executions(stateMachineArn=cloud.state_machine_arn)["executions"]
    execution = steps.describe_execution(executionArn=started["executionArn"])
    assert json.loads(execution["input"]) == {"service_request_id": NUMBER}


def test_a_name_that_was_used_and_is_over_is_no_error(cloud: Cloud, steps: Stubber) -> None:
    steps.add_client_error("start_execution", "ExecutionAlreadyExists")

    lifecycle_execution.start(cloud.state_machine_arn, NUMBER, 1)


def test_an_execution_is_alive_or_not_there(cloud: Cloud) -> None:
    lifecycle_execution.start(cloud.state_machine_arn, NUMBER, 1)

    assert lifecycle_execution.is_running(cloud.state_machine_arn, NUMBER, 1)
    assert not lifecycle_execution.is_running(cloud.state_machine_arn, NUMBER, 2)


@pytest.mark.parametrize("how", ["abort", "delete"])
def test_an_execution_that_was_stopped_is_dead(cloud: Cloud, how: str) -> None:
    lifecycle_execution.start(cloud.state_machine_arn, NUMBER, 1)
    steps = client("stepfunctions")
    (started,) = steps.list_executions(stateMachineArn=cloud.state_machine_arn)["executions"]
    if how == "abort":
        steps.stop_execution(executionArn=started["executionArn"])
    else:
        steps.delete_state_machine(stateMachineArn=cloud.state_machine_arn)

    assert not lifecycle_execution.is_running(cloud.state_machine_arn, NUMBER, 1)


def test_an_answer_lets_the_workflow_go_on(steps: Stubber) -> None:
    steps.add_response(
        "send_task_success", {}, {"taskToken": "token", "output": '{"outcome": "accepted"}'}
    )

    assert lifecycle_execution.answer("token", {"outcome": "accepted"})


def test_a_refusal_fails_the_waiting_step_by_its_name(steps: Stubber) -> None:
    steps.add_response("send_task_failure", {}, {"taskToken": "token", "error": "NotOursError"})

    assert lifecycle_execution.answer("token", {"error": "NotOursError"})


@pytest.mark.parametrize("gone", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_an_answer_to_who_no_longer_waits_is_no_error(steps: Stubber, gone: str) -> None:
    steps.add_client_error("send_task_success", gone)

    assert not lifecycle_execution.answer("token", {"outcome": "accepted"})


def test_any_other_refusal_is_an_error(steps: Stubber) -> None:
    steps.add_client_error("send_task_success", "AccessDeniedException")

    with pytest.raises(ClientError):
        lifecycle_execution.answer("token", {"outcome": "accepted"})
