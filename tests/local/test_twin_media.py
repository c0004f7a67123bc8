"""A citizen's file in Meta's hands: ids, links that expire, tokens, files that are gone."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local.meta_twin.web_client import Answer
from tests.local.world import BU_SRI, JPEG, PAK_JOKO, PNG, World, a_message, buttons

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


def test_a_file_can_be_kept_back_for_once(world: World) -> None:
    media_id = keep(world)
    world.post("/faults", {"channel": "whatsapp", "code": 131000, "of_media": True})

    assert [world.graph("GET", media_id).status for _ in range(2)] == [500, 200]


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


def test_a_number_is_asked_for_only_where_it_uploaded_the_file(world: World) -> None:
    citizens, mine = keep(world), world.config.phone_number_id
    ours = upload(world, JPEG, "image/jpeg").json["id"]

    assert world.graph("GET", f"{ours}?phone_number_id={mine}").status == 200
    assert world.graph("GET", f"{ours}?phone_number_id=999").code == 100
    assert world.graph("GET", f"{citizens}?phone_number_id={mine}").code == 100


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


def upload(world: World, content: bytes, content_type: str) -> Any:
    head = (
        "--limit\r\nContent-Disposition: form-data; name=messaging_product\r\n\r\nwhatsapp\r\n"
        "--limit\r\nContent-Disposition: form-data; name=file; filename=a\r\n"
        f"Content-Type: {content_type}\r\n\r\n"
    )
    headers = {**TOKEN, "Content-Type": "multipart/form-data; boundary=limit"}
    path = f"/v25.0/{world.config.phone_number_id}/media"
    body = head.encode() + content + b"\r\n--limit--\r\n"
    return world.call("POST", path, body=body, headers=headers)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (JPEG, "image/jpeg"),
        (b"x" * 5 * 1024 * 1024, "image/png"),
        (b"sound", "audio/ogg; codecs=opus"),
        (b"film", "video/3gpp"),
        (b"x" * 500 * 1024, "image/webp"),
        (b"words", "text/plain"),
        (b"x" * 17 * 1024 * 1024, "application/pdf"),
    ],
)
def test_what_can_be_uploaded(world: World, content: bytes, content_type: str) -> None:
    assert upload(world, content, content_type).json["id"].isdigit()


@pytest.mark.parametrize(
    ("content", "content_type", "code", "why"),
    [
        (b"GIF89a", "image/gif", 100, "Received file of type 'image/gif'."),
        (b"film", "video/quicktime", 100, "Received file of type 'video/quicktime'."),
        (b"sound", "audio/wav", 100, "must be a file with one of the following types"),
        (b"?", "application/octet-stream", 100, "'application/octet-stream'."),
        (b"x" * (5 * 1024 * 1024 + 1), "image/jpeg", 131053, "must be atmost 5242880 bytes"),
        (b"x" * (16 * 1024 * 1024 + 1), "video/mp4", 131053, "must be atmost 16777216 bytes"),
        (b"x" * (500 * 1024 + 1), "image/webp", 131053, "must be atmost 512000 bytes"),
        (b"", "image/jpeg", 131053, "non-empty"),
    ],
)
def test_what_cannot_be_uploaded(
    world: World, content: bytes, content_type: str, code: int, why: str
) -> None:
    reply = upload(world, content, content_type)

    assert (reply.status, reply.code) == (400, code)
    assert why in str(reply.json)


@pytest.mark.parametrize("how", ["lost", "a month old", "a citizen's", "never uploaded"])
def test_a_file_that_is_not_there_or_not_the_citys_cannot_be_sent(world: World, how: str) -> None:
    world.bu_sri_writes()
    media_id = upload(world, JPEG, "image/jpeg").json["id"]
    if how == "lost":
        world.post(f"/media/{media_id}/gone")
    elif how == "a citizen's":
        media_id = keep(world)
    elif how == "never uploaded":
        media_id = "123"
    else:
        world.now += 30 * 24 * 3600 + 1
        world.bu_sri_writes()

    error = world.whatsapp(a_message("image", {"id": media_id})).json["error"]

    assert error["code"] == 100
    assert error["message"] == (
        "(#100) Param image['id'] is not a valid whatsapp business account media attachment ID"
    )


def test_a_file_is_sent_as_what_it_is(world: World) -> None:
    world.bu_sri_writes()
    opus = b"OggS" + bytes(24) + b"OpusHead"
    sound = upload(world, opus, "audio/ogg").json["id"]
    vorbis = upload(world, b"OggS", "audio/ogg").json["id"]

    assert world.whatsapp(a_message("audio", {"id": sound, "voice": True})).status == 200
    assert world.whatsapp(a_message("image", {"id": sound})).code == 131053
    assert world.whatsapp(a_message("audio", {"id": vorbis})).code == 131053
    letter = upload(world, b"%PDF-1.7", "application/pdf").json["id"]
    document = {"id": letter, "filename": "surat.pdf", "caption": "Tanda terima"}
    assert world.whatsapp(a_message("document", document)).status == 200
    picture = {"type": "document", "document": {"id": letter, "filename": "surat.pdf"}}
    assert world.whatsapp(buttons("Ya", header=picture)).status == 200
    assert [sent["media"] for sent in world.sent(BU_SRI)] == [[sound], [letter], [letter]]


def test_a_document_by_link_is_fetched(world: World) -> None:
    world.bu_sri_writes()
    world.web["http://files.test/surat.pdf"] = Answer(200, "application/pdf", b"%PDF-1.7")

    by_link = a_message("document", {"link": "http://files.test/surat.pdf"})

    assert world.whatsapp(by_link).status == 200
    assert world.get(f"/media/{world.sent(BU_SRI)[0]['media'][0]}").body == b"%PDF-1.7"
