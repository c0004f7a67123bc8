"""Nothing that may be going on in a chat swallows an emergency, a correction or a report."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from aduan.message import Channel, Kind
from tests.builders import KEDIRI, NUMBER, PHOTO, Chat, a_solved_request

MOMENT = timedelta(seconds=3)
ALARM = ("emergency", "emergency_place", "ask_kind_in_danger")


def rated_badly() -> Chat:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())
    citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1", kind=Kind.TAP)
    return citizen


def adding_something() -> Chat:
    citizen = reporting("dispatched")
    citizen.sends("mau tambah keterangan")
    return citizen


def moving_the_report() -> Chat:
    citizen = Chat()
    told = citizen.sends("pju mati di Jl. Veteran")
    citizen.works("dispatched")
    citizen.taps(citizen.taps(told, "Ubah"), "Lokasi")
    return citizen


def reporting(*moves: str) -> Chat:
    citizen = Chat()
    citizen.sends("pju mati di Jl. Veteran")
    citizen.works(*moves)
    return citizen


def choosing_a_kind() -> Chat:
    citizen = Chat()
    citizen.sends("tolong min, kemarin sudah lapor")
    return citizen


STATES = (rated_badly, adding_something, moving_the_report, reporting, choosing_a_kind)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "cry", ["tolong kebakaran!!", "kebakaran di jl raung 5", "ada ular masuk rumah, tolong"]
)
def test_an_emergency_goes_before_whatever_was_asked(state: Callable[[], Chat], cry: str) -> None:
    citizen = state()

    assert citizen.sends(cry).text in ALARM


def test_a_second_emergency_beside_the_first_is_one_of_its_own() -> None:
    citizen = Chat()
    citizen.sends("kebakaran di belakang pasar pahing")
    citizen.works("dispatched")

    assert citizen.sends("ada maling masuk rumah juga").text in ALARM
    assert len(citizen.requests) == 2


def test_the_same_fire_told_again_is_one_report() -> None:
    citizen = Chat()
    citizen.sends("kebakaran!!")
    citizen.works("dispatched")
    citizen.hears("cepat pak kebakarannya makin besar", after=MOMENT)

    assert len(citizen.requests) == 1


def test_changed_into_an_emergency_it_is_one() -> None:
    citizen = Chat()
    told = citizen.sends("sampah numpuk di Jl. Veteran")
    citizen.works("dispatched")
    kinds = citizen.taps(citizen.taps(citizen.taps(told, "Ubah"), "Jenis"), "Keadaan darurat")

    assert citizen.taps(kinds, "Kebakaran").text == "emergency"
    assert citizen.report is not None
    assert citizen.report.urgent


def test_the_whole_answer_to_where_is_the_place() -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    citizen.sends("mojoroto gang 5 no 3")

    assert citizen.report is not None
    assert citizen.report.address == "mojoroto gang 5 no 3"


def test_no_number_reaches_an_agency_by_the_place() -> None:
    citizen = Chat()
    citizen.sends("kebakaran!!")
    citizen.works("dispatched")
    citizen.sends("jl dhoho 12 hubungi saya 0811-0000-4420")

    assert citizen.report is not None
    assert "4420" not in f"{citizen.report.address}"


@pytest.mark.parametrize(
    ("correction", "place"),
    [
        ("eh salah, bukan di jl veteran tapi di jl dhoho", "jl dhoho"),
        ("maksud saya jl dhoho", "jl dhoho"),
        ("*jl dhoho", "*jl dhoho"),
    ],
)
def test_a_correction_of_the_place_is_one(correction: str, place: str) -> None:
    citizen = reporting("dispatched")
    citizen.hears(correction)

    assert citizen.report is not None
    assert place.strip("*") in f"{citizen.report.address}"
    assert "veteran" not in f"{citizen.report.address}".lower()


@pytest.mark.parametrize(
    "words", ["kok blm ada yg datang ya?", "sudah 3 hari lho pak", "gimana ini?"]
)
def test_impatience_gets_the_status_and_no_menu(words: str) -> None:
    assert reporting("dispatched").sends(words, after=timedelta(days=1)).text == "status"


def test_dissatisfaction_without_a_matter_is_asked_for_a_rating() -> None:
    citizen = reporting("dispatched", "accepted", "solved")

    assert citizen.sends("bohong, petugas tidak pernah datang").text == "ask_rating"


def test_a_question_that_was_asked_long_ago_takes_no_answer() -> None:
    citizen = moving_the_report()
    citizen.hears("kok belum datang petugasnya", after=timedelta(days=2))

    assert citizen.report is None


def test_wait_a_moment_is_no_yes_to_a_guess() -> None:
    citizen = Chat()
    citizen.is_asked_whether_it_is_right()
    citizen.hears("bentar mas")

    assert citizen.report is None


@pytest.mark.parametrize(
    "words", ["waduh ga tau nama jalannya", "bentar ya saya cek dulu", "maksudnya lokasi lampunya?"]
)
def test_not_every_text_is_an_address(words: str) -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends(words).text in ("ask_any_place", "ask_place")
    assert citizen.sends("Jl. Veteran").text == "received"


def test_the_report_that_is_too_many_is_kept_whole() -> None:
    citizen = Chat()
    for _ in range(10):
        citizen.sends("pju mati di Jl. Veteran", after=timedelta(minutes=45))
    citizen.sends("sampah numpuk", photos=(PHOTO,), after=timedelta(minutes=45))
    citizen.sends("Jl. Dhoho depan stasiun")

    kept = citizen.turns[-1].change.kept
    assert kept is not None
    assert "sampah numpuk" in kept.text
    assert "Jl. Dhoho" in kept.text


def test_emergencies_do_not_count_against_the_reports_of_a_day() -> None:
    citizen = Chat()
    for street in ("Dhoho", "Veteran", "Brawijaya"):
        citizen.sends(f"kebakaran di Jl. {street}", after=timedelta(hours=3))

    assert citizen.conversation.pace.reports == 0


def test_something_back_elsewhere_is_not_about_the_old_report() -> None:
    citizen = reporting("dispatched", "accepted", "solved", "closed")

    say = citizen.sends("banjir lagi di mojoroto", after=timedelta(hours=1))
    assert "Lampu" not in say.fields.get("service", "")


def test_a_burst_of_reasons_is_one_reason() -> None:
    citizen = rated_badly()
    citizen.sends("lampune tetep kedip", after=MOMENT)
    citizen.hears("tolong dicek maneh", after=MOMENT)

    assert citizen.report is not None
    assert citizen.report.reason == "lampune tetep kedip tolong dicek maneh"


def test_what_is_wrong_may_remind_of_another_kind() -> None:
    citizen = rated_badly()

    assert citizen.sends("airnya masih meluap ke jalan").text == "reason_noted"


def test_do_not_send_yet_is_a_no_and_no_wish_for_silence() -> None:
    citizen = Chat()
    citizen.is_asked_whether_it_is_right()
    citizen.hears("jangan kirim dulu")

    assert not citizen.conversation.silenced
    assert citizen.report is None


def test_an_album_for_an_old_report_is_asked_about_once() -> None:
    citizen = reporting("dispatched")
    first = citizen.sends(photos=(PHOTO,), after=timedelta(hours=5))
    second = citizen.sends(photos=(PHOTO,), after=MOMENT)

    assert (first.text, second.text) == ("ask_whose_photo", "ask_whose_photo")
    assert citizen.turns[-1].change.overtakes is not None
    citizen.taps(second, "Laporan itu")
    assert citizen.report is not None
    assert len(citizen.report.photo_ids) == 2


def test_an_edit_takes_the_old_place_with_it() -> None:
    citizen = Chat()
    citizen.sends("lampunya mati di Jl. Dhoho", message_id="m1")
    citizen.hears("lampunya mati di Jl. Veteran", kind=Kind.EDITED, refers_to="m1")

    draft = citizen.conversation.draft
    assert draft is None or draft.address == "Jl. Veteran"


def test_a_drill_is_heard_of_hours_later() -> None:
    citizen = Chat()
    citizen.sends("kebakaran di belakang pasar pahing")
    citizen.works("dispatched")

    assert citizen.sends("maaf tadi cuma latihan", after=timedelta(hours=3)).text == "called_off"


def test_a_recording_for_an_open_report_is_kept_and_words_are_asked_for() -> None:
    citizen = reporting("dispatched")

    assert citizen.sends(kind=Kind.VOICE, recordings=(PHOTO,)).text == "recording_added"


def test_112_is_named_whenever_nothing_was_understood() -> None:
    assert "112" in KEDIRI.sentence(Chat().sends("tolong!!").text, Channel.WHATSAPP)
