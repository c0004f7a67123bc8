"""Every move of the workflow is made by some story; here are those that take a misfortune or a long silence."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.lifecycle_diagram import END, Move, moves, taken, workflow
from tests.stories import web
from tests.stories.city import Citizen, City, Officer, until
from tests.stories.pictures import png

WORKFLOW = workflow()
RETRIED = [
    (name, error)
    for name, state in WORKFLOW["States"].items()
    for rule in state.get("Retry", [])
    for error in rule["ErrorEquals"]
]


# Stories of other things than the workflow, which `make test` leaves to .ci/run.
THOROUGH = {"test_accessibility.py", "test_call_desk.py", "test_restore.py"}


def a_pothole(city: City) -> tuple[str, Citizen, Officer]:
    citizen = city.citizen("instagram")
    citizen.sends("jalan berlubang besar di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    return number, citizen, city.officer("dpupr", number)


def a_solved_pothole(city: City) -> tuple[str, Citizen]:
    number, citizen, officer = a_pothole(city)
    officer.presses("Terima laporan")
    officer.solves(png())
    citizen.hears("sudah selesai ditangani")
    is_in(city, number, "AwaitRating")
    return number, citizen


def is_in(city: City, number: str, state: str) -> None:
    until(f"the workflow to be in {state}", lambda: city.history(number)[-1:] == [state])


def dies(city: City, number: str) -> None:
    """Its execution is stopped, and the token that it waits with is good for nothing any more."""
    city.client("stepfunctions").stop_execution(executionArn=city.execution(number))


def goes_on_with(city: City, number: str, **seconds: int) -> None:
    """The workflow of a report, stopped, and begun anew as one that waits for some things so long only."""
    steps, machine = city.client("stepfunctions"), city.stack["state_machine_arn"]
    dies(city, number)
    deployed = steps.describe_state_machine(stateMachineArn=machine)
    definition = json.loads(deployed["definition"])
    for state, timeout in seconds.items():
        definition["States"][state]["TimeoutSeconds"] = timeout
    short = steps.create_state_machine(
        name=f"{deployed['name']}-{number}",
        definition=json.dumps(definition),
        roleArn=deployed["roleArn"],
    )
    started = steps.start_execution(
        stateMachineArn=short["stateMachineArn"],
        name=number,
        input=json.dumps({"service_request_id": number.replace("-", "")}),
    )

    def waits() -> bool:
        """It has read where the report stands: what happens from now on, it is told."""
        events = city.events_of(started["executionArn"])
        entered = [event.get("stateEnteredEventDetails", {}).get("name", "") for event in events]
        return any(name.startswith("Await") for name in entered)

    until("the workflow to wait", waits)


def test_a_workflow_that_died_goes_on_where_its_report_stands(city: City) -> None:
    number, citizen, officer = a_pothole(city)
    is_in(city, number, "AwaitAcceptance")
    dies(city, number)
    city.reconcile()
    is_in(city, number, "AwaitAcceptance")
    assert city.history(number)[2:] == ["DispatchToAgency", "AwaitAcceptance"]

    officer.presses("Terima laporan")
    is_in(city, number, "AwaitSolution")
    dies(city, number)
    officer.solves(png(), "Sudah ditambal.")
    citizen.hears("sudah selesai ditangani")
    city.reconcile()
    is_in(city, number, "AwaitRating")
    assert city.request(number)["generation"] == 3
    citizen.taps("5")
    city.becomes(number, "closed")
    mails = [mail for mail in city.mail("dpupr") if number in mail["text"]]
    assert len(mails) == 1, "a workflow that begins anew tells nobody anything twice"

    steps, once_more = city.client("stepfunctions"), city.execution(number, generation=9)
    steps.start_execution(
        stateMachineArn=city.stack["state_machine_arn"],
        name=once_more.rpartition(":")[2],
        input=json.dumps({"service_request_id": number.replace("-", "")}),
    )
    until("the one too many to end", lambda: _ended_in(city, once_more) == "AlreadyOver")


def test_who_never_rates_is_waited_for_no_longer_than_promised(city: City) -> None:
    number, citizen = a_solved_pothole(city)
    goes_on_with(city, number, AwaitRating=1)

    city.becomes(number, "closed")
    (closed,) = [each for each in city.timeline(number) if each["what"] == "closed"]
    assert closed["notes"] == "not_rated"
    assert citizen.quiet_for_now() == []


def test_who_rates_badly_and_says_no_more_is_not_waited_for_long(city: City) -> None:
    number, citizen = a_solved_pothole(city)
    goes_on_with(city, number, AwaitReason=1)
    citizen.taps("1")
    citizen.hears("Apa yang belum beres?")

    def dispatched_again() -> list[str]:
        """Beside the news to the head of the agency, which has no link yet."""
        texts = [mail["text"] for mail in city.mail("dpupr") if number in mail["text"]]
        return [text for text in texts if "belum beres" in text and "/desk/" in text]

    until("the agency to have it again", dispatched_again)
    assert city.request(number)["attempt"] == 2


def test_a_report_may_be_rejected_or_taken_back_while_it_is_worked_on(city: City) -> None:
    rejected, citizen, officer = a_pothole(city)
    officer.presses("Terima laporan")
    is_in(city, rejected, "AwaitSolution")
    page = officer.opens()
    web.submit(page, page.form("Tolak laporan"), words="Jalan di dalam perumahan.")
    citizen.hears("Jalan di dalam perumahan.")
    is_in(city, rejected, "Rejected")

    taken_back, citizen, officer = a_pothole(city)
    officer.presses("Terima laporan")
    is_in(city, taken_back, "AwaitSolution")
    citizen.sends("batalkan laporan")
    citizen.hears("dibatalkan?")
    citizen.taps("Ya")
    is_in(city, taken_back, "Withdrawn")


def test_every_state_is_tried_again_when_aws_fails(city: City) -> None:
    """Asked of the emulator's own interpreter of the deployed text."""
    # Without the prefix that AWS has before its address, and that no local address has.
    steps = city.client("stepfunctions", inject_host_prefix=False)
    deployed = steps.describe_state_machine(stateMachineArn=city.stack["state_machine_arn"])
    for state, error in RETRIED:
        happened = "Some.Failure" if error == "States.TaskFailed" else error
        answer = steps.test_state(
            definition=deployed["definition"],
            roleArn=deployed["roleArn"],
            stateName=state,
            input="{}",
            mock={"errorOutput": {"error": happened, "cause": ""}},
        )
        assert answer["status"] == "RETRIABLE", f"{state}: {error}"


def test_the_stories_took_every_move_of_the_workflow(
    city: City, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last of all (see `conftest.py`): it looks into the history of every execution there was."""
    told = {item.path.name for item in request.session.items} | THOROUGH
    if not told >= {path.name for path in Path(__file__).parent.glob("test_*.py")}:
        pytest.skip("only after all the stories: pytest tests/stories")
    every, made = moves(WORKFLOW), set[Move]()
    for history in _histories(city):
        made |= set(taken(history, WORKFLOW))

    missing = [str(move) for move in every if move not in made]
    entered = {move.state for move in made}
    with capsys.disabled():
        print(
            f"\nThe workflow: {len(entered)} of {len(WORKFLOW['States'])} states,"
            f" {len(made)} of {len(every)} moves taken"
        )
    assert missing == []
    assert entered == set(WORKFLOW["States"])


def _histories(city: City) -> list[list[dict[str, Any]]]:
    """Of every execution of the lifecycle, and of those that waited less long."""
    steps = city.client("stepfunctions")
    machines = steps.list_state_machines()["stateMachines"]
    executions = [
        execution["executionArn"]
        for machine in machines
        for page in steps.get_paginator("list_executions").paginate(
            stateMachineArn=machine["stateMachineArn"]
        )
        for execution in page["executions"]
    ]
    return [city.events_of(execution) for execution in executions]


def _ended_in(city: City, execution: str) -> str:
    made = taken(city.events_of(execution), WORKFLOW)
    return made[-1].state if made and made[-1].following == END else ""
