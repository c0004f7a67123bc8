"""The phones and mailboxes behind the page."""

import json
from typing import Any

import pytest

from infra.local.meta_twin.app import PAGE
from infra.local.meta_twin.citizen_api import _event_stream
from infra.local.meta_twin.web_client import Answer
from tests.local.world import (
    BU_SRI,
    EMULATOR,
    PAK_JOKO,
    World,
    a_direct_message,
    a_list,
    a_text,
    buttons,
)


def test_new_citizens_get_fake_numbers_and_ids(world: World) -> None:
    first, second = (world.post("/citizens", {"channel": "whatsapp"}).json for _ in range(2))
    third = world.post("/citizens", {"channel": "instagram"}).json

    assert [first["phone"], second["phone"]] == ["6281100001001", "6281100001002"]
    assert first["user_id"].startswith("ID.")
    assert third["key"].isdigit()
    assert third["phone"] is None
    assert len(world.get("/citizens").json) == 3


def test_a_number_belongs_to_one_citizen(world: World) -> None:
    new = {"channel": "whatsapp", "phone": f"+{BU_SRI}", "name": "Bu Sri"}

    assert world.post("/citizens", new).status == 201
    assert world.post("/citizens", new).status == 409


def test_one_person_on_two_channels_is_two_citizens(world: World) -> None:
    world.writes(PAK_JOKO[:13], {"text": "a"}, "whatsapp")
    world.writes(PAK_JOKO[:13], {"text": "b"}, "instagram")

    assert world.get(f"/citizens/whatsapp/{PAK_JOKO[:13]}").json["citizen"]["channel"] == "whatsapp"


@pytest.mark.parametrize(
    ("channel", "message", "status"),
    [
        ("whatsapp", {}, 400),
        ("whatsapp", {"text": "a", "location": {"latitude": 0, "longitude": 0}}, 400),
        ("whatsapp", {"text": "a", "unknown": 1}, 400),
        ("whatsapp", {"location": {"latitude": 100, "longitude": 0}}, 400),
        ("whatsapp", {"messages": []}, 400),
        ("whatsapp", {"text": "a", "times": 0}, 400),
        ("whatsapp", [], 400),
        ("whatsapp", {"reply": {"id": "never offered"}}, 409),
        ("whatsapp", {"media": "404"}, 409),
        ("instagram", {"media": "404"}, 409),
        ("instagram", {"location": {"latitude": 0, "longitude": 0}}, 409),
        ("telegram", {"text": "a"}, 404),
    ],
)
def test_what_no_phone_can_do(world: World, channel: str, message: Any, status: int) -> None:
    reply = world.writes(BU_SRI, message, channel)

    assert reply.status == status
    assert reply.json["error"]
    assert world.arrived == []


def test_what_is_no_json_is_refused(world: World) -> None:
    for path in ("/citizens", f"/citizens/whatsapp/{BU_SRI}/messages", "/faults"):
        assert world.call("POST", path, body=b"{").status == 400


def test_only_what_was_offered_can_be_tapped(world: World) -> None:
    world.bu_sri_writes()
    first = world.whatsapp(buttons("Ya")).json["messages"][0]["id"]
    world.whatsapp(a_list("Banjir"))

    assert world.writes(BU_SRI, {"reply": {"id": "r0", "message": first}}).status == 409
    assert world.writes(BU_SRI, {"reply": {"id": "b0", "title": "Tidak"}}).status == 409
    assert world.writes(BU_SRI, {"reply": {"id": "b0"}}).status == 202


def test_wait_answers_after_the_webhook_has_arrived(world: World) -> None:
    world.answers = [500]

    world.post(f"/citizens/whatsapp/{BU_SRI}/messages", {"text": "a", "wait": True})

    assert len(world.arrived) == 2


def test_a_chat_shows_both_sides_in_order(world: World) -> None:
    world.bu_sri_writes("Lampu mati")
    world.whatsapp(buttons("Ya", "Bukan"))
    world.writes(BU_SRI, {"reply": {"id": "b0"}})
    place = {"latitude": -7.8, "longitude": 112.0}
    world.writes(BU_SRI, {"location": place})

    chat = world.get(f"/citizens/whatsapp/{BU_SRI}").json["messages"]

    assert [message["direction"] for message in chat] == ["in", "out", "in", "in"]
    assert [message["view"]["kind"] for message in chat] == [
        "text",
        "button",
        "interactive",
        "location",
    ]
    assert chat[1]["view"]["buttons"][1] == {"kind": "button", "id": "b1", "title": "Bukan"}
    assert chat[2]["view"]["text"] == "Ya"
    assert chat[3]["view"]["location"] == place


def test_the_latest_chat_comes_first_with_its_last_words(world: World) -> None:
    world.bu_sri_writes("Lampu mati")
    world.now += 1
    world.pak_joko_writes("Jalan berlubang")
    world.now += 1
    world.whatsapp(a_text("Terima kasih"))

    rows = world.get("/citizens").json

    assert [(row["key"], row["last"], row["unread"]) for row in rows] == [
        (BU_SRI, "Terima kasih", 1),
        (PAK_JOKO, "Jalan berlubang", 0),
    ]


def test_a_citizens_message_gets_its_ticks_from_what_became_of_it(world: World) -> None:
    def ticks() -> list[str]:
        chat = world.get(f"/citizens/whatsapp/{BU_SRI}").json["messages"]
        return [message["status"] for message in chat]

    world.answers = [None] * 3
    world.post(f"/citizens/whatsapp/{BU_SRI}/messages", {"text": "Lampu mati"})
    assert ticks() == ["sent"]
    world.settle()
    assert ticks() == ["delivered"]
    last = world.bu_sri_writes("Di depan pasar").json["id"]
    world.whatsapp({"messaging_product": "whatsapp", "status": "read", "message_id": last})
    assert ticks() == ["read", "read"]


def test_changes_are_announced_and_so_is_typing(world: World) -> None:
    last = world.bu_sri_writes().json["id"]
    world.pak_joko_writes()
    queue = world.twin.listen()
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": last}
    world.whatsapp({**read, "typing_indicator": {"type": "text"}})
    world.instagram({"recipient": {"id": PAK_JOKO}, "sender_action": "typing_on"})
    world.bu_sri_writes()

    assert [queue.get_nowait() for _ in range(3)] == [
        {"channel": "whatsapp", "citizen": BU_SRI, "typing": True},
        {"channel": "instagram", "citizen": PAK_JOKO, "typing": True},
        {"channel": "whatsapp", "citizen": BU_SRI},
    ]


def test_the_page_hears_of_changes(world: World) -> None:
    async def hear() -> list[str]:
        stream = _event_stream(world.twin)
        opening = await anext(stream)
        await world._call("POST", f"/citizens/whatsapp/{BU_SRI}/messages", b'{"text": "a"}', {})
        change = await anext(stream)
        await stream.aclose()
        return [opening, change]

    opening, change = world.run(hear())

    assert opening == ": open\n\n"
    assert json.loads(change.removeprefix("data: ")) == {"channel": "whatsapp", "citizen": BU_SRI}
    assert world.twin._listeners == set()


def queue_message(message_id: str, body: Any) -> Any:
    return {"MessageId": message_id, "Body": json.dumps(body), "SentTimestamp": 1790000000}


def emulator_shows(world: World, *messages: Any) -> None:
    queues = {
        f"{EMULATOR}/000000000000/aduan-local-mailbox-dpupr": list(messages),
        f"{EMULATOR}/000000000000/aduan-local-inbox.fifo": [queue_message("x", {"secret": 1})],
    }
    content = {"messages": {"000000000000": {"ap-southeast-3": queues}}}
    world.web[f"{EMULATOR}/_ministack/sqs/messages"] = Answer(
        200, "application/json", json.dumps(content).encode()
    )


NOTICE = {
    "Type": "Notification",
    "Subject": "Laporan K-1234",
    "Message": "Lampu mati. Buka http://city.test/desk/abc",
    "MessageAttributes": {"sms": {"Type": "String", "Value": "K-1234: lampu mati"}},
}


def test_mail_is_read_out_of_the_envelope_and_nothing_is_taken_away(world: World) -> None:
    emulator_shows(world, queue_message("m1", NOTICE))

    for _ in range(2):
        boxes = world.get("/mailboxes").json

    assert boxes == {
        "reachable": True,
        "desk_url": "",
        "agencies": {"dpupr": "dpupr"},
        "mail": [
            {
                "id": "m1",
                "agency": "dpupr",
                "subject": "Laporan K-1234",
                "text": "Lampu mati. Buka http://city.test/desk/abc",
                "sms": "K-1234: lampu mati",
                "at": 1790000000.0,
            }
        ],
        "sms": [],
    }


def test_mail_stays_readable_after_somebody_took_it_out_of_the_queue(world: World) -> None:
    emulator_shows(world, queue_message("m1", NOTICE))
    world.get("/mailboxes")
    emulator_shows(world)
    world.restart()

    assert [mail["id"] for mail in world.get("/mailboxes").json["mail"]] == ["m1"]


def test_a_message_in_several_forms_is_mail_and_text(world: World) -> None:
    forms = json.dumps({"default": "x", "email": "Surat", "sms": "Pendek"})
    emulator_shows(world, queue_message("m1", {"Message": forms}))

    mail = world.get("/mailboxes").json["mail"][0]

    assert (mail["text"], mail["sms"]) == ("Surat", "Pendek")


def test_texts_to_a_number_are_shown(world: World) -> None:
    emulator_shows(world)
    texts = {"sms_messages": {"+6281100002001": [{"Message": "K-1234: banjir"}]}}
    world.web[f"{EMULATOR}/_ministack/sns/sms-messages"] = Answer(
        200, "application/json", json.dumps(texts).encode()
    )

    assert world.get("/mailboxes").json["sms"] == [
        {"to": "+6281100002001", "text": "K-1234: banjir"}
    ]


def test_without_the_emulator_the_mailboxes_say_so(world: World) -> None:
    boxes = world.get("/mailboxes").json

    assert (boxes["reachable"], boxes["mail"]) == (False, [])


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")],
)
def test_the_page_is_served_with_a_strict_policy(
    world: World, path: str, content_type: str
) -> None:
    reply = world.get(path)

    assert reply.status == 200
    assert reply.headers["content-type"].startswith(content_type)
    assert "script-src 'self'" in reply.headers["content-security-policy"]


def test_the_page_needs_nothing_from_elsewhere_and_writes_no_markup_from_data() -> None:
    for file in PAGE.iterdir():
        text = file.read_text()
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in text
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ):
            assert forbidden not in text


def test_an_instagram_message_of_every_kind_can_be_drawn(world: World) -> None:
    world.pak_joko_writes()
    reply = {"content_type": "text", "title": "Ya", "payload": "yes"}
    link = {"type": "web_url", "title": "Buka", "url": "https://kediri.test"}
    template = {"template_type": "button", "text": "Lihat", "buttons": [link]}
    world.instagram(a_direct_message(text="Benar?", quick_replies=[reply]))
    world.instagram(a_direct_message(attachment={"type": "template", "payload": template}))

    views = [
        message["view"] for message in world.get(f"/citizens/instagram/{PAK_JOKO}").json["messages"]
    ]

    assert views[1]["quick_replies"] == [{"kind": "quick_reply", "id": "yes", "title": "Ya"}]
    assert views[2]["link"] == {"title": "Buka", "url": "https://kediri.test"}
