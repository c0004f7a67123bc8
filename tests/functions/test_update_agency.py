"""News reaches the agency that has the report, with the one link that is good now."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aduan import desk_link
from aduan.aws.clients import client
from aduan.aws.service_request_table import Assignment, ServiceRequestTable
from aduan.change import Change, Effect, Event, Notice
from aduan.errors import StaleUpdateError
from aduan.service_request import Part, Status
from tests.builders import NOW, NUMBER, a_dispatched_request, a_promised_request
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


def a_record_of(notice: Notice) -> Any:
    """News as the table keeps it and the queue brings it."""
    name = f"notice#{notice.agency}#{notice.what}#{notice.role}"
    effect = Effect(name=name, service_request_id=NUMBER, notice=notice)
    with suppress(StaleUpdateError):
        ServiceRequestTable("reports").save(Change(effects=(effect,)), at=NOW)
    return a_queue_record(msgspec.json.encode(effect).decode(), at=NOW)


def tell(function: Loader, notice: Notice) -> None:
    function("update_agency")({"Records": [a_record_of(notice)]})


def test_news_that_the_queue_brings_twice_is_told_once(
    function: Loader, cloud: Cloud, mailbox: str
) -> None:
    tell(function, LATE)
    tell(function, LATE)

    assert len(cloud.messages(mailbox)) == 1


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

    (of_centre,), (of_agency,) = cloud.messages(centre), cloud.messages(mailbox)
    assert "https://desk.example" not in of_centre["body"]["Message"]
    assert "https://desk.example" in of_agency["body"]["Message"]


KEY = SECRETS["link-key"].encode()


def told(function: Loader, cloud: Cloud, what: str, *, agency: str = "dishub") -> dict[str, Any]:
    mailbox = cloud.a_topic_with_mailbox(agency)
    record = a_record_of(Notice(agency=agency, what=what))
    assert function("update_agency")({"Records": [record]}) == {"batchItemFailures": []}
    (mail,) = cloud.messages(mailbox)
    return dict(mail["body"])


def assigned(cloud: Cloud, **changes: Any) -> ServiceRequestTable:
    request = cloud.keeps(a_dispatched_request(**changes))
    cloud.assigns(request, until=datetime.now(UTC) + timedelta(days=30))
    return ServiceRequestTable(cloud.reports)


def test_after_a_link_is_revoked_the_agency_gets_the_next(function: Loader, cloud: Cloud) -> None:
    table = assigned(cloud)
    revoked = Event(what="link_revoked", who="command_centre", at=NOW)
    table.revoke_link(table.request(NUMBER), revoked, at=NOW)

    mail = told(function, cloud, "new_link")

    for text in (mail["Message"], mail["MessageAttributes"]["sms"]["Value"]):
        (link,) = re.findall(r"https://desk\.example/desk/(\S+)", text)
        assert desk_link.read(link, KEY, datetime.now(UTC)).issue == 1
    assert len(mail["MessageAttributes"]["sms"]["Value"]) <= 160


def test_an_answer_is_in_the_mail(function: Loader, cloud: Cloud) -> None:
    assigned(cloud, description="tiangnya di sisi timur")

    mail = told(function, cloud, "answered")

    assert "tiangnya di sisi timur" in mail["Message"]
    assert "https://desk.example/desk/" in mail["Message"]


@pytest.mark.parametrize(
    ("what", "agency", "changes"),
    [
        ("doubtful_proof", "diskominfo", {"status": Status.SOLVED}),
        ("withdrawn", "dishub", {"status": Status.CLOSED}),
        ("words", "pln", {}),
    ],
)
def test_whoever_cannot_act_gets_no_link(
    function: Loader, cloud: Cloud, what: str, agency: str, changes: dict[str, Any]
) -> None:
    assigned(cloud, **changes)

    assert "https://desk.example" not in told(function, cloud, what, agency=agency)["Message"]


def a_part(**changes: Any) -> Part:
    """What PLN has to do about a report that Dishub leads."""
    until = datetime.now(UTC) + timedelta(days=30)
    values: dict[str, Any] = {"status": Status.DISPATCHED, "attempt": 1, "expires": until}
    return Part(agency="pln", because="aliran listrik perlu dipadamkan", **(values | changes))


def test_a_companion_is_told_of_its_part_with_a_link_of_its_own(
    function: Loader, cloud: Cloud
) -> None:
    assigned(cloud, companions=(a_part(),))

    mail = told(function, cloud, "assigned", agency="pln")

    assert "Alasan diteruskan ke PLN: aliran listrik perlu dipadamkan" in mail["Message"]
    (link,) = re.findall(r"https://desk\.example/desk/(\S+)", mail["Message"])
    read = desk_link.read(link, KEY, datetime.now(UTC))
    assert (read.service_request_id, read.attempt, read.agency) == (NUMBER, 1, "pln")
    assert len(mail["MessageAttributes"]["sms"]["Value"]) <= 160


def test_a_companion_that_nobody_hears_for_is_the_command_centres_to_reach(
    function: Loader, cloud: Cloud
) -> None:
    assigned(cloud, companions=(a_part(),))
    client("sns").create_topic(Name="aduan-test-pln")
    centre = cloud.a_topic_with_mailbox("diskominfo")

    tell(function, Notice(agency="pln", what="assigned"))

    (mail,) = cloud.messages(centre)
    assert "belum sampai ke dinas" in mail["body"]["Subject"]
    assert "PLN" in mail["body"]["Message"]


def test_what_ended_before_a_companion_was_told_it_is_not_told(
    function: Loader, cloud: Cloud
) -> None:
    assigned(cloud, companions=(a_part(),), status=Status.CLOSED)
    mailbox = cloud.a_topic_with_mailbox("pln")

    tell(function, Notice(agency="pln", what="assigned"))

    assert cloud.messages(mailbox) == []


def test_a_companions_head_hears_of_its_part_not_of_the_leaders(
    function: Loader, cloud: Cloud
) -> None:
    assigned(cloud, companions=(a_part(),))
    mailbox = cloud.a_topic_with_mailbox("pln")

    tell(function, Notice(agency="pln", what="late_to_accept", role="head", about="pln"))

    (mail,) = cloud.messages(mailbox)
    assert "belum diterima PLN" in mail["body"]["Message"]
    assert "https://desk.example/desk/" in mail["body"]["Message"]
