"""What a change asks for is caused from the table's stream, and asking twice does no harm."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from aduan.aws.clients import client
from aduan.aws.effect_table import EffectTable
from aduan.aws.items import Item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Effect, start_lifecycle
from aduan.deadline import watches
from aduan.errors import TryAgainError
from aduan.message import Say
from tests.builders import CITIZEN, NOW, NUMBER, PHOTO, a_promised_request, a_service_request
from tests.cloud import Cloud, plain
from tests.functions.conftest import Loader, Output

SAY = Effect(name="say#1", say=Say(text="thanks"), to=CITIZEN)
FETCH = Effect(name="fetch#a-0", fetch=PHOTO, photo_id="a-0", to=CITIZEN)
WATCHES = watches(a_promised_request())
START = start_lifecycle(a_service_request())


def stream(*items: Item) -> dict[str, Any]:
    """What the table's stream hands over."""
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": item}} for item in items]}


def stored(cloud: Cloud, *effects: Effect) -> list[Item]:
    ServiceRequestTable(cloud.reports).save(Change(effects=effects), at=NOW)
    return cloud.effects()


def carried_out(cloud: Cloud) -> set[str]:
    return {plain(item)["name"] for item in cloud.effects() if "carried_out_at" in item}


@pytest.fixture
def steps(cloud: Cloud) -> Iterator[Stubber]:
    with Stubber(client("stepfunctions")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_message_goes_to_the_outbox_in_the_citizens_turn(function: Loader, cloud: Cloud) -> None:
    function("carry_out_effects")(stream(*stored(cloud, SAY)))

    (message,) = cloud.messages(cloud.outbox)
    assert (message["MessageGroupId"], message["MessageDeduplicationId"]) == (CITIZEN, "say#1")
    assert message["body"]["say"]["text"] == "thanks"
    assert carried_out(cloud) == {"say#1"}


def test_a_photo_goes_to_the_photo_queue(function: Loader, cloud: Cloud) -> None:
    function("carry_out_effects")(stream(*stored(cloud, FETCH)))

    (message,) = cloud.messages(cloud.photo_queue)
    assert message["body"]["fetch"]["media_id"] == PHOTO.media_id
    assert carried_out(cloud) == {"fetch#a-0"}


def test_a_report_gets_its_workflow(function: Loader, cloud: Cloud) -> None:
    function("carry_out_effects")(stream(*stored(cloud, START)))

    assert cloud.executions() == [f"{NUMBER}-1"]
    assert len(carried_out(cloud)) == 1


def test_a_promise_gets_the_schedule_that_looks_at_it(function: Loader, cloud: Cloud) -> None:
    handler, records = function("carry_out_effects"), stream(*stored(cloud, *WATCHES))

    handler(records)
    handler(records)

    assert set(cloud.schedules()) == {f"{NUMBER}-accept-0-1", f"{NUMBER}-solve-0-1"}
    assert len(carried_out(cloud)) == 2


def test_carried_out_twice_is_carried_out_once(function: Loader, cloud: Cloud) -> None:
    records = stream(*stored(cloud, SAY, START))
    handler = function("carry_out_effects")

    handler(records)
    handler(records)

    assert len(cloud.messages(cloud.outbox)) == 1
    assert cloud.executions() == [f"{NUMBER}-1"]


def test_one_that_fails_does_not_keep_the_others_and_comes_again(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    broken = {"PK": {"S": "citizen#x"}, "SK": {"S": "effect#x"}, "name": {"N": "1"}}

    with pytest.raises(TryAgainError):
        function("carry_out_effects")(stream(broken, *stored(cloud, SAY)))

    assert len(cloud.messages(cloud.outbox)) == 1
    assert [line["error"] for line in output.lines] == ["ValidationError"]
    assert CITIZEN not in output.text


def test_nothing_for_a_citizen_overtakes_what_failed_before_it(
    function: Loader, cloud: Cloud
) -> None:
    pk = {"S": f"citizen#{CITIZEN}"}
    broken = {"PK": pk, "SK": {"S": "effect#x"}, "name": {"N": "1"}}

    with pytest.raises(TryAgainError):
        function("carry_out_effects")(stream(broken, *stored(cloud, SAY)))

    assert cloud.messages(cloud.outbox) == []


def test_an_effect_of_an_unknown_kind_is_put_aside(function: Loader, cloud: Cloud) -> None:
    function("carry_out_effects")(stream(*stored(cloud, Effect(name="dance#1"))))

    assert carried_out(cloud) == {"dance#1"}


def a_wait(cloud: Cloud, answer: dict[str, str], token: str = "token") -> Item:
    cloud.a_wait_for(NUMBER, "acceptance", token=token, answer=json.dumps(answer))
    (wait,) = EffectTable(cloud.reports).unanswered(NUMBER)
    return wait


def test_the_workflow_is_given_its_answer_once(
    function: Loader, cloud: Cloud, steps: Stubber
) -> None:
    wait = a_wait(cloud, {"outcome": "accepted"})
    steps.add_response(
        "send_task_success", {}, {"taskToken": "token", "output": '{"outcome": "accepted"}'}
    )

    function("carry_out_effects")(stream(wait))

    assert EffectTable(cloud.reports).unanswered(NUMBER) == []


def test_a_refusal_fails_the_waiting_step(function: Loader, cloud: Cloud, steps: Stubber) -> None:
    wait = a_wait(cloud, {"error": "NotOursError"})
    steps.add_response("send_task_failure", {}, {"taskToken": "token", "error": "NotOursError"})

    function("carry_out_effects")(stream(wait))


def test_a_workflow_that_no_longer_waits_needs_no_answer(
    function: Loader, cloud: Cloud, steps: Stubber
) -> None:
    wait = a_wait(cloud, {"outcome": "accepted"})
    steps.add_client_error("send_task_success", "TaskTimedOut")

    function("carry_out_effects")(stream(wait))

    assert EffectTable(cloud.reports).unanswered(NUMBER) == []


def test_an_answer_that_did_not_get_through_comes_again(
    function: Loader, cloud: Cloud, steps: Stubber
) -> None:
    wait = a_wait(cloud, {"outcome": "accepted"})
    steps.add_client_error("send_task_success", "ThrottlingException")

    with pytest.raises(TryAgainError):
        function("carry_out_effects")(stream(wait))

    assert len(EffectTable(cloud.reports).unanswered(NUMBER)) == 1
