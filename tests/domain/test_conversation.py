"""The chat, as a citizen has it."""

import pytest

from aduan.message import Channel
from aduan.service_request import Status
from tests.builders import (
    ALUN_ALUN,
    NUMBER,
    OTHER_NUMBER,
    PHOTO,
    STRANGER,
    SURABAYA,
    Chat,
    a_service_request,
    a_solved_request,
)


def effects(chat: Chat) -> list[str]:
    """What followed from the last turn, by kind."""
    return [effect.name.split("#")[0] for effect in chat.turns[-1].change.effects]


def test_kind_place_and_a_yes_make_a_report() -> None:
    citizen = Chat()

    asked = citizen.sends("pju mati sudah 3 hari")
    confirm = citizen.sends(location=ALUN_ALUN)
    told = citizen.taps(confirm, "Benar")

    assert (asked.text, asked.ask_location) == ("ask_place", True)
    assert confirm.fields["place"] == "titik di Kelurahan Kampung Dalem"
    assert (told.text, told.fields["number"]) == ("received", "1234-5678-9018")
    report = citizen.report
    assert report is not None
    assert (report.service_code, report.area) == ("street_light", "Kampung Dalem")
    assert effects(citizen) == ["start", "say"]
    assert citizen.conversation.draft is None


def test_at_most_two_answers_come_before_the_number() -> None:
    unsure, clear = Chat(), Chat()

    first = unsure.sends("lampunya mati")
    second = unsure.taps(first, "Lampu jalan")
    assert unsure.sends("Jl. Veteran depan SMP 4").text == "received"
    assert (first.text, second.text) == ("ask_kind", "ask_place")

    confirm = clear.sends("sampah numpuk di Jl. Veteran depan SMP 4")
    assert clear.taps(confirm, "Benar").text == "received"


def test_what_is_known_is_not_asked_again() -> None:
    citizen = Chat()

    citizen.sends(location=ALUN_ALUN)
    citizen.sends(photos=(PHOTO,))
    confirm = citizen.sends("got mampet")

    assert confirm.text == "confirm"
    assert confirm.fields["photos"] == "1 foto"


def test_the_place_is_asked_in_the_words_of_the_matter_and_a_photo_where_one_can_be_taken() -> None:
    lamp, school = Chat().sends("pju mati"), Chat().sends("guru sering tidak masuk")

    assert lamp.fields["question"] == "Di mana lokasinya?"
    assert "Foto" in lamp.fields["photo"]
    assert school.fields["question"] == "Sekolah mana?"
    assert school.fields["photo"] == ""


def test_when_unsure_the_citizen_chooses_among_the_likely_and_other() -> None:
    say = Chat().sends("lampu di perempatan")

    assert say.text == "ask_kind"
    assert [c.payload for c in say.choices] == [
        "service:traffic_light",
        "service:street_light",
        "service:other",
    ]


def test_a_kind_may_be_typed_instead_of_tapped() -> None:
    citizen = Chat()
    citizen.sends("tolong min ini bahaya sekali")

    assert citizen.sends("Lainnya").text == "ask_place"


def test_a_greeting_is_welcomed_with_what_is_reported_most() -> None:
    citizen = Chat()
    say = citizen.sends("Assalamualaikum min")

    assert (say.text, len(say.choices), say.first_contact) == ("welcome", 10, True)
    assert citizen.conversation.draft is None
    assert not citizen.sends("halo").first_contact


@pytest.mark.parametrize(
    ("sent", "text"), [(PHOTO, "ask_kind_of_photo"), (None, "ask_kind_of_place")]
)
def test_a_photo_or_a_pin_alone_is_kept_and_asked_about(sent: object, text: str) -> None:
    citizen = Chat()
    say = citizen.sends(photos=(PHOTO,)) if sent else citizen.sends(location=ALUN_ALUN)

    assert say.text == text
    assert len(say.choices) == 10


def test_a_photo_is_fetched_as_soon_as_it_comes() -> None:
    citizen = Chat()
    citizen.sends("sampah", photos=(PHOTO, PHOTO))

    assert effects(citizen) == ["fetch", "fetch", "say"]


def test_a_place_outside_the_city_is_said_kindly_and_not_taken() -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends(location=SURABAYA).text == "outside_city"
    assert citizen.sends("Jl. Veteran").text == "confirm"


def test_the_place_is_asked_as_text_on_instagram_too() -> None:
    citizen = Chat(Channel.INSTAGRAM)
    citizen.sends("pju mati")

    confirm = citizen.sends("depan masjid Setonopande")
    assert confirm.fields["place"] == "depan masjid Setonopande"


def test_a_draft_can_be_changed_before_it_is_sent() -> None:
    citizen = Chat()
    confirm = citizen.sends("pju mati di Jl. Veteran")
    change = citizen.taps(confirm, "Ubah")
    citizen.taps(change, "Lokasi")
    confirm = citizen.sends("Jl. Dhoho")
    assert confirm.fields["place"] == "Jl. Dhoho"

    most = citizen.taps(citizen.taps(confirm, "Ubah"), "Jenis laporan")
    kinds = citizen.taps(citizen.taps(most, "Jenis lain"), "Jalan")
    assert citizen.taps(kinds, "Lampu lalu").text == "received"
    assert citizen.report is not None
    assert citizen.report.service_code == "traffic_light"


@pytest.mark.parametrize("word", ["ya", "Benar", "inggih", "OK", "👍"])
def test_yes_may_be_said_in_words(word: str) -> None:
    citizen = Chat()
    citizen.sends("pju mati di Jl. Veteran")

    assert citizen.sends(word).text == "received"


def test_a_draft_can_be_cancelled_in_words_and_by_button() -> None:
    by_words, by_button = Chat(), Chat()
    by_words.sends("pju mati")
    assert by_words.sends("batal").text == "cancelled"

    confirm = by_button.sends("pju mati di Jl. Veteran")
    assert by_button.taps(confirm, "Batal").text == "cancelled"
    assert by_button.taps(confirm, "Benar").text == "nothing_to_confirm"


def test_a_yes_tapped_twice_makes_one_report() -> None:
    citizen = Chat()
    confirm = citizen.sends("pju mati di Jl. Veteran")
    citizen.taps(confirm, "Benar")

    assert citizen.taps(confirm, "Benar").text == "nothing_to_confirm"
    assert citizen.report is None


def test_a_fire_is_sent_at_once_and_its_place_passed_on_when_it_comes() -> None:
    citizen = Chat()

    told = citizen.sends("tolong ada kebakaran!!")
    assert (told.text, told.ask_location) == ("emergency_place", True)
    assert citizen.report is not None
    assert citizen.report.urgent
    assert "start" in effects(citizen)

    assert citizen.sends("belakang pasar pahing").text == "place_noted"
    assert citizen.report.address == "belakang pasar pahing"


def test_whoever_is_in_danger_is_told_to_call_112() -> None:
    say = Chat().sends("darurat, cepat kesini")

    assert say.text == "ask_kind_in_danger"
    assert "service:person_in_danger" in [choice.payload for choice in say.choices]


def test_every_kind_can_be_reached_by_its_group() -> None:
    citizen = Chat()
    groups = citizen.taps(citizen.sends("halo"), "Jenis lain")
    kinds = citizen.taps(groups, "Layanan warga")

    assert citizen.taps(kinds, "KTP").text == "ask_place"
    assert groups.choices[-1].payload == kinds.choices[-1].payload == "service:other"


def test_choosing_a_group_keeps_what_was_told() -> None:
    citizen = Chat()
    most = citizen.sends(location=ALUN_ALUN)
    kinds = citizen.taps(citizen.taps(most, "Jenis lain"), "Pohon")

    assert citizen.taps(kinds, "Pohon tumbang").text == "received"


def test_danger_makes_a_report_of_any_kind_urgent() -> None:
    citizen = Chat()
    citizen.taps(citizen.sends("ada korban di Jl. Veteran 5"), "Lainnya")

    assert citizen.report is not None
    assert citizen.report.urgent


def test_a_fire_with_a_place_needs_no_question() -> None:
    told = Chat().sends("kebakaran di belakang pasar pahing")

    assert told.text == "emergency"


def test_numbers_of_people_do_not_reach_the_report() -> None:
    citizen = Chat()
    confirm = citizen.sends("pju mati, hub 0811-0000-4420. Jl. Veteran no 3 hp 081100004420")
    citizen.taps(confirm, "Benar")

    assert citizen.report is not None
    assert "4420" not in f"{citizen.report.description} {citizen.report.address}"


def test_a_later_photo_joins_the_report_just_made() -> None:
    citizen = Chat()
    citizen.taps(citizen.sends("pju mati di Jl. Veteran"), "Benar")

    assert citizen.sends(photos=(PHOTO,)).text == "photo_added"
    assert citizen.report is not None
    assert len(citizen.report.photo_ids) == 1


def test_a_later_photo_of_something_else_begins_another_report() -> None:
    citizen = Chat()
    citizen.taps(citizen.sends("pju mati di Jl. Veteran"), "Benar")

    assert citizen.sends("sampah numpuk", photos=(PHOTO,)).text == "ask_place"


# cek


def test_a_reporter_can_ask_how_it_stands() -> None:
    citizen = Chat(Channel.WHATSAPP, a_service_request())

    say = citizen.sends("cek 1234-5678-9018")
    assert say.text == "status"
    assert "diterima" in say.fields["status"]


def test_nobody_else_learns_anything_of_a_report() -> None:
    citizen = Chat(Channel.WHATSAPP, a_service_request(citizen_id=STRANGER))

    others, missing = citizen.sends(f"cek {NUMBER}"), citizen.sends(f"cek {OTHER_NUMBER}")
    assert (others.text, others.fields) == (missing.text, missing.fields) == ("status_unknown", {})


def test_a_mistyped_number_is_told_apart_from_an_unknown_one() -> None:
    assert Chat().sends("cek 1234-5678-9019").text == "status_mistyped"


def test_cek_alone_means_the_latest_report() -> None:
    citizen = Chat()
    assert citizen.sends("cek").text == "no_reports"

    citizen.taps(citizen.sends("pju mati di Jl. Veteran"), "Benar")
    assert citizen.sends("sampai mana laporan saya").fields["number"] == "1234-5678-9018"


# Rating


@pytest.mark.parametrize("rating", ["3", "4", "5", "nilai 5", "5/5", "⭐⭐⭐⭐"])
def test_a_good_rating_is_thanked_for_and_closes_the_report(rating: str) -> None:
    citizen = Chat()
    citizen.taps(citizen.sends("pju mati di Jl. Veteran"), "Benar")
    citizen.requests[NUMBER] = a_solved_request()

    assert citizen.sends(rating).text == "rated"
    (answer,) = citizen.turns[-1].change.answers
    assert (answer.what, answer.outcome) == ("rating", "close")


def test_a_bad_rating_asks_why_and_reopens() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())

    asked = citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1")
    assert asked.text == "ask_reason"
    assert citizen.report is not None
    assert citizen.report.status is Status.REOPENED

    assert citizen.sends("masih gelap, hub 0811-0000-4420").text == "reason_noted"
    assert citizen.report.reason == "masih gelap, hub [disamarkan]"
    (answer,) = citizen.turns[-1].change.answers
    assert (answer.what, answer.outcome) == ("reason", "given")


def test_a_second_bad_rating_does_not_go_round_again() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(reopened=1))

    assert citizen.sends("1", choice=f"rate:{NUMBER}:2").text == "ask_reason_closed"
    (answer,) = citizen.turns[-1].change.answers
    assert answer.outcome == "close"


def test_a_report_is_rated_once() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(rating=5))

    assert citizen.sends("5", choice=f"rate:{NUMBER}:5").text == "already_rated"


def test_only_the_reporter_can_rate() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(citizen_id=STRANGER))

    assert citizen.sends("5", choice=f"rate:{NUMBER}:5").text == "status_unknown"
    assert citizen.report is None


@pytest.mark.parametrize("payload", ["rate:", "rate:x", f"rate:{NUMBER}:9", f"rate:{NUMBER}:"])
def test_a_rating_that_cannot_be_read_changes_nothing(payload: str) -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request())
    citizen.sends("x", choice=payload)

    assert citizen.report is None


# What cannot be read, and good manners


@pytest.mark.parametrize(
    ("kind", "name"), [("audio", "pesan suara"), ("poll", "pesan seperti itu")]
)
def test_what_cannot_be_read_gets_a_kind_word_and_the_draft_stays(kind: str, name: str) -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    say = citizen.sends(unreadable=kind)

    assert (say.text, say.fields["kind"]) == ("not_readable", name)
    assert citizen.sends("Jl. Veteran").text == "confirm"


@pytest.mark.parametrize("thanks", ["makasih", "Terima kasih banyak pak", "matur nuwun"])
def test_thanks_get_no_menu(thanks: str) -> None:
    say = Chat().sends(thanks)

    assert (say.text, say.choices) == ("thanks", ())


def test_help_says_what_the_desk_is_for() -> None:
    assert Chat().sends("bantuan").text == "help"


def test_a_button_from_elsewhere_is_welcomed() -> None:
    assert Chat().sends("Mulai", choice="GET_STARTED").text == "welcome"
