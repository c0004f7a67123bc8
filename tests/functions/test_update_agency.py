"""News reaches the agency that has the report, with the one link that is good now."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aduan import desk_link
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Effect, Notice
from aduan.service_request import Status
from tests.builders import NOW, NUMBER, a_dispatched_request
from tests.cloud import SECRETS, Cloud, a_queue_record
from tests.functions.conftest import Loader

KEY = SECRETS["link-key"].encode()


def told(function: Loader, cloud: Cloud, what: str, *, agency: str = "dishub") -> dict[str, Any]:
    mailbox = cloud.a_topic_with_mailbox(agency)
    notice = Notice(agency=agency, what=what)
    effect = Effect(name="notice#1", service_request_id=NUMBER, notice=notice)
    record = a_queue_record(msgspec.json.encode(effect).decode(), at=NOW)
    assert function("update_agency")({"Records": [record]}) == {"batchItemFailures": []}
    (mail,) = cloud.messages(mailbox)
    return dict(mail["body"])


def assigned(cloud: Cloud, **changes: Any) -> ServiceRequestTable:
    request = cloud.keeps(a_dispatched_request(**changes))
    cloud.assigns(request, until=datetime.now(UTC) + timedelta(days=30))
    return ServiceRequestTable(cloud.reports)


def test_after_a_link_is_revoked_the_agency_gets_the_next(function: Loader, cloud: Cloud) -> None:
    table = assigned(cloud)
    table.revoke_link(table.request(NUMBER), at=NOW)

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
