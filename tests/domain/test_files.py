"""What a citizen sends is kept as long as it is part of something, and no longer."""

from datetime import timedelta

from aduan.conversation.reminder import look_after
from aduan.conversation.state import Turn
from aduan.message import Kind
from aduan.message_digest import digest_of
from tests.builders import KEDIRI, PHOTO, Chat

ID = f"{digest_of('whatsapp', 'w1')}-0"


def fetched(turn: Turn) -> list[str | None]:
    return [effect.photo_id for effect in turn.change.effects if effect.fetch]


def let_go(turn: Turn) -> list[str | None]:
    return [effect.photo_id for effect in turn.change.effects if effect.let_go]


def whoever_has_sent_a_photo(caption: str = "lampu jalan mati") -> Chat:
    citizen = Chat()
    citizen.hears(caption, kind=Kind.PHOTO, photos=(PHOTO,), message_id="w1")
    assert fetched(citizen.turns[-1]) == [ID]
    return citizen


def test_the_photo_of_a_draft_that_is_cancelled_is_let_go_of() -> None:
    citizen = whoever_has_sent_a_photo()

    assert citizen.sends("batal").text == "cancelled"
    assert let_go(citizen.turns[-1]) == [ID]


def test_the_photo_of_a_draft_that_becomes_a_report_is_kept() -> None:
    citizen = whoever_has_sent_a_photo()
    citizen.sends("di Jl. Veteran")

    assert citizen.report is not None
    assert citizen.report.photo_ids == (ID,)
    assert let_go(citizen.turns[-1]) == []


def test_the_photo_of_a_draft_that_was_forgotten_is_let_go_of() -> None:
    citizen = whoever_has_sent_a_photo()
    swept = look_after(citizen.conversation, KEDIRI, citizen.now + timedelta(hours=25))
    assert swept is not None
    assert let_go(swept) == [ID]

    citizen.hears("halo", after=timedelta(hours=25))
    assert let_go(citizen.turns[-1]) == [ID]


def test_a_photo_that_is_taken_back_is_let_go_of() -> None:
    citizen = whoever_has_sent_a_photo("lampu jalan mati di Jl. Veteran")
    assert citizen.report is not None
    citizen.hears(kind=Kind.DELETED, refers_to="w1")

    assert citizen.report is not None
    assert citizen.report.photo_ids == ()
    assert let_go(citizen.turns[-1]) == [ID]


def test_a_photo_whose_caption_is_edited_stays() -> None:
    draft = whoever_has_sent_a_photo()
    draft.hears("lampu jalan mati semua", kind=Kind.EDITED, refers_to="w1")
    assert draft.conversation.draft is not None
    assert draft.conversation.draft.photo_ids == (ID,)

    report = whoever_has_sent_a_photo("lampu jalan mati di Jl. Veteran")
    report.hears("lampu jalan mati semua", kind=Kind.EDITED, refers_to="w1")
    assert report.report is not None
    assert report.report.photo_ids == (ID,)


def test_a_photo_that_is_part_of_nothing_is_not_fetched() -> None:
    citizen = whoever_has_sent_a_photo()
    for _ in range(9):
        citizen.hears(kind=Kind.PHOTO, photos=(PHOTO,))
        assert len(fetched(citizen.turns[-1])) == 1

    citizen.hears(kind=Kind.PHOTO, photos=(PHOTO,))
    assert fetched(citizen.turns[-1]) == []
