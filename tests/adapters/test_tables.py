"""The table is the referee: every write says what it expects to find."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aduan.aws.conversation_table import ConversationTable
from aduan.aws.effect_table import Contact, EffectTable
from aduan.aws.service_request_table import Assignment, ServiceRequestTable
from aduan.change import Answer, Change, Effect, Event, Kept
from aduan.conversation import Conversation, Turn
from aduan.correction import Correction
from aduan.draft import Draft
from aduan.errors import (
    AlreadyLeftError,
    AlreadySeenError,
    NotFoundError,
    NumberTakenError,
    StaleUpdateError,
)
from aduan.message import Channel, Say
from aduan.service_request import ServiceRequest, Status
from tests.builders import CITIZEN, NOW, NUMBER, OTHER_NUMBER, a_service_request
from tests.cloud import Cloud, plain

SAY = Effect(name="say#1", say=Say(text="welcome"), to=CITIZEN)


def an_event(what: str = "received", **changes: Any) -> Event:
    values: dict[str, Any] = {"what": what, "who": "citizen", "at": NOW}
    return Event(**values | changes)


def a_stored_request(cloud: Cloud, **changes: Any) -> ServiceRequest:
    """A report as it is read back from the table."""
    table = ServiceRequestTable(cloud.reports)
    request = a_service_request(**changes)
    table.save(Change(request=request, event=an_event()), at=NOW)
    return table.request(request.service_request_id)


def a_turn(*effects: Effect, conversation: Conversation | None = None) -> Turn:
    talk = conversation or Conversation(citizen_id=CITIZEN, channel=Channel.WHATSAPP)
    return Turn(conversation=talk, change=Change(effects=effects))


# Reports


def test_a_new_report_is_in_the_table_with_its_first_event(cloud: Cloud) -> None:
    request = a_stored_request(cloud)
    table = ServiceRequestTable(cloud.reports)

    assert request == a_service_request(version=1)
    assert table.events(NUMBER) == [an_event()]
    assert table.requests([NUMBER, OTHER_NUMBER, NUMBER]) == {NUMBER: request}


def test_what_was_put_right_waits_to_be_learnt_once_a_report(cloud: Cloud) -> None:
    """It lies with what is its citizen's, so that it is forgotten with them."""
    request, table = a_stored_request(cloud), ServiceRequestTable(cloud.reports)
    for code in ("waste", "drainage"):
        right = Correction(
            text="got mampet",
            understood_code="flood",
            service_code=code,
            urgency="normal",
            place="",
            corrected_by="citizen",
        )
        table.save(Change(request=request, event=an_event("x"), correction=right), at=NOW)
        request = table.request(NUMBER)

    assert [each.service_code for each in table.corrections(NOW + timedelta(minutes=1))] == [
        "drainage"
    ]
    kept = cloud.item(f"citizen#{CITIZEN}", f"correction#{NUMBER}")
    assert kept
    assert kept["text"] == "got mampet"


def test_a_report_that_is_not_there_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(NotFoundError):
        ServiceRequestTable(cloud.reports).request(NUMBER)


def test_a_number_in_use_is_taken(cloud: Cloud) -> None:
    a_stored_request(cloud)

    with pytest.raises(NumberTakenError):
        a_stored_request(cloud, citizen_id="citizen-b")
    assert ServiceRequestTable(cloud.reports).request(NUMBER).citizen_id == CITIZEN


def test_of_two_who_change_a_report_the_second_must_read_again(cloud: Cloud) -> None:
    request, table = a_stored_request(cloud), ServiceRequestTable(cloud.reports)
    first = request.route_to("dishub", "jenis laporan", NOW)
    second = request.route_to("dpupr", "jenis laporan", NOW)

    table.save(Change(request=first, event=an_event("routed")), at=NOW)
    with pytest.raises(StaleUpdateError):
        table.save(Change(request=second, event=an_event("routed"), effects=(SAY,)), at=NOW)

    assert table.request(NUMBER).agency_responsible == "dishub"
    assert cloud.effects() == []
    assert len(table.events(NUMBER)) == 2


def test_the_timeline_is_in_the_order_of_the_versions(cloud: Cloud) -> None:
    table = ServiceRequestTable(cloud.reports)
    a_stored_request(cloud)
    for number in range(12):
        request = replace(table.request(NUMBER), updated_datetime=NOW)
        table.save(Change(request=request, event=an_event(notes=str(number))), at=NOW)

    notes = [event.notes for event in table.events(NUMBER)]
    assert notes == ["", *(str(number) for number in range(12))]


def test_a_report_that_is_over_leaves_the_list_of_work(cloud: Cloud) -> None:
    effects, later = EffectTable(cloud.reports), NOW + timedelta(seconds=1)
    request = a_stored_request(cloud, status=Status.SOLVED)
    assert len(effects.unfinished("request", before=later)) == 1
    assert effects.unfinished("request", before=NOW) == []

    ServiceRequestTable(cloud.reports).save(Change(request=request.close(NOW)), at=NOW)

    assert effects.unfinished("request", before=later) == []


# Dispatch


def test_a_dispatch_is_stored_with_its_assignment_once(cloud: Cloud) -> None:
    table = ServiceRequestTable(cloud.reports)
    request = a_stored_request(cloud, status=Status.ROUTED, attempt=1)
    assignment = Assignment(
        service_request_id=NUMBER, attempt=1, agency="dishub", expires=NOW + timedelta(days=30)
    )
    change = Change(request=request.dispatch(NOW))

    table.save_dispatch(change, assignment, at=NOW)
    with pytest.raises(StaleUpdateError):
        table.save_dispatch(change, assignment, at=NOW)

    assert table.assignment(NUMBER, 1) == assignment
    assert table.assignment(NUMBER, 2) is None
    table.mark_published(assignment, NOW)
    assert table.assignment(NUMBER, 1) == replace(assignment, published_at=NOW)


# Answers to the workflow


def answered(cloud: Cloud, answer: Answer) -> None:
    request = ServiceRequestTable(cloud.reports).request(NUMBER)
    ServiceRequestTable(cloud.reports).save(Change(request=request, answers=(answer,)), at=NOW)


def the_wait(cloud: Cloud, what: str) -> dict[str, Any]:
    wait = cloud.item(f"request#{NUMBER}", f"wait#{what}#1")
    assert wait is not None
    return wait


ACCEPTED = Answer(what="acceptance", attempt=1, outcome="accepted")


@pytest.mark.parametrize("token_first", [True, False])
def test_the_token_and_the_answer_may_come_in_any_order(cloud: Cloud, token_first: bool) -> None:
    a_stored_request(cloud)
    if token_first:
        cloud.a_wait_for(NUMBER, "acceptance", token="token")
        answered(cloud, ACCEPTED)
    else:
        answered(cloud, ACCEPTED)
        assert EffectTable(cloud.reports).unanswered(NUMBER) == []
        cloud.gives_a_token(NUMBER, "acceptance", "token")

    (wait,) = EffectTable(cloud.reports).unanswered(NUMBER)
    assert plain(wait)["task_token"] == "token"
    assert json.loads(plain(wait)["answer"]) == {"outcome": "accepted"}


def test_the_first_answer_stands(cloud: Cloud) -> None:
    a_stored_request(cloud)
    answered(cloud, ACCEPTED)
    answered(cloud, Answer(what="acceptance", attempt=1, error="NotOursError"))

    assert json.loads(the_wait(cloud, "acceptance")["answer"]) == {"outcome": "accepted"}


def test_an_answer_that_fails_the_wait_names_the_error(cloud: Cloud) -> None:
    a_stored_request(cloud)
    answered(cloud, Answer(what="solution", attempt=1, error="RejectedError"))

    assert json.loads(the_wait(cloud, "solution")["answer"]) == {"error": "RejectedError"}


def test_a_wait_that_was_answered_gives_up_its_token(cloud: Cloud) -> None:
    cloud.a_wait_for(NUMBER, "acceptance", token="token", answer="{}")
    effects = EffectTable(cloud.reports)
    (wait,) = effects.unanswered(NUMBER)

    effects.mark_answered(wait, NOW)

    assert effects.unanswered(NUMBER) == []
    assert the_wait(cloud, "acceptance")["answered_at"] == NOW.isoformat()


def test_a_newer_token_is_not_taken_for_the_old_one(cloud: Cloud) -> None:
    """A workflow started anew asks again while its predecessor is being answered."""
    cloud.a_wait_for(NUMBER, "acceptance", token="old", answer="{}")
    effects = EffectTable(cloud.reports)
    (wait,) = effects.unanswered(NUMBER)
    cloud.gives_a_token(NUMBER, "acceptance", "new")

    effects.mark_answered(wait, NOW)

    (left,) = effects.unanswered(NUMBER)
    assert plain(left)["task_token"] == "new"


# Conversations


def test_a_chat_that_never_was_is_none(cloud: Cloud) -> None:
    assert ConversationTable(cloud.reports).conversation(CITIZEN) is None


def test_a_turn_writes_the_chat_the_report_and_what_follows_together(cloud: Cloud) -> None:
    table = ConversationTable(cloud.reports)
    change = Change(request=a_service_request(), event=an_event(), effects=(SAY,))
    turn = Turn(conversation=a_turn().conversation, change=change)

    table.save_turn(turn, message_digest="one", at=NOW)

    conversation = table.conversation(CITIZEN)
    assert conversation is not None
    assert (conversation.version, table.request(NUMBER).version) == (1, 1)
    assert table.was_seen("one")
    assert [plain(effect)["name"] for effect in cloud.effects()] == ["say#1"]


def test_a_message_is_handled_once(cloud: Cloud) -> None:
    table = ConversationTable(cloud.reports)
    table.save_turn(a_turn(SAY), message_digest="one", at=NOW)

    conversation = table.conversation(CITIZEN)
    again = a_turn(Effect(name="say#2", say=Say(text="help")), conversation=conversation)
    with pytest.raises(AlreadySeenError):
        table.save_turn(again, message_digest="one", at=NOW)

    assert len(cloud.effects()) == 1


def test_a_seen_message_is_forgotten_after_a_month(cloud: Cloud) -> None:
    ConversationTable(cloud.reports).save_turn(a_turn(), message_digest="one", at=NOW)

    seen = cloud.item("message#one", "seen")
    assert seen is not None
    assert seen["expires_at"] == int((NOW + timedelta(days=30)).timestamp())


def test_of_two_messages_answered_at_once_the_second_is_thought_about_again(cloud: Cloud) -> None:
    table = ConversationTable(cloud.reports)
    table.save_turn(a_turn(), message_digest="one", at=NOW)
    read = table.conversation(CITIZEN)
    table.save_turn(a_turn(conversation=read), message_digest="two", at=NOW)

    with pytest.raises(StaleUpdateError):
        table.save_turn(a_turn(SAY, conversation=read), message_digest="three", at=NOW)
    assert not table.was_seen("three")
    assert cloud.effects() == []


def test_a_turn_whose_number_is_taken_writes_nothing(cloud: Cloud) -> None:
    a_stored_request(cloud, citizen_id="citizen-b")
    table = ConversationTable(cloud.reports)
    turn = Turn(
        conversation=a_turn().conversation,
        change=Change(request=a_service_request(), event=an_event()),
    )

    with pytest.raises(NumberTakenError):
        table.save_turn(turn, message_digest="one", at=NOW)
    assert not table.was_seen("one")


# Effects and photos


def a_stored_effect(cloud: Cloud) -> EffectTable:
    ServiceRequestTable(cloud.reports).save(Change(effects=(SAY,)), at=NOW)
    return EffectTable(cloud.reports)


def test_an_effect_waits_in_the_list_of_work_until_it_is_carried_out(cloud: Cloud) -> None:
    effects, later = a_stored_effect(cloud), NOW + timedelta(seconds=1)
    assert len(effects.unfinished("effect", before=later)) == 1

    effects.mark_carried_out(SAY, NOW)

    assert effects.unfinished("effect", before=later) == []
    (item,) = cloud.effects()
    kept = plain(item)
    assert kept["carried_out_at"] == NOW.isoformat()
    assert kept["expires_at"] == int((NOW + timedelta(days=90)).timestamp())


def test_a_second_try_to_deliver_knows_of_the_first(cloud: Cloud) -> None:
    effects = a_stored_effect(cloud)

    first = effects.begin_delivery(SAY, NOW)
    second = effects.begin_delivery(SAY, NOW + timedelta(minutes=1))
    third = effects.begin_delivery(SAY, NOW + timedelta(minutes=3))

    assert (first.begun, second.is_elsewhere, third.begun) == (False, True, True)
    assert not second.is_over


@pytest.mark.parametrize("sent", [True, False])
def test_a_message_sent_or_refused_is_over(cloud: Cloud, sent: bool) -> None:
    effects = a_stored_effect(cloud)
    if sent:
        effects.record_sent(SAY, "digest", perhaps_twice=False, at=NOW)
    else:
        effects.record_undelivered(SAY, 131047)

    assert effects.begin_delivery(SAY, NOW).is_over


def test_a_photo_is_kept_once(cloud: Cloud) -> None:
    table = ServiceRequestTable(cloud.reports)
    table.save_photo("a-0", {"key": "reports/x.jpg"}, change=Change(), at=NOW)
    table.save_photo("a-1", {"refused": "gone"}, change=Change(), at=NOW)

    with pytest.raises(AlreadySeenError):
        table.save_photo("a-0", {"refused": "gone"}, change=Change(effects=(SAY,)), at=NOW)

    assert cloud.effects() == []
    assert table.has_photo("a-1")
    assert not table.has_photo("a-2")
    assert table.photo_keys(["a-0", "a-1", "a-2"]) == ["reports/x.jpg"]


def test_a_message_that_was_overtaken_does_not_leave(cloud: Cloud) -> None:
    effects = a_stored_effect(cloud)
    ServiceRequestTable(cloud.reports).save(Change(citizen_id=CITIZEN, overtakes="say#1"), at=NOW)

    assert effects.begin_delivery(SAY, NOW).is_over


def test_nothing_is_noted_of_an_effect_whose_citizen_was_forgotten(cloud: Cloud) -> None:
    effects = EffectTable(cloud.reports)
    effects.mark_carried_out(SAY, NOW)
    effects.record_undelivered(SAY, 131026)

    assert cloud.effects() == []
    assert effects.begin_delivery(SAY, NOW).is_over


def test_a_message_on_its_way_cannot_be_overtaken(cloud: Cloud) -> None:
    effects = a_stored_effect(cloud)
    effects.begin_delivery(SAY, NOW)

    with pytest.raises(AlreadyLeftError):
        ServiceRequestTable(cloud.reports).save(
            Change(citizen_id=CITIZEN, overtakes="say#1"), at=NOW
        )


def test_metas_id_of_a_message_is_kept_as_a_digest_only(cloud: Cloud) -> None:
    """The id holds the citizen's phone number."""
    effects = a_stored_effect(cloud)
    effects.record_sent(SAY, "digest", perhaps_twice=False, at=NOW)

    sent = ConversationTable(cloud.reports).sent("digest")
    assert sent is not None
    assert (sent.effect, sent.text) == ("say#1", "welcome")


def test_what_waits_for_the_next_contact_is_the_newest_of_each_report(cloud: Cloud) -> None:
    effects, table = a_stored_effect(cloud), ConversationTable(cloud.reports)
    for text in ("accepted", "solved"):
        news = Effect(name=f"say#{text}", say=Say(text=text), to=CITIZEN, service_request_id=NUMBER)
        effects.record_waiting(news, 131047)

    assert [each.say.text for each in table.waiting(CITIZEN)] == ["solved"]
    table.save(Change(citizen_id=CITIZEN, told=table.waiting(CITIZEN)), at=NOW)
    assert table.waiting(CITIZEN) == ()


def test_news_that_came_while_older_news_was_told_is_not_forgotten(cloud: Cloud) -> None:
    effects, table = a_stored_effect(cloud), ConversationTable(cloud.reports)
    older, newer = (
        Effect(name=f"say#{text}", say=Say(text=text), to=CITIZEN, service_request_id=NUMBER)
        for text in ("accepted", "solved")
    )
    effects.record_waiting(older, 131047)
    read = table.waiting(CITIZEN)
    effects.record_waiting(newer, 131047)

    with pytest.raises(StaleUpdateError):
        table.save(Change(citizen_id=CITIZEN, told=read), at=NOW)
    assert [each.say.text for each in table.waiting(CITIZEN)] == ["solved"]


def test_a_draft_is_on_the_list_of_work_until_it_is_a_report(cloud: Cloud) -> None:
    table, later = ConversationTable(cloud.reports), NOW + timedelta(seconds=1)
    chat = Conversation(
        citizen_id=CITIZEN, channel=Channel.WHATSAPP, draft=Draft(draft_id="d", began_at=NOW)
    )
    table.save_turn(a_turn(conversation=chat), message_digest="one", at=NOW)
    assert len(table.query_work("draft", later.isoformat())) == 1

    read = table.conversation(CITIZEN)
    assert read is not None
    table.save_conversation(replace(read, draft=None), Change(), at=NOW)
    assert table.query_work("draft", later.isoformat()) == []


def test_a_kept_message_waits_for_a_person(cloud: Cloud) -> None:
    table = ConversationTable(cloud.reports)
    kept = Kept(name="m1", because="flood", text="halo halo")
    table.save(Change(citizen_id=CITIZEN, kept=kept), at=NOW)

    (item,) = table.query_work("kept", (NOW + timedelta(seconds=1)).isoformat())
    assert (plain(item)["because"], plain(item)["text"]) == ("flood", "halo halo")


def test_silence_and_being_out_of_reach_do_not_undo_each_other(cloud: Cloud) -> None:
    effects = EffectTable(cloud.reports)
    ServiceRequestTable(cloud.reports).save(Change(citizen_id=CITIZEN, silence=True), at=NOW)
    effects.record_out_of_reach(CITIZEN, 131026, NOW)

    assert effects.contact(CITIZEN) == Contact(silenced=True, meta_error=131026)
    ServiceRequestTable(cloud.reports).save(Change(citizen_id=CITIZEN, in_reach=True), at=NOW)
    assert effects.contact(CITIZEN) == Contact(silenced=True)


def test_messages_are_counted_by_month_in_the_citys_time(cloud: Cloud) -> None:
    effects = EffectTable(cloud.reports)
    last_evening = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)

    assert effects.count_message("whatsapp", last_evening) == 1
    assert effects.count_message("whatsapp", last_evening) == 2
    assert effects.count_message("whatsapp", last_evening + timedelta(minutes=1)) == 1


def test_what_the_table_had_no_time_for_is_asked_for_again(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (NUMBER, OTHER_NUMBER):
        a_stored_request(cloud, service_request_id=number)
    table, asked = ServiceRequestTable(cloud.reports), []
    ask = table._db.batch_get_item

    def half_of_it(*, RequestItems: Any) -> Any:  # noqa: N803 - as boto3 has it
        asked.append(RequestItems)
        first, *rest = RequestItems[cloud.reports]["Keys"]
        answer = ask(RequestItems={cloud.reports: {"Keys": [first], "ConsistentRead": True}})
        left = {cloud.reports: {"Keys": rest}} if rest else {}
        return {**answer, "UnprocessedKeys": left}

    monkeypatch.setattr(table._db, "batch_get_item", half_of_it)

    assert set(table.requests([NUMBER, OTHER_NUMBER, NUMBER])) == {NUMBER, OTHER_NUMBER}
    assert len(asked) == 2
    assert all(each[cloud.reports]["ConsistentRead"] for each in asked)
