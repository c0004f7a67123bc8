"""A caller's phone is asked where it is: by WhatsApp or by a link, once, and the pin goes where it belongs."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from aduan.aws.centre_table import CentreTable
from aduan.aws.vault_table import VaultWriter
from aduan.change import Change
from aduan.conversation import Asked, Conversation
from aduan.desk_link import PlaceLink
from aduan.locating import place_id_of
from aduan.message import Channel
from aduan.service_request import ServiceRequest
from tests.builders import ALUN_ALUN, KEDIRI, SURABAYA, a_dispatched_request, a_sender
from tests.cloud import SECRETS, Cloud, plain
from tests.functions.conftest import Handler, Loader
from tests.functions.test_command_centre import asks, buttons, filed_number, notice
from tests.functions.test_converse import a_record

KEY = SECRETS["link-key"].encode()
FIRE = {
    "initials": "rn",
    "caller": "0811-0000-0001",
    "what": "rumah kebakaran, api besar",
    "where": "tidak tahu, di pinggir jalan",
    "click": "c1",
}
PIN = {"lat": str(ALUN_ALUN.lat), "long": str(ALUN_ALUN.long), "accuracy": "12.4"}


@dataclass
class Desk:
    """The operator's widget and the caller's phone."""

    cloud: Cloud
    take: Handler
    receive: Handler

    def table(self) -> CentreTable:
        return CentreTable(self.cloud.reports)

    def asks_where(self, **typed: str) -> str:
        return asks(self.take, typed=FIRE | typed, step="locate")

    def files(self, place_id: str, **typed: str) -> ServiceRequest:
        given = FIRE | {"likely": "fire", "place_id": place_id} | typed
        return self.table().request(filed_number(asks(self.take, typed=given, step="file")))

    def opens(self, link: str, **form: str) -> tuple[int, str]:
        """The page as the caller's browser gets it; with a form, after it was sent."""
        event: dict[str, Any] = {
            "pathParameters": {"link": link},
            "requestContext": {"http": {"method": "POST" if form else "GET"}},
        }
        if form:
            body = base64.b64encode(urlencode(form).encode()).decode()
            event |= {"body": body, "isBase64Encoded": True}
        answer = self.receive(event)
        return int(answer["statusCode"]), unescape(answer["body"])


@pytest.fixture
def desk(function: Loader, cloud: Cloud) -> Desk:
    return Desk(cloud, function("take_call"), function("receive_place"))


def a_chat_report(desk: Desk) -> str:
    return desk.cloud.keeps(a_dispatched_request()).service_request_id


def place_id_in(html: str) -> str:
    (place_id,) = re.findall(r'name="place_id" value="([^"]*)"', html)
    return str(place_id)


def link_to(place_id: str, key: bytes = KEY) -> str:
    return PlaceLink.lasting_an_hour(place_id, datetime.now(UTC)).sign(key)


def words(key: str) -> str:
    return str(KEDIRI.messages["place_page"][key])


def on_whatsapp(cloud: Cloud, ago: timedelta = timedelta(minutes=5)) -> str:
    """The caller has written to the desk before; gives who they are there."""
    writer = VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id)
    citizen = writer.citizen(a_sender())
    wrote = datetime.now(UTC) - ago
    chat = Conversation(citizen_id=citizen, channel=Channel.WHATSAPP, last_inbound_at=wrote)
    CentreTable(cloud.reports).save_conversation(chat, Change(), at=wrote)
    return citizen


def question(cloud: Cloud) -> dict[str, Any]:
    (asked,) = [plain(each)["say"] for each in cloud.effects() if "say" in each]
    return dict(asked)


def test_a_phone_without_whatsapp_is_asked_by_sms_and_the_form_stays_as_it_is(desk: Desk) -> None:
    shown = desk.asks_where()

    assert place_id_in(shown) == place_id_of("c1")
    assert "Tautan dikirim lewat SMS" in shown
    assert "rumah kebakaran, api besar" in shown
    assert "Kirim" in buttons(shown)  # it was checked as well: still three round trips to dispatch
    asked = question(desk.cloud)
    assert (asked["by_sms"], asked["place_link"]) == (True, place_id_of("c1"))
    assert SECRETS["link-key"] not in json.dumps(desk.cloud.items(desk.cloud.reports))


def test_the_place_may_be_asked_before_a_word_is_written(desk: Desk) -> None:
    typed = {"initials": "rn", "caller": FIRE["caller"], "click": "c1"}
    shown = asks(desk.take, typed=typed, step="locate")

    assert "Tautan dikirim lewat SMS" in shown
    assert place_id_in(shown) == place_id_of("c1")


def test_asked_twice_by_one_form_is_one_sms(desk: Desk) -> None:
    for _ in range(2):
        desk.asks_where()

    assert len(desk.cloud.effects()) == 1


@pytest.mark.parametrize("caller", ["", "0354 682010"])
def test_a_telephone_on_the_wall_is_asked_nothing(desk: Desk, caller: str) -> None:
    assert notice(desk.asks_where(caller=caller)).startswith("Tautan lokasi hanya bisa")
    assert desk.cloud.effects() == []


def test_the_place_is_in_the_form_at_the_next_look_and_in_the_report_when_it_is_filed(
    desk: Desk,
) -> None:
    place_id = place_id_in(desk.asks_where())
    status, page = desk.opens(link_to(place_id), **PIN)

    checked = asks(desk.take, typed=FIRE | {"place_id": place_id}, step="check")
    request = desk.files(place_id)

    assert (status, words("received") in page) == (200, True)
    assert "Lokasi penelepon" in checked
    assert "teliti sekitar 12 meter" in checked
    assert "<circle" in checked
    assert f'name="spot" value="{request.area}" checked' in checked
    assert (request.lat, request.long) == (ALUN_ALUN.lat, ALUN_ALUN.long)
    area = KEDIRI.area_at(ALUN_ALUN.lat, ALUN_ALUN.long)
    assert area is not None
    assert request.area == area.name
    received = desk.table().events(request.service_request_id)[0]
    assert received.notes == "agreed_to_location"


def test_an_answer_that_comes_after_filing_moves_the_reports_pin_and_tells_the_agency(
    desk: Desk,
) -> None:
    place_id = place_id_in(desk.asks_where())
    request = desk.files(place_id)
    number = request.service_request_id
    dispatched = request.route_to("damkar", "jenis", request.updated_datetime).dispatch(
        request.updated_datetime
    )
    desk.table().save(Change(request=dispatched), at=request.updated_datetime)

    desk.opens(link_to(place_id), **PIN)
    looked = asks(desk.take, typed={"place_id": place_id}, step="filed", id=number)

    moved = desk.table().request(number)
    assert request.lat is None
    assert (moved.lat, moved.long) == (ALUN_ALUN.lat, ALUN_ALUN.long)
    assert desk.table().events(number)[-1].what == "place_given"
    notices = [plain(e)["notice"]["what"] for e in desk.cloud.effects() if "notice" in e]
    assert notices == ["place"]
    assert "Diterima pukul" in looked


def test_a_link_serves_once(desk: Desk) -> None:
    link = link_to(place_id_in(desk.asks_where()))
    desk.opens(link, **PIN)
    elsewhere = PIN | {"lat": str(SURABAYA.lat), "long": str(SURABAYA.long)}

    for form in ({}, elsewhere):
        status, page = desk.opens(link, **form)
        assert (status, words("used") in page) == (200, True)
    kept = desk.table().locating(place_id_of("c1"))
    assert kept.lat == ALUN_ALUN.lat


def test_looking_at_the_page_changes_nothing_and_its_script_alone_may_run(desk: Desk) -> None:
    link = link_to(place_id_in(desk.asks_where()))
    before = desk.cloud.items(desk.cloud.reports)
    event = {"pathParameters": {"link": link}, "requestContext": {"http": {"method": "GET"}}}
    answer = desk.receive(event)

    assert desk.cloud.items(desk.cloud.reports) == before
    (script,) = re.findall(r"<script>(.*)</script>", answer["body"], re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in answer["headers"]["content-security-policy"]
    assert "<form" in answer["body"]
    assert " hidden " in answer["body"]  # without the script there is nothing to press
    assert words("instead") in unescape(answer["body"])


def test_a_forged_or_cut_link_and_one_of_another_kind_open_nothing(desk: Desk) -> None:
    place_id = place_id_in(desk.asks_where())
    good = link_to(place_id)

    for link in (link_to(place_id, b"another key"), good[:-1], link_to("0" * 16), "x", ""):
        status, page = desk.opens(link, **PIN)
        assert (status, words("forged") in page) == (404, True)


def test_half_an_hour_later_the_link_is_over_and_the_form_says_so(desk: Desk) -> None:
    place_id = place_id_in(desk.asks_where())
    asked = desk.table().locating(place_id)
    past = datetime.now(UTC) - timedelta(seconds=1)
    desk.table().save_answer(replace(asked, expires=past), Change(), at=past)

    status, page = desk.opens(link_to(place_id), **PIN)
    checked = asks(desk.take, typed=FIRE | {"place_id": place_id}, step="check")

    assert (status, words("expired") in page) == (410, True)
    assert "tidak dijawab" in checked


@pytest.mark.parametrize(
    "form",
    [
        {"lat": "x", "long": "1"},
        {"lat": "91", "long": "1"},
        {"lat": "nan", "long": "nan"},
        {"a": "1"},
    ],
)
def test_what_is_no_place_on_earth_is_not_kept(desk: Desk, form: dict[str, str]) -> None:
    link = link_to(place_id_in(desk.asks_where()))

    status, page = desk.opens(link, **form)

    assert (status, words("unusable") in page) == (400, True)
    assert desk.table().locating(place_id_of("c1")).answered_at is None


def test_a_place_outside_the_city_is_said_to_be_outside(desk: Desk) -> None:
    place_id = place_id_in(desk.asks_where())
    desk.opens(link_to(place_id), lat=str(SURABAYA.lat), long=str(SURABAYA.long))

    checked = asks(desk.take, typed=FIRE | {"place_id": place_id}, step="check")

    assert "di luar Kota Kediri" in checked


def test_the_report_filed_at_the_moment_of_the_answer_has_the_pin(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phone answers between the read and the write of `Kirim`: filed again, with the answer."""
    place_id = place_id_in(desk.asks_where())
    file = CentreTable.file
    tried: list[int] = []

    def later(table: CentreTable, *parts: Any, **more: Any) -> None:
        if not tried:
            tried.append(1)
            desk.opens(link_to(place_id), **PIN)
        file(table, *parts, **more)

    monkeypatch.setattr(CentreTable, "file", later)

    assert desk.files(place_id).lat == ALUN_ALUN.lat


def test_who_reported_in_a_chat_gets_no_sms(desk: Desk) -> None:
    number = a_chat_report(desk)

    shown = asks(desk.take, typed={"initials": "rn"}, step="locate", id=number)

    assert notice(shown).startswith("Tindakan itu tidak bisa")
    assert [line.what for line in desk.table().events(number)] == ["received"]


# On WhatsApp


def a_pin() -> dict[str, Any]:
    """What the webhook brings when the caller taps the button."""
    record = a_record("whatsapp/location_bare")
    body = json.loads(record["body"])
    place = {"latitude": ALUN_ALUN.lat, "longitude": ALUN_ALUN.long}
    return {
        "Records": [
            record | {"body": json.dumps(body | {"message": body["message"] | {"location": place}})}
        ]
    }


def test_who_wrote_on_whatsapp_today_is_asked_there_and_their_pin_is_in_the_form(
    desk: Desk, function: Loader
) -> None:
    on_whatsapp(desk.cloud)
    place_id = place_id_in(desk.asks_where())
    asked = question(desk.cloud)

    assert function("converse")(a_pin()) == {"batchItemFailures": []}
    request = desk.files(place_id)

    assert (asked["ask_location"], asked["by_sms"]) == (True, False)
    assert (request.lat, request.long) == (ALUN_ALUN.lat, ALUN_ALUN.long)
    said = [plain(e)["say"]["text"] for e in desk.cloud.effects() if "say" in e]
    assert "place_of_call_noted" in said


def test_a_pin_that_comes_after_filing_moves_the_report_of_whoever_was_on_the_line(
    desk: Desk, function: Loader
) -> None:
    citizen = on_whatsapp(desk.cloud)
    request = desk.files(place_id_in(desk.asks_where()))
    chat = desk.table().conversation(citizen)
    assert chat is not None
    assert (chat.asked, chat.about, chat.locating) == (
        Asked.PLACE,
        request.service_request_id,
        None,
    )

    function("converse")(a_pin())

    moved = desk.table().request(request.service_request_id)
    assert (request.lat, moved.lat) == (None, ALUN_ALUN.lat)


def test_who_wrote_yesterday_is_asked_by_sms(desk: Desk) -> None:
    on_whatsapp(desk.cloud, timedelta(hours=30))
    desk.asks_where()

    assert question(desk.cloud)["by_sms"]


def test_a_report_that_was_filed_can_be_asked_about_as_well(desk: Desk) -> None:
    sent = asks(desk.take, typed=FIRE | {"likely": "fire"}, step="file")
    number = filed_number(sent)
    _, pressed = buttons(sent)["Kirim tautan lokasi"]

    asked = asks(desk.take, typed={"initials": "rn", "click": "c2"}, **pressed)
    desk.opens(link_to(place_id_in(asked)), **PIN)

    assert desk.table().request(number).lat == ALUN_ALUN.lat
    lines = desk.table().events(number)
    assert [line.what for line in lines] == ["received", "place_asked", "place_given"]
    assert lines[1].by == "RN"
