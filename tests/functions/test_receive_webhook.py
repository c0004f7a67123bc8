"""What Meta delivers is proved, put on the inbox queue, and answered."""

import base64
import json
from typing import Any

import pytest

from aduan.errors import TryAgainError
from tests.cloud import SECRETS, Cloud
from tests.functions.conftest import Loader, Output
from tests.webhooks import a_delivery, names, on_the_wire, signature

APP_SECRET, INSTAGRAM_SECRET = SECRETS["whatsapp-app-secret"], SECRETS["instagram-app-secret"]
NUMBER, USER_ID = "6281100000001", "ID.13491208655302741918"


def a_post(raw: bytes, *, signed: str | None = None, base64_encoded: bool = False) -> Any:
    """As the HTTP API hands a POST over."""
    headers = {"content-type": "application/json"}
    headers["x-hub-signature-256"] = signature(raw, APP_SECRET) if signed is None else signed
    return {
        "requestContext": {"http": {"method": "POST"}},
        "headers": headers,
        "body": base64.b64encode(raw).decode() if base64_encoded else raw.decode(),
        "isBase64Encoded": base64_encoded,
    }


def a_get(**query: str) -> Any:
    return {
        "requestContext": {"http": {"method": "GET"}},
        "headers": {},
        "queryStringParameters": {f"hub.{name}": value for name, value in query.items()} or None,
    }


def delivered(name: str) -> Any:
    return a_post(on_the_wire(a_delivery(name)))


def test_a_message_is_on_the_queue_when_meta_is_answered(function: Loader, cloud: Cloud) -> None:
    answer = function("receive_webhook")(delivered("whatsapp/text"))

    assert answer["statusCode"] == 200
    (letter,) = cloud.messages(cloud.inbox)
    assert letter["body"]["channel"] == "whatsapp"
    assert (letter["body"]["wa_id"], letter["body"]["user_id"]) == (NUMBER, USER_ID)
    assert letter["body"]["message"]["text"]["body"] == "lampu jalan mati di Jl. Veteran"


def test_an_answer_can_be_written_as_json(function: Loader) -> None:
    answer = json.loads(json.dumps(function("receive_webhook")(delivered("whatsapp/text"))))

    assert answer["statusCode"] == 200
    assert answer["headers"] == {"content-type": "text/plain"}


def test_every_delivery_of_metas_is_answered_200_and_counted(
    function: Loader, output: Output
) -> None:
    handler = function("receive_webhook")
    nothing_in_it = {"no_entries", "not_lists", "no_messaging", "changes_comment"}

    for name in names("whatsapp") + names("instagram"):
        before = sum(output.counted.values())
        assert handler(delivered(name))["statusCode"] == 200, name
        assert sum(output.counted.values()) > before or name.split("/")[1] in nothing_in_it, name


@pytest.mark.parametrize("wrong", ["", "sha256=", "sha256=" + 64 * "0", "sha1=abc", "🌳"])
def test_what_is_not_signed_is_refused_and_leaves_no_trace(
    function: Loader, cloud: Cloud, output: Output, wrong: str
) -> None:
    raw = on_the_wire(a_delivery("whatsapp/text"))

    assert function("receive_webhook")(a_post(raw, signed=wrong))["statusCode"] == 401

    assert cloud.messages(cloud.inbox) == []
    assert output.counted == {"WebhookRefused": 1}
    assert "Veteran" not in output.text
    assert NUMBER not in output.text


def test_without_the_header_a_delivery_is_refused(function: Loader) -> None:
    event = delivered("whatsapp/text")
    del event["headers"]["x-hub-signature-256"]

    assert function("receive_webhook")(event)["statusCode"] == 401


def test_a_delivery_changed_on_its_way_is_refused(function: Loader) -> None:
    raw = on_the_wire(a_delivery("whatsapp/text"))
    changed = raw.replace(b"Veteran", b"Dhoho")

    event = a_post(changed, signed=signature(raw, APP_SECRET))
    assert function("receive_webhook")(event)["statusCode"] == 401


def test_instagram_may_sign_with_its_own_secret(function: Loader, cloud: Cloud) -> None:
    raw = on_the_wire(a_delivery("instagram/text"))

    event = a_post(raw, signed=signature(raw, INSTAGRAM_SECRET))
    assert function("receive_webhook")(event)["statusCode"] == 200
    assert len(cloud.messages(cloud.inbox)) == 1


@pytest.mark.parametrize("base64_encoded", [True, False])
def test_what_meta_escaped_is_signed_as_it_was_sent(
    function: Loader, cloud: Cloud, base64_encoded: bool
) -> None:
    raw = on_the_wire(a_delivery("whatsapp/text_with_emoji"))
    assert rb"\ud83c\udf33" in raw

    event = a_post(raw, base64_encoded=base64_encoded)
    assert function("receive_webhook")(event)["statusCode"] == 200
    (letter,) = cloud.messages(cloud.inbox)
    assert "🌳" in letter["body"]["message"]["text"]["body"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"null", b"7", b'{"object":"page"}', b"NaN"]
)
def test_what_is_signed_but_makes_no_sense_is_taken_and_counted(
    function: Loader, cloud: Cloud, output: Output, raw: bytes
) -> None:
    """Any other answer would bring it again for a week."""
    answer = function("receive_webhook")(a_post(raw, base64_encoded=True))

    assert answer["statusCode"] == 200
    assert output.counted == {"Ignored.unknown_object": 1}
    assert cloud.messages(cloud.inbox) == []


def test_half_an_emoji_does_not_keep_a_delivery_out(function: Loader, cloud: Cloud) -> None:
    delivery = a_delivery("whatsapp/batch_of_two")
    value = delivery["entry"][0]["changes"][0]["value"]
    value["messages"][0]["text"]["body"] = "tolong \ud83d"
    value["messages"][1]["id"] = "wamid.\ud83d"

    assert function("receive_webhook")(a_post(on_the_wire(delivery)))["statusCode"] == 200
    assert len(cloud.messages(cloud.inbox)) == 1


def test_more_than_three_megabytes_are_too_much(function: Loader, output: Output) -> None:
    handler = function("receive_webhook")

    assert handler(a_post(b" " * 3_000_001))["statusCode"] == 413
    assert handler(a_post(b" " * 3_000_000))["statusCode"] == 200
    assert output.counted["WebhookTooLarge"] == 1


def test_a_body_that_is_said_to_be_base64_and_is_not_is_refused(function: Loader) -> None:
    event = delivered("whatsapp/text") | {"isBase64Encoded": True}

    assert function("receive_webhook")(event)["statusCode"] == 413


def test_when_the_queue_refuses_meta_is_asked_to_come_again(
    function: Loader, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("receive_webhook")

    def refused(*_: object) -> None:
        raise TryAgainError("AmazonSQS.SendMessageBatch: ServiceUnavailable")

    monkeypatch.setattr("aduan.aws.inbox.call", refused)

    assert handler(delivered("whatsapp/text"))["statusCode"] == 503
    assert output.counted == {"WebhookNotTaken": 1}
    assert NUMBER not in output.text


def test_when_the_secrets_cannot_be_read_meta_is_asked_to_come_again(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = function("receive_webhook")

    def refused(*_: object) -> None:
        raise TryAgainError("AmazonSSM.GetParameters: ThrottlingException")

    monkeypatch.setattr("aduan.aws.secrets.call", refused)

    assert handler(delivered("whatsapp/text"))["statusCode"] == 503
    assert cloud.messages(cloud.inbox) == []


def test_the_same_message_ten_times_is_one_on_the_queue(function: Loader, cloud: Cloud) -> None:
    handler = function("receive_webhook")

    for _ in range(10):
        assert handler(delivered("whatsapp/text"))["statusCode"] == 200

    assert len(cloud.messages(cloud.inbox)) == 1


def test_a_citizens_messages_stay_in_order_and_apart_from_others(
    function: Loader, cloud: Cloud
) -> None:
    handler = function("receive_webhook")
    for name in ("whatsapp/text", "whatsapp/image", "whatsapp/batch_of_two", "instagram/text"):
        handler(delivered(name))

    groups = [letter["MessageGroupId"] for letter in cloud.messages(cloud.inbox)]
    assert (len(groups), len(set(groups))) == (5, 3)


def test_the_queues_own_data_hold_no_number_and_no_account(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    handler = function("receive_webhook")
    for name in ("whatsapp/text", "instagram/text"):
        handler(delivered(name))

    for letter in cloud.messages(cloud.inbox):
        shown = letter["MessageGroupId"] + letter["MessageDeduplicationId"]
        assert len(shown) == 128
        for name in (letter["body"]["wa_id"], letter["body"]["user_id"]):
            assert name is None or name not in shown
    assert NUMBER not in output.text


def test_metas_question_whether_we_are_we_is_answered(function: Loader) -> None:
    query = {"mode": "subscribe", "verify_token": SECRETS["verify-token"], "challenge": "115820"}

    answer = function("receive_webhook")(a_get(**query))

    assert (answer["statusCode"], answer["body"]) == (200, "115820")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"mode": "subscribe", "verify_token": "guessed", "challenge": "1"},
        {"mode": "subscribe", "verify_token": SECRETS["verify-token"]},
        {"verify_token": SECRETS["verify-token"], "challenge": "1"},
    ],
)
def test_anyone_else_who_asks_is_turned_away(function: Loader, query: dict[str, str]) -> None:
    answer = function("receive_webhook")(a_get(**query))

    assert (answer["statusCode"], answer["body"]) == (403, "")
