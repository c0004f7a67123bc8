"""The officer's link: looking changes nothing, every decision counts once."""

import base64
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from aduan.aws.clients import client
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change
from aduan.desk_link import DeskLink
from aduan.errors import StaleUpdateError
from aduan.service_request import ServiceRequest, Status
from tests.builders import KEDIRI, NUMBER, OTHER_NUMBER, a_dispatched_request, a_solved_request
from tests.cloud import SECRETS, Cloud, plain
from tests.functions.conftest import Handler, Loader, Output

KEY = SECRETS["link-key"].encode()
JPEG = b"\xff\xd8\xff\xe0 the lamp shines again"
DAY = timedelta(days=1)


def a_link(number: str = NUMBER, *, attempt: int = 1, valid: timedelta = DAY) -> str:
    expires = datetime.now(UTC) + valid
    return DeskLink(service_request_id=number, attempt=attempt, expires=expires).sign(KEY)


@dataclass(frozen=True)
class Page:
    status: int
    headers: dict[str, str]
    body: str

    def says(self, refusal: str) -> bool:
        """Whether it shows a refusal by its key in `agency.id.toml`."""
        return str(KEDIRI.agency_texts["refusals"][refusal]["title"]) in unescape(self.body)

    @property
    def form_token(self) -> str:
        (token, *_) = re.findall(r'name="form_token" value="([^"]*)"', self.body)
        return str(token)

    @property
    def acts(self) -> set[str]:
        return set(re.findall(r'name="act" value="(\w+)"', self.body))

    @property
    def upload_key(self) -> str:
        (key,) = re.findall(r'name="key" value="([^"]*)"', self.body)
        return str(key)


class Officer:
    """Somebody with a link and a browser."""

    def __init__(self, handler: Handler, link: str) -> None:
        self._handler, self.link = handler, link

    def looks(self, **query: str) -> Page:
        return self._ask("GET", queryStringParameters=query or None)

    def sends(self, act: str, page: Page, **fields: str) -> Page:
        """Send one of the page's forms, as API Gateway hands it over."""
        form = urlencode({"act": act, "form_token": page.form_token} | fields)
        body = base64.b64encode(form.encode()).decode()
        return self._ask("POST", body=body, isBase64Encoded=True)

    def _ask(self, method: str, **parts: Any) -> Page:
        answer = self._handler(
            {
                "requestContext": {"http": {"method": method}},
                "pathParameters": {"link": self.link},
                **parts,
            }
        )
        answer = json.loads(json.dumps(answer))
        return Page(answer["statusCode"], answer["headers"], answer["body"])


@pytest.fixture
def officer(function: Loader, cloud: Cloud) -> Officer:
    """With the link to a drain that was dispatched to their agency: its reporter hears of each step."""
    cloud.keeps(a_dispatched_request(because="jenis laporan", service_code="drainage"))
    return Officer(function("agency_desk"), a_link())


def now_is(cloud: Cloud, **changes: Any) -> None:
    """The report as somebody else has left it meanwhile."""
    table = ServiceRequestTable(cloud.reports)
    request = replace(table.request(NUMBER), **changes)
    table.save(Change(request=request), at=request.updated_datetime)


def stored(cloud: Cloud) -> ServiceRequest:
    return ServiceRequestTable(cloud.reports).request(NUMBER)


def uploaded(cloud: Cloud, key: str, content: bytes = JPEG) -> str:
    client("s3").put_object(Bucket=cloud.photos, Key=key, Body=content)
    return key


# Looking


def test_the_link_shows_the_report_and_what_can_be_done(officer: Officer) -> None:
    page = officer.looks()

    assert page.status == 200
    assert "lampu jalan mati" in page.body
    assert "Jl. Veteran" in page.body
    assert page.acts == {"accept", "refuse", "reject"}


def test_looking_changes_nothing_however_often_and_however_asked(
    officer: Officer, cloud: Cloud
) -> None:
    before = cloud.items(cloud.reports)
    page = officer.looks()
    for query in ({}, {"act": "accept", "form_token": page.form_token}, {"done": "1"}):
        assert officer.looks(**query).status == 200

    assert cloud.items(cloud.reports) == before
    assert "Contents" not in client("s3").list_objects_v2(Bucket=cloud.photos)


def test_the_page_holds_nothing_of_the_reporter(officer: Officer) -> None:
    assert a_dispatched_request().citizen_id not in officer.looks().body


def test_the_citizens_photos_are_shown(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_dispatched_request(photo_ids=("a-0", "a-1")), photos={"a-0": "reports/hole.jpg"})

    page = Officer(function("agency_desk"), a_link()).looks()

    assert page.body.count("<img") == 1
    assert "/photos/reports/hole.jpg?" in page.body


def test_the_page_is_kept_nowhere_and_runs_nothing(officer: Officer) -> None:
    page = officer.looks()

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-robots-tag"] == "noindex"
    policy = page.headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "base-uri 'none'" in policy
    (photos,) = (rule.removeprefix("img-src ") for rule in policy if rule.startswith("img-src "))
    assert f"media-src {photos}" in policy, "what the citizen recorded can be heard"
    assert "frame-ancestors 'none'" in policy
    assert not any(rule.startswith("script-src") for rule in policy)
    assert "<script" not in page.body


def test_what_a_citizen_wrote_cannot_become_part_of_the_page(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_dispatched_request(description='<img src=x onerror="alert(1)">'))

    body = Officer(function("agency_desk"), a_link()).looks().body

    assert "<img src=x" not in body
    assert "&lt;img src=x" in body


# Links that are no good


@pytest.mark.parametrize(
    "link",
    [
        "",
        "-",
        "x",
        "a-b-c-d",
        a_link()[:-1],
        a_link() + "x",
        a_link().replace(NUMBER, OTHER_NUMBER),
        a_link().upper(),
        "🌳-1-2-3",
        f"{NUMBER}-1-zzz-",
        a_link(OTHER_NUMBER),  # signed, but there is no such report
    ],
)
def test_a_link_that_is_not_ours_shows_nothing(
    function: Loader, cloud: Cloud, output: Output, link: str
) -> None:
    cloud.keeps(a_dispatched_request())

    page = Officer(function("agency_desk"), link).looks()

    assert (page.status, page.says("forged")) == (404, True)
    assert "Jl. Veteran" not in page.body
    assert output.counted == {"DeskLinkForged": 1}


def test_a_link_is_good_for_a_month_and_then_says_so(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_dispatched_request())

    page = Officer(function("agency_desk"), a_link(valid=-timedelta(hours=2))).looks()

    assert (page.status, page.says("expired")) == (410, True)
    assert "Jl. Veteran" not in page.body


def test_when_the_report_went_to_another_agency_the_old_link_is_over(
    officer: Officer, cloud: Cloud
) -> None:
    page = officer.looks()
    now_is(cloud, attempt=2, agency_responsible="dpkp")

    for answer in (officer.looks(), officer.sends("accept", page)):
        assert (answer.status, answer.says("reassigned")) == (410, True)
        assert "Jl. Veteran" not in answer.body
    assert stored(cloud).status is Status.DISPATCHED


# Deciding


def test_accepting_moves_the_report_tells_the_citizen_and_the_workflow(
    officer: Officer, cloud: Cloud, output: Output
) -> None:
    answer = officer.sends("accept", officer.looks())

    assert answer.status == 303
    assert answer.headers["location"] == f"https://desk.example/desk/{officer.link}?done=1"
    assert answer.headers["cache-control"] == "no-store"
    assert stored(cloud).status is Status.ACCEPTED
    assert [plain(effect)["say"]["text"] for effect in cloud.effects()] == ["accepted"]
    wait = cloud.item(f"request#{NUMBER}", "wait#acceptance#1")
    assert wait is not None
    assert json.loads(wait["answer"]) == {"outcome": "accepted"}
    assert output.counted == {"OfficerDecided.accept": 1}
    assert officer.looks(done="1").acts == {"go", "refuse", "reject"}


def test_a_double_tap_is_one_decision(officer: Officer, cloud: Cloud) -> None:
    page = officer.looks()

    first, second = officer.sends("accept", page), officer.sends("accept", page)

    assert (first.status, second.status, second.says("stale")) == (303, 409, True)
    assert len(cloud.effects()) == 1
    events = ServiceRequestTable(cloud.reports).events(NUMBER)
    assert [event.what for event in events] == ["received", "accepted"]


def test_of_two_officers_who_decide_otherwise_the_first_is_heard(
    officer: Officer, cloud: Cloud
) -> None:
    page = officer.looks()

    officer.sends("refuse", page, words="bukan kami")
    late = officer.sends("accept", page)

    assert (late.status, stored(cloud).status) == (409, Status.RECEIVED)


@pytest.mark.parametrize("token", ["", "guessed", "🌳"])
def test_without_the_pages_own_form_nothing_is_decided(
    officer: Officer, cloud: Cloud, token: str
) -> None:
    answer = officer.sends("accept", officer.looks(), form_token=token)

    assert (answer.status, answer.says("stale")) == (409, True)
    assert stored(cloud).status is Status.DISPATCHED


def test_the_form_of_another_report_is_of_no_use(officer: Officer, cloud: Cloud) -> None:
    cloud.keeps(a_dispatched_request(service_request_id=OTHER_NUMBER))
    other = Officer(officer._handler, a_link(OTHER_NUMBER)).looks()

    assert officer.sends("accept", other).status == 409


def test_a_photo_of_the_citizens_that_came_meanwhile_does_not_stop_the_officer(
    officer: Officer, cloud: Cloud
) -> None:
    page = officer.looks()
    now_is(cloud, photo_ids=("a-0",))

    assert officer.sends("accept", page).status == 303
    assert stored(cloud).photo_ids == ("a-0",)


def test_one_who_was_faster_by_a_moment_wins(
    officer: Officer, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, save = officer.looks(), ServiceRequestTable.save

    def outrun(self: ServiceRequestTable, change: Change, *, at: datetime) -> None:
        monkeypatch.setattr(ServiceRequestTable, "save", save)
        now_is(cloud, status=Status.REJECTED)
        raise StaleUpdateError(NUMBER)

    monkeypatch.setattr(ServiceRequestTable, "save", outrun)
    answer = officer.sends("accept", page)

    assert (answer.status, answer.says("stale")) == (409, True)
    assert stored(cloud).status is Status.REJECTED


def test_an_agency_cannot_decide_for_the_one_that_got_the_report_at_that_moment(
    officer: Officer, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, save = officer.looks(), ServiceRequestTable.save

    def outrun(self: ServiceRequestTable, change: Change, *, at: datetime) -> None:
        monkeypatch.setattr(ServiceRequestTable, "save", save)
        now_is(cloud, attempt=2, agency_responsible="dpkp")
        raise StaleUpdateError(NUMBER)

    monkeypatch.setattr(ServiceRequestTable, "save", outrun)
    answer = officer.sends("accept", page)

    assert (answer.status, answer.says("reassigned")) == (410, True)
    assert stored(cloud).status is Status.DISPATCHED


def test_saying_on_the_way_tells_the_citizen(officer: Officer, cloud: Cloud) -> None:
    now_is(cloud, status=Status.ACCEPTED)

    assert officer.sends("go", officer.looks()).status == 303
    assert stored(cloud).status is Status.IN_PROGRESS


@pytest.mark.parametrize("act", ["refuse", "reject"])
def test_whoever_refuses_or_rejects_must_say_why(officer: Officer, cloud: Cloud, act: str) -> None:
    answer = officer.sends(act, officer.looks(), words="  ")

    assert (answer.status, answer.says("reason_missing")) == (422, True)
    assert stored(cloud).status is Status.DISPATCHED


def test_a_refusal_may_name_the_better_agency(officer: Officer, cloud: Cloud) -> None:
    page = officer.looks()

    officer.sends("refuse", page, words="jalan lingkungan", better_agency="dpkp")

    request = stored(cloud)
    assert (request.status, request.suggested_agency) == (Status.RECEIVED, "dpkp")
    assert request.refused_by == ("dishub",)
    wait = cloud.item(f"request#{NUMBER}", "wait#acceptance#1")
    assert wait is not None
    assert json.loads(wait["answer"]) == {"error": "NotOursError"}


@pytest.mark.parametrize("act", ["", "dance", "solve", "go"])
def test_what_the_state_does_not_allow_is_not_done(
    officer: Officer, cloud: Cloud, act: str
) -> None:
    key = f"incoming/{NUMBER}-1-ab"
    answer = officer.sends(act, officer.looks(), photo=uploaded(cloud, key))

    assert (answer.status, answer.says("not_possible")) == (409, True)
    assert stored(cloud).status is Status.DISPATCHED


def test_what_was_typed_is_not_lost(officer: Officer, cloud: Cloud) -> None:
    page = officer.looks()
    now_is(cloud, status=Status.ACCEPTED)

    answer = officer.sends("reject", page, words="lahan pribadi & pagar")

    assert "lahan pribadi &amp; pagar" in answer.body


# Solving


@pytest.fixture
def at_work(officer: Officer, cloud: Cloud) -> Officer:
    now_is(cloud, status=Status.ACCEPTED)
    return officer


def test_a_photo_goes_up_and_then_the_report_is_solved(at_work: Officer, cloud: Cloud) -> None:
    key = uploaded(cloud, at_work.looks().upload_key)
    page = at_work.looks(bucket="photos", key=key, etag="x")
    assert "solve" in page.acts

    answer = at_work.sends("solve", page, photo=key, words="lampu diganti")

    assert answer.status == 303
    request = stored(cloud)
    assert (request.status, request.status_notes) == (Status.SOLVED, "lampu diganti")
    assert request.proof_key is not None
    proof = client("s3").get_object(Bucket=cloud.photos, Key=request.proof_key)
    assert proof["Body"].read() == JPEG
    say = plain(cloud.effects()[0])["say"]
    assert (say["text"], say["photo_key"]) == ("solved", request.proof_key)


def test_the_upload_comes_back_to_this_page(at_work: Officer) -> None:
    page = at_work.looks()

    assert page.upload_key.startswith(f"incoming/{NUMBER}-1-")
    (then,) = re.findall(r'name="success_action_redirect" value="([^"]*)"', page.body)
    assert then == f"https://desk.example/desk/{at_work.link}"


def test_every_page_has_an_upload_of_its_own(at_work: Officer) -> None:
    assert at_work.looks().upload_key != at_work.looks().upload_key


@pytest.mark.parametrize("photo", ["", f"incoming/{NUMBER}-1-not-there"])
def test_without_a_photo_nothing_is_solved(at_work: Officer, cloud: Cloud, photo: str) -> None:
    answer = at_work.sends("solve", at_work.looks(), photo=photo)

    assert (answer.status, answer.says("photo_missing")) == (422, True)
    assert stored(cloud).status is Status.ACCEPTED


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<html>", b""])
def test_a_file_that_is_no_photo_proves_nothing(
    at_work: Officer, cloud: Cloud, content: bytes
) -> None:
    key = uploaded(cloud, at_work.looks().upload_key, content)

    answer = at_work.sends("solve", at_work.looks(key=key), photo=key)

    assert (answer.status, answer.says("photo_wrong_type")) == (422, True)
    assert stored(cloud).status is Status.ACCEPTED


@pytest.mark.parametrize(
    "key",
    [
        f"incoming/{OTHER_NUMBER}-1-ab",
        f"incoming/{NUMBER}-2-ab",
        f"incoming/{NUMBER}-11-ab",
        "reports/ab.jpg",
        "proof/ab.jpg",
    ],
)
def test_a_photo_of_another_report_is_neither_shown_nor_taken(
    at_work: Officer, cloud: Cloud, key: str
) -> None:
    uploaded(cloud, key)

    assert key not in at_work.looks(key=key).body
    answer = at_work.sends("solve", at_work.looks(), photo=key)
    assert (answer.status, answer.says("photo_missing")) == (422, True)
    assert stored(cloud).status is Status.ACCEPTED


def test_when_solved_the_proof_is_shown_and_nothing_more_is_to_do(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_solved_request(proof_key="proof/ab.jpg"))

    page = Officer(function("agency_desk"), a_link()).looks()

    assert page.acts == set()
    assert "/photos/proof/ab.jpg?" in page.body


def test_no_link_no_reason_and_no_place_is_logged(officer: Officer, output: Output) -> None:
    officer.sends("refuse", officer.looks(), words="rahasia")

    for name in (officer.link, officer.link.rsplit("-", 1)[1], "rahasia", "Veteran"):
        assert name not in output.text
