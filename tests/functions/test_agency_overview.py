"""An agency's own link: what it has open, brought by a mail each morning."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aduan import desk_link
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Event
from aduan.desk_link import DeskLink, OverviewLink
from aduan.service_request import Part, Status
from tests.builders import NUMBERS, a_dispatched_request, a_service_request
from tests.cloud import SECRETS, Cloud
from tests.functions.conftest import Loader, Output

KEY = SECRETS["link-key"].encode()
DAY = timedelta(days=1)
FIRST, SECOND, OTHERS, OVER = NUMBERS[:4]


@pytest.fixture
def reports(cloud: Cloud) -> Cloud:
    """Two street lights with the traffic agency, one urgent; one with PLN, one over."""
    cloud.keeps(a_dispatched_request(service_request_id=FIRST, address="Jl. Dhoho"))
    cloud.keeps(
        a_dispatched_request(service_request_id=SECOND, address="Jl. Joyoboyo", urgent=True)
    )
    cloud.keeps(a_dispatched_request(service_request_id=OTHERS, agency_responsible="pln"))
    cloud.keeps(a_dispatched_request(service_request_id=OVER, status=Status.CLOSED))
    return cloud


def a_link(agency: str = "dishub", *, valid: timedelta = DAY, issue: int = 0) -> str:
    return OverviewLink(agency=agency, expires=datetime.now(UTC) + valid, issue=issue).sign(KEY)


def shown(function: Loader, link: str) -> tuple[int, str]:
    answer = function("show_agency_reports")({"pathParameters": {"link": link}})
    answer = json.loads(json.dumps(answer))
    return answer["statusCode"], answer["body"]


def test_an_agency_sees_what_it_has_open_the_urgent_first(function: Loader, reports: Cloud) -> None:
    status, page = shown(function, a_link())

    assert status == 200
    assert page.index("Jl. Joyoboyo") < page.index("Jl. Dhoho")
    assert page.count("<section>") == 2
    assert "lampu jalan mati" not in page, "what was written stands behind the report's own link"


def test_each_report_is_reached_by_its_own_link_as_it_is_now(
    function: Loader, reports: Cloud
) -> None:
    table, now = ServiceRequestTable(reports.reports), datetime.now(UTC)
    reports.assigns(table.request(FIRST), until=now)
    revoked = Event(what="link_revoked", who="command_centre", at=now)
    table.revoke_link(table.request(FIRST), revoked, at=now)

    _, page = shown(function, a_link())

    (link,) = re.findall(rf"https://desk.example/desk/({FIRST}\S+)\"", page)
    assert link.startswith(f"{FIRST}-1.1-")


@pytest.mark.parametrize(
    ("link", "status"),
    [
        (a_link(valid=-2 * DAY), 410),
        (a_link(issue=1), 410),
        (a_link() + "x", 404),
        (a_link().replace("dishub", "pln"), 404),
        ("", 404),
        (
            DeskLink(service_request_id=FIRST, attempt=1, expires=datetime.now(UTC) + DAY).sign(
                KEY
            ),
            404,
        ),
    ],
)
def test_a_link_that_is_no_good_shows_nothing(
    function: Loader, reports: Cloud, link: str, status: int
) -> None:
    answer = shown(function, link)

    assert answer[0] == status
    assert "Jl. Dhoho" not in answer[1]


def test_all_links_of_an_agency_are_revoked_at_once(function: Loader, reports: Cloud) -> None:
    ServiceRequestTable(reports.reports).revoke_overview("dishub")

    assert shown(function, a_link())[0] == 410
    assert shown(function, a_link(issue=1))[0] == 200
    assert shown(function, a_link("pln"))[0] == 200


def test_nothing_open_is_said_so(function: Loader, cloud: Cloud) -> None:
    assert "Tidak ada laporan terbuka" in shown(function, a_link())[1]


def test_a_hundred_reports_are_less_than_sixty_kilobytes(function: Loader, cloud: Cloud) -> None:
    for number in NUMBERS[:110]:
        cloud.keeps(a_dispatched_request(service_request_id=number, address="Jl. Raya " + "x" * 60))

    _, page = shown(function, a_link())

    assert page.count("<section>") == 100
    assert "110 laporan menunggu Dishub" in page
    assert len(page.encode()) < 60_000


# The digest


def told(function: Loader, mailbox: str, cloud: Cloud, **event: Any) -> tuple[dict[str, int], Any]:
    answer = function("send_digest")(event)
    mails = [message["body"] for message in cloud.messages(mailbox)]
    return answer, mails


def test_an_agency_that_has_something_open_gets_a_mail_once_a_day(
    function: Loader, reports: Cloud, output: Output
) -> None:
    mailbox = reports.a_topic_with_mailbox("dishub")
    reports.a_topic_with_mailbox("pln")

    answer, (mail,) = told(function, mailbox, reports)

    assert answer == {"agencies_told": 2}
    assert mail["Subject"] == "2 laporan terbuka untuk Dishub"
    assert "Jl. Dhoho" in mail["Message"]
    (link,) = re.findall(r"https://desk.example/desk/all/(\S+)", mail["Message"])
    assert shown(function, link)[0] == 200
    assert len(mail["MessageAttributes"]["sms"]["Value"]) <= 160

    assert len(told(function, mailbox, reports)[1]) == 1
    assert len(told(function, mailbox, reports, again=True)[1]) == 2
    assert output.counted["DigestSent"] == 4


def test_where_nothing_is_open_nothing_is_sent(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_service_request())
    mailbox = cloud.a_topic_with_mailbox("dishub")

    assert told(function, mailbox, cloud) == ({"agencies_told": 0}, [])


def test_an_agency_that_cannot_be_told_keeps_no_other_from_hearing(
    function: Loader, reports: Cloud
) -> None:
    mailbox = reports.a_topic_with_mailbox("pln")  # and none for the traffic agency

    answer, mails = told(function, mailbox, reports)

    assert (answer, len(mails)) == ({"agencies_told": 1}, 1)


def test_a_part_in_anothers_report_is_listed_with_a_link_of_its_own(
    function: Loader, reports: Cloud
) -> None:
    until = datetime.now(UTC) + DAY
    part = Part(agency="pln", because="kabel", status=Status.ACCEPTED, attempt=1, expires=until)
    reports.keeps(
        a_dispatched_request(service_request_id=NUMBERS[4], address="Jl. Raung", companions=(part,))
    )

    _, page = shown(function, a_link("pln"))

    assert page.count("<section>") == 2
    assert "Jl. Raung" in page
    links = re.findall(r"https://desk\.example/desk/([\w.-]+)", page)
    read = [desk_link.read(link, KEY, datetime.now(UTC)) for link in links]
    assert {(link.service_request_id, link.agency) for link in read} == {
        (OTHERS, None),
        (NUMBERS[4], "pln"),
    }
