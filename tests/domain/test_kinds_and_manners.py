"""Messages that are not words, and citizens who send too much."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aduan.conversation.kinds import ANSWERS
from aduan.conversation.state import Sent
from aduan.message import Channel, Kind, Location
from tests.builders import CITIZEN, KEDIRI, NOW, NUMBER, NUMBERS, PHOTO, Chat, a_dispatched_request

MOST = int(KEDIRI.settings["messages_a_minute"])
SILENT = {
    Kind.REACTION,
    Kind.STICKER,
    Kind.DELETED,
    Kind.NUMBER_CHANGED,
    Kind.OPERATOR,
    Kind.FAILED,
}


def test_every_kind_of_message_has_its_answer_written_down() -> None:
    assert set(ANSWERS) == set(Kind)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_message_is_answered_or_on_the_list_of_those_that_are_not(kind: Kind) -> None:
    citizen = Chat()
    citizen.sends("halo")
    parts: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"text": "pju mati"},
        Kind.PHOTO: {"photos": (PHOTO,)},
        Kind.PIN: {"location": Location(lat=0, long=0)},
        Kind.TAP: {"choice": "x"},
        Kind.VOICE: {"recordings": (PHOTO,)},
        Kind.VIDEO: {"recordings": (PHOTO,)},
    }
    given = parts.get(kind, {})
    say = citizen.hears(kind=kind, **given)

    assert (say is None) == (kind in SILENT)
    assert ("no answer" in ANSWERS[kind]) == (kind in SILENT)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Kind.DOCUMENT, "dokumen"), (Kind.OTHER, "pesan seperti itu"), (Kind.CONTACT, "kontak")],
)
def test_what_cannot_be_read_gets_a_kind_word_and_the_draft_stays(kind: Kind, name: str) -> None:
    citizen = Chat()
    citizen.sends("pju mati")
    say = citizen.sends(kind=kind)

    assert (say.text, say.fields["kind"]) == ("not_readable", name)
    assert citizen.sends("Jl. Veteran").text == "received"


def test_a_thumbs_up_on_our_question_is_a_yes() -> None:
    citizen = Chat()
    citizen.is_asked_whether_it_is_right()
    confirm = Sent(effect="say#x", text="confirm")

    assert citizen.sends(kind=Kind.REACTION, emoji="👍", said_before=confirm).text == "received"


def test_a_thumbs_up_on_anything_else_is_nothing() -> None:
    citizen = Chat()
    citizen.sends("lampunya mati di Jl. Veteran")
    elsewhere = Sent(effect="say#x", text="welcome")

    assert citizen.hears(kind=Kind.REACTION, emoji="👍", said_before=elsewhere) is None
    assert citizen.report is None


def test_a_message_taken_back_leaves_the_draft() -> None:
    citizen = Chat()
    citizen.sends("halo")
    citizen.sends("pju mati, tetangga saya Bu Tini yang merusak", message_id="m1")
    citizen.hears(kind=Kind.DELETED, refers_to="m1")

    draft = citizen.conversation.draft
    assert draft is None or "Tini" not in draft.description


def test_a_message_taken_back_leaves_the_report() -> None:
    citizen = Chat()
    citizen.sends("pju mati di Jl. Veteran", photos=(PHOTO,), message_id="m1")
    citizen.hears(kind=Kind.DELETED, refers_to="m1")

    assert citizen.report is not None
    assert (citizen.report.description, citizen.report.photo_ids) == ("", ())


def test_an_edited_message_replaces_its_words() -> None:
    citizen = Chat()
    citizen.sends("pju mati di Jl. Veteran", message_id="m1")
    citizen.hears("pju mati di Jl. Veteran no 7", kind=Kind.EDITED, refers_to="m1")

    assert citizen.report is not None
    assert citizen.report.description == "pju mati di Jl. Veteran no 7"


def test_an_edit_that_meta_hides_is_asked_to_be_written_again() -> None:
    assert Chat().sends(kind=Kind.EDITED).text == "edit_unseen"


def test_while_a_person_answers_the_machine_keeps_silent_but_for_emergencies() -> None:
    citizen = Chat(Channel.INSTAGRAM)
    citizen.sends("halo")
    citizen.hears(kind=Kind.OPERATOR)

    assert citizen.hears("pju mati di Jl. Veteran") is None
    assert citizen.turns[-1].change.kept is not None, "it is kept for the person to see"
    assert citizen.sends("tolong ada kebakaran").text == "emergency_place"
    assert citizen.sends("halo", after=timedelta(hours=2)).text == "welcome"


def test_a_flood_gets_one_sentence_is_kept_and_lets_emergencies_pass() -> None:
    citizen = Chat()
    quick = timedelta(milliseconds=10)
    says = [citizen.hears(f"tes {n} ini itu {'x' * n}", after=quick) for n in range(MOST + 3)]

    assert [say.text for say in says[MOST:] if say] == ["slow_down"]
    assert says[MOST + 1 :] == [None, None]
    assert citizen.turns[-1].change.kept is not None
    assert citizen.sends("tolong ada kebakaran", after=quick).text == "emergency_place"
    assert citizen.sends("halo", after=timedelta(minutes=2)).text == "welcome"


def test_whoever_writes_all_day_is_answered_up_to_a_number_and_kept_beyond() -> None:
    citizen, slowly = Chat(), timedelta(seconds=4)
    most = int(KEDIRI.settings["messages_a_day"])
    citizen.now = NOW.replace(hour=0)  # seven in the morning in Kediri
    says = [citizen.hears("halo" + "o" * (n % 9), after=slowly) for n in range(most + 40)]

    assert not any(turn.change.kept for turn in citizen.turns[:most])
    assert [say.text for say in says[most:] if say] == ["slow_down"]
    kept = citizen.turns[-1].change.kept
    assert kept is not None
    assert kept.because == "flood"
    assert citizen.sends("tolong ada kebakaran", after=slowly).text == "emergency_place"
    assert citizen.sends("halo", after=timedelta(days=1)).text == "welcome"


def test_too_many_reports_a_day_are_kept_for_review() -> None:
    citizen = Chat()
    most = int(KEDIRI.settings["reports_a_day"])
    for _ in range(most):
        assert (
            citizen.sends("pju mati di Jl. Veteran", after=timedelta(minutes=45)).text == "received"
        )

    say = citizen.sends("sampah numpuk di Jl. Dhoho", after=timedelta(minutes=45))
    assert say.text == "enough_today"
    kept = citizen.turns[-1].change.kept
    assert kept is not None
    assert kept.because == "many_reports"
    assert citizen.sends("pju mati di Jl. Veteran", after=timedelta(days=1)).text == "received"


def test_an_administrator_can_mute_a_citizen_but_not_an_emergency() -> None:
    citizen = Chat()
    citizen.sends("halo")
    until = citizen.now + timedelta(hours=1)
    citizen.conversation = replace(citizen.conversation, muted_until=until)

    assert citizen.hears("spam spam spam") is None
    assert citizen.sends("tolong ada kebakaran").text == "emergency_place"
    assert citizen.sends("halo", after=timedelta(hours=2)).text == "welcome"


def test_a_muted_citizen_in_an_emergency_can_still_say_where() -> None:
    citizen = Chat()
    citizen.sends("halo")
    until = citizen.now + timedelta(hours=1)
    citizen.conversation = replace(citizen.conversation, muted_until=until)
    citizen.sends("tolong ada kebakaran")
    citizen.works("dispatched")

    assert citizen.sends("Jl. Dhoho depan toko emas").text == "place_noted"


def test_no_reply_holds_the_number_of_somebody_elses_report() -> None:
    stranger = a_dispatched_request(citizen_id="citizen-z")
    citizen = Chat(Channel.WHATSAPP)
    citizen.requests = {NUMBER: stranger}
    quoting = Sent(effect="say#x", text="received", service_request_id=NUMBER)

    assert NUMBERS[0] != NUMBER
    assert citizen.conversation.citizen_id == CITIZEN
    say = citizen.sends("ini foto terbaru", photos=(PHOTO,), said_before=quoting)
    assert "1234-5678-9018" not in say.fields.values()
