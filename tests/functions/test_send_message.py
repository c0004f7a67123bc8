"""A message leaves once, to whom it is for, and what became of it is on record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from moto.sns.models import sns_backends

from aduan.aws.clients import client
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.effect_table import EffectTable
from aduan.aws.items import from_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.aws.vault_table import VaultWriter
from aduan.change import Change, Effect
from aduan.desk_link import read_place
from aduan.message import Channel, Choice, Say, Sender
from aduan.message_digest import digest_of, digest_of_words
from aduan.meta import graph_api
from tests.builders import NOW, a_sender
from tests.cloud import ACCOUNT, REGION, SECRETS, Cloud, a_queue_record, plain
from tests.functions.conftest import Handler, Loader, Output
from tests.local_server import Answer, LocalServer, says

SENT = says({"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]})
REFUSED = says({"error": {"code": 131047, "message": "Re-engagement message"}}, 400)
BUSY = says({"error": {"code": 131056, "message": "pair rate limit"}}, 400)


@pytest.fixture
def send_message(function: Loader, meta: LocalServer) -> Handler:
    api = f"{meta.url}/v25.0"
    return function("send_message", WHATSAPP_API_URL=api, INSTAGRAM_API_URL=api)


def a_message_to(cloud: Cloud, sender: Sender | None = None, **parts: Any) -> dict[str, Any]:
    """A record of the outbox queue: thanks, to a citizen whom the vault knows."""
    writer = VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id)
    citizen = writer.citizen(sender or a_sender())
    say = Say(**{"text": "thanks", "fields": {"desk": "Lapor", "city": "Kediri"}} | parts)
    effect = Effect(name="say#1", say=say, to=citizen)
    ServiceRequestTable(cloud.reports).save(Change(effects=(effect,)), at=NOW)
    record: dict[str, Any] = a_queue_record(
        msgspec.json.encode(effect).decode(), group=citizen, at=NOW
    )
    return record


def deliver(handler: Handler, record: dict[str, Any]) -> bool:
    """Whether it is done, so that the queue does not bring it again."""
    return bool(handler({"Records": [record]}) == {"batchItemFailures": []})


def sent_as(cloud: Cloud) -> str:
    """The digest of Meta's id, under which the message is found again."""
    assert on_record(cloud)["ended"] == "sent"
    (sent,) = [plain(i)["PK"] for i in cloud.items(cloud.reports) if plain(i)["SK"] == "sent"]
    return str(sent).removeprefix("sent#")


def on_record(cloud: Cloud) -> dict[str, Any]:
    (effect,) = cloud.effects()
    return plain(effect)


def a_while_passes(cloud: Cloud) -> None:
    """Since a try began: the queue keeps what failed for three minutes."""
    (effect,) = cloud.effects()
    begun = datetime.now(UTC) - timedelta(minutes=3)
    item = effect | {"begun_at": {"S": begun.isoformat()}}
    client("dynamodb").put_item(TableName=cloud.reports, Item=item)


def test_a_whatsapp_message_is_sent_to_the_citizen(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(SENT)

    assert deliver(send_message, a_message_to(cloud))

    (asked,) = meta.asked
    assert asked.path == "/v25.0/106540352242922/messages"
    assert asked.headers["authorization"] == f"Bearer {SECRETS['whatsapp-token']}"
    assert asked.json["recipient"] == a_sender().user_id
    assert asked.json["type"] == "text"
    assert sent_as(cloud) == digest_of("whatsapp", "wamid.1")
    assert on_record(cloud)["perhaps_twice"] == 0
    assert output.counted == {"MessageSent.whatsapp": 1, "WhatsAppMessagesThisMonth": 1}


def test_a_citizen_known_by_number_alone_is_written_to_by_number(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(SENT)
    sender = Sender(channel=Channel.WHATSAPP, wa_id="6281100000001")

    assert deliver(send_message, a_message_to(cloud, sender))

    assert meta.asked[0].json["to"] == "+6281100000001"


def test_an_instagram_message_goes_to_instagram(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(says({"recipient_id": "1", "message_id": "aWdf"}))
    sender = a_sender(Channel.INSTAGRAM)

    assert deliver(send_message, a_message_to(cloud, sender))

    (asked,) = meta.asked
    assert asked.path == "/v25.0/me/messages"
    assert asked.headers["authorization"] == f"Bearer {SECRETS['instagram-token']}"
    assert asked.json["recipient"] == {"id": sender.user_id}
    assert sent_as(cloud) == digest_of("instagram", "aWdf")
    assert output.counted == {"MessageSent.instagram": 1}


def test_choices_are_buttons(send_message: Handler, cloud: Cloud, meta: LocalServer) -> None:
    meta.answers(SENT)
    choices = (Choice(payload="rate:1:5", title="Puas"), Choice(payload="rate:1:1", title="Belum"))

    assert deliver(send_message, a_message_to(cloud, choices=choices))

    buttons = meta.asked[0].json["interactive"]["action"]["buttons"]
    assert [button["reply"]["id"] for button in buttons] == ["rate:1:5", "rate:1:1"]


def test_an_officers_photo_is_sent_as_a_link_that_works_for_meta(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(SENT)
    client("s3").put_object(Bucket=cloud.photos, Key="proof/a.jpg", Body=b"a photo")

    assert deliver(send_message, a_message_to(cloud, photo_key="proof/a.jpg"))

    link = meta.asked[0].json["image"]["link"]
    assert "/photos/proof/a.jpg?" in link
    assert "X-Amz-Signature=" in link


def test_on_instagram_the_photo_comes_before_the_words(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(says({"message_id": "photo"}), says({"message_id": "words"}))
    record = a_message_to(cloud, a_sender(Channel.INSTAGRAM), photo_key="proof/a.jpg")

    assert deliver(send_message, record)

    assert [next(iter(asked.json["message"])) for asked in meta.asked] == ["attachment", "text"]
    assert sent_as(cloud) == digest_of("instagram", "words")


def test_what_was_sent_is_not_sent_again(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(SENT)
    record = a_message_to(cloud)

    assert deliver(send_message, record)
    assert deliver(send_message, record)

    assert len(meta.asked) == 1


def test_when_metas_answer_was_lost_the_record_says_perhaps_twice(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(Answer(drops=True), SENT)
    record = a_message_to(cloud)

    assert not deliver(send_message, record)
    assert not deliver(send_message, record), "whoever asked may still be at it"
    a_while_passes(cloud)
    assert deliver(send_message, record)

    assert on_record(cloud)["perhaps_twice"] == 1
    assert on_record(cloud)["attempts"] == 2
    assert [line["error"] for line in output.lines] == ["AnswerLostError", "TryAgainError"]


def test_of_two_copies_of_a_message_one_is_sent(
    send_message: Handler, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, sent = a_message_to(cloud), []

    def send_while_the_other_copy_comes(*_: Any) -> str:
        sent.append("wamid.1")
        assert not deliver(send_message, record)
        return "wamid.1"

    monkeypatch.setattr(graph_api, "send", send_while_the_other_copy_comes)

    assert deliver(send_message, record)
    assert deliver(send_message, record)
    assert sent == ["wamid.1"]
    assert on_record(cloud)["perhaps_twice"] == 0


def test_whoever_sent_it_twice_is_not_made_to_have_sent_it_once(cloud: Cloud) -> None:
    effects = EffectTable(cloud.reports)
    a_message_to(cloud)
    effect = from_item(cloud.effects()[0], Effect)
    effects.record_sent(effect, "later", perhaps_twice=True, at=NOW)
    effects.record_sent(effect, "earlier", perhaps_twice=False, at=NOW)

    assert on_record(cloud)["perhaps_twice"] == 1


def test_a_busy_meta_is_asked_again_later(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(BUSY, SENT)
    record = a_message_to(cloud)

    assert not deliver(send_message, record)
    assert "ended" not in on_record(cloud)

    assert deliver(send_message, record)
    assert on_record(cloud)["perhaps_twice"] == 0


def test_after_a_day_of_silence_progress_goes_out_by_template(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(REFUSED, SENT)
    fields = {"number": "1234-5678-9018", "service": "Sampah", "agency": "DLHKP"}

    assert deliver(send_message, a_message_to(cloud, text="accepted", fields=fields))

    assert [asked.json["type"] for asked in meta.asked] == ["text", "template"]
    assert meta.asked[1].json["template"]["name"] == "aduan_diterima_dinas"
    assert sent_as(cloud) == digest_of("whatsapp", "wamid.1")


def test_what_meta_will_never_deliver_is_on_record_and_not_tried_again(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(REFUSED)
    record = a_message_to(cloud)

    assert deliver(send_message, record)
    assert deliver(send_message, record)

    assert len(meta.asked) == 1
    assert on_record(cloud)["meta_error"] == 131047
    assert output.counted == {"MessageUndelivered": 1}
    assert [line["code"] for line in output.lines] == [131047]


def test_a_message_to_somebody_who_was_forgotten_is_not_sent(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    effect = Effect(name="say#1", say=Say(text="thanks"), to="nobody")
    record = a_queue_record(msgspec.json.encode(effect).decode(), group="nobody", at=NOW)

    assert deliver(send_message, record)

    assert meta.asked == []
    assert cloud.items(cloud.reports) == [], "nothing of them comes back"


def test_an_answer_that_was_overtaken_is_not_sent(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    record = a_message_to(cloud)
    citizen = str(on_record(cloud)["to"])
    change = Change(citizen_id=citizen, overtakes="say#1")
    ServiceRequestTable(cloud.reports).save(change, at=NOW)

    assert deliver(send_message, record)
    assert meta.asked == []


def test_whoever_asked_for_silence_gets_answers_but_no_news(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(SENT)
    answer = a_message_to(cloud)
    citizen = str(on_record(cloud)["to"])
    table = ServiceRequestTable(cloud.reports)
    table.save(Change(citizen_id=citizen, silence=True), at=NOW)
    news = Effect(name="say#123456789018#4#solved", say=Say(text="thanks"), to=citizen)
    table.save(Change(effects=(news,)), at=NOW)
    record = a_queue_record(msgspec.json.encode(news).decode(), group=citizen, at=NOW)

    assert deliver(send_message, record)
    assert deliver(send_message, answer)
    assert len(meta.asked) == 1


def test_what_instagram_will_not_take_waits_for_the_next_contact(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(says({"error": {"code": 10, "error_subcode": 2534022}}, 400))

    fields = {"number": "1234-5678-9018", "service": "Sampah", "agency": "DLHKP"}
    news = a_message_to(cloud, a_sender(Channel.INSTAGRAM), text="accepted", fields=fields)
    assert deliver(send_message, news)
    citizen = str(on_record(cloud)["to"])
    (waiting,) = ConversationTable(cloud.reports).waiting(citizen)
    assert waiting.say.text == "accepted"
    assert len(meta.asked) == 1, "Instagram has no templates"


def test_whoever_cannot_be_reached_is_on_the_list_for_the_command_centre(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(says({"error": {"code": 131026, "message": "Message undeliverable"}}, 400))

    assert deliver(send_message, a_message_to(cloud))
    effects = EffectTable(cloud.reports)
    assert effects.contact(str(on_record(cloud)["to"])).meta_error == 131026
    assert len(effects.query_work("unreachable", "9999")) == 1


def test_a_reaction_goes_to_the_very_message_and_is_not_counted(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(SENT)
    writer = VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id)
    citizen = writer.citizen(a_sender())
    sealed = writer.seal(citizen, "wamid.theirs")
    effect = Effect(name="react#1", react="🙏", answers=sealed, to=citizen)
    ServiceRequestTable(cloud.reports).save(Change(effects=(effect,)), at=NOW)
    record = a_queue_record(msgspec.json.encode(effect).decode(), group=citizen, at=NOW)

    assert deliver(send_message, record)
    (asked,) = meta.asked
    assert asked.json["reaction"] == {"message_id": "wamid.theirs", "emoji": "🙏"}
    assert output.counted == {"MessageSent.whatsapp": 1}
    assert "wamid.theirs" not in str(cloud.items(cloud.reports))


def test_no_log_line_holds_an_address_a_token_or_what_was_said(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(BUSY, REFUSED)
    record = a_message_to(cloud)
    deliver(send_message, record)
    deliver(send_message, record)

    sender = a_sender()
    for name in (sender.wa_id, sender.user_id, SECRETS["whatsapp-token"], "Kediri", "Lapor"):
        assert name is not None
        assert name not in output.text


@pytest.mark.parametrize("by_template", [False, True])
def test_news_whose_template_is_not_approved_waits_and_somebody_is_told(
    send_message: Handler, cloud: Cloud, meta: LocalServer, output: Output, by_template: bool
) -> None:
    no_template = says({"error": {"code": 132001, "message": "Template does not exist"}}, 400)
    meta.answers(*([no_template] if by_template else [REFUSED, no_template]))
    fields = {"number": "1234-5678-9018", "service": "Sampah", "agency": "DLHKP"}
    record = a_message_to(cloud, text="accepted", fields=fields, by_template=by_template)

    assert deliver(send_message, record)

    (waiting,) = ConversationTable(cloud.reports).waiting(str(on_record(cloud)["to"]))
    assert (waiting.say.text, waiting.say.by_template) == ("accepted", False)
    assert output.counted == {"MessageHeldUp": 1, "MessageUndelivered": 1}
    assert {line["code"] for line in output.lines} == {132001, 131047}


def test_what_instagram_will_echo_is_known_before_it_is_sent(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    meta.answers(BUSY, says({"message_id": "aWdf"}))
    record = a_message_to(cloud, a_sender(Channel.INSTAGRAM))
    deliver(send_message, record)
    begun = on_record(cloud)["words"]
    deliver(send_message, record)

    assert begun == digest_of_words(meta.asked[1].json["message"]["text"])


# Callers


def a_caller(channel: Channel = Channel.CALL) -> Sender:
    return Sender(channel=channel, wa_id="6281100000009")


def agreed_to_sms(cloud: Cloud, record: dict[str, Any]) -> None:
    citizen = record["attributes"]["MessageGroupId"]
    EffectTable(cloud.reports).update(f"citizen#{citizen}", "contact", "SET by_sms = :yes", yes=1)


def news_for(cloud: Cloud, sender: Sender, text: str = "accepted", **parts: Any) -> dict[str, Any]:
    """Progress of a report, which may be told by SMS; its agency's name holds no plain letters alone."""
    fields = {"number": "1234-5678-9018", "service": "Kebakaran", "agency": "Damkar “Kota”…"}
    record = a_message_to(cloud, sender, text=text, fields=fields, **parts)
    body = msgspec.json.decode(record["body"], type=Effect)
    effect = replace(body, name=f"say#123456789018#4#{text}")
    ServiceRequestTable(cloud.reports).save(Change(effects=(effect,)), at=NOW)
    return record | {"body": msgspec.json.encode(effect).decode()}


def texts() -> list[tuple[str, str]]:
    """Number and words of every SMS."""
    return list(sns_backends[ACCOUNT][REGION].sms_messages.values())


def ended(cloud: Cloud) -> list[str]:
    return [str(plain(each)["ended"]) for each in cloud.effects() if "ended" in each]


def test_a_caller_who_agreed_hears_by_sms_in_plain_letters(
    send_message: Handler, cloud: Cloud, output: Output
) -> None:
    record = news_for(cloud, a_caller())
    agreed_to_sms(cloud, record)

    for _ in range(2):
        assert deliver(send_message, record)

    assert texts() == [
        (
            "+6281100000009",
            '112 Kota Kediri: laporan 1234-5678-9018 (Kebakaran) sudah diterima Damkar "Kota"....',
        )
    ]
    assert ended(cloud) == ["sent"]
    assert output.counted["MessageSent.112"] == 1
    assert "81100000009" not in output.text


def test_a_caller_who_did_not_agree_hears_nothing(send_message: Handler, cloud: Cloud) -> None:
    assert deliver(send_message, news_for(cloud, a_caller()))

    assert texts() == []
    assert ended(cloud) == ["by_phone"]


def test_what_is_not_worth_an_sms_is_not_sent(send_message: Handler, cloud: Cloud) -> None:
    record = news_for(cloud, a_caller(), "thanks")
    agreed_to_sms(cloud, record)

    assert deliver(send_message, record)
    assert (texts(), ended(cloud)) == ([], ["by_phone"])


def test_a_caller_whom_whatsapp_does_not_reach_hears_by_sms(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    record = news_for(cloud, a_caller(Channel.WHATSAPP))
    agreed_to_sms(cloud, record)
    meta.answers(says({"error": {"code": 131026, "message": "Undeliverable"}}, 400))

    assert deliver(send_message, record)

    assert [number for number, _ in texts()] == ["+6281100000009"]
    assert ended(cloud) == ["sent"]


def test_whom_neither_whatsapp_nor_sms_reaches_is_on_the_list_of_those(
    send_message: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    record = news_for(cloud, replace(a_caller(Channel.WHATSAPP), wa_id="62811x"))
    agreed_to_sms(cloud, record)
    meta.answers(says({"error": {"code": 131026, "message": "Undeliverable"}}, 400))

    assert deliver(send_message, record)

    assert ended(cloud) == ["undelivered"]
    citizen = record["attributes"]["MessageGroupId"]
    assert EffectTable(cloud.reports).contact(citizen).meta_error == 131026


def test_the_link_that_asks_a_phone_for_its_place_is_signed_and_stands_in_the_sms_alone(
    send_message: Handler, cloud: Cloud
) -> None:
    record = a_message_to(
        cloud, a_caller(), text="place_of_call", by_sms=True, place_link="0123456789abcdef"
    )

    assert deliver(send_message, record)

    ((_, text),) = texts()
    link = text.rpartition("/place/")[2]
    read = read_place(link, SECRETS["link-key"].encode(), datetime.now(UTC))
    assert read.place_id == "0123456789abcdef"
    assert len(text) < 306
    assert link not in str(cloud.items(cloud.reports))


def test_an_sms_that_sns_will_not_send_is_on_record_and_not_tried_for_ever(
    send_message: Handler, cloud: Cloud, output: Output
) -> None:
    record = news_for(cloud, replace(a_caller(), wa_id="62811x"))
    agreed_to_sms(cloud, record)

    assert deliver(send_message, record)
    assert ended(cloud) == ["undelivered"]
    assert "62811x" not in output.text
