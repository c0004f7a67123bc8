"""Workflow executions: started from the table, answered when the world has answered."""

import json
from datetime import datetime
from typing import Any, Literal

from aduan.aws.clients import client


def start(state_machine_arn: str, service_request_id: str, generation: int) -> None:
    """Start the life of a report, once: the name is the same at every try.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    steps = client("stepfunctions")
    try:
        steps.start_execution(
            stateMachineArn=state_machine_arn,
            name=f"{service_request_id}-{generation}",
            input=json.dumps({"service_request_id": service_request_id}),
        )
    except steps.exceptions.ExecutionAlreadyExists:
        return


def answer(task_token: str, answer: dict[str, Any]) -> bool:
    """Let a waiting workflow go on; False when it no longer waits, which is no error."""
    steps = client("stepfunctions")
    gone = (
        steps.exceptions.TaskTimedOut,
        steps.exceptions.TaskDoesNotExist,
        steps.exceptions.InvalidToken,
    )
    try:
        if "error" in answer:
            steps.send_task_failure(taskToken=task_token, error=answer["error"])
        else:
            steps.send_task_success(taskToken=task_token, output=json.dumps(answer))
    except gone:
        return False
    return True


def is_running(state_machine_arn: str, service_request_id: str, generation: int) -> bool:
    """Whether the execution of a report's generation is there and alive."""
    steps = client("stepfunctions")
    name = f"{service_request_id}-{generation}"
    arn = f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        return steps.describe_execution(executionArn=arn)["status"] == "RUNNING"
    except steps.exceptions.ExecutionDoesNotExist:
        return False


def failed(state_machine_arn: str, most: int = 10) -> list[tuple[str, datetime]]:
    """The executions that ended badly last: report number and when."""
    steps, found = client("stepfunctions"), []
    statuses: tuple[Literal["FAILED", "TIMED_OUT"], ...] = ("FAILED", "TIMED_OUT")
    for status in statuses:
        answer = steps.list_executions(
            stateMachineArn=state_machine_arn, statusFilter=status, maxResults=most
        )
        found += [
            (each["name"].partition("-")[0], each.get("stopDate", each["startDate"]))
            for each in answer["executions"]
        ]
    return sorted(found, key=lambda each: each[1], reverse=True)[:most]


def console_url(state_machine_arn: str, service_request_id: str, generation: int) -> str:
    """Where an administrator sees a report's workflow, in their own console."""
    region = state_machine_arn.split(":")[3]
    execution = state_machine_arn.replace(":stateMachine:", ":execution:")
    arn = f"{execution}:{service_request_id}-{generation}"
    site = f"https://{region}.console.aws.amazon.com/states/home?region={region}"
    return f"{site}#/v2/executions/details/{arn}"
