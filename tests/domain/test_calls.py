"""A call to 112: what is typed, what is understood, what is filed."""

from typing import Any

import pytest

from aduan.change import Change
from aduan.command_centre.calls import Heard, News, areas_in, check, file_report, phone, reachable
from aduan.command_centre.operator import RefusedDeedError
from aduan.message import Channel
from aduan.service_request import ServiceRequest
from tests.builders import KEDIRI, NOW, NUMBER

FIRE = Heard(
    by="rn", what="rumah kebakaran, api besar", where="Gang Melati, Mojoroto", service_code="fire"
)


def filed(heard: Heard = FIRE) -> Change:
    return file_report(heard, KEDIRI, number=NUMBER, citizen_id="caller", invocation="r-1", at=NOW)


def report(**changes: Any) -> ServiceRequest:
    request = filed(Heard(**{**FIRE.__dict__, **changes})).request
    assert request is not None
    return request


def test_a_call_opens_the_same_report_as_a_chat_would() -> None:
    change, request = filed(), report(area="Mojoroto")

    assert (request.channel, request.service_code, request.urgent) == (Channel.CALL, "fire", True)
    assert (request.address, request.area) == ("Gang Melati, Mojoroto", "Mojoroto")
    assert [effect.start_generation for effect in change.effects] == [1]
    assert change.event
    assert (change.event.what, change.event.by, change.event.invocation) == (
        "received",
        "RN",
        "r-1",
    )


def test_a_number_that_the_caller_says_is_masked_in_the_words() -> None:
    request = report(what="kebakaran, hubungi 081234567890", remarks="anaknya 0857 1111 2222")

    assert "0812" not in request.description
    assert "0857" not in request.description


def test_the_check_names_what_it_may_be_where_and_how_urgent() -> None:
    checked = check(Heard(what="ada ular masuk rumah", where="daerah mojoroto"), KEDIRI)

    assert checked.service_codes[0] == "dangerous_animal"
    assert checked.areas == ("Mojoroto",)
    assert checked.urgent


def test_words_without_a_meaning_leave_the_kind_to_the_operator() -> None:
    assert check(Heard(what="tolong pak"), KEDIRI).service_codes == ("other",)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("bandar lor dekat masjid", "Bandar Lor"),
        ("banjar mlati gang 3", "Banjarmlati"),
        ("ngadireja etan pasar", "Ngadirejo"),
        ("Surabaya", None),
    ],
)
def test_a_kelurahan_is_found_as_people_say_it(said: str, meant: str | None) -> None:
    names = [area.name.replace(" ", "") for area in areas_in(said, KEDIRI)]

    assert names == ([meant.replace(" ", "")] if meant else [])


@pytest.mark.parametrize(
    ("shown", "kept"),
    [("0812-3456-7890", "6281234567890"), ("+62 354 682010", "62354682010"), ("", None)],
)
def test_a_number_is_kept_with_its_country(shown: str, kept: str | None) -> None:
    assert phone(shown) == kept


def test_half_a_number_is_refused() -> None:
    with pytest.raises(RefusedDeedError):
        phone("0812")


def test_only_a_mobile_number_that_agreed_is_written_to() -> None:
    agreed, fixed = (
        reachable("081234567890", News.WHATSAPP),
        reachable("0354 682010", News.WHATSAPP),
    )
    silent = reachable("081234567890", News.NONE)

    assert agreed is not None
    assert fixed is not None
    assert silent is not None
    assert (agreed.channel, fixed.channel, silent.channel) == (
        Channel.WHATSAPP,
        Channel.CALL,
        Channel.CALL,
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"by": ""}, "initials"),
        ({"service_code": "x"}, "no_such_service"),
        ({"what": " "}, "no_words"),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, str], why: str) -> None:
    with pytest.raises(RefusedDeedError) as refused:
        report(**changes)
    assert refused.value.why == why
