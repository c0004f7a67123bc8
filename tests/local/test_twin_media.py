"""A citizen's file in Meta's hands: ids, links that expire, tokens, files that are gone."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.local.world import BU_SRI, JPEG, PAK_JOKO, PNG, World

TOKEN = {"Authorization": "Bearer whatsapp-token"}


def keep(world: World, content: bytes = JPEG, content_type: str = "image/jpeg") -> str:
    reply = world.call("POST", "/media", body=content, headers={"Content-Type": content_type})
    return str(reply.json["id"])


def path_of(url: str) -> str:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == "http://twin.test"
    return f"{parts.path}?{parts.query}"


def test_a_media_id_leads_to_a_link_and_the_link_to_the_file(world: World) -> None:
    media_id = keep(world)

    answer = world.graph("GET", media_id).json
    url = answer.pop("url")

    assert answer == {
        "messaging_product": "whatsapp",
        "mime_type": "image/jpeg",
        "sha256": hashlib.sha256(JPEG).hexdigest(),
        "file_size": len(JPEG),
        "id": media_id,
    }
    file = world.get(path_of(url), TOKEN)
    assert (file.status, file.headers["content-type"], file.body) == (200, "image/jpeg", JPEG)


def test_the_file_needs_the_token_again(world: World) -> None:
    path = path_of(world.graph("GET", keep(world)).json["url"])

    assert world.get(path).status == 401
    assert world.get(path, {"Authorization": "Bearer wrong"}).status == 401


def test_a_link_lives_five_minutes_and_a_new_one_can_be_had(world: World) -> None:
    media_id = keep(world)
    path = path_of(world.graph("GET", media_id).json["url"])

    world.now += 299
    assert world.get(path, TOKEN).status == 200
    world.now += 1
    assert world.get(path, TOKEN).status == 404
    assert world.get(path_of(world.graph("GET", media_id).json["url"]), TOKEN).status == 200


def test_a_link_cannot_be_bent(world: World) -> None:
    path = path_of(world.graph("GET", keep(world)).json["url"])

    assert world.get(path.replace("for=whatsapp", "for=instagram")).status == 403
    assert world.get(f"{path}0", TOKEN).status == 403


def test_a_media_id_lives_seven_days(world: World) -> None:
    media_id = keep(world)
    world.now += 7 * 24 * 3600 + 1

    assert world.graph("GET", media_id).code == 100


@pytest.mark.parametrize("how", ["lost", "deleted"])
def test_a_media_id_can_be_gone(world: World, how: str) -> None:
    media_id = keep(world)
    path = path_of(world.graph("GET", media_id).json["url"])

    if how == "lost":
        world.post(f"/media/{media_id}/gone")
    else:
        assert world.graph("DELETE", media_id).json == {"success": True}

    reply = world.graph("GET", media_id)
    assert (reply.status, reply.code, reply.json["error"]["error_subcode"]) == (400, 100, 33)
    assert world.get(path, TOKEN).status == 404


def test_a_media_id_of_another_number_is_not_given(world: World) -> None:
    media_id = keep(world)

    assert world.graph("GET", f"{media_id}?phone_number_id=999").code == 100
    mine = world.config.phone_number_id
    assert world.graph("GET", f"{media_id}?phone_number_id={mine}").status == 200


def test_media_needs_the_token(world: World) -> None:
    reply = world.graph("GET", keep(world), token="wrong")

    assert (reply.status, reply.code) == (401, 190)


@pytest.mark.parametrize(
    ("content", "declared", "kept_as"),
    [
        (JPEG, "image/jpeg", "image/jpeg"),
        (JPEG, "application/x-www-form-urlencoded", "image/jpeg"),
        (PNG, "", "image/png"),
        (b"OggS", "application/octet-stream", "audio/ogg; codecs=opus"),
        (b"not a picture", "image/jpeg", "image/jpeg"),
        (b"nothing known", "", "application/octet-stream"),
    ],
)
def test_the_declared_type_holds_and_the_first_bytes_tell_where_there_is_none(
    world: World, content: bytes, declared: str, kept_as: str
) -> None:
    media_id = keep(world, content, declared)

    assert world.graph("GET", media_id).json["mime_type"] == kept_as


@pytest.mark.parametrize(
    ("content_type", "kind", "more"),
    [
        ("image/jpeg", "image", {"caption": "depan pasar"}),
        ("image/webp", "sticker", {"animated": False}),
        ("video/mp4", "video", {"caption": "depan pasar"}),
        ("audio/ogg; codecs=opus", "audio", {"voice": True}),
        ("audio/mpeg", "audio", {"voice": False}),
        ("application/pdf", "document", {"filename": "dokumen", "caption": "depan pasar"}),
    ],
)
def test_the_webhook_of_a_file_has_the_type_of_the_file(
    world: World, content_type: str, kind: str, more: dict[str, Any]
) -> None:
    media_id = keep(world, b"content", content_type)

    world.writes(BU_SRI, {"media": media_id, "caption": "depan pasar"})

    message = world.arrived[0].json["entry"][0]["changes"][0]["value"]["messages"][0]
    file = message[kind]
    assert message["type"] == kind
    assert file.pop("url").startswith("http://twin.test/media-file/")
    assert file == {
        "id": media_id,
        "mime_type": content_type,
        "sha256": "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=",
        **more,
    }


def test_a_photo_on_instagram_is_a_link_without_token(world: World) -> None:
    media_id = keep(world)
    world.writes(PAK_JOKO, {"media": media_id}, "instagram")

    message = world.arrived[0].json["entry"][0]["messaging"][0]["message"]
    attachment = message["attachments"][0]

    assert attachment["type"] == "image"
    assert world.get(path_of(attachment["payload"]["url"])).body == JPEG


def test_several_photos_are_several_messages_on_whatsapp_and_one_on_instagram(world: World) -> None:
    album = [keep(world), keep(world, PNG, "image/png")]
    world.writes(BU_SRI, {"media": album})
    world.writes(PAK_JOKO, {"media": album}, "instagram")

    whatsapp = [webhook.json for webhook in world.arrived[:2]]
    instagram = world.arrived[2].json["entry"][0]["messaging"][0]["message"]

    ids = [
        delivery["entry"][0]["changes"][0]["value"]["messages"][0]["image"]["id"]
        for delivery in whatsapp
    ]
    assert ids == album
    assert len(instagram["attachments"]) == 2
