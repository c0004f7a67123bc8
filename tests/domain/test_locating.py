"""Where a caller is: what a chat makes of the question, and a report of the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aduan.change import Change
from aduan.conversation import Conversation, Turn, reply
from aduan.conversation.state import AskedPlace
from aduan.locating import Locating, ask, location_in, may_write_to, move_pin, question
from aduan.message import Channel, Kind, Location
from aduan.service_request import Status
from tests.builders import (
    ALUN_ALUN,
    CITIZEN,
    KEDIRI,
    NOW,
    NUMBER,
    SURABAYA,
    a_dispatched_request,
    a_message,
)

HALF_AN_HOUR = timedelta(minutes=30)


def asked(*, by_chat: bool = False) -> Locating:
    return ask("c1", citizen_id=CITIZEN, by_chat=by_chat, by="RN", invocation="r-1", at=NOW)


def sends_a_pin(pin: Location, after: timedelta = timedelta(minutes=1)) -> Turn:
    chat = Conversation(
        citizen_id=CITIZEN,
        channel=Channel.WHATSAPP,
        locating=AskedPlace(place_id="p1", until=NOW + HALF_AN_HOUR),
        last_inbound_at=NOW,
    )
    message = a_message(kind=Kind.PIN, location=pin)
    return reply(chat, message, KEDIRI, requests={}, number=NUMBER, now=NOW + after)


def said(turn: Turn) -> list[str]:
    return [effect.say.text for effect in turn.change.effects if effect.say]


def test_the_pin_of_a_caller_goes_to_the_operator_and_makes_no_report() -> None:
    turn = sends_a_pin(ALUN_ALUN)

    assert turn.change.found is not None
    assert (turn.change.found.place_id, turn.change.found.lat) == ("p1", ALUN_ALUN.lat)
    assert turn.conversation.locating is None
    assert (turn.conversation.draft, said(turn)) == (None, ["place_of_call_noted"])


def test_a_pin_outside_the_city_is_asked_for_again() -> None:
    turn = sends_a_pin(SURABAYA)

    assert (turn.change.found, said(turn)) == (None, ["outside_city"])
    assert turn.conversation.locating is not None


def test_half_an_hour_later_a_pin_is_a_report_in_the_making_like_any_other() -> None:
    turn = sends_a_pin(ALUN_ALUN, HALF_AN_HOUR)

    assert turn.change.found is None
    assert turn.conversation.draft is not None


@pytest.mark.parametrize(
    ("ago", "may"), [(timedelta(hours=1), True), (timedelta(hours=23), False), (None, False)]
)
def test_a_chat_is_asked_in_only_while_meta_lets_us_write(ago: timedelta | None, may: bool) -> None:
    assert may_write_to(NOW - ago if ago else None, NOW) == may


def test_the_link_is_in_no_effect_and_a_chat_gets_a_button_instead() -> None:
    by_sms, by_chat = question(asked(), KEDIRI).say, question(asked(by_chat=True), KEDIRI).say

    assert by_sms is not None
    assert by_chat is not None
    assert (by_sms.by_sms, by_sms.ask_location) == (True, False)
    assert (by_chat.by_sms, by_chat.ask_location, by_chat.place_link) == (False, True, None)
    assert "http" not in str(by_sms.fields.values()).replace(KEDIRI.names["privacy_url"], "")


def test_the_pin_of_a_report_moves_and_whoever_has_it_hears_of_it() -> None:
    found = asked().answer(ALUN_ALUN.lat, ALUN_ALUN.long, 12, NOW)
    change = move_pin(a_dispatched_request(area="Mojoroto"), found, KEDIRI, NOW)

    area = KEDIRI.area_at(ALUN_ALUN.lat, ALUN_ALUN.long)
    assert area is not None
    assert change.request is not None
    assert (change.request.lat, change.request.area) == (ALUN_ALUN.lat, area.name)
    assert change.request.address == "Jl. Veteran"
    assert [effect.notice.what for effect in change.effects if effect.notice] == ["place"]


def test_a_report_that_is_over_stays_where_it_was() -> None:
    found = asked().answer(ALUN_ALUN.lat, ALUN_ALUN.long, 12, NOW)
    over = replace(a_dispatched_request(), status=Status.CLOSED)

    assert move_pin(over, found, KEDIRI, NOW) == Change()


@pytest.mark.parametrize(
    ("accuracy", "kept"), [("12.4", 12), ("", None), ("-1", None), ("1e99", None), ("inf", None)]
)
def test_how_exact_a_place_is_may_be_unknown(accuracy: str, kept: int | None) -> None:
    found = location_in({"lat": "-7.8", "long": "112", "accuracy": accuracy})

    assert found == (Location(lat=-7.8, long=112.0), kept)
