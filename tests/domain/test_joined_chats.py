"""Two chats that turn out to be one person's go on as one."""

from dataclasses import replace

from aduan.conversation.state import REPORTS_KEPT, Asked, Conversation
from aduan.draft import Draft
from aduan.message import Channel
from tests.builders import CITIZEN, NOW, STRANGER

DRAFT = Draft(draft_id="d1", began_at=NOW, service_code="waste")
BEFORE = Conversation(
    citizen_id=STRANGER,
    channel=Channel.WHATSAPP,
    reports=("r2",),
    last_inbound_at=NOW,
    also=("the first number",),
    version=7,
)
NOW_THEIRS = Conversation(citizen_id=CITIZEN, channel=Channel.WHATSAPP, reports=("r1",), version=3)


def test_reports_and_former_ids_of_both_are_theirs() -> None:
    joined = NOW_THEIRS.joined_with(BEFORE)

    assert joined.citizen_id == CITIZEN
    assert joined.reports == ("r2", "r1")
    assert joined.also == (STRANGER, "the first number")
    assert (joined.version, joined.last_inbound_at) == (3, NOW)
    for each in (CITIZEN, STRANGER, "the first number"):
        assert joined.is_theirs(each)
    assert not joined.is_theirs("somebody else")


def test_the_draft_that_is_there_goes_on_with_what_was_asked() -> None:
    asking = replace(BEFORE, draft=DRAFT, aside=DRAFT, asked=Asked.PLACE, about="r2")
    other = replace(DRAFT, draft_id="d2")

    joined = NOW_THEIRS.joined_with(asking)
    assert (joined.draft, joined.aside) == (DRAFT, DRAFT)
    assert (joined.asked, joined.about) == (Asked.PLACE, "r2")
    own = replace(NOW_THEIRS, draft=other, asked=Asked.KIND).joined_with(asking)
    assert (own.draft, own.asked, own.aside, own.about) == (other, Asked.KIND, None, None)
    assert replace(NOW_THEIRS, asked=Asked.ADDITION, about="r1").joined_with(BEFORE).about == "r1"


def test_no_more_reports_are_listed_than_are_kept() -> None:
    many = tuple(f"n{n}" for n in range(REPORTS_KEPT))

    joined = replace(NOW_THEIRS, reports=many).joined_with(BEFORE)
    assert joined.reports == ("r2", *many[:-1])


def test_when_they_wrote_last_is_the_newer_chats_word() -> None:
    later = NOW.replace(year=2027)

    assert replace(NOW_THEIRS, last_inbound_at=later).joined_with(BEFORE).last_inbound_at == later
