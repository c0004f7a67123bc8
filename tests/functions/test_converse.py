"""A citizen's message is thought about once, and all that follows from it is written at once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from aduan import report_number
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.effect_table import EffectTable
from aduan.aws.items import from_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.aws.vault_table import VaultReader, VaultWriter
from aduan.change import Change, Effect
from aduan.errors import StaleUpdateError
from aduan.message import Channel, Say
from aduan.message_digest import digest_of, digest_of_words
from aduan.service_request import Status
from tests.builders import NOW, NUMBER, OTHER_NUMBER, a_sender
from tests.cloud import Cloud, a_queue_record, plain
from tests.functions.conftest import Handler, Loader, Output
from tests.webhooks import split

PHONE, USER_ID = "6281100000001", "ID.13491208655302741918"


def a_record(name: str = "whatsapp/text", number: int = 1, **changes: Any) -> dict[str, Any]:
    """A record of the inbox queue; `text` and `message_id` change the message of the file."""
    (letter, *_) = split(name).letters
    body = json.loads(json.dumps(vars(letter)))
    if "text" in changes or name == "whatsapp/text":
        changes.setdefault("text", "halo")
        body["message"] |= {"type": "text", "text": {"body": changes.pop("text")}}
    group = changes.pop("group", "citizen")
    record: dict[str, Any] = a_queue_record(
        json.dumps(body | changes), group=group, at=NOW, number=number
    )
    return record


def take(handler: Handler, *records: dict[str, Any]) -> list[str]:
    """Hand records over; gives those that come again."""
    answer = handler({"Records": list(records)})
    return [failed["itemIdentifier"] for failed in answer["batchItemFailures"]]


def citizen_id(cloud: Cloud) -> str:
    (row,) = (
        plain(item)["PK"]
        for item in cloud.items(cloud.vault)
        if plain(item)["PK"].startswith("citizen#")
    )
    return str(row).removeprefix("citizen#")


def test_a_first_message_makes_a_citizen_a_chat_and_an_answer(
    function: Loader, cloud: Cloud
) -> None:
    assert take(function("converse"), a_record()) == []

    citizen = citizen_id(cloud)
    conversation = ConversationTable(cloud.reports).conversation(citizen)
    assert conversation is not None
    assert (conversation.channel, conversation.version) == (Channel.WHATSAPP, 1)
    (effect,) = [plain(each) for each in cloud.effects()]
    assert (effect["to"], effect["work"]) == (citizen, "effect")
    assert effect["say"]["first_contact"]
    address = VaultReader(cloud.vault, key_id=cloud.vault_key_id).address(citizen)
    assert (address.wa_id, address.user_id) == (PHONE, USER_ID)


def test_an_emergency_is_a_report_at_once(
    function: Loader, cloud: Cloud, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_number, "new", lambda: NUMBER)

    assert take(function("converse"), a_record(text="kebakaran di Jl. Dhoho!")) == []

    request = ConversationTable(cloud.reports).request(NUMBER)
    assert (request.status, request.urgent) == (Status.RECEIVED, True)
    assert request.citizen_id == citizen_id(cloud)
    names = {plain(effect)["name"].split("#")[0] for effect in cloud.effects()}
    assert names == {"start", "say"}
    assert output.counted == {"ServiceRequestReceived": 1, "Message.text": 1}
    (line,) = output.lines
    assert (line["service_request_id"], line["service_code"]) == (NUMBER, "fire")


def test_a_photo_is_to_be_fetched(function: Loader, cloud: Cloud) -> None:
    take(function("converse"), a_record("whatsapp/image"))

    fetches = [plain(each) for each in cloud.effects() if "fetch" in each]
    assert [each["fetch"]["media_id"] for each in fetches] == ["1013859600285441"]
    assert fetches[0]["to"] == citizen_id(cloud)


@pytest.mark.parametrize(
    "name",
    [
        "unknown_type",
        "interactive_without_object",
        "contacts",
        "order",
    ],
)
def test_what_cannot_be_read_is_answered_all_the_same(
    function: Loader, cloud: Cloud, name: str
) -> None:
    assert take(function("converse"), a_record(f"whatsapp/{name}")) == []

    assert [plain(each)["say"]["text"] for each in cloud.effects()] == ["not_readable"]


def test_a_repeated_message_is_answered_once(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    handler = function("converse")

    for _ in range(3):
        assert take(handler, a_record()) == []

    assert len(cloud.effects()) == 1
    assert output.counted == {"MessageRepeated": 2, "Message.text": 1}


def test_a_message_handled_meanwhile_by_another_is_left(
    function: Loader, cloud: Cloud, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("converse")
    take(handler, a_record())
    monkeypatch.setattr(ConversationTable, "was_seen", lambda *_: False)

    assert take(handler, a_record()) == []

    assert len(cloud.effects()) == 1
    assert output.counted == {"MessageRepeated": 1, "Message.text": 1}


def test_one_person_has_one_chat_with_and_without_a_number(function: Loader, cloud: Cloud) -> None:
    handler = function("converse")
    for name in ("phone_number_only", "text", "user_id_only"):
        assert take(handler, a_record(f"whatsapp/{name}")) == []

    conversation = ConversationTable(cloud.reports).conversation(citizen_id(cloud))
    assert conversation is not None
    assert conversation.version == 3


def test_two_citizens_in_one_batch_have_a_chat_each(function: Loader, cloud: Cloud) -> None:
    take(function("converse"), a_record(), a_record("instagram/story_reply", 2, group="another"))

    says = [plain(effect) for effect in cloud.effects() if "say" in effect]
    assert len({effect["to"] for effect in says}) == 2


def test_a_record_that_fails_holds_back_its_own_citizen_only(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    broken = a_queue_record("{", group="one", at=NOW, number=1)

    failed = take(
        function("converse"),
        broken,
        a_record(number=2, group="one", message_id="wamid.2"),
        a_record(number=3, group="two", message_id="wamid.3"),
        a_record(number=4, group="one", message_id="wamid.4"),
    )

    assert failed == ["record-1", "record-2", "record-4"]
    assert len(cloud.effects()) == 1
    (line,) = output.lines
    assert (line["level"], line["error"]) == ("ERROR", "JSONDecodeError")


def test_when_the_chat_went_on_meanwhile_it_is_thought_about_again(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("converse")
    save, tries = ConversationTable.save_turn, 0

    def busy(*args: Any, **kwargs: Any) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StaleUpdateError("the chat went on")
        save(*args, **kwargs)

    monkeypatch.setattr(ConversationTable, "save_turn", busy)

    assert take(handler, a_record()) == []
    assert (tries, len(cloud.effects())) == (3, 1)


def test_when_it_never_comes_to_rest_the_queue_brings_it_again(
    function: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("converse")

    def busy(*_: Any, **__: Any) -> None:
        raise StaleUpdateError("the chat went on")

    monkeypatch.setattr(ConversationTable, "save_turn", busy)

    assert take(handler, a_record()) == ["record-1"]


def test_two_first_messages_of_a_new_citizen_at_once_make_one_citizen(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("converse")
    look = VaultWriter._known
    raced = False

    def look_while_another_writes(self: VaultWriter, *name: Any) -> Any:
        nonlocal raced
        found = look(self, *name)
        if not raced:
            raced = True
            take(handler, a_record(number=2, message_id="wamid.2"))
        return found

    monkeypatch.setattr(VaultWriter, "_known", look_while_another_writes)

    assert take(handler, a_record()) == []
    conversation = ConversationTable(cloud.reports).conversation(citizen_id(cloud))
    assert conversation is not None
    assert conversation.version == 2


def test_a_number_in_use_is_drawn_again(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([NUMBER, NUMBER, OTHER_NUMBER])
    monkeypatch.setattr(report_number, "new", lambda: next(drawn))
    handler = function("converse")

    take(handler, a_record(text="kebakaran di Jl. Dhoho"))
    assert take(handler, a_record(text="kebakaran di Jl. Veteran", message_id="wamid.2")) == []

    table = ConversationTable(cloud.reports)
    assert set(table.requests([NUMBER, OTHER_NUMBER])) == {NUMBER, OTHER_NUMBER}


@pytest.mark.parametrize("what", ["kebakaran", "lampu jalan mati"])
def test_nobody_but_the_vault_learns_the_number_or_the_account(
    function: Loader, cloud: Cloud, output: Output, what: str
) -> None:
    handler = function("converse")
    told = f"{what} di Jl. Dhoho, hubungi 0811-0000-0001 atau {PHONE}"
    take(handler, a_record(text=told), a_record("instagram/image", 2, group="b"))
    take(handler, a_queue_record(json.dumps({"wa_id": PHONE}), group="c", at=NOW))

    stored = str([plain(item) for item in cloud.items(cloud.reports)])
    for name in (PHONE, PHONE[2:], "0811-0000-0001", USER_ID, "1045879001234567", "Siti"):
        assert name not in output.text
        assert name not in stored
    assert "Dhoho" not in output.text


def news(event: str, number: int = 1, **message: Any) -> dict[str, Any]:
    """A record with news about a message of ours: a failed status, an echo, a reaction."""
    channel = "whatsapp" if event == "status" else "instagram"
    body = {
        "channel": channel,
        "message_id": f"{event}:{number}:{message['refers_to']}",
        "user_id": USER_ID,
        "wa_id": PHONE if channel == "whatsapp" else None,
        "message": {"mid": message["refers_to"], **message},
        "event": event,
    }
    record: dict[str, Any] = a_queue_record(
        json.dumps(body), group="citizen", at=NOW, number=number
    )
    return record


def failed(code: int, number: int = 1, refers_to: str = "wamid.out") -> dict[str, Any]:
    return news("status", number, refers_to=refers_to, status="failed", errors=[{"code": code}])


@pytest.mark.parametrize("event", ["status", "echo", "reaction", "deleted"])
def test_news_about_a_message_makes_nobody_a_citizen(
    function: Loader, cloud: Cloud, output: Output, event: str
) -> None:
    assert take(function("converse"), news(event, refers_to="wamid.out")) == []

    assert cloud.items(cloud.vault) == cloud.items(cloud.reports) == []
    assert output.counted == {"NewsOfNobody": 1}


def test_a_message_that_failed_is_no_first_contact(function: Loader, cloud: Cloud) -> None:
    handler = function("converse")
    VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id).citizen(
        a_sender()
    )
    assert take(handler, failed(131026), a_record(number=2)) == []

    (welcome,) = [plain(each) for each in cloud.effects()]
    assert welcome["say"]["first_contact"]


def test_whoever_writes_before_their_change_of_number_is_heard_of_keeps_both_reports(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([NUMBER, OTHER_NUMBER])
    monkeypatch.setattr(report_number, "new", lambda: next(drawn, NUMBER))
    handler = function("converse")
    take(handler, a_record(text="kebakaran di Jl. Dhoho"))
    new_number: dict[str, Any] = {"user_id": "ID.2", "wa_id": "6281100000002"}
    take(handler, a_record(text="kebakaran di Jl. Veteran", message_id="wamid.2", **new_number))
    assert take(handler, a_record("whatsapp/system_user_changed_number")) == []

    take(handler, a_record(text="laporan saya", message_id="wamid.3", **new_number))
    told = [plain(each)["say"] for each in cloud.effects() if "say" in each]
    (listed,) = [say for say in told if say["text"] == "my_reports"]
    assert {choice["payload"] for choice in listed["choices"]} == {
        f"status:{NUMBER}",
        f"status:{OTHER_NUMBER}",
    }


def a_sent_message(cloud: Cloud, **parts: Any) -> str:
    """News of a report, which Meta has taken under the id wamid.out; gives the citizen's id."""
    citizen = citizen_id(cloud)
    say = Say(**{"text": "accepted", "fields": {}} | parts)
    effect = Effect(name=f"say#{NUMBER}#4#accepted", say=say, to=citizen, service_request_id=NUMBER)
    ServiceRequestTable(cloud.reports).save(Change(effects=(effect,)), at=NOW)
    EffectTable(cloud.reports).record_sent(
        effect, digest_of("whatsapp", "wamid.out"), perhaps_twice=False, at=NOW
    )
    return citizen


def test_a_caller_who_has_no_whatsapp_after_all_is_told_by_sms_if_they_agreed(
    function: Loader, cloud: Cloud
) -> None:
    handler = function("converse")
    take(handler, a_record())
    citizen = a_sent_message(cloud)
    EffectTable(cloud.reports).update(f"citizen#{citizen}", "contact", "SET by_sms = :yes", yes=1)

    for _ in range(2):
        assert take(handler, failed(131026, 2)) == []

    again = [plain(each) for each in cloud.effects() if each["SK"]["S"].endswith("#sms")]
    assert [(each["say"]["text"], each["say"]["by_sms"]) for each in again] == [("accepted", True)]


def test_whoever_was_out_of_reach_is_in_reach_when_they_write(
    function: Loader, cloud: Cloud
) -> None:
    handler = function("converse")
    take(handler, a_record())
    citizen = a_sent_message(cloud)
    effects = EffectTable(cloud.reports)
    take(handler, failed(131026, 2))
    assert effects.contact(citizen).meta_error == 131026

    assert take(handler, a_record(number=3, message_id="wamid.3")) == []
    assert effects.contact(citizen).meta_error is None
    assert effects.query_work("unreachable", "9999") == []


def test_whoever_send_message_could_not_reach_is_in_reach_when_they_write(
    function: Loader, cloud: Cloud
) -> None:
    handler = function("converse")
    take(handler, a_record())
    citizen, effects = citizen_id(cloud), EffectTable(cloud.reports)
    effects.record_out_of_reach(citizen, 131026, NOW)
    effects.mark_out_of_reach(citizen)

    assert take(handler, a_record(number=3, message_id="wamid.3")) == []
    assert effects.contact(citizen).meta_error is None


@pytest.mark.parametrize(
    ("code", "by_template"), [(131042, False), (131053, False), (131047, True)]
)
def test_what_failed_for_a_reason_of_ours_waits_and_somebody_is_told(
    function: Loader, cloud: Cloud, output: Output, code: int, by_template: bool
) -> None:
    handler = function("converse")
    take(handler, a_record())
    citizen = a_sent_message(cloud, by_template=by_template)

    assert take(handler, failed(code, 2)) == []

    assert EffectTable(cloud.reports).contact(citizen).meta_error is None
    (waiting,) = ConversationTable(cloud.reports).waiting(citizen)
    assert waiting.say.text == "accepted"
    assert output.counted["MessageHeldUp"] == 1


@pytest.mark.parametrize(
    ("text", "is_a_person"),
    [
        ("Halo, saya Rina dari dinas", True),
        ("Terima kasih sudah lapor.", False),
        ("Terima kasih\nsudah lapor. ", False),
        (None, True),
    ],
)
def test_an_echo_is_a_persons_unless_it_says_what_we_have_just_said(
    function: Loader, cloud: Cloud, text: str | None, is_a_person: bool
) -> None:
    handler = function("converse")
    take(handler, a_record("instagram/story_reply"))
    (letter, *_) = split("instagram/story_reply").letters
    citizen = citizen_id(cloud)
    effect = from_item(cloud.effects()[0], Effect)
    said = digest_of_words("Terima kasih sudah lapor.")
    EffectTable(cloud.reports).begin_delivery(effect, datetime.now(UTC))
    EffectTable(cloud.reports).note_words(effect, said)

    echo = news("echo", 2, refers_to="aWdf.out", text=text)
    echo["body"] = json.dumps(json.loads(echo["body"]) | {"user_id": letter.user_id})
    assert take(handler, echo) == []

    conversation = ConversationTable(cloud.reports).conversation(citizen)
    assert conversation is not None
    assert (conversation.operator_until is not None) is is_a_person
