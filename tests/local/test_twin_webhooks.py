"""Webhooks: shapes, bytes, signatures, and what happens until somebody says 200."""

import asyncio
import hashlib
import hmac
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.meta_twin.envelopes import signature, wire_bytes
from infra.local.meta_twin.web_client import Answer, fetch
from tests.local.world import (
    ACCOUNT_ID,
    BU_SRI,
    PAK_JOKO,
    PHONE_NUMBER_ID,
    SECRET,
    WEBHOOK,
    World,
    a_direct_message,
    a_list,
    a_location_request,
    a_text,
    buttons,
    events,
    messages,
    statuses,
    values,
)

# Bytes and signatures


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"object":"whatsapp_business_account","entry":[]}',
            "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
        ),
        (
            b'{"object": "whatsapp_business_account", "entry": []}',
            "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
        ),
        (
            rb'{"object":"instagram","entry":[],"note":"caf\u00e9 \u0040"}',
            "93bc1f227ea883b3449c0812570b9f2b3e8e1c12ad62e25f8b67499b4f9dfd77",
        ),
    ],
)
def test_known_signatures(body: bytes, expected: str) -> None:
    assert signature(SECRET, body) == f"sha256={expected}"


def test_the_wire_form_is_what_meta_signs() -> None:
    payload = {"object": "instagram", "entry": [], "note": "café @"}

    assert wire_bytes(payload) == rb'{"object":"instagram","entry":[],"note":"caf\u00e9 \u0040"}'
    assert wire_bytes({"a": 'http://k.id/<b> \\ " 🙏'}) == (
        rb'{"a":"http:\/\/k.id\/\u003Cb> \\ \" \ud83d\ude4f"}'
    )


def test_every_webhook_is_signed_over_its_raw_bytes(world: World) -> None:
    world.restart(instagram_app_secret="another secret")
    world.bu_sri_writes("Lampu mati 🙏 / RT 3 @ Bandar Kidul")
    world.pak_joko_writes("é")

    for webhook, secret in zip(world.arrived, [SECRET, "another secret"], strict=True):
        expected = hmac.new(secret.encode(), webhook.body, hashlib.sha256).hexdigest()
        assert webhook.headers["X-Hub-Signature-256"] == f"sha256={expected}"
        assert webhook.headers["Content-Type"] == "application/json"
        assert webhook.body.isascii()


# Shapes


def test_a_text_on_whatsapp(world: World) -> None:
    message_id = world.bu_sri_writes("Lampu mati").json["id"]
    bsuid = world.get("/citizens").json[0]["user_id"]

    assert world.arrived[0].json == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": world.config.whatsapp_business_account_id,
                "changes": [
                    {
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": world.config.display_phone_number,
                                "phone_number_id": PHONE_NUMBER_ID,
                            },
                            "contacts": [
                                {
                                    "profile": {"name": "Warga 1234"},
                                    "wa_id": BU_SRI,
                                    "user_id": bsuid,
                                }
                            ],
                            "messages": [
                                {
                                    "from": BU_SRI,
                                    "from_user_id": bsuid,
                                    "id": message_id,
                                    "timestamp": "1790000000",
                                    "type": "text",
                                    "text": {"body": "Lampu mati"},
                                }
                            ],
                        },
                        "field": "messages",
                    }
                ],
            }
        ],
    }


def test_a_citizen_with_a_username_shows_no_number(world: World) -> None:
    citizen = world.post("/citizens", {"channel": "whatsapp", "hide_phone": True}).json
    world.writes(citizen["key"], {"text": "Halo"})

    contact, message = values(world)[0]["contacts"][0], messages(world)[0]

    assert citizen["phone"] is None
    assert contact == {
        "profile": {"name": citizen["name"], "username": citizen["username"]},
        "user_id": citizen["user_id"],
    }
    assert message["from_user_id"] == citizen["user_id"]
    assert "from" not in message


def test_a_text_on_instagram(world: World) -> None:
    message_id = world.pak_joko_writes("Jalan berlubang").json["id"]

    assert world.arrived[0].json == {
        "object": "instagram",
        "entry": [
            {
                "id": ACCOUNT_ID,
                "time": 1790000000000,
                "messaging": [
                    {
                        "sender": {"id": PAK_JOKO},
                        "recipient": {"id": ACCOUNT_ID},
                        "timestamp": 1790000000000,
                        "message": {"mid": message_id, "text": "Jalan berlubang"},
                    }
                ],
            }
        ],
    }
    assert len(message_id) > 100


def test_a_tap_on_a_button_tells_the_button_and_its_message(world: World) -> None:
    world.bu_sri_writes()
    asked = world.whatsapp(buttons("Ya", "Bukan")).json["messages"][0]["id"]

    world.writes(BU_SRI, {"reply": {"id": "b1"}})

    tap = messages(world)[-1]
    assert tap["type"] == "interactive"
    assert tap["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "b1", "title": "Bukan"},
    }
    assert tap["context"] == {"from": world.config.display_phone_number, "id": asked}


def test_a_tap_on_a_row_tells_its_description_too(world: World) -> None:
    world.bu_sri_writes()
    row = {"id": "flood", "title": "Banjir", "description": "Air naik"}
    world.whatsapp(a_list(action={"button": "Pilih", "sections": [{"rows": [row]}]}))

    world.writes(BU_SRI, {"reply": {"id": "flood", "title": "Banjir"}})

    assert messages(world)[-1]["interactive"] == {"type": "list_reply", "list_reply": row}


def test_a_tap_on_a_quick_reply_is_a_text_with_a_payload(world: World) -> None:
    world.pak_joko_writes()
    reply = {"content_type": "text", "title": "Ya", "payload": "yes"}
    world.instagram(a_direct_message(text="Benar?", quick_replies=[reply]))

    tap_id = world.writes(PAK_JOKO, {"reply": {"id": "yes"}}, "instagram").json["id"]

    assert events(world)[-1]["message"] == {
        "mid": tap_id,
        "text": "Ya",
        "quick_reply": {"payload": "yes"},
    }


def test_a_location_answers_the_question_for_it(world: World) -> None:
    world.bu_sri_writes()
    asked = world.whatsapp(a_location_request()).json["messages"][0]["id"]
    place = {"latitude": -7.8228, "longitude": 112.0119, "name": "Alun-Alun Kota Kediri"}

    world.writes(BU_SRI, {"location": place})

    message = messages(world)[-1]
    assert (message["type"], message["location"]) == ("location", place)
    assert message["context"]["id"] == asked


def test_a_quoted_message_is_the_context(world: World) -> None:
    first = world.bu_sri_writes().json["id"]
    world.writes(BU_SRI, {"text": "ini foto terbaru", "quote": first})

    assert messages(world)[-1]["context"] == {"from": BU_SRI, "id": first}


def test_any_other_kind_of_message_can_be_sent_raw(world: World) -> None:
    sticker = {"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "👍"}}
    story = {"message": {"attachments": [{"type": "story_mention", "payload": {"url": "x"}}]}}

    world.writes(BU_SRI, {"raw": sticker})
    world.writes(PAK_JOKO, {"raw": story}, "instagram")

    assert messages(world)[0]["reaction"] == sticker["reaction"]
    assert events(world)[0]["message"]["attachments"] == story["message"]["attachments"]
    assert events(world)[0]["message"]["mid"]


# Statuses and echoes


def test_an_accepted_message_is_sent_then_delivered_then_read(world: World) -> None:
    world.bu_sri_writes()
    wamid = world.whatsapp(a_text()).json["messages"][0]["id"]
    world.settle()
    world.post(f"/citizens/whatsapp/{BU_SRI}/read")
    world.settle()

    found = statuses(world)
    assert [status["status"] for status in found] == ["sent", "delivered", "read"]
    assert {status["id"] for status in found} == {wamid}
    assert found[0] == {
        "id": wamid,
        "status": "sent",
        "timestamp": "1790000000",
        "recipient_id": BU_SRI,
        "recipient_user_id": world.get("/citizens").json[0]["user_id"],
        "pricing": {
            "billable": False,
            "pricing_model": "PMP",
            "category": "service",
            "type": "free_customer_service",
        },
    }
    assert "pricing" not in found[2]
    assert world.sent(BU_SRI)[0]["status"] == "read"


def test_a_status_tells_whom_it_is_about_and_of_the_sending_no_username(world: World) -> None:
    citizen = world.post("/citizens", {"channel": "whatsapp", "username": "@busri"}).json
    world.writes(citizen["key"], {"text": "Lampu mati"})
    world.whatsapp(a_text(to=citizen["key"]))
    world.settle()

    sent, delivered = [value["contacts"][0] for value in values(world)[1:]]
    assert sent == {
        "profile": {"name": citizen["name"]},
        "wa_id": citizen["phone"],
        "user_id": citizen["user_id"],
    }
    assert delivered["profile"]["username"] == "@busri"


def test_reading_twice_tells_once(world: World) -> None:
    world.bu_sri_writes()
    world.whatsapp(a_text())
    for _ in range(2):
        world.post(f"/citizens/whatsapp/{BU_SRI}/read")
    world.settle()

    assert [status["status"] for status in statuses(world)] == ["sent", "delivered", "read"]


def test_callback_data_comes_back(world: World) -> None:
    world.whatsapp(a_text(biz_opaque_callback_data="effect-7"))
    world.settle()

    assert statuses(world)[0]["biz_opaque_callback_data"] == "effect-7"


def test_a_message_can_fail_after_it_was_accepted(world: World) -> None:
    world.bu_sri_writes()
    world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", {"fails_with": 131026})

    assert world.whatsapp(a_text()).status == 200
    world.settle()

    failed = statuses(world)[0]
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131026)
    assert failed["errors"][0]["title"] == "Message undeliverable"
    assert "contacts" not in values(world)[-1]
    assert "recipient_user_id" not in failed
    assert world.sent(BU_SRI)[0]["status"] == "failed"


def test_instagram_echoes_what_the_account_sends(world: World) -> None:
    world.pak_joko_writes()
    mid = world.instagram(a_direct_message(text="Terima kasih")).json["message_id"]
    world.settle()

    assert events(world)[-1] == {
        "sender": {"id": ACCOUNT_ID},
        "recipient": {"id": PAK_JOKO},
        "timestamp": 1790000000000,
        "message": {"mid": mid, "is_echo": True, "text": "Terima kasih"},
    }


def test_instagram_tells_that_a_message_was_seen(world: World) -> None:
    world.pak_joko_writes()
    mid = world.instagram(a_direct_message(text="Terima kasih")).json["message_id"]
    world.post(f"/citizens/instagram/{PAK_JOKO}/read")
    world.settle()

    assert events(world)[-1]["read"] == {"mid": mid}


# Delivery


def test_a_webhook_is_tried_again_at_once_and_then_less_and_less_often(world: World) -> None:
    world.answers = [500, None, 403, 301, 502]

    world.bu_sri_writes()

    assert world.slept == [0, 1, 2, 4, 8]
    assert len({webhook.body for webhook in world.arrived}) == 1
    assert len(world.arrived) == 6
    delivery = world.get("/webhooks").json[0]
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("done", 6, 200)


@pytest.mark.parametrize(("channel", "hours"), [("whatsapp", 7 * 24), ("instagram", 36)])
def test_after_days_meta_gives_up(world: World, channel: str, hours: int) -> None:
    world.answers = [503] * 2000

    world.writes(BU_SRI, {"text": "Halo"}, channel)

    assert sum(world.slept) == pytest.approx(hours * 3600, abs=900)
    assert world.get("/webhooks").json[0]["state"] == "dropped"


def test_a_retry_does_not_hold_up_the_next_message(world: World) -> None:
    async def a_while(_: float) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    world.twin.webhooks._sleep = a_while
    world.answers = [500]
    world.writes(BU_SRI, {"messages": [{"text": "satu"}, {"text": "dua"}]})

    assert [message["text"]["body"] for message in messages(world)] == ["satu", "dua", "satu"]


def test_messages_of_one_citizen_arrive_in_order(world: World) -> None:
    texts = [str(number) for number in range(20)]
    for text in texts:
        world.post(f"/citizens/whatsapp/{BU_SRI}/messages", {"text": text})
    world.settle()

    assert [message["text"]["body"] for message in messages(world)] == texts


def test_what_was_not_delivered_is_delivered_after_a_restart(world: World) -> None:
    world.answers = [None] * 5
    world.post(f"/citizens/whatsapp/{BU_SRI}/messages", {"text": "Banjir"})
    world.restart()
    world.arrived.clear()
    world.answers.clear()

    async def start_again() -> None:
        world.twin.webhooks.resume()
        await world.twin.webhooks.settle()

    world.run(start_again())

    assert [message["text"]["body"] for message in messages(world)] == ["Banjir"]
    assert world.get("/webhooks").json[0]["attempts"] > 1


def test_on_demand_a_webhook_arrives_twice(world: World) -> None:
    world.writes(BU_SRI, {"text": "Banjir", "times": 2})

    assert len(world.arrived) == 2
    assert world.arrived[0].body == world.arrived[1].body


def test_on_demand_several_messages_arrive_in_one_body(world: World) -> None:
    batch = {"messages": [{"text": "satu"}, {"text": "dua"}], "batch": True}
    world.writes(BU_SRI, batch)
    world.writes(PAK_JOKO, batch, "instagram")

    assert len(world.arrived) == 2
    assert [message["text"]["body"] for message in messages(world)] == ["satu", "dua"]
    assert [event["message"]["text"] for event in events(world)] == ["satu", "dua"]


def test_on_demand_messages_arrive_out_of_order(world: World) -> None:
    sending = {
        "messages": [{"text": "satu", "late_s": 2}, {"text": "dua", "late_s": 1}],
        "order": "reversed",
    }
    world.writes(BU_SRI, sending)

    found = [(message["text"]["body"], message["timestamp"]) for message in messages(world)]
    assert found == [("dua", "1789999999"), ("satu", "1789999998")]


def test_on_demand_a_message_has_members_nobody_has_seen(world: World) -> None:
    world.writes(BU_SRI, {"text": "satu", "unknown_fields": True})
    world.writes(PAK_JOKO, {"text": "satu", "unknown_fields": True}, "instagram")

    for webhook in world.arrived:
        assert "x_new_feature" in webhook.json
        assert webhook.json["entry"][1]["changes"][0]["field"] == "x_new_field"
    assert events(world)[0]["x_new_feature"]


def test_on_demand_a_message_comes_again_under_its_old_id(world: World) -> None:
    first = world.bu_sri_writes("satu").json["id"]
    again = world.writes(BU_SRI, {"text": "satu", "id": first}).json["id"]

    assert first == again
    assert len(world.get(f"/citizens/whatsapp/{BU_SRI}").json["messages"]) == 1


def test_on_demand_a_message_is_slower_than_the_next(world: World) -> None:
    slept: list[float] = []

    async def a_while(seconds: float) -> None:
        slept.append(seconds)
        for _ in range(20):
            await asyncio.sleep(0)

    world.twin.webhooks._sleep = a_while
    world.post(f"/citizens/whatsapp/{BU_SRI}/messages", {"text": "satu", "delay_s": 30})
    world.post(f"/citizens/whatsapp/{BU_SRI}/messages", {"text": "dua"})
    world.settle()

    found = [(message["text"]["body"], message["timestamp"]) for message in messages(world)]
    assert found == [("dua", "1790000000"), ("satu", "1790000000")]
    assert slept == [30]


def delivery(world: World, **habits: Any) -> Any:
    return world.call("PATCH", "/delivery", habits).json


def test_on_demand_everything_arrives_twice_statuses_and_echoes_too(world: World) -> None:
    delivery(world, times=2)
    world.bu_sri_writes()
    world.whatsapp(a_text())
    world.pak_joko_writes()
    world.instagram(a_direct_message(text="Terima kasih"))
    world.settle()

    assert len(messages(world)) == 2
    assert [status["status"] for status in statuses(world)] == ["sent"] * 2 + ["delivered"] * 2
    assert [event["message"].get("is_echo", False) for event in events(world)] == [
        False,
        False,
        True,
        True,
    ]


def test_on_demand_statuses_have_members_nobody_has_seen(world: World) -> None:
    world.bu_sri_writes()
    delivery(world, unknown_fields=True)
    world.whatsapp(a_text())
    world.settle()

    assert all("x_new_feature" in webhook.json for webhook in world.arrived[1:])


def test_on_demand_everything_is_late_by_as_much_as_it_likes(world: World) -> None:
    delivery(world, delay_s=5, jitter_s=10)
    for _ in range(5):
        world.bu_sri_writes()

    assert all(5 <= slept <= 15 for slept in world.slept)
    assert len(set(world.slept)) > 1


@pytest.mark.parametrize(
    ("order", "expected"),
    [("as_sent", ["sent", "delivered", "read"]), ("reversed", ["read", "delivered", "sent"])],
)
def test_what_was_held_goes_out_in_the_order_asked_for(
    world: World, order: str, expected: list[str]
) -> None:
    world.bu_sri_writes()
    delivery(world, hold=True)
    world.whatsapp(a_text())
    world.post(f"/citizens/whatsapp/{BU_SRI}/read")
    world.settle()
    assert (statuses(world), world.get("/delivery").json["held"]) == ([], 3)

    released = world.post("/delivery/release", {"order": order}).json
    world.settle()

    assert released == {"webhooks": 3}
    assert [status["status"] for status in statuses(world)] == expected
    assert world.get("/delivery").json["held"] == 0


def test_any_body_can_be_delivered_signed(world: World) -> None:
    event = {"sender": {"id": PAK_JOKO}, "recipient": {"id": ACCOUNT_ID}, "timestamp": 1}
    standby = {"id": ACCOUNT_ID, "time": 1, "standby": [event]}
    body = {"object": "instagram", "entry": [standby]}

    assert world.post("/webhooks", {"channel": "instagram", "body": body}).status == 202
    world.settle()

    assert world.arrived[0].json == body
    expected = signature(SECRET, world.arrived[0].body)
    assert world.arrived[0].headers["X-Hub-Signature-256"] == expected


def test_what_was_held_can_be_shuffled(world: World) -> None:
    delivery(world, hold=True)
    texts = [str(number) for number in range(30)]
    for text in texts:
        world.bu_sri_writes(text)
    world.post("/delivery/release", {"order": "shuffled"})
    world.settle()

    found = [message["text"]["body"] for message in messages(world)]
    assert (found != texts, sorted(found)) == (True, sorted(texts))


def test_what_was_held_can_arrive_in_one_body_an_account(world: World) -> None:
    world.bu_sri_writes()
    delivery(world, hold=True)
    world.whatsapp(a_text())
    world.bu_sri_writes("dua")
    world.pak_joko_writes("tiga")
    world.pak_joko_writes("empat")
    world.arrived.clear()

    assert world.post("/delivery/release", {"batch": True}).json == {"webhooks": 2}
    world.settle()

    assert [len(webhook.json["entry"]) for webhook in world.arrived] == [1, 1]
    assert [status["status"] for status in statuses(world)] == ["sent", "delivered"]
    assert [message["text"]["body"] for message in messages(world)] == ["dua"]
    assert [event["message"]["text"] for event in events(world)] == ["tiga", "empat"]
    chat = world.get(f"/citizens/whatsapp/{BU_SRI}").json["messages"]
    assert [message["status"] for message in chat] == ["delivered"] * 3


def test_a_body_holds_at_most_a_thousand_updates(world: World) -> None:
    delivery(world, hold=True)
    world.writes(BU_SRI, {"messages": [{"text": str(number)} for number in range(1000)]})
    world.bu_sri_writes("satu lagi")

    assert world.post("/delivery/release", {"batch": True}).json == {"webhooks": 2}


def test_what_was_held_is_delivered_after_a_restart(world: World) -> None:
    delivery(world, hold=True)
    world.bu_sri_writes("Banjir")
    world.restart()

    async def start_again() -> None:
        world.twin.webhooks.resume()
        await world.twin.webhooks.settle()

    world.run(start_again())

    assert [message["text"]["body"] for message in messages(world)] == ["Banjir"]


# Verification


def test_the_handshake_sends_the_token_and_expects_the_challenge_back(world: World) -> None:
    asked: list[dict[str, list[str]]] = []

    def answer(query: dict[str, list[str]]) -> Answer:
        asked.append(query)
        return Answer(200, "text/plain", query["hub.challenge"][0].encode())

    world.challenge = answer

    assert world.post("/verify").json == {"verified": True}
    assert asked[0]["hub.mode"] == ["subscribe"]
    assert asked[0]["hub.verify_token"] == ["verify-me"]


@pytest.mark.parametrize(
    "answer", [None, Answer(403, "", b""), Answer(200, "text/html", b"<p>hello</p>")]
)
def test_another_answer_is_no_verification(world: World, answer: Answer | None) -> None:
    world.challenge = lambda _: answer

    assert world.post("/verify").json == {"verified": False}
    assert world.get("/health").json == {"ok": True, "verified": False}


def test_at_the_start_the_handshake_is_repeated_until_it_works(world: World) -> None:
    answers = iter([None, Answer(502, "", b"")])
    world.challenge = lambda query: next(
        answers, Answer(200, "text/plain", query["hub.challenge"][0].encode())
    )

    async def start() -> None:
        world.twin.webhooks.verify_until_it_works()
        await world.twin.webhooks.settle()

    world.run(start())

    assert world.twin.webhooks.verified
    assert world.slept == [0, 1]


# On a real wire


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """An HTTP server that keeps what is posted to it and refuses the first time."""
    arrived: list[bytes] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.headers["X-Hub-Signature-256"] == signature(SECRET, body)
            arrived.append(body)
            self.send_response(200 if right and len(arrived) > 1 else 500)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/webhook", arrived
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_a_real_connection(world: World, receiver: tuple[str, list[bytes]]) -> None:
    url, arrived = receiver

    async def over_the_wire(method: str, _: str, **rest: Any) -> Answer | None:
        return await fetch(method, url, **rest)

    world.twin.webhooks._fetch = over_the_wire
    world.bu_sri_writes("Lampu mati 🙏")

    assert len(arrived) == 2
    assert arrived[0] == arrived[1]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://a.test/", "nonsense", "http://"])
def test_nobody_there_is_no_answer(url: str) -> None:
    assert asyncio.run(fetch("GET", url)) is None


def test_the_webhook_url_is_the_only_place_webhooks_go_to(world: World) -> None:
    world.bu_sri_writes()

    assert world.config.webhook_url == WEBHOOK
    assert len(world.arrived) == 1
