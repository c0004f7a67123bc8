"""The agency is told of a report, once, with a link to answer by."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aduan import desk_link, wording
from aduan.aws import agency_topic
from aduan.aws.clients import client
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.service_request import Awaited, Status
from tests.builders import NUMBER, a_service_request
from tests.cloud import SECRETS, Cloud, plain
from tests.functions.conftest import Loader, Output

EVENT = {"service_request_id": NUMBER, "attempt": 1}


@pytest.fixture
def mailbox(cloud: Cloud) -> str:
    """The traffic agency's, and a street light routed to it."""
    request = a_service_request(
        status=Status.ROUTED, agency_responsible="dishub", because="jenis laporan", attempt=1
    )
    cloud.keeps(request)
    return cloud.a_topic_with_mailbox("dishub")


def the_link(mail: dict[str, Any]) -> str:
    (url, *_) = re.findall(r"https://desk\.example/desk/(\S+)", mail["body"]["Message"])
    return str(url)


def test_the_agency_gets_a_link_to_this_report(
    function: Loader, cloud: Cloud, mailbox: str, output: Output
) -> None:
    function("dispatch_to_agency")(EVENT)

    (mail,) = cloud.messages(mailbox)
    link = desk_link.read(the_link(mail), SECRETS["link-key"].encode(), datetime.now(UTC))
    assert (link.service_request_id, link.attempt) == (NUMBER, 1)
    assert timedelta(days=29) < link.expires - datetime.now(UTC) <= timedelta(days=30)
    table = ServiceRequestTable(cloud.reports)
    assert table.request(NUMBER).status is Status.DISPATCHED
    assignment = table.assignment(NUMBER, 1)
    assert assignment is not None
    assert (assignment.agency, assignment.published_at is not None) == ("dishub", True)
    assert [event.what for event in table.events(NUMBER)] == ["received", "dispatched"]
    assert output.counted == {"ServiceRequestDispatched": 1}


def test_a_second_try_of_the_workflow_tells_the_agency_nothing_new(
    function: Loader, cloud: Cloud, mailbox: str
) -> None:
    handler = function("dispatch_to_agency")

    handler(EVENT)
    handler(EVENT)

    assert len(cloud.messages(mailbox)) == 1


def test_a_crash_before_the_agency_was_told_does_not_lose_the_notice(
    function: Loader, cloud: Cloud, mailbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("dispatch_to_agency")
    with monkeypatch.context() as crash:
        crash.setattr(agency_topic, "publish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            handler(EVENT)
    assert ServiceRequestTable(cloud.reports).request(NUMBER).status is Status.DISPATCHED

    handler(EVENT)

    assert len(cloud.messages(mailbox)) == 1


def test_a_workflow_started_anew_gives_out_the_very_same_link(
    function: Loader, cloud: Cloud, mailbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("dispatch_to_agency")
    with monkeypatch.context() as crash:
        crash.setattr(ServiceRequestTable, "mark_published", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            handler(EVENT)

    handler(EVENT)

    first, second = cloud.messages(mailbox)
    assert the_link(first) == the_link(second)


def test_the_notice_and_the_log_hold_nothing_of_the_reporter(
    function: Loader, cloud: Cloud, mailbox: str, output: Output
) -> None:
    function("dispatch_to_agency")(EVENT)

    (mail,) = cloud.messages(mailbox)
    assert a_service_request().citizen_id not in str(mail)
    assert the_link(mail) not in output.text
    assert "Veteran" not in output.text


def test_what_the_agency_has_to_keep_is_kept_with_the_report_told_and_watched(
    function: Loader, cloud: Cloud, mailbox: str
) -> None:
    function("dispatch_to_agency")(EVENT)

    request = ServiceRequestTable(cloud.reports).request(NUMBER)
    assert [promise.what for promise in request.promises] == [Awaited.ACCEPT, Awaited.SOLVE]
    (mail,) = cloud.messages(mailbox)
    for promise in request.promises:
        assert wording.date_and_time(promise.due) in mail["body"]["Message"]
    watched = sorted(plain(item)["watch"]["name"] for item in cloud.effects())
    assert watched == [f"{NUMBER}-accept-0-1", f"{NUMBER}-solve-0-1"]


def test_a_story_may_shorten_what_is_promised(function: Loader, cloud: Cloud, mailbox: str) -> None:
    function("dispatch_to_agency", TERMS_S="street_light accept 5")(EVENT)

    (accept, _) = ServiceRequestTable(cloud.reports).request(NUMBER).promises
    assert accept.due - accept.since == timedelta(seconds=5)


def test_if_nobody_hears_for_the_agency_the_command_centre_is_told_at_once(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_service_request(status=Status.ROUTED, agency_responsible="dishub", attempt=1))
    client("sns").create_topic(Name="aduan-test-dishub")
    centre = cloud.a_topic_with_mailbox("diskominfo")

    function("dispatch_to_agency")(EVENT)

    (mail,) = cloud.messages(centre)
    assert "belum sampai ke dinas" in mail["body"]["Subject"]
    assert "Dishub" in mail["body"]["Message"]


def test_who_takes_no_reports_from_the_desk_is_told_through_the_command_centre(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_service_request(status=Status.ROUTED, agency_responsible="bbpjn", attempt=1))
    centre = cloud.a_topic_with_mailbox("diskominfo")

    function("dispatch_to_agency")(EVENT)

    (mail,) = cloud.messages(centre)
    assert "diteruskan kepada Balai Besar Pelaksanaan Jalan Nasional" in mail["body"]["Message"]
    assert the_link(mail)
    assignment = ServiceRequestTable(cloud.reports).assignment(NUMBER, 1)
    assert assignment is not None
    assert assignment.agency == "bbpjn"
