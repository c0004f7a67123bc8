"""Where a report stands, as the demo page tells it: from the stack's own records, and nobody named."""

import json
from datetime import UTC, datetime
from typing import Any

from infra.local.meta_twin.reports import graph, progress, spoken, timeline
from infra.settings import ROOT
from tests.local.world import World

LIFECYCLE = json.loads((ROOT / "infra/lifecycle.asl.json").read_text("utf-8"))


def an_event(what: str, who: str, notes: str = "") -> dict[str, Any]:
    return {"what": what, "who": who, "at": "2026-11-24T11:44:30Z", "notes": notes}


def entered(state: str, second: int) -> dict[str, Any]:
    return {
        "type": "TaskStateEntered",
        "timestamp": datetime(2026, 11, 24, 11, 44, second, tzinfo=UTC),
        "stateEnteredEventDetails": {"name": state},
    }


def left(state: str, second: int) -> dict[str, Any]:
    return {
        "type": "TaskStateExited",
        "timestamp": datetime(2026, 11, 24, 11, 44, second, tzinfo=UTC),
        "stateExitedEventDetails": {"name": state},
    }


def test_the_timeline_names_agencies_and_repeats_no_words_of_people(world: World) -> None:
    names = {"agencies": {"dishub": "Dishub"}, "happenings": {"routed": "Diteruskan ke {agency}"}}
    config = world.config.model_copy(update=names)
    events = [
        an_event("received", "citizen", "Bu Sri, 081234567890"),
        an_event("routed", "system", "dishub"),
        an_event("solved", "dishub", "sudah saya telepon Bu Sri"),
    ]

    lines = timeline(events, config)

    assert [line["words"] for line in lines] == ["received", "Diteruskan ke Dishub", "solved"]
    assert [line["by"] for line in lines] == ["citizen", "system", "agency"]
    assert "Sri" not in json.dumps(lines)


def test_an_execution_stands_where_it_went_in_and_not_out() -> None:
    history = [entered("RouteServiceRequest", 1), left("RouteServiceRequest", 2)]

    at_work = progress([*history, entered("AwaitAcceptance", 2)])

    assert at_work["current"] == "AwaitAcceptance"
    assert [step["state"] for step in at_work["path"]] == ["RouteServiceRequest", "AwaitAcceptance"]
    assert progress(history)["current"] is None


def test_a_state_that_failed_into_another_is_left() -> None:
    """`Catch`: the history has no exit of the state that failed."""
    found = progress([entered("AwaitAcceptance", 1), entered("RouteServiceRequest", 5)])

    assert found["path"][0]["left"] == found["path"][1]["at"]
    assert found["current"] == "RouteServiceRequest"


def test_an_execution_that_is_over_stands_nowhere() -> None:
    over = {"type": "ExecutionSucceeded", "timestamp": datetime(2026, 11, 24, tzinfo=UTC)}

    assert progress([entered("CloseServiceRequest", 1), over])["current"] is None


def test_the_lifecycle_is_drawn_by_its_plainest_way_and_its_branches() -> None:
    drawn = graph(LIFECYCLE)

    assert drawn["main"] == [
        "WhereItStands",
        "ResumeWhereItStood",
        "RouteServiceRequest",
        "DispatchToAgency",
        "AwaitAcceptance",
        "AwaitSolution",
        "AwaitRating",
        "WasItSolved",
        "CloseServiceRequest",
    ]
    states = {state["name"]: state for state in drawn["states"]}
    assert states.keys() == LIFECYCLE["States"].keys()
    assert "Rejected" in states["AwaitAcceptance"]["to"]
    assert states["AwaitAcceptance"]["kind"] == "wait"


def test_every_state_has_a_name_on_the_page() -> None:
    page = ROOT / "infra/local/meta_twin/page/city.json"
    named = json.loads(page.read_text("utf-8"))["states"]

    assert named.keys() == LIFECYCLE["States"].keys()


def test_a_number_is_read_in_groups() -> None:
    assert spoken("123456789018") == "1234-5678-9018"


def test_without_a_stack_the_page_says_so(world: World) -> None:
    assert world.get("/reports").json["reachable"] is False
    assert world.get("/workflow").json["states"] == []
    assert world.get("/areas").json["features"] == []
