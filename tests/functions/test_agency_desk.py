"""The officer's link: looking changes nothing, every decision counts once."""

import base64
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from threading import Barrier, Lock
from typing import Any
from urllib.parse import urlencode

import pytest

from aduan.aws.clients import client
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Event
from aduan.desk_link import DeskLink
from aduan.errors import StaleUpdateError
from aduan.exif import Taken, taken
from aduan.look import look_of
from aduan.pictures.decoding import tiny_grey
from aduan.service_request import Part, ServiceRequest, Status
from tests.builders import (
    ALUN_ALUN,
    KEDIRI,
    NUMBER,
    OTHER_NUMBER,
    a_dispatched_request,
    a_solved_request,
)
from tests.cloud import SECRETS, Cloud, plain
from tests.functions.conftest import Handler, Loader, Output
from tests.pictures import photo

KEY = SECRETS["link-key"].encode()
LONG_AGO, HERE = datetime(2020, 1, 1, 12, 0), (ALUN_ALUN.lat, ALUN_ALUN.long)  # noqa: DTZ001
JPEG = photo(7)
AT_WORK = {"solve", "before", "partly", "ask", "not_found", "delay", "refuse", "reject"}
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
        (key,) = re.findall(r'name="key" value="([^"]*(?<!-before))"', self.body)
        return str(key)

    @property
    def upload_key_before(self) -> str:
        (key,) = re.findall(r'name="key" value="([^"]*-before)"', self.body)
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
    assert page.acts == {"accept", "ask", "refuse", "reject"}


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
    assert officer.looks(done="1").acts == AT_WORK - {"solve", "before"} | {"go"}


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


def test_the_one_script_is_known_by_its_digest(at_work: Officer) -> None:
    page = at_work.looks()

    (script,) = re.findall(r"<script>(.*?)</script>", page.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in page.headers["content-security-policy"]
    assert not re.search(r"<[^>]* on\w+=", page.body)


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
    assert proof["Body"].read() == JPEG  # it held nothing that a camera wrote
    assert request.proof_doubts == ()
    say = plain(cloud.effects()[0])["say"]
    assert (say["text"], say["photo_key"]) == ("solved", request.proof_key)


def test_the_upload_comes_back_to_this_page(at_work: Officer) -> None:
    page = at_work.looks()

    assert page.upload_key.startswith(f"incoming/{NUMBER}-1-")
    then = re.findall(r'name="success_action_redirect" value="([^"]*)"', page.body)
    assert set(then) == {f"https://desk.example/desk/{at_work.link}"}


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
    assert at_work.looks(key=key).says("photo_wrong_type"), "told as soon as it is up"
    assert stored(cloud).status is Status.ACCEPTED


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_photo_of_an_iphone_is_refused_with_what_to_change(
    at_work: Officer, cloud: Cloud, brand: bytes
) -> None:
    content = b"\x00\x00\x00\x18ftyp" + brand + bytes(40)
    key = uploaded(cloud, at_work.looks().upload_key, content)

    page = at_work.looks(key=key)
    assert page.says("photo_heic")
    assert "solve" not in page.acts


def test_what_the_camera_wrote_is_compared_and_then_left_out(
    at_work: Officer, cloud: Cloud, output: Output
) -> None:
    now_is(cloud, lat=-7.8, long=112.0)
    content = photo(7, taken_at=LONG_AGO, place=HERE)
    key = uploaded(cloud, at_work.looks().upload_key, content)

    at_work.sends("solve", at_work.looks(key=key), photo=key)

    request = stored(cloud)
    assert request.proof_doubts == ("old", "elsewhere")
    assert request.proof_key is not None
    kept = client("s3").get_object(Bucket=cloud.photos, Key=request.proof_key)["Body"].read()
    assert taken(kept) == Taken()
    assert output.counted["ProofDoubted.old"] == 1


def test_a_doubtful_proof_counts_and_the_citizen_and_the_command_centre_are_asked(
    at_work: Officer, cloud: Cloud
) -> None:
    cloud.keeps(a_dispatched_request(service_request_id=OTHER_NUMBER, status=Status.ACCEPTED))
    other = Officer(at_work._handler, a_link(OTHER_NUMBER))
    first = uploaded(cloud, other.looks().upload_key, JPEG)
    other.sends("solve", other.looks(key=first), photo=first)
    again = uploaded(cloud, at_work.looks().upload_key, photo(7, size=(500, 375), quality=60))

    answer = at_work.sends("solve", at_work.looks(key=again), photo=again)

    assert answer.status == 303
    assert (stored(cloud).status, stored(cloud).proof_doubts) == (Status.SOLVED, ("reused",))
    effects = [plain(each) for each in cloud.effects() if NUMBER in each["SK"]["S"]]
    (say,) = [each["say"] for each in effects if "say" in each]
    (notice,) = [each["notice"] for each in effects if "notice" in each]
    assert (say["text"], "mirip" in say["fields"]["doubt"]) == ("solved_doubtful", True)
    assert notice == {"agency": "diskominfo", "what": "doubtful_proof", "role": "duty"}
    assert "ditandai untuk Command Center" in at_work.looks().body


def test_the_citizens_own_photo_is_no_proof(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_dispatched_request(status=Status.ACCEPTED, photo_ids=("a-0",)))
    look = look_of(tiny_grey(JPEG))
    assert look is not None
    table = ServiceRequestTable(cloud.reports)
    outcome = {"key": "reports/a.jpg", "look": look}
    table.save_photo("a-0", outcome, change=Change(), at=datetime.now(UTC))
    officer = Officer(function("agency_desk"), a_link())
    key = uploaded(cloud, officer.looks().upload_key, photo(7, quality=50))

    officer.sends("solve", officer.looks(key=key), photo=key)

    assert stored(cloud).proof_doubts == ("reporters",)


def test_a_photo_of_before_is_kept_beside_the_proof_and_cannot_be_the_proof_too(
    at_work: Officer, cloud: Cloud
) -> None:
    before = uploaded(cloud, at_work.looks().upload_key_before, JPEG)
    page = at_work.looks(key=before)
    assert page.acts == AT_WORK - {"solve"} | {"go"}
    assert at_work.sends("before", page, photo=before).status == 303
    assert stored(cloud).status is Status.ACCEPTED
    assert [each for each in cloud.effects() if "say" in each] == []

    after = uploaded(cloud, at_work.looks().upload_key, JPEG)
    at_work.sends("solve", at_work.looks(key=after), photo=after)
    assert stored(cloud).proof_doubts == ("reused",)
    assert at_work.looks().body.count("<figure>") == 2


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


# Asking and waiting


def test_a_question_goes_to_the_citizen_and_the_form_serves_once(
    officer: Officer, cloud: Cloud
) -> None:
    page = officer.looks()

    first = officer.sends("ask", page, words="Tiang nomor berapa? WA 081234567890")
    second = officer.sends("ask", page, words="Tiang nomor berapa?")

    assert (first.status, second.status) == (303, 409)
    (effect,) = [plain(each) for each in cloud.effects()]
    assert effect["say"]["text"] == "asked"
    assert effect["say"]["fields"]["question"] == "Tiang nomor berapa? WA [disamarkan]"
    assert stored(cloud).status is Status.DISPATCHED
    assert "Belum dijawab" in officer.looks().body


def test_the_second_officer_sees_what_the_first_did_and_keeps_what_was_typed(
    at_work: Officer, cloud: Cloud
) -> None:
    page = at_work.looks()
    at_work.sends("delay", page, until=f"{datetime.now(UTC) + 5 * DAY:%Y-%m-%d}", words="LED")

    late = at_work.sends("partly", page, words="tiang sudah tegak & kabel belum")

    assert (late.status, late.says("stale")) == (409, True)
    assert "Terakhir: Dishub mengumumkan tambahan waktu" in late.body
    assert "tiang sudah tegak &amp; kabel belum</textarea>" in late.body
    assert at_work.sends("partly", late, words="tiang sudah tegak").status == 303


def test_what_was_typed_into_a_form_that_is_gone_can_still_be_copied(
    at_work: Officer, cloud: Cloud
) -> None:
    page = at_work.looks()
    now_is(cloud, status=Status.SOLVED, proof_key="proof/ab.jpg")

    late = at_work.sends("reject", page, words="sudah ditangani kemarin")

    assert "readonly>sudah ditangani kemarin</textarea>" in late.body


@pytest.mark.parametrize("until", ["", "besok", "2020-01-01", "2999-01-01"])
def test_a_delay_needs_a_day_to_come(at_work: Officer, cloud: Cloud, until: str) -> None:
    answer = at_work.sends("delay", at_work.looks(), until=until, words="suku cadang")

    assert (answer.status, answer.says("date_wrong")) == (422, True)
    assert "suku cadang</textarea>" in answer.body
    assert stored(cloud).delayed_until is None


def test_a_revoked_link_is_over_and_the_one_that_replaces_it_is_good(
    officer: Officer, cloud: Cloud, output: Output
) -> None:
    table, now = ServiceRequestTable(cloud.reports), datetime.now(UTC)
    page = officer.looks()
    cloud.assigns(table.request(NUMBER), until=now + DAY)
    revoked = Event(what="link_revoked", who="command_centre", at=now)
    table.revoke_link(table.request(NUMBER), revoked, at=now)

    for answer in (officer.looks(), officer.sends("accept", page)):
        assert (answer.status, answer.says("revoked")) == (410, True)
        assert "Jl. Veteran" not in answer.body
    assert output.counted["DeskLinkRevoked"] == 2
    link = DeskLink(service_request_id=NUMBER, attempt=1, expires=now + DAY, issue=1).sign(KEY)
    assert Officer(officer._handler, link).looks().status == 200
    (effect,) = [plain(each) for each in cloud.effects()]
    assert effect["notice"] == {"agency": "dishub", "what": "new_link", "role": "duty"}


# Several agencies on one report


def an_accident(cloud: Cloud) -> ServiceRequest:
    """The police lead and are at it, so is the ambulance."""
    return cloud.keeps(
        a_dispatched_request(
            service_code="traffic_accident",
            agency_responsible="polres",
            status=Status.ACCEPTED,
            companions=(
                Part(
                    agency="dinkes",
                    because="ada korban kecelakaan",
                    status=Status.ACCEPTED,
                    attempt=1,
                    expires=datetime.now(UTC) + DAY,
                ),
                Part(agency="dpupr", because="jalan rusak", after=("dinkes",), required=False),
            ),
        )
    )


def a_link_for(agency: str, *, attempt: int = 1, issue: int = 0) -> str:
    expires = datetime.now(UTC) + DAY
    return DeskLink(
        service_request_id=NUMBER, attempt=attempt, expires=expires, issue=issue, agency=agency
    ).sign(KEY)


def test_a_companions_page_shows_its_own_part_and_what_the_others_do(
    function: Loader, cloud: Cloud
) -> None:
    an_accident(cloud)
    page = Officer(function("agency_desk"), a_link_for("dinkes")).looks()

    assert page.acts >= AT_WORK - {"solve", "before"}
    body = unescape(page.body)
    assert "Diteruskan ke Dinkes karena ada korban kecelakaan" in body
    assert "Polres Kediri Kota: sudah menerima, belum selesai" in body
    assert "DPUPR: menunggu Dinkes lebih dahulu (diberi tahu saja)" in body


def test_a_companion_whose_turn_has_not_come_or_that_has_no_part_has_no_page(
    function: Loader, cloud: Cloud
) -> None:
    an_accident(cloud)
    handler = function("agency_desk")

    for link in (
        a_link_for("dpupr"),
        a_link_for("pln"),
        a_link_for("dinkes", attempt=2),
    ):
        page = Officer(handler, link).looks()
        assert (page.status, page.says("reassigned")) == (410, True)
    revoked = Officer(handler, a_link_for("dinkes", issue=1)).looks()
    assert (revoked.status, revoked.says("revoked")) == (410, True)


def test_two_agencies_that_solve_at_the_same_moment_solve_the_report_once(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the same report before either of them writes (moto takes one write at a time)."""
    an_accident(cloud)
    handler = function("agency_desk")
    police, doctors = Officer(handler, a_link()), Officer(handler, a_link_for("dinkes"))
    pages = [(officer, officer.looks()) for officer in (police, doctors)]
    keys = [uploaded(cloud, page.upload_key, photo(n)) for n, (_, page) in enumerate(pages)]
    together, one_at_a_time, save = Barrier(2, timeout=30), Lock(), ServiceRequestTable.save
    met: list[str] = []
    refused: list[Change] = []

    def save_together(table: ServiceRequestTable, change: Change, *, at: datetime) -> None:
        if len(met) < 2:
            met.append("both have read")
            together.wait()
        try:
            with one_at_a_time:
                save(table, change, at=at)
        except StaleUpdateError:
            refused.append(change)
            raise

    monkeypatch.setattr(ServiceRequestTable, "save", save_together)
    with ThreadPoolExecutor() as both:
        answers = list(
            both.map(
                lambda each: each[0][0].sends("solve", each[0][1], photo=each[1]),
                zip(pages, keys, strict=True),
            )
        )

    assert [answer.status for answer in answers] == [303, 303]
    assert len(refused) == 1, "they met"
    request = stored(cloud)
    assert request.status is Status.SOLVED
    events = ServiceRequestTable(cloud.reports).events(NUMBER)
    by_agencies = [event for event in events if event.who in ("polres", "dinkes")]
    assert [event.what for event in by_agencies] == ["part_solved", "solved"]
    assert {event.who for event in by_agencies} == {"polres", "dinkes"}
    wait = cloud.item(f"request#{NUMBER}", "wait#solution#1")
    assert wait is not None
    assert json.loads(wait["answer"]) == {"outcome": "solved"}
    said = [plain(item)["say"]["text"] for item in cloud.effects() if "say" in item]
    assert said == ["solved"], "one story"


def test_of_what_a_companion_does_the_next_in_order_is_told_in_the_same_write(
    function: Loader, cloud: Cloud
) -> None:
    an_accident(cloud)
    doctors = Officer(function("agency_desk"), a_link_for("dinkes"))
    page = doctors.looks()

    doctors.sends("solve", page, photo=uploaded(cloud, page.upload_key))

    told = [plain(item)["notice"] for item in cloud.effects() if "notice" in item]
    assert [(notice["agency"], notice["what"]) for notice in told] == [("dpupr", "assigned")]
    events = ServiceRequestTable(cloud.reports).events(NUMBER)
    assert [event.what for event in events] == ["received", "part_solved", "called_in"]
    request = stored(cloud)
    assert (request.status, request.acts) == (Status.ACCEPTED, 0)
    assert [part.status for part in request.companions] == [Status.SOLVED, Status.DISPATCHED]
    page = doctors.looks()
    assert page.acts == set()
    assert "Bagian Bapak/Ibu selesai, menunggu instansi lain" in page.body
