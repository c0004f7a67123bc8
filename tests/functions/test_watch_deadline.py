"""A schedule has come: what it finds, and that it does no harm twice, late, or at the wrong moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aduan import companions
from aduan.aws.clients import client
from aduan.aws.items import to_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change
from aduan.conversation import Conversation
from aduan.deadline import watches
from aduan.errors import StaleUpdateError
from aduan.follow_up import await_rating
from aduan.message import Channel
from aduan.service_request import Awaited, Part, ServiceRequest, Status
from tests.builders import (
    CITIZEN,
    KEDIRI,
    NUMBER,
    a_promised_request,
    a_solved_request,
)
from tests.cloud import Cloud, plain
from tests.functions.conftest import Loader, Output

LONG_AGO = timedelta(days=4000)


def a_late_request() -> ServiceRequest:
    """Its time to accept and to solve is over, by the clock of this machine."""
    request = a_promised_request()
    past = [
        replace(
            each,
            since=each.since - LONG_AGO,
            due=each.due - LONG_AGO,
            looked_at=each.due - LONG_AGO,
        )
        for each in request.promises
    ]
    return replace(request, promises=tuple(past))


def event_of(request: ServiceRequest, what: Awaited = Awaited.ACCEPT) -> dict[str, Any]:
    (watch,) = [effect.watch for effect in watches(request, what)]
    return {"service_request_id": NUMBER, "watch": msgspec.to_builtins(watch)}


def table(cloud: Cloud) -> ServiceRequestTable:
    return ServiceRequestTable(cloud.reports)


def effects(cloud: Cloud) -> list[dict[str, Any]]:
    return [plain(item) for item in cloud.effects()]


def test_a_promise_that_was_not_kept_is_recorded_and_the_agency_hears_of_it(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    request = cloud.keeps(a_late_request())

    function("watch_deadline")(event_of(request))

    after = table(cloud).request(NUMBER)
    assert after.status is Status.DISPATCHED
    assert [event.what for event in table(cloud).events(NUMBER)] == ["received", "late_to_accept"]
    notice, watch = sorted(effects(cloud), key=lambda effect: effect["SK"])
    assert notice["notice"] == {"agency": "dishub", "what": "late_to_accept", "role": "duty"}
    assert watch["watch"]["name"] == f"{NUMBER}-accept-1-1"
    assert output.counted == {"DeadlineFound.late_to_accept": 1}


def test_the_same_schedule_twice_is_one_breach(function: Loader, cloud: Cloud) -> None:
    request = cloud.keeps(a_late_request())
    handler = function("watch_deadline")

    handler(event_of(request))
    handler(event_of(request))

    assert len(table(cloud).events(NUMBER)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.ACCEPTED},
        {"status": Status.CLOSED},
        {"status": Status.RECEIVED, "agency_responsible": "dpkp"},
        {"attempt": 2},
    ],
    ids=["accepted", "closed", "routed again", "dispatched again"],
)
def test_a_report_that_has_moved_on_stays_as_it_is(
    function: Loader, cloud: Cloud, output: Output, change: dict[str, Any]
) -> None:
    before = cloud.keeps(replace(a_late_request(), **change))

    function("watch_deadline")(event_of(a_late_request()))

    assert table(cloud).request(NUMBER) == before
    assert effects(cloud) == []
    assert output.counted == {"DeadlineOver": 1}


def test_an_officer_who_accepts_at_this_very_moment_is_not_overwritten(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = cloud.keeps(a_late_request())
    handler = function("watch_deadline")
    save = ServiceRequestTable.save

    def accepted_first(self: ServiceRequestTable, change: Change, *, at: datetime) -> None:
        monkeypatch.setattr(ServiceRequestTable, "save", save)
        now = self.request(NUMBER)
        save(self, Change(request=now.accept(at)), at=at)
        save(self, change, at=at)

    monkeypatch.setattr(ServiceRequestTable, "save", accepted_first)
    handler(event_of(request))

    assert table(cloud).request(NUMBER).status is Status.ACCEPTED
    assert [event.what for event in table(cloud).events(NUMBER)] == ["received"]


def test_one_that_never_gets_through_fails_and_is_tried_again_by_lambda(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = cloud.keeps(a_late_request())
    handler = function("watch_deadline")

    def stale(*_: Any, **__: Any) -> None:
        raise StaleUpdateError(NUMBER)

    monkeypatch.setattr(ServiceRequestTable, "save", stale)
    with pytest.raises(StaleUpdateError):
        handler(event_of(request))


def test_the_schedule_of_a_delay_announced_in_time_waits_for_it(
    function: Loader, cloud: Cloud
) -> None:
    until = datetime.now(UTC) + timedelta(days=3)
    late = replace(a_late_request(), status=Status.ACCEPTED, delayed_until=until)
    request = cloud.keeps(late)

    function("watch_deadline")(event_of(request, Awaited.SOLVE))

    (effect,) = effects(cloud)
    assert effect["watch"]["name"] == f"{NUMBER}-solve-0-1-1"
    assert datetime.fromisoformat(effect["watch"]["at"]) == until


def a_chat(cloud: Cloud, last: datetime) -> None:
    chat = Conversation(citizen_id=CITIZEN, channel=Channel.WHATSAPP, last_inbound_at=last)
    item = to_item(chat, PK=f"citizen#{CITIZEN}", SK="conversation")
    client("dynamodb").put_item(TableName=cloud.reports, Item=item)


def an_unrated_request(cloud: Cloud) -> dict[str, Any]:
    change = await_rating(Change(request=a_solved_request()), KEDIRI, datetime.now(UTC))
    assert change.request is not None
    (watch,) = [effect.watch for effect in change.effects if effect.watch]
    cloud.keeps(change.request)
    return {"service_request_id": NUMBER, "watch": msgspec.to_builtins(watch)}


@pytest.mark.parametrize(("hours", "said"), [(1, ["ask_rating"]), (25, [])])
def test_who_has_not_rated_is_reminded_as_long_as_one_may_write_to_them(
    function: Loader, cloud: Cloud, hours: int, said: list[str]
) -> None:
    event = an_unrated_request(cloud)
    a_chat(cloud, datetime.now(UTC) - timedelta(hours=hours))
    handler = function("watch_deadline")

    handler(event)
    handler(event)

    assert [effect["say"]["text"] for effect in effects(cloud)] == said


def test_nothing_of_the_reporter_is_in_the_log(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    request = cloud.keeps(a_late_request())

    function("watch_deadline")(event_of(request))

    assert "Veteran" not in output.text
    assert CITIZEN not in output.text


def test_a_companion_that_is_late_is_told_and_the_leader_is_not(
    function: Loader, cloud: Cloud
) -> None:
    late = a_late_request()
    part = Part(
        agency="dlhkp", because="pohon", status=Status.DISPATCHED, attempt=1, promises=late.promises
    )
    request = cloud.keeps(replace(late, companions=(part,)))
    watched = [effect.watch for effect in companions.watches(request) if effect.watch]
    (watch,) = (w for w in watched if w.agency == "dlhkp" and w.what is Awaited.ACCEPT)

    event = {"service_request_id": NUMBER, "watch": msgspec.to_builtins(watch)}
    function("watch_deadline")(event)
    function("watch_deadline")(event)  # a schedule may come twice

    told = [each["notice"] for each in effects(cloud) if "notice" in each]
    assert [(notice["agency"], notice["about"]) for notice in told] == [("dlhkp", "dlhkp")]
    after = table(cloud).request(NUMBER)
    assert [promise.level for promise in after.promises] == [0, 0]
    assert sorted(promise.level for promise in after.companions[0].promises) == [0, 1]
    assert table(cloud).events(NUMBER)[-1].what == "part_late_to_accept"
