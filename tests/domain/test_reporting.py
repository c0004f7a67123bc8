"""The chat until a report has its number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aduan.conversation import Asked
from aduan.draft import Draft
from aduan.message import Channel, Kind
from aduan.service_request import Said
from aduan.understanding import Candidate
from tests.builders import ALUN_ALUN, NOW, NUMBER, PHOTO, SURABAYA, Chat

MOMENT = timedelta(seconds=2)


def effects(chat: Chat) -> list[str]:
    """What followed from the last turn, by kind."""
    return [effect.name.split("#")[0] for effect in chat.turns[-1].change.effects]


def overtaken(chat: Chat) -> str | None:
    """The earlier answer that the last one overtook."""
    name = chat.turns[-1].change.overtakes
    says = {e.name: e.say for turn in chat.turns for e in turn.change.effects}
    say = says[name] if name else None
    return say.text if say else None


# Few questions


def test_a_message_that_says_all_gets_its_number_at_once() -> None:
    citizen = Chat()
    told = citizen.sends("pju mati sudah 3 hari di Jl. Veteran", photos=(PHOTO,))

    assert (told.text, told.fields["number"]) == ("received", "1234-5678-9018")
    assert told.fields["place"].startswith("Jl. Veteran")
    assert [choice.title for choice in told.choices] == ["Ubah"]
    assert effects(citizen) == ["start", "fetch", "say"]
    assert citizen.conversation.draft is None


def test_a_kind_and_a_pin_make_a_report() -> None:
    citizen = Chat()

    asked = citizen.sends("pju mati sudah 3 hari")
    told = citizen.sends(location=ALUN_ALUN)

    assert (asked.text, asked.ask_location) == ("ask_place", True)
    assert told.text == "received"
    assert told.fields["place"] == "titik di Kelurahan Kampung Dalem"
    assert citizen.report is not None
    assert (citizen.report.service_code, citizen.report.area) == ("street_light", "Kampung Dalem")


def test_at_most_two_answers_come_before_the_number() -> None:
    citizen = Chat()

    first = citizen.sends("sudah lama sekali begini terus")
    second = citizen.sends("Lampu jalan (PJU)", choice="service:street_light", kind=Kind.TAP)
    third = citizen.sends("Jl. Veteran depan SMP 4")

    assert first.text.startswith("ask_kind")
    assert (second.text, third.text) == ("ask_place", "received")


def test_what_is_nearly_clear_is_asked_once_with_a_yes_or_no() -> None:
    citizen = Chat()
    confirm = citizen.is_asked_whether_it_is_right()

    assert confirm.fields["service"] == "Lampu jalan (PJU)"
    assert citizen.taps(confirm, "Benar").text == "received"


def test_what_is_known_is_not_asked_again() -> None:
    citizen = Chat()

    citizen.sends(location=ALUN_ALUN)
    citizen.sends(photos=(PHOTO,))
    told = citizen.sends("got mampet")

    assert told.text == "received"
    assert told.fields["photos"] == "1 foto"


def test_a_photo_is_asked_for_in_the_answer_itself_never_by_a_question() -> None:
    with_photo = Chat().sends("pju mati di Jl. Veteran", photos=(PHOTO,))
    without = Chat().sends("pju mati di Jl. Veteran")

    assert with_photo.fields["please"] == ""
    assert "Foto" in without.fields["please"]


def test_when_unsure_the_citizen_chooses_among_the_likely_and_other() -> None:
    candidates = [
        Candidate(service_code=code, confidence=share)
        for code, share in (
            ("fallen_tree", 0.4),
            ("tree_trimming", 0.35),
            ("waste", 0.1),
            ("flood", 0.1),
        )
    ]
    draft = Draft(draft_id="d", began_at=NOW, candidates=tuple(candidates))
    draft = replace(draft, said=(Said(by="m", at=NOW, text="pohon itu lho"),))
    citizen = Chat()
    citizen.conversation = replace(citizen.conversation, draft=draft, asked=Asked.KIND)
    say = citizen.sends(location=ALUN_ALUN)

    assert [choice.payload.removeprefix("service:") for choice in say.choices] == [
        "fallen_tree",
        "tree_trimming",
        "waste",
        "other",
    ]


def test_a_kind_may_be_typed_instead_of_tapped() -> None:
    citizen = Chat()
    citizen.sends("tolong min ini bahaya sekali")

    assert citizen.sends("Lainnya").text == "ask_place"


def test_other_is_asked_what_it_is() -> None:
    citizen = Chat()
    asked = citizen.sends(photos=(PHOTO,))

    groups = citizen.taps(asked, "Jenis lain")
    assert citizen.taps(groups, "Lainnya").text == "ask_what"
    assert citizen.sends("ada yang aneh di sini").text == "ask_place"
    assert citizen.sends("Jl. Dhoho depan toko emas").text == "received"
    assert citizen.report is not None
    assert "ada yang aneh" in citizen.report.description


def test_a_greeting_is_welcomed_once_with_the_privacy_notice_inside() -> None:
    citizen = Chat()
    say = citizen.sends("Assalamualaikum min")

    assert (say.text, say.first_contact) == ("welcome", True)
    assert citizen.conversation.draft is None
    assert not citizen.sends("halo").first_contact


@pytest.mark.parametrize(
    ("sent", "text"), [("photo", "ask_kind_of_photo"), ("pin", "ask_kind_of_place")]
)
def test_a_photo_or_a_pin_alone_is_kept_and_asked_about(sent: str, text: str) -> None:
    citizen = Chat()
    say = citizen.sends(photos=(PHOTO,)) if sent == "photo" else citizen.sends(location=ALUN_ALUN)

    assert say.text == text
    assert len(say.choices) == 10


@pytest.mark.parametrize(("kind", "called"), [(Kind.VOICE, "Pesan suara"), (Kind.VIDEO, "Video")])
def test_a_recording_is_kept_and_words_are_asked_for(kind: Kind, called: str) -> None:
    citizen = Chat()
    say = citizen.sends(kind=kind, recordings=(PHOTO,))

    assert (say.text, effects(citizen)[0]) == ("ask_kind_of_recording", "fetch")
    assert citizen.sends("pju mati di Jl. Veteran").text == "received"
    assert citizen.report is not None
    assert len(citizen.report.recording_ids) == 1


def test_a_place_outside_the_city_is_said_kindly_and_not_taken() -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends(location=SURABAYA).text == "outside_city"
    assert citizen.sends("Jl. Veteran").text == "received"


@pytest.mark.parametrize(
    ("answer", "address", "has_pin"),
    [
        ({"choice": "change:{draft}:by_pin"}, None, True),
        ({"text": "sesuai titik peta mbak"}, None, True),
        ({"choice": "change:{draft}:by_words"}, "kelurahan tempurejo", False),
        ({"text": "yang tulisan"}, "kelurahan tempurejo", False),
        ({"text": "Jl. Dhoho depan stasiun"}, "Jl. Dhoho depan stasiun", False),
    ],
)
def test_words_and_pin_of_two_places_are_asked_about_once(
    answer: dict[str, str], address: str | None, has_pin: bool
) -> None:
    citizen = Chat()
    citizen.sends(location=ALUN_ALUN)
    asked = citizen.sends("pju mati sudah 3 hari di kelurahan tempurejo")
    draft = citizen.conversation.draft

    assert asked.text == "ask_which_place"
    assert (asked.fields["area"], asked.fields["words"]) == ("Kampung Dalem", "kelurahan tempurejo")
    assert draft
    told = citizen.sends(**{k: v.format(draft=draft.draft_id) for k, v in answer.items()})
    assert told.text == "received"
    assert citizen.report is not None
    assert (citizen.report.address, citizen.report.lat is not None) == (address, has_pin)


def test_an_emergency_is_not_asked_which_of_two_places_it_is() -> None:
    citizen = Chat()
    citizen.sends(location=ALUN_ALUN)

    assert citizen.sends("tolong rumah terbakar di kelurahan tempurejo").text == "emergency"


def test_words_that_may_be_a_place_are_shown_before_they_are_sent() -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    confirm = citizen.sends("yang dulu itu lho")

    assert (confirm.text, confirm.fields["place"]) == ("confirm", "yang dulu itu lho")


def test_a_place_is_asked_as_text_on_instagram_too() -> None:
    citizen = Chat(Channel.INSTAGRAM)
    citizen.sends("pju mati")

    told = citizen.sends("depan masjid Setonopande")
    assert told.fields["place"] == "depan masjid Setonopande"


def test_a_draft_can_be_changed_before_it_is_sent() -> None:
    citizen = Chat()
    confirm = citizen.is_asked_whether_it_is_right()
    change = citizen.taps(confirm, "Ubah")
    most = citizen.taps(change, "Jenis laporan")
    kinds = citizen.taps(citizen.taps(most, "Jenis lain"), "Jalan")

    citizen.taps(citizen.taps(kinds, "Lampu lalu"), "Benar")
    assert citizen.report is not None
    assert citizen.report.service_code == "traffic_light"


def test_a_correction_in_words_is_heard_while_we_ask_whether_it_is_right() -> None:
    citizen = Chat()
    citizen.sends("lampunya mati di Jl. Veteran")
    citizen.sends("bukan, di Jl. Brawijaya")

    request = citizen.report
    assert request is None or request.address == "Jl. Brawijaya"
    draft = citizen.conversation.draft
    assert draft is None or draft.address == "Jl. Brawijaya"


@pytest.mark.parametrize(
    "word",
    ["ya", "Benar", "inggih", "OK", "👍", "iya benar pak", "nggih mbak", "sudah benar, lanjut"],
)
def test_yes_may_be_said_in_words(word: str) -> None:
    citizen = Chat()
    citizen.is_asked_whether_it_is_right()

    assert citizen.sends(word).text == "received"


@pytest.mark.parametrize("word", ["batal", "ga jadi deh", "tidak jadi", "batal aja", "ora sido"])
def test_a_draft_can_be_cancelled_in_words(word: str) -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends(word).text == "cancelled"
    assert citizen.conversation.draft is None


def test_a_draft_can_be_cancelled_by_button_and_the_button_dies_with_it() -> None:
    citizen = Chat()
    confirm = citizen.is_asked_whether_it_is_right()

    assert citizen.taps(confirm, "Batal").text == "cancelled"
    assert citizen.taps(confirm, "Benar").text == "nothing_to_confirm"


def test_a_yes_tapped_twice_makes_one_report() -> None:
    citizen = Chat()
    confirm = citizen.is_asked_whether_it_is_right()
    citizen.taps(confirm, "Benar")

    assert citizen.taps(confirm, "Benar").text == "nothing_to_confirm"
    assert citizen.report is None


def test_starting_over_says_so_and_begins_again() -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    say = citizen.sends("mulai dari awal")

    assert (say.text, say.before) == ("welcome", ("started_over",))
    assert citizen.conversation.draft is None


def test_numbers_of_people_do_not_reach_the_report() -> None:
    citizen = Chat()
    citizen.sends("pju mati, hub 0811-0000-4420. Jl. Veteran no 3 hp 081100004420")

    assert citizen.report is not None
    assert "4420" not in f"{citizen.report.description} {citizen.report.address}"


def test_every_kind_can_be_reached_by_its_group() -> None:
    citizen = Chat()
    groups = citizen.taps(citizen.sends(photos=(PHOTO,)), "Jenis lain")
    kinds = citizen.taps(groups, "Layanan warga")

    assert citizen.taps(kinds, "KTP").text == "ask_place"
    assert groups.choices[-1].payload == kinds.choices[-1].payload == "service:other"


def test_the_place_is_asked_in_the_words_of_the_matter_and_a_photo_where_one_can_be_taken() -> None:
    lamp, school = Chat().sends("pju mati"), Chat().sends("guru sering tidak masuk")

    assert lamp.fields["question"] == "Di mana lokasinya?"
    assert "Foto" in lamp.fields["photo"]
    assert school.fields["question"] == "Sekolah mana?"
    assert school.fields["photo"] == ""


# Bursts


def test_five_short_messages_in_a_row_get_one_answer() -> None:
    citizen = Chat()
    first = citizen.sends("halo min", after=MOMENT)
    answers = [
        citizen.sends("mau lapor", after=MOMENT),
        citizen.sends("pju mati", after=MOMENT),
        citizen.sends("di Jl. Veteran", after=MOMENT),
        citizen.sends(photos=(PHOTO,), after=MOMENT),
    ]

    overtakes = [turn.change.overtakes for turn in citizen.turns]
    assert overtakes[0] is None
    assert all(overtakes[1:]), "each answer overtakes the one before it"
    assert (first.text, [say.text for say in answers]) == (
        "welcome",
        ["welcome", "ask_place", "received", "received"],
    )
    assert answers[-1].fields["photos"] == "1 foto"
    assert answers[-1].first_contact, "the privacy notice goes over to the answer that is sent"


def test_words_that_come_in_pieces_are_understood_together() -> None:
    citizen = Chat()
    citizen.sends("min lampu", after=MOMENT)
    citizen.sends("jalan", after=MOMENT)
    say = citizen.sends("di Jl. Veteran", after=MOMENT)

    assert say.text in ("received", "confirm")
    assert say.fields["service"] == "Lampu jalan (PJU)"


def test_an_answer_that_says_something_else_is_not_overtaken() -> None:
    citizen = Chat()
    citizen.sends("cek", after=MOMENT)
    citizen.sends("pju mati", after=MOMENT)

    assert overtaken(citizen) is None


def test_an_answer_that_has_long_left_is_not_overtaken() -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    citizen.sends("di Jl. Veteran", after=timedelta(minutes=1))

    assert overtaken(citizen) is None


def test_words_stand_in_the_order_in_which_they_were_written() -> None:
    citizen = Chat()
    citizen.sends("pju mati", after=MOMENT)
    citizen.sends("sudah tiga hari", sent_at=citizen.now - timedelta(minutes=1), after=MOMENT)
    citizen.sends("di Jl. Veteran", after=MOMENT)

    assert citizen.report is not None
    assert citizen.report.description.splitlines()[0] == "sudah tiga hari"


def test_a_yes_written_before_the_question_is_no_answer_to_it() -> None:
    citizen = Chat()
    citizen.is_asked_whether_it_is_right()
    citizen.hears("ya", sent_at=citizen.now - timedelta(minutes=5))

    assert citizen.report is None
    assert citizen.conversation.draft is not None


# Emergencies


def test_a_fire_is_sent_at_once_and_its_place_passed_on_when_it_comes() -> None:
    citizen = Chat()

    told = citizen.sends("tolong ada kebakaran!!")
    assert (told.text, told.ask_location) == ("emergency_place", True)
    assert told.fields["advice"].startswith("Keluar dari bangunan")
    assert citizen.report is not None
    assert citizen.report.urgent
    assert "start" in effects(citizen)
    assert not citizen.turns[-1].change.effects[-1].hold, "112 does not wait for anything"
    citizen.works("dispatched")

    assert citizen.sends("belakang pasar pahing").text == "place_noted"
    assert citizen.report.address == "belakang pasar pahing"
    assert citizen.told_agency == ["place"]


def test_cries_are_no_place_and_the_real_one_is_not_lost() -> None:
    citizen = Chat()
    citizen.sends("KEBAKARAN!!! TOLONG")
    citizen.works("dispatched")

    assert citizen.sends("cepetan").text == "ask_place_again"
    assert citizen.sends("Jl. Dhoho depan toko emas").text == "place_noted"
    assert citizen.report is not None
    assert citizen.report.address == "Jl. Dhoho depan toko emas"


def test_a_landmark_is_a_place_whatever_else_it_reminds_of() -> None:
    citizen = Chat()
    citizen.sends("kebakaran!")
    citizen.works("dispatched")

    assert citizen.sends("dekat jembatan brawijaya").text == "place_noted"
    assert [request.service_code for request in citizen.requests.values()] == ["fire"]


@pytest.mark.parametrize(
    "words",
    [
        "orang tenggelam di sungai brantas",
        "admin kebakaran di pasar bandar",
        "orang pingsan di pasar pahing",
    ],
)
def test_who_is_in_danger_is_never_taken_for_a_question_who_we_are(words: str) -> None:
    assert Chat().sends(words).text in ("emergency", "emergency_place", "ask_kind_in_danger")


def test_admin_before_a_report_is_a_courtesy() -> None:
    assert Chat().sends("admin lampu pju mati di jl veteran").text == "received"


def test_what_follows_an_emergency_reaches_the_agency() -> None:
    citizen = Chat()
    citizen.sends("kebakaran di belakang pasar pahing")
    citizen.works("dispatched")
    citizen.hears("ada 2 orang di dalam", after=timedelta(minutes=5))

    assert citizen.reaction == "👍"
    assert citizen.told_agency == ["words"]
    assert citizen.report is not None
    assert "2 orang" in citizen.report.description


def test_a_false_alarm_reaches_the_agency_too() -> None:
    citizen = Chat()
    citizen.sends("kebakaran di belakang pasar pahing")
    citizen.works("dispatched")

    assert citizen.sends("bukan, cuma latihan").text == "called_off"
    assert citizen.told_agency == ["called_off"]


def test_whoever_is_in_danger_is_told_to_call_112() -> None:
    say = Chat().sends("ada anak tenggelam di brantas")

    assert say.text in ("ask_kind_in_danger", "emergency", "emergency_place")


def test_danger_makes_a_report_of_any_kind_urgent() -> None:
    citizen = Chat()
    say = citizen.sends("bapak saya pingsan di Jl. Veteran 5")
    if say.choices:
        citizen.taps(say, "Lainnya")

    assert citizen.report is not None
    assert citizen.report.urgent


def test_an_emergency_in_the_middle_of_another_report_loses_neither() -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends("ada kebakaran di belakang pasar pahing").text == "emergency"
    assert citizen.sends("Jl. Veteran").text == "received"
    assert [r.service_code for r in citizen.requests.values()] == ["fire", "street_light"]


# Drafts


def test_a_second_complete_report_does_not_lose_the_first_draft() -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    say = citizen.sends("pohon tumbang di Jl. Dhoho")

    assert (say.text, say.fields["left_open"]) == ("received_and_draft", "Lampu jalan (PJU)")
    assert citizen.sends("Jl. Veteran").text == "received"


def test_of_two_unfinished_matters_the_citizen_says_which_goes_first() -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    which = citizen.sends("pohon tumbang")

    assert which.text == "ask_which_first"
    assert citizen.taps(which, "Pohon").fields["service"] == "Pohon tumbang"
    told = citizen.sends("Jl. Dhoho")
    assert (told.text, told.fields["left_open"]) == ("received_and_draft", "Lampu jalan (PJU)")
    assert citizen.sends("Jl. Veteran").text == "received"
    assert [r.service_code for r in citizen.requests.values()] == ["fallen_tree", "street_light"]


def test_two_problems_in_one_message_become_two_reports_if_wanted() -> None:
    citizen = Chat()
    told = citizen.sends(
        "lampu jalan mati di Jl. Veteran, terus sampahnya juga numpuk tidak diangkut"
    )

    assert told.text == "received_and_second"
    again = citizen.taps(told, "Ya")
    assert again.text == "received"
    assert {r.service_code for r in citizen.requests.values()} == {"street_light", "waste"}
    assert {r.address for r in citizen.requests.values()} == {"Jl. Veteran"}


def test_a_draft_lasts_a_day_and_its_end_is_told() -> None:
    citizen = Chat()
    citizen.sends("pju mati")

    assert citizen.sends("Jl. Veteran", after=timedelta(hours=23)).text == "received"
    citizen.sends("pju mati", after=timedelta(hours=3))
    say = citizen.sends("halo", after=timedelta(hours=25))
    assert (say.text, say.before) == ("welcome", ("draft_dropped",))
    assert citizen.sends("halo").before == ()


def test_a_photo_is_fetched_as_soon_as_it_comes() -> None:
    citizen = Chat()
    citizen.sends("sampah", photos=(PHOTO, PHOTO))

    assert effects(citizen) == ["fetch", "fetch", "say"]


def test_a_report_holds_at_most_4000_characters() -> None:
    citizen = Chat()
    citizen.sends("pju mati di Jl. Veteran " + "x" * 65_000)

    request = citizen.report or replace(citizen.requests[NUMBER])
    assert len(request.description) <= 4000


def test_a_draft_holds_no_more_than_an_item_of_the_table_can() -> None:
    citizen = Chat()
    for number in range(12):
        citizen.hears(f"{number} " + "ya " * 1000)

    draft = citizen.conversation.draft
    assert draft is not None
    assert sum(len(each.text) for each in draft.said) <= 4000
