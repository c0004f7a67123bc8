"""The workflow's text: complete, explained, and in the words of the domain."""

from __future__ import annotations

import inspect
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from aduan import errors
from infra.lifecycle import DEFINITION, definition
from infra.lifecycle_diagram import END, README, Move, drawn, moves, taken
from infra.settings import Settings

if TYPE_CHECKING:
    from tests.infra.template import Template

WORKFLOW: dict[str, Any] = json.loads(DEFINITION.read_text("utf-8"))
STATES: dict[str, dict[str, Any]] = WORKFLOW["States"]
OURS = {name for name, kind in vars(errors).items() if inspect.isclass(kind)}
NOT_OURS = ("States.", "Lambda.", "DynamoDb.")


def test_every_placeholder_is_filled_in(production: Template) -> None:
    (machine,) = production.resources("AWS::StepFunctions::StateMachine").values()
    placeholders = set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text("utf-8")))

    assert placeholders == set(machine["DefinitionSubstitutions"])


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_what_it_is_for(state: str) -> None:
    assert STATES[state]["Comment"].endswith(".")


def test_every_error_it_names_exists() -> None:
    named = {
        error
        for state in STATES.values()
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]
        for error in rule["ErrorEquals"]
    }

    assert {"NotOursError", "RejectedError", "WithdrawnError", "StaleUpdateError"} <= named
    assert {error for error in named if not error.startswith(NOT_OURS)} <= OURS


def test_every_task_is_tried_again_when_aws_fails() -> None:
    tasks = {name for name, state in STATES.items() if state["Type"] == "Task"}

    assert {name for name in tasks if STATES[name].get("Retry")} == tasks


def test_an_answer_of_an_agency_is_not_mistaken_for_a_failure_of_aws() -> None:
    for state in STATES.values():
        if state.get("Catch"):
            retried = {error for rule in state["Retry"] for error in rule["ErrorEquals"]}
            assert retried.isdisjoint({"States.ALL", "States.TaskFailed", "NotOursError"})


@pytest.mark.parametrize(
    ("state", "what"),
    [
        ("AwaitAcceptance", "acceptance"),
        ("AwaitSolution", "solution"),
        ("AwaitRating", "rating"),
        ("AwaitReason", "reason"),
    ],
)
def test_a_wait_leaves_its_token_where_the_answer_comes_in(state: str, what: str) -> None:
    arguments = STATES[state]["Arguments"]

    assert STATES[state]["Resource"].endswith("dynamodb:updateItem.waitForTaskToken")
    assert f"'wait#{what}#' & $string($attempt)" in arguments["Key"]["SK"]["S"]
    assert arguments["UpdateExpression"] == "SET task_token = :task_token REMOVE answered_at"


def test_a_plain_report_takes_few_transitions() -> None:
    """Standard workflows are paid by transition: half of what a report costs."""
    plain = ["WhereItStands", "ResumeWhereItStood", "RouteServiceRequest", "DispatchToAgency"]
    plain += ["AwaitAcceptance", "AwaitSolution", "AwaitRating", "WasItSolved"]
    plain += ["CloseServiceRequest"]

    for state, following in itertools.pairwise(plain):
        branches = [state_branch["Next"] for state_branch in STATES[state].get("Choices", [])]
        assert following in [STATES[state].get("Next"), STATES[state].get("Default"), *branches]
    assert len(plain) + 1 <= 10


def test_who_does_not_rate_is_waited_for_as_long_as_the_city_says(production: Template) -> None:
    assert Settings(whatsapp_phone_number_id="").timeouts_s == {"AwaitRating": 72 * 3600}
    assert STATES["AwaitRating"]["TimeoutSeconds"] == 72 * 3600


def test_a_story_may_shorten_a_wait() -> None:
    shortened = json.loads(definition({"AwaitReason": 5}))["States"]

    assert shortened["AwaitReason"]["TimeoutSeconds"] == 5
    assert shortened["AwaitRating"] == STATES["AwaitRating"]


def test_the_readme_draws_the_workflow_as_it_is() -> None:
    """`make diagram` draws it anew."""
    assert f"```mermaid\n{drawn(WORKFLOW)}```" in README.read_text("utf-8")


def test_a_drawing_has_every_state_and_every_way_out_of_it() -> None:
    found = moves(WORKFLOW)

    assert {move.state for move in found} == set(STATES)
    assert {move.following for move in found} == {*STATES, END} - {WORKFLOW["StartAt"]}
    assert (
        Move("AwaitRating", "CloseServiceRequest", ("States.Timeout",), "States.Timeout") in found
    )


def test_what_went_wrong_tells_two_moves_between_the_same_states_apart() -> None:
    def history(how: dict[str, Any]) -> list[dict[str, Any]]:
        names = ("AwaitReason", "RouteServiceRequest")
        before, after = ({"type": "", "stateEnteredEventDetails": {"name": n}} for n in names)
        return [before, {"type": "TaskScheduled"}, how, after]

    timed_out = {"type": "TaskTimedOut", "taskTimedOutEventDetails": {"error": "States.Timeout"}}
    (given,) = taken(history({"type": "TaskSucceeded"}), WORKFLOW)
    (silent,) = taken(history(timed_out), WORKFLOW)

    assert (given.errors, silent.errors) == ((), ("States.Timeout",))
    with pytest.raises(ValueError, match="NotOursError"):
        taken(
            history({"type": "TaskFailed", "taskFailedEventDetails": {"error": "NotOursError"}}),
            WORKFLOW,
        )
