"""An officer asks, the citizen answers in the chat, and neither learns who the other is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aduan.conversation import Asked, Sent
from aduan.message import Channel
from aduan.officer import Act, Decision, decide
from aduan.privacy import HIDDEN
from aduan.service_request import ServiceRequest, Status
from tests.builders import (
    ALUN_ALUN,
    KEDIRI,
    NOW,
    NUMBERS,
    PHOTO,
    SURABAYA,
    Chat,
    a_dispatched_request,
)

MINE, OTHER = NUMBERS[-1], NUMBERS[-2]


def asked(
    act: Act = Act.ASK, words: str = "Tiangnya sisi mana?", **parts: object
) -> ServiceRequest:
    known = {"service_request_id": MINE, "status": Status.ACCEPTED, **parts}
    accepted = a_dispatched_request(**known)
    request = decide(accepted, Decision(act=act, words=words), KEDIRI, NOW).request
    assert request is not None
    return request


@pytest.fixture
def chat() -> Chat:
    return Chat(Channel.WHATSAPP, asked())


def test_the_answer_goes_into_the_report_and_the_agency_hears_of_it(chat: Chat) -> None:
    say = chat.sends("sisi timur, depan warung")

    assert say.text == "answer_passed_on"
    assert chat.told_agency == ["answered"]
    assert chat.report is not None
    assert chat.report.description.endswith("sisi timur, depan warung")
    assert chat.report.open_question is None
    assert chat.report.status is Status.ACCEPTED


@pytest.mark.parametrize("words", ["iya", "tidak", "3", "kurang tahu pak"])
def test_a_short_answer_is_an_answer(chat: Chat, words: str) -> None:
    assert chat.sends(words).text == "answer_passed_on"


def test_what_follows_at_once_is_added_without_another_message_to_anyone(chat: Chat) -> None:
    chat.sends("sisi timur")

    assert chat.hears("cat hijau") is None
    assert (chat.reaction, chat.told_agency) == ("👍", [])
    assert chat.report is not None
    assert chat.report.description.endswith("cat hijau")


def test_a_photo_answers(chat: Chat) -> None:
    assert chat.sends(photos=(PHOTO,)).text == "answer_passed_on"
    assert chat.report is not None
    assert len(chat.report.photo_ids) == 1


def test_numbers_and_addresses_in_the_answer_are_hidden_from_the_officer(chat: Chat) -> None:
    chat.sends("telepon saya 081234567890, ktp 3571012345678901, mail a@b.id")

    assert chat.report is not None
    assert chat.report.description.count(HIDDEN) == 3


def test_a_pin_answers_where_it_is_and_moves_the_report() -> None:
    chat = Chat(Channel.WHATSAPP, asked(Act.NOT_FOUND, ""))

    assert chat.sends(location=ALUN_ALUN).text == "place_noted"
    assert chat.told_agency == ["place"]
    assert chat.report is not None
    assert (chat.report.lat, chat.report.open_question) == (ALUN_ALUN.lat, None)


def test_a_pin_outside_the_city_answers_nothing(chat: Chat) -> None:
    assert chat.sends(location=SURABAYA).text == "outside_city"
    assert chat.requests[MINE].open_question is not None


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("cek", "status"),
        (f"cek {MINE}", "status"),
        ("TOLONG KEBAKARAN di Jl. Dhoho", "emergency"),
        ("sampah menumpuk di Jl. Pattimura", "received"),
    ],
)
def test_what_is_plainly_something_else_is_no_answer(chat: Chat, words: str, answer: str) -> None:
    assert chat.sends(words).text == answer
    assert chat.requests[MINE].open_question is not None


def test_thanks_are_no_answer(chat: Chat) -> None:
    chat.hears("terima kasih")
    assert chat.requests[MINE].open_question is not None


def test_in_the_middle_of_another_report_only_a_quotation_answers() -> None:
    chat = Chat()
    chat.sends("ada yang rusak")
    draft = chat.conversation.draft
    chat.requests[MINE] = asked()
    chat.conversation = replace(chat.conversation, reports=(MINE,))
    assert draft is not None
    chat.sends("parah sekali")
    assert chat.requests[MINE].open_question is not None
    draft = chat.conversation.draft
    quoting = Sent(effect="say#x", text="asked", service_request_id=MINE)

    assert chat.sends("sisi timur", said_before=quoting).text == "answer_passed_on"
    assert chat.conversation.draft == draft
    assert chat.conversation.asked is not Asked.OFFICER_QUESTION


def test_of_two_reports_the_one_asked_last_is_answered() -> None:
    chat = Chat(Channel.WHATSAPP, asked(service_request_id=OTHER), asked())
    second = chat.requests[MINE]
    later = second.ask("Nomor tiangnya?", NOW + timedelta(seconds=5))
    chat.requests[MINE] = later

    chat.sends("P-12")
    assert chat.report is not None
    assert chat.report.service_request_id == MINE


def test_what_was_written_before_the_question_is_no_answer_to_it(chat: Chat) -> None:
    chat.hears("masih gelap", sent_at=NOW - timedelta(minutes=1))

    assert chat.requests[MINE].open_question is not None


def test_a_question_of_an_agency_that_gave_the_report_back_is_over() -> None:
    request = asked().refuse("bukan kami", None, NOW)
    chat = Chat(Channel.WHATSAPP, request)

    chat.hears("sisi timur")
    assert "answered" not in chat.told_agency
    assert chat.requests[MINE].questions[0].answered_at is None
