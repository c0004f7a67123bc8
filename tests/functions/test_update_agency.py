"""An agency hears news of a report that it has; of what it has not kept, with the link again."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from aduan import desk_link
from aduan.aws.service_request_table import Assignment, ServiceRequestTable
from aduan.change import Change, Effect, Notice
from aduan.service_request import Status
from tests.builders import NOW, NUMBER, a_promised_request
from tests.cloud import SECRETS, Cloud, a_queue_record
from tests.functions.conftest import Loader, Output

LATE = Notice(agency="dishub", what="late_to_accept")


@pytest.fixture
def mailbox(cloud: Cloud) -> str:
    """Of an agency that was told of a report and has not accepted it."""
    request = cloud.keeps(a_promised_request(status=Status.ROUTED))
    assignment = Assignment(
        service_request_id=NUMBER,
        attempt=1,
        agency="dishub",
        expires=datetime.now(UTC) + timedelta(days=30),
    )
    dispatched = request.dispatch(NOW, request.promises)
    ServiceRequestTable(cloud.reports).save_dispatch(Change(request=dispatched), assignment, at=NOW)
    return cloud.a_topic_with_mailbox("dishub")


def tell(function: Loader, notice: Notice) -> None:
    effect = Effect(name="notice#1", service_request_id=NUMBER, notice=notice)
    body = msgspec.json.encode(effect).decode()
    function("update_agency")({"Records": [a_queue_record(body, at=NOW)]})


def test_what_was_not_kept_comes_with_its_date_and_the_link(
    function: Loader, cloud: Cloud, mailbox: str, output: Output
) -> None:
    tell(function, LATE)

    (mail,) = cloud.messages(mailbox)
    text = mail["body"]["Message"]
    (link,) = re.findall(r"https://desk\.example/desk/(\S+)", text)
    read = desk_link.read(link, SECRETS["link-key"].encode(), datetime.now(UTC))
    assert (read.service_request_id, read.attempt) == (NUMBER, 1)
    assert "27 November 2026 pukul 16.30 WIB" in text
    assert mail["body"]["MessageAttributes"]["role"]["Value"] == "duty"
    assert link not in output.text


def test_the_head_of_the_agency_is_addressed_as_such(
    function: Loader, cloud: Cloud, mailbox: str
) -> None:
    tell(function, Notice(agency="dishub", what="late_to_accept", role="head"))

    (mail,) = cloud.messages(mailbox)
    assert "Yth. Pimpinan Dishub" in mail["body"]["Message"]
    assert mail["body"]["MessageAttributes"]["role"]["Value"] == "head"


def test_nobody_but_the_agency_that_has_it_gets_the_link(
    function: Loader, cloud: Cloud, mailbox: str
) -> None:
    centre = cloud.a_topic_with_mailbox("diskominfo")

    tell(function, Notice(agency="diskominfo", what="late_to_accept"))
    tell(function, Notice(agency="dishub", what="photo_added"))

    for box in (centre, mailbox):
        (mail,) = cloud.messages(box)
        assert "https://desk.example" not in mail["body"]["Message"]
