"""What the Instagram messaging API refuses, the twin refuses.

Limits as in the Instagram Platform's "Messaging API", "Quick replies" and "Button template".
"""

from typing import Any

import pytest

from infra.local.meta_twin.web_client import Answer
from tests.local.world import JPEG, PAK_JOKO, World, a_direct_message


def quick(number: int = 1, **changes: Any) -> list[Any]:
    reply = {"content_type": "text", "title": "Ya", "payload": "yes"}
    return [{**reply, "payload": f"p{n}", **changes} for n in range(number)]


def button_template(**changes: Any) -> Any:
    button = {"type": "postback", "title": "Ya", "payload": "yes"}
    payload = {"template_type": "button", "text": "Benar?", "buttons": [button]}
    return {"type": "template", "payload": {**payload, **changes}}


def cards(number: int, **changes: Any) -> Any:
    card = {"title": "Laporan K-1", "subtitle": "Lampu mati", **changes}
    return {
        "type": "template",
        "payload": {"template_type": "generic", "elements": [card] * number},
    }


def attachment(kind: str, **payload: Any) -> Any:
    return a_direct_message(attachment={"type": kind, "payload": payload})


REFUSED = {
    "no recipient": {"message": {"text": "Halo"}},
    "a recipient by number": {"recipient": {"phone_number": "62811"}, "message": {"text": "Halo"}},
    "a recipient that is no id": {"recipient": {"id": "@joko"}, "message": {"text": "Halo"}},
    "neither message nor action": {"recipient": {"id": PAK_JOKO}},
    "message and action": {**a_direct_message(text="Halo"), "sender_action": "typing_on"},
    "an empty text": a_direct_message(text=""),
    "a text of 1001 bytes": a_direct_message(text="x" * 1001),
    "a text of 501 two-byte characters": a_direct_message(text="é" * 501),
    "text and attachment": a_direct_message(text="x", attachment=button_template()),
    "nothing to say": a_direct_message(metadata="x"),
    "fourteen quick replies": a_direct_message(text="Pilih", quick_replies=quick(14)),
    "a quick reply of 21 characters": a_direct_message(
        text="Pilih", quick_replies=quick(title="x" * 21)
    ),
    "a payload of 1001 characters": a_direct_message(
        text="Pilih", quick_replies=quick(payload="x" * 1001)
    ),
    "a quick reply that asks for the phone": a_direct_message(
        text="Pilih", quick_replies=quick(content_type="user_phone_number")
    ),
    "no quick reply in the list": a_direct_message(text="Pilih", quick_replies=[]),
    "quick replies alone": a_direct_message(quick_replies=quick()),
    "an unknown member": a_direct_message(text="Halo", bold=True),
    "a list message": a_direct_message(interactive={"type": "list"}),
    "a location": attachment("location", coordinates={"lat": 0, "long": 0}),
    "an image by id": attachment("image", attachment_id="1"),
    "an image that is no link": attachment("image", url="gambar.jpg"),
    "a template of 641 characters": a_direct_message(attachment=button_template(text="x" * 641)),
    "a template of four buttons": a_direct_message(
        attachment=button_template(
            buttons=[{"type": "postback", "title": f"{n}", "payload": "x"} for n in range(4)]
        )
    ),
    "eleven cards": a_direct_message(attachment=cards(11)),
    "no card": a_direct_message(attachment=cards(0)),
    "a card without a title": a_direct_message(attachment=cards(1, title="")),
    "a card title of 81 characters": a_direct_message(attachment=cards(1, title="x" * 81)),
    "a card subtitle of 81 characters": a_direct_message(attachment=cards(1, subtitle="x" * 81)),
    "a card with four buttons": a_direct_message(
        attachment=cards(1, buttons=[{"type": "postback", "title": "x", "payload": "x"}] * 4)
    ),
    "a card whose picture is no link": a_direct_message(attachment=cards(1, image_url="x.jpg")),
    "a button of 21 characters": a_direct_message(
        attachment=button_template(
            buttons=[{"type": "postback", "title": "x" * 21, "payload": "x"}]
        )
    ),
    "a button without its payload": a_direct_message(
        attachment=button_template(buttons=[{"type": "postback", "title": "x"}])
    ),
    "a template of a kind that Instagram lacks": a_direct_message(
        attachment=button_template(template_type="media")
    ),
    "a reaction without its message": {"recipient": {"id": PAK_JOKO}, "sender_action": "react"},
    "another tag": {
        **a_direct_message(text="Halo"),
        "messaging_type": "MESSAGE_TAG",
        "tag": "ACCOUNT_UPDATE",
    },
    "an unknown messaging type": {**a_direct_message(text="Halo"), "messaging_type": "SPAM"},
    "a tag without its type": {**a_direct_message(text="Halo"), "tag": "HUMAN_AGENT"},
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(world: World, what: str) -> None:
    world.pak_joko_writes()

    reply = world.instagram(REFUSED[what])

    assert (reply.status, reply.code) == (400, 100), reply.json
    assert world.sent(PAK_JOKO) == []


def test_the_error_has_metas_shape(world: World) -> None:
    error = world.instagram(a_direct_message(text="x" * 1001)).json["error"]

    assert error.pop("fbtrace_id")
    assert error == {
        "message": "(#100) Length of param message[text] must be less than or equal to 1000",
        "type": "IGApiException",
        "code": 100,
    }


def test_what_is_just_within_the_limits_is_accepted(world: World) -> None:
    world.pak_joko_writes()
    long_text = a_direct_message(text="é" * 500)
    many_replies = a_direct_message(text="Pilih", quick_replies=quick(13, title="x" * 20))
    template = a_direct_message(attachment=button_template(text="x" * 640))
    carousel = a_direct_message(attachment=cards(10, title="x" * 80, subtitle="x" * 80))

    for message in (long_text, many_replies, template, carousel):
        assert world.instagram(message).status == 200


def test_outside_the_24_hour_window_nothing_passes(world: World) -> None:
    world.pak_joko_writes()
    world.now += 24 * 3600

    reply = world.instagram(a_direct_message(text="Halo"))

    error = reply.json["error"]
    assert (reply.status, error["code"], error["error_subcode"]) == (403, 10, 2534022)


def test_the_human_agent_tag_needs_an_approval_that_this_account_lacks(world: World) -> None:
    world.pak_joko_writes()
    tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}

    reply = world.instagram({**a_direct_message(text="Halo"), **tagged})

    assert reply.code == 10
    assert "error_subcode" not in reply.json["error"]


def test_an_approved_human_agent_has_seven_days(world: World) -> None:
    world.pak_joko_writes()
    world.call("PATCH", "/account", {"human_agent": True})
    tagged = {**a_direct_message(text="Halo"), "messaging_type": "MESSAGE_TAG"}
    tagged["tag"] = "HUMAN_AGENT"

    world.now += 7 * 24 * 3600 - 1
    assert world.instagram(a_direct_message(text="Halo")).code == 10
    assert world.instagram(tagged).status == 200
    world.now += 1
    assert world.instagram(tagged).json["error"]["error_subcode"] == 2534022


def test_an_expired_token_is_190_with_a_sub_code(world: World) -> None:
    world.pak_joko_writes()
    world.call("PATCH", "/account", {"expired_tokens": ["instagram"]})

    error = world.instagram(a_direct_message(text="Halo")).json["error"]

    assert (error["code"], error["error_subcode"]) == (190, 463)


def test_the_101st_call_in_a_second_is_too_many(world: World) -> None:
    world.pak_joko_writes()
    for _ in range(100):
        assert world.instagram(a_direct_message(text="Halo")).status == 200

    assert world.instagram(a_direct_message(text="Halo")).code == 613


def test_a_reaction_is_no_message_and_makes_no_echo(world: World) -> None:
    mid = world.pak_joko_writes().json["id"]
    world.arrived.clear()
    action = {"recipient": {"id": PAK_JOKO}, "sender_action": "react"}

    answer = world.instagram({**action, "payload": {"message_id": mid, "reaction": "love"}})
    world.settle()

    assert answer.json == {"recipient_id": PAK_JOKO}
    assert world.arrived == []


@pytest.mark.parametrize(
    ("kind", "answer", "status"),
    [
        ("file", Answer(200, "application/pdf", b"%PDF-1.7"), 200),
        ("file", Answer(200, "application/zip", b"PK"), 400),
        ("audio", Answer(200, "audio/mp4", b"sound"), 200),
        ("audio", Answer(200, "audio/ogg", b"OggS"), 400),
        ("video", Answer(200, "video/quicktime", b"film"), 200),
        ("video", Answer(200, "video/mp4", b""), 400),
        ("image", Answer(200, "image/gif", b"GIF89a"), 400),
    ],
)
def test_files_have_to_be_of_a_type_that_instagram_takes(
    world: World, kind: str, answer: Answer, status: int
) -> None:
    world.pak_joko_writes()
    world.web["http://files.test/a"] = answer

    assert world.instagram(attachment(kind, url="http://files.test/a")).status == status


def test_a_user_that_does_not_exist(world: World) -> None:
    world.restart(unknown_recipients="refuse")

    error = world.instagram(a_direct_message(text="Halo")).json["error"]

    assert (error["code"], error["error_subcode"]) == (100, 2534014)


@pytest.mark.parametrize("token", ["", "whatsapp-token"])
def test_a_wrong_token_is_401_and_190(world: World, token: str) -> None:
    reply = world.instagram(a_direct_message(text="Halo"), token)

    assert (reply.status, reply.code) == (401, 190)


def test_an_image_is_fetched_at_once(world: World) -> None:
    world.pak_joko_writes()
    image = attachment("image", url="http://pictures.test/done.jpg")

    refused = world.instagram(image)
    world.web["http://pictures.test/done.jpg"] = Answer(200, "image/jpeg", JPEG)
    accepted = world.instagram(image)

    assert (refused.status, refused.code) == (400, 100)
    assert accepted.status == 200
    assert world.get(f"/media/{world.sent(PAK_JOKO)[0]['media'][0]}").body == JPEG
