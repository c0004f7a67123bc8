"""The chat once a report has its number: how it stands, what is added, the rating, taking it back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aduan.change import Change, Waiting
from aduan.conversation import reply
from aduan.conversation.state import Sent, Turn
from aduan.message import NEWS, Channel, Inbound, Kind, Say
from aduan.service_request import Status
from tests.builders import (
    ALUN_ALUN,
    CITIZEN,
    KEDIRI,
    NOW,
    NUMBER,
    OTHER_NUMBER,
    PHOTO,
    STRANGER,
    SURABAYA,
    Chat,
    a_dispatched_request,
    a_message,
    a_service_request,
    a_solved_request,
)

HOURS = timedelta(hours=5)
WAITING = Waiting(
    name=NUMBER,
    effect=f"say#{NUMBER}#5#solved",
    say=Say(text="solved"),
    service_request_id=NUMBER,
)


def a_reporter(*moves: str) -> Chat:
    """Whoever has reported a dark street light, and what the agency has done with it."""
    citizen = Chat()
    citizen.sends("pju mati di Jl. Veteran")
    citizen.works(*moves)
    return citizen


# How it stands


def test_a_reporter_can_ask_how_it_stands() -> None:
    say = Chat(Channel.WHATSAPP, a_service_request()).sends("cek 1234-5678-9018")

    assert say.text == "status"
    assert "diterima" in say.fields["status"]


def test_nobody_else_learns_anything_of_a_report() -> None:
    citizen = Chat(Channel.WHATSAPP, a_service_request(citizen_id=STRANGER))

    others, missing = citizen.sends(f"cek {NUMBER}"), citizen.sends(f"cek {OTHER_NUMBER}")
    assert (others.text, others.fields) == (missing.text, missing.fields) == ("status_unknown", {})


def test_a_mistyped_number_is_told_apart_from_an_unknown_one() -> None:
    assert Chat().sends("cek 1234-5678-9019").text == "status_mistyped"


@pytest.mark.parametrize(
    "words",
    [
        "cek",
        "sampai mana laporan saya",
        "kapan diperbaiki pak?",
        "laporan saya gimana?",
        "pripun laporan kula",
    ],
)
def test_people_ask_in_their_own_words(words: str) -> None:
    assert Chat().sends(words).text == "no_reports"
    assert a_reporter("dispatched").sends(words).fields["number"] == "1234-5678-9018"


def test_with_several_reports_the_citizen_chooses() -> None:
    citizen = Chat(
        Channel.WHATSAPP, a_service_request(), a_service_request(service_request_id=OTHER_NUMBER)
    )
    listed = citizen.sends("laporan saya")

    assert [choice.title for choice in listed.choices] == ["1234-5678-9018", "2345-6789-0125"]
    assert citizen.taps(listed, "2345").fields["number"] == "2345-6789-0125"


# What is added


def test_more_words_within_half_an_hour_belong_to_the_report() -> None:
    citizen = a_reporter()
    citizen.hears("sudah tiga malam gelap begini", after=timedelta(minutes=3))

    assert citizen.reaction == "👍"
    assert citizen.report is not None
    assert "tiga malam" in citizen.report.description


def test_a_later_photo_joins_the_report_just_made() -> None:
    citizen = a_reporter()
    citizen.hears(photos=(PHOTO,), after=timedelta(minutes=5))

    assert citizen.report is not None
    assert len(citizen.report.photo_ids) == 1
    assert citizen.reaction == "👍"


def test_a_photo_of_something_else_begins_another_report() -> None:
    assert a_reporter().sends("sampah numpuk", photos=(PHOTO,)).text == "ask_place"


def test_a_photo_without_a_word_after_hours_is_asked_about() -> None:
    citizen = a_reporter("dispatched")
    asked = citizen.sends(photos=(PHOTO,), after=HOURS)

    assert asked.text == "ask_whose_photo"
    assert citizen.taps(asked, "Laporan itu").text == "photo_added"
    assert citizen.report is not None
    assert len(citizen.report.photo_ids) == 1


def test_a_photo_may_be_for_a_new_report_too() -> None:
    citizen = a_reporter("dispatched")
    asked = citizen.sends(photos=(PHOTO,), after=HOURS)

    assert citizen.taps(asked, "Laporan baru").text == "ask_kind_of_photo"


def test_a_quoted_message_names_the_report() -> None:
    citizen = Chat(
        Channel.WHATSAPP,
        a_dispatched_request(service_request_id=OTHER_NUMBER),
        a_dispatched_request(),
    )
    quoted = Sent(effect="say#x", text="received", service_request_id=NUMBER)
    citizen.hears("ini foto terbaru", photos=(PHOTO,), said_before=quoted, after=HOURS)

    assert citizen.report is not None
    assert citizen.report.service_request_id == NUMBER


def test_the_pin_that_comes_after_the_number_is_its_place() -> None:
    citizen = a_reporter("dispatched")

    assert citizen.sends(location=ALUN_ALUN).text == "place_noted"
    assert citizen.told_agency == ["place"]


def test_something_can_be_added_when_asked_for() -> None:
    citizen = a_reporter("dispatched")
    assert citizen.sends("mau nambah keterangan", after=HOURS).text == "ask_addition"

    citizen.hears("tiangnya juga miring", after=timedelta(minutes=1))
    assert citizen.report is not None
    assert "tiangnya" in citizen.report.description


# Changing it and taking it back


def test_the_place_can_be_changed_by_the_button_under_the_number() -> None:
    citizen = Chat()
    told = citizen.sends("pju mati di Jl. Veteran")
    citizen.works("dispatched")
    change = citizen.taps(told, "Ubah")

    assert citizen.taps(change, "Lokasi").text == "ask_place_of"
    assert citizen.sends("Jl. Dhoho").text == "place_noted"
    assert citizen.report is not None
    assert citizen.report.address == "Jl. Dhoho"


def test_another_kind_goes_to_another_agency() -> None:
    citizen = Chat()
    told = citizen.sends("pju mati di Jl. Veteran")
    citizen.works("dispatched", "accepted")
    most = citizen.taps(citizen.taps(told, "Ubah"), "Jenis")
    kinds = citizen.taps(citizen.taps(most, "Jenis lain"), "Pohon")

    assert citizen.taps(kinds, "Pohon tumbang").text == "changed"
    assert citizen.report is not None
    assert (citizen.report.service_code, citizen.report.status) == ("fallen_tree", Status.RECEIVED)
    assert citizen.told_agency == ["reclassified"]
    (answer,) = citizen.turns[-1].change.answers
    assert (answer.what, answer.error) == ("solution", "NotOursError")


@pytest.mark.parametrize("words", ["batalkan laporan", "batal", "laporannya dibatalkan saja"])
def test_a_report_can_be_taken_back_after_a_question(words: str) -> None:
    citizen = a_reporter("dispatched")
    asked = citizen.sends(words)
    assert asked.text == "ask_withdraw"

    assert citizen.taps(asked, "Ya").text == "withdrawn"
    assert citizen.report is not None
    assert citizen.report.status is Status.CLOSED
    assert citizen.told_agency == ["withdrawn"]
    (answer,) = citizen.turns[-1].change.answers
    assert answer.error == "WithdrawnError"


def test_a_report_that_is_just_being_sent_is_taken_back_a_moment_later() -> None:
    citizen = a_reporter()
    not_yet = citizen.taps(citizen.sends("batalkan laporan"), "Ya")
    assert (not_yet.text, citizen.report) == ("in_a_moment", None)

    citizen.works("dispatched")
    assert citizen.taps(not_yet, "Coba lagi").text == "withdrawn"


def test_a_report_that_is_just_being_sent_gets_another_kind_a_moment_later() -> None:
    citizen = a_reporter()
    payload = f"edit:{NUMBER}:service"
    asked = citizen.sends("Jenis", choice=payload, kind=Kind.TAP)
    not_yet = citizen.taps(asked, "Sampah")
    assert (not_yet.text, citizen.report) == ("in_a_moment", None)

    citizen.works("dispatched")
    assert citizen.taps(not_yet, "Coba lagi").text == "changed"
    assert citizen.report is not None
    assert citizen.report.service_code == "waste"


def test_a_report_that_is_over_cannot_be_changed() -> None:
    citizen = a_reporter("dispatched", "accepted", "solved", "closed")
    (payload,) = [f"edit:{citizen.conversation.reports[0]}:place"]

    assert citizen.sends("Lokasi", choice=payload, kind=Kind.TAP).text == "too_late_to_change"


def test_mended_by_itself_the_citizen_may_close_it() -> None:
    citizen = a_reporter("dispatched")
    asked = citizen.sends("lampunya sudah nyala, makasih", after=HOURS)

    assert asked.text == "ask_whether_solved"
    assert citizen.taps(asked, "Tidak").text == "goes_on"


# Rating


@pytest.mark.parametrize("rating", ["3", "4", "5", "nilai 5", "5/5", "⭐⭐⭐⭐"])
def test_a_good_rating_is_thanked_for_by_a_reaction_and_closes_the_report(rating: str) -> None:
    citizen = a_reporter("dispatched", "accepted", "solved")

    assert citizen.hears(rating) is None
    assert citizen.reaction == "🙏"
    (answer,) = citizen.turns[-1].change.answers
    assert (answer.what, answer.outcome) == ("rating", "close")


def test_a_rating_is_heard_in_the_middle_of_another_report() -> None:
    citizen = a_reporter("dispatched", "accepted", "solved")
    citizen.sends("sampah numpuk", after=HOURS)
    citizen.hears("5")

    assert citizen.report is not None
    assert citizen.report.rating == 5
    assert citizen.conversation.draft is not None


def test_a_bad_rating_asks_why_and_reopens() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())

    asked = citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1", kind=Kind.TAP)
    assert asked.text == "ask_reason"
    assert citizen.report is not None
    assert citizen.report.status is Status.REOPENED

    assert citizen.sends("masih gelap, hub 0811-0000-4420").text == "reason_noted"
    assert citizen.report.reason == "masih gelap, hub [disamarkan]"
    (answer,) = citizen.turns[-1].change.answers
    assert (answer.what, answer.outcome) == ("reason", "given")


def test_thanks_after_a_bad_rating_are_no_reason() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())
    citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1", kind=Kind.TAP)
    citizen.hears("makasih")

    assert citizen.report is None


@pytest.mark.parametrize("words", ["masih mati pak", "belum beres", "durung bener mbak"])
def test_not_solved_in_words_is_the_worst_rating_with_its_reason(words: str) -> None:
    citizen = a_reporter("dispatched", "accepted", "solved")

    assert citizen.sends(words).text == "reopened"
    assert citizen.report is not None
    assert (citizen.report.rating, citizen.report.reason) == (1, words)
    assert [answer.what for answer in citizen.turns[-1].change.answers] == ["rating", "reason"]


def test_solved_in_words_is_asked_for_its_rating() -> None:
    citizen = a_reporter("dispatched", "accepted", "solved")

    assert len(citizen.sends("sudah beres, terima kasih banyak").choices) == 3


def test_a_second_bad_rating_does_not_go_round_again() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(reopened=1))

    say = citizen.sends("1", choice=f"rate:{NUMBER}:2", kind=Kind.TAP)
    assert say.text == "ask_reason_closed"
    (answer,) = citizen.turns[-1].change.answers
    assert answer.outcome == "close"


def test_a_report_is_rated_once() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(rating=5))

    assert citizen.sends("5", choice=f"rate:{NUMBER}:5", kind=Kind.TAP).text == "already_rated"


def test_only_the_reporter_can_rate() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(citizen_id=STRANGER))

    assert citizen.sends("5", choice=f"rate:{NUMBER}:5", kind=Kind.TAP).text == "status_unknown"
    assert citizen.report is None


@pytest.mark.parametrize("payload", ["rate:", "rate:x", f"rate:{NUMBER}:9", f"rate:{NUMBER}:"])
def test_a_rating_that_cannot_be_read_changes_nothing(payload: str) -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())
    citizen.sends("x", choice=payload, kind=Kind.TAP)

    assert citizen.report is None


def test_what_is_back_long_after_it_was_closed_is_a_new_report_that_names_the_old_one() -> None:
    citizen = a_reporter("dispatched", "accepted", "solved", "closed")
    confirm = citizen.sends("lampunya mati lagi", after=timedelta(days=31))

    assert (confirm.text, confirm.fields["place"]) == ("confirm", "Jl. Veteran")
    assert citizen.taps(confirm, "Benar").text == "received"
    assert citizen.report is not None
    assert citizen.report.continues == NUMBER


def test_still_broken_before_anybody_said_solved_shows_where_it_stands() -> None:
    assert a_reporter("dispatched").sends("masih mati pak", after=HOURS).text == "status"


def test_a_question_why_does_not_swallow_a_fire_or_a_later_day() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())
    citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1", kind=Kind.TAP)

    assert citizen.sends("tolong kebakaran!!").text == "emergency_place"
    assert citizen.sends("DATA SAYA").text == "my_data"


def test_a_reason_is_asked_for_one_day() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())
    citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1", kind=Kind.TAP)

    say = citizen.sends("sampah menumpuk", after=timedelta(days=2))
    assert say.text == "ask_place"


# Good manners


@pytest.mark.parametrize(
    "thanks",
    [
        "makasih",
        "Terima kasih banyak pak",
        "matur nuwun",
        "matur nuwun sanget mbak",
        "🙏",
        "siap",
        "ok",
    ],
)
def test_thanks_get_no_menu_and_cost_nothing(thanks: str) -> None:
    citizen = a_reporter()

    assert citizen.hears(thanks) is None
    assert citizen.reaction in ("🙏", "👍")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("bantuan", "help"),
        ("cara lapor gimana?", "help"),
        ("ini nomer beneran apa bot?", "who"),
        ("mau bicara dengan petugas", "who"),
        ("siapa ini", "who"),
    ],
)
def test_questions_about_the_desk_are_answered(words: str, text: str) -> None:
    assert Chat().sends(words).text == text


def test_a_button_from_elsewhere_is_welcomed() -> None:
    assert Chat().sends("Mulai", choice="GET_STARTED", kind=Kind.TAP).text == "welcome"


def test_a_greeting_in_the_middle_of_a_report_is_answered_by_its_next_question() -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends("halo?").text == "ask_place"


# Silence, what is known, and being forgotten


def test_news_can_be_stopped_and_had_again() -> None:
    citizen = a_reporter()

    assert citizen.sends("jangan kirimi saya pesan lagi").text == "silenced"
    assert citizen.turns[-1].change.silence is True
    assert citizen.sends("kabari lagi").text == "speaks_again"
    assert citizen.turns[-1].change.silence is False


def test_a_citizen_is_told_what_is_known_of_them() -> None:
    say = a_reporter().sends("DATA SAYA")

    assert say.text == "my_data"
    assert say.fields["reports"] == "1234-5678-9018"


def test_being_forgotten_is_confirmed_by_a_button() -> None:
    citizen = a_reporter()
    asked = citizen.sends("HAPUS DATA")
    assert not any(effect.erase for effect in citizen.turns[-1].change.effects)

    assert citizen.taps(asked, "Ya").text == "erased"
    assert any(effect.erase for effect in citizen.turns[-1].change.effects)


def test_whoever_changes_their_mind_keeps_everything() -> None:
    citizen = a_reporter()

    assert citizen.taps(citizen.sends("hapus data saya"), "Jangan").text == "data_kept"


def test_a_pin_in_surabaya_is_no_place_of_a_report() -> None:
    citizen = a_reporter("dispatched")

    assert citizen.sends(location=SURABAYA).text == "outside_city"


def test_news_that_waited_are_told_each_time_under_a_name_of_their_own() -> None:
    names = []
    for number in ("one", "two"):
        turn = told_what_waited(a_message("halo", channel=Channel.INSTAGRAM, message_id=number))
        names += [effect.name for effect in turn.change.effects]
        assert turn.change.told == (WAITING,)
    assert len(names) == len(set(names)) == 4


@pytest.mark.parametrize("kind", NEWS)
def test_what_waits_goes_on_waiting_as_long_as_nobody_writes(kind: Kind) -> None:
    news = a_message(channel=Channel.INSTAGRAM, kind=kind, refers_to="m1", error=131026)

    assert told_what_waited(news).change == Change(citizen_id=CITIZEN)


def told_what_waited(message: Inbound) -> Turn:
    """What a message leads to while news of a report waits."""
    return reply(
        Chat(Channel.INSTAGRAM).conversation,
        message,
        KEDIRI,
        requests={},
        number=NUMBER,
        now=NOW,
        said_before=Sent(effect="say#1") if message.refers_to else None,
        waiting=(WAITING,),
    )


def test_a_photo_after_the_work_is_shown_as_how_it_looks_now_and_costs_no_message() -> None:
    citizen = a_reporter("dispatched", "accepted", "solved")
    before = citizen.requests[NUMBER].photo_ids

    assert citizen.hears(photos=(PHOTO,), kind=Kind.PHOTO, after=timedelta(hours=5)) is None
    request = citizen.requests[NUMBER]
    assert citizen.reaction == "👍"
    assert (request.photos_of_then, len(request.photos_of_now)) == (before, 1)
    assert request.rating is None, "the rating is still waited for"

    citizen.hears("2", photos=(PHOTO,), kind=Kind.PHOTO)
    request = citizen.requests[NUMBER]
    assert (request.rating, len(request.photos_of_now)) == (2, 2)
    solved_again = replace(request, status=Status.ACCEPTED).solve("proof/cd.jpg", "", NOW)
    assert solved_again.photos_of_now == (), "what was shown then is no picture of the next work"


@pytest.mark.parametrize("words", ["belum", "belum pak", "durung mas"])
def test_not_yet_before_anyone_says_solved_is_told_where_it_stands(words: str) -> None:
    assert a_reporter("dispatched", "accepted").sends(words).text == "status"


def test_not_yet_after_the_work_is_the_worst_rating() -> None:
    citizen = a_reporter("dispatched", "accepted", "solved")

    assert citizen.sends("belum pak").text == "reopened"


def test_a_delay_that_was_announced_is_told_by_cek() -> None:
    delayed = a_dispatched_request(status=Status.ACCEPTED).delay(NOW + timedelta(days=6), NOW)

    say = Chat(Channel.WHATSAPP, delayed).sends("cek")
    assert say.fields["status"].endswith("paling lambat selesai 30 November 2026")
