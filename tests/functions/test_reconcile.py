"""What no queue remembers is found in the table and set going again."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from aduan.aws.clients import client
from aduan.aws.effect_table import EffectTable
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Effect, start_lifecycle
from aduan.message import Say
from aduan.service_request import Awaited, Part, Promise, Status
from tests.builders import CITIZEN, NOW, NUMBER, OTHER_NUMBER, a_service_request
from tests.cloud import Cloud, plain
from tests.functions.conftest import Loader, Output

# The clock of these tests is the real one; what the builders make is of the day they are about.
LONG_AGO = NOW.replace(year=2020)
SAY = Effect(name="say#1", say=Say(text="thanks"), to=CITIZEN)
NOTHING = {
    "effects_carried_out": 0,
    "workflows_started_anew": 0,
    "answers_given": 0,
    "reports_watched": 0,
}


def a_request(**changes: Any) -> Any:
    return a_service_request(updated_datetime=LONG_AGO, **changes)


def start(cloud: Cloud, number: str = NUMBER, generation: int = 1) -> str:
    """A living workflow of a report; gives its ARN."""
    answer = client("stepfunctions").start_execution(
        stateMachineArn=cloud.state_machine_arn, name=f"{number}-{generation}", input="{}"
    )
    return answer["executionArn"]


def left_over(cloud: Cloud, *effects: Effect) -> None:
    ServiceRequestTable(cloud.reports).save(Change(effects=effects), at=LONG_AGO)


def test_where_all_is_well_nothing_is_done(function: Loader, cloud: Cloud) -> None:
    before = cloud.keeps(a_request())
    start(cloud)

    assert function("reconcile")({}) == NOTHING
    assert ServiceRequestTable(cloud.reports).request(NUMBER) == before


def test_an_effect_left_over_is_carried_out(function: Loader, cloud: Cloud, output: Output) -> None:
    left_over(cloud, SAY)

    assert function("reconcile")({}) == NOTHING | {"effects_carried_out": 1}

    assert len(cloud.messages(cloud.outbox)) == 1
    assert function("reconcile")({}) == NOTHING
    assert CITIZEN not in output.text


def test_what_is_young_is_left_to_the_stream(function: Loader, cloud: Cloud) -> None:
    ServiceRequestTable(cloud.reports).save(Change(effects=(SAY,)), at=NOW.replace(year=2099))

    assert function("reconcile")({}) == NOTHING
    assert cloud.messages(cloud.outbox) == []


def test_by_hand_it_can_be_told_not_to_wait(function: Loader, cloud: Cloud) -> None:
    ServiceRequestTable(cloud.reports).save(Change(effects=(SAY,)), at=datetime.now(UTC))

    assert function("reconcile")({"patience_s": 0})["effects_carried_out"] == 1


@pytest.mark.parametrize("end", ["never started", "aborted"])
def test_a_report_without_a_living_workflow_gets_the_next_one(
    function: Loader, cloud: Cloud, end: str
) -> None:
    cloud.keeps(a_request(status=Status.ACCEPTED, agency_responsible="dishub", attempt=1))
    if end == "aborted":
        client("stepfunctions").stop_execution(executionArn=start(cloud))

    assert function("reconcile")({})["workflows_started_anew"] == 1

    request = ServiceRequestTable(cloud.reports).request(NUMBER)
    assert (request.generation, request.status) == (2, Status.ACCEPTED)
    (effect,) = [plain(item) for item in cloud.effects()]
    assert effect["start_generation"] == 2


def test_a_report_that_is_over_needs_no_workflow(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_request(status=Status.CLOSED))

    assert function("reconcile")({}) == NOTHING


def test_an_answer_that_the_workflow_has_not_got_is_given(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_request(status=Status.DISPATCHED, attempt=1))
    start(cloud)
    cloud.a_wait_for(NUMBER, "acceptance", token="token", answer='{"outcome": "accepted"}')

    assert function("reconcile")({}) == NOTHING | {"answers_given": 1}
    assert EffectTable(cloud.reports).unanswered(NUMBER) == []


def test_an_answer_for_a_workflow_that_is_dead_waits_for_the_next_one(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_request(status=Status.DISPATCHED, attempt=1))
    cloud.a_wait_for(NUMBER, "acceptance", token="dead", answer='{"outcome": "accepted"}')
    handler = function("reconcile")
    with Stubber(client("stepfunctions")) as steps:
        steps.add_client_error("describe_execution", "ExecutionDoesNotExist")
        steps.add_client_error("send_task_success", "TaskTimedOut")
        handler({})

    cloud.gives_a_token(NUMBER, "acceptance", "new")

    (wait,) = EffectTable(cloud.reports).unanswered(NUMBER)
    assert json.loads(plain(wait)["answer"]) == {"outcome": "accepted"}


def test_one_that_cannot_be_mended_does_not_keep_the_others(function: Loader, cloud: Cloud) -> None:
    """Else a single broken effect would stop every repair, every quarter of an hour."""
    client("dynamodb").put_item(
        TableName=cloud.reports,
        Item={
            "PK": {"S": "citizen#broken"},
            "SK": {"S": "effect#broken"},
            "work": {"S": "effect"},
            "work_since": {"S": "2019-01-01"},
        },
    )
    left_over(cloud, SAY)
    cloud.keeps(a_request(service_request_id=OTHER_NUMBER))

    done = function("reconcile")({})

    assert (done["effects_carried_out"], done["workflows_started_anew"]) == (1, 1)


def test_every_workflow_of_the_city_lost_is_every_workflow_started(
    function: Loader, cloud: Cloud
) -> None:
    for number in (NUMBER, OTHER_NUMBER):
        request = cloud.keeps(a_request(service_request_id=number))
        left_over(cloud, start_lifecycle(request))
    handler = function("reconcile")

    handler({})

    assert cloud.executions() == [f"{NUMBER}-1", f"{OTHER_NUMBER}-1"]


def a_promise(*, due: datetime) -> Promise:
    return Promise(what=Awaited.ACCEPT, since=LONG_AGO, due=due, looked_at=due)


def test_a_promise_that_no_schedule_watches_gets_its_schedule(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    promise = a_promise(due=LONG_AGO)
    cloud.keeps(a_request(status=Status.DISPATCHED, attempt=1, promises=(promise,)))
    start(cloud)
    handler = function("reconcile")

    handler({})
    handler({})

    assert list(cloud.schedules()) == [f"{NUMBER}-accept-0-1"]
    assert output.counted["DeadlineScheduledAnew"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.ACCEPTED},
        {"promises": (a_promise(due=NOW.replace(year=2099)),)},
        {"promises": ()},
    ],
    ids=["kept", "not near yet", "never made"],
)
def test_what_needs_no_watching_now_gets_no_schedule(
    function: Loader, cloud: Cloud, changes: dict[str, Any]
) -> None:
    values = {"status": Status.DISPATCHED, "attempt": 1, "promises": (a_promise(due=LONG_AGO),)}
    cloud.keeps(a_request(**values | changes))
    start(cloud)

    assert function("reconcile")({}) == NOTHING
    assert cloud.schedules() == {}


def test_a_companions_promise_that_no_schedule_watches_gets_its_schedule_too(
    function: Loader, cloud: Cloud
) -> None:
    promise = a_promise(due=LONG_AGO)
    part = Part(
        agency="dlhkp", because="pohon", status=Status.DISPATCHED, attempt=1, promises=(promise,)
    )
    cloud.keeps(a_request(status=Status.ACCEPTED, attempt=1, companions=(part,)))
    start(cloud)

    assert function("reconcile")({})["reports_watched"] == 1
    assert list(cloud.schedules()) == [f"{NUMBER}-accept-0-1-dlhkp"]
