"""What the Graph API answers when all is well, and what the citizen then has on the phone."""

from typing import Any

import pytest

from infra.local.meta_twin.web_client import Answer
from tests.local.world import (
    BU_SRI,
    JPEG,
    PAK_JOKO,
    World,
    a_direct_message,
    a_list,
    a_message,
    a_text,
    an_image,
    buttons,
)

BSUID = "ID.13491208655302741918"


@pytest.mark.parametrize("to", [f"+{BU_SRI}", BU_SRI, "+62 811-0000-1234"])
def test_a_number_may_be_written_in_several_ways(world: World, to: str) -> None:
    answer = world.whatsapp(a_text(to=to)).json

    message_id = answer["messages"][0].pop("id")
    assert message_id.startswith("wamid.")
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": to, "wa_id": BU_SRI}],
        "messages": [{}],
    }
    assert [sent["id"] for sent in world.sent(BU_SRI)] == [message_id]


def test_a_business_scoped_id_is_a_recipient(world: World) -> None:
    answer = world.whatsapp(a_text(to=None, recipient=BSUID)).json

    assert answer["contacts"] == [{"input": BSUID, "user_id": BSUID}]
    assert world.sent(BSUID)[0]["to"] == BSUID


def test_with_both_addresses_the_number_wins_and_both_find_the_message(world: World) -> None:
    world.whatsapp(a_text("satu", to=None, recipient=BSUID))
    answer = world.whatsapp(a_text("dua", recipient=BSUID)).json

    assert answer["contacts"] == [{"input": f"+{BU_SRI}", "wa_id": BU_SRI}]
    assert [sent["text"] for sent in world.sent(BSUID)] == ["satu", "dua"]
    assert world.sent(BU_SRI) == world.sent(BSUID)


def test_a_citizen_is_found_by_number_and_by_business_scoped_id(world: World) -> None:
    world.bu_sri_writes()
    world.whatsapp(a_text())
    bsuid = world.get("/citizens").json[0]["user_id"]

    assert world.sent(bsuid) == world.sent(f"%2B{BU_SRI}") == world.sent(BU_SRI) != []


def test_what_was_sent_is_listed_oldest_first_with_the_exact_request(world: World) -> None:
    world.bu_sri_writes()
    requests = [a_text("satu"), buttons("Ya", "Bukan"), a_list("Banjir")]
    for request in requests:
        world.whatsapp(request)
        world.now += 1

    sent = world.sent(BU_SRI)

    assert [message["body"] for message in sent] == requests
    assert [message["text"] for message in sent] == ["satu", "Benar?", "Laporan apa?"]
    assert [message["channel"] for message in sent] == ["whatsapp"] * 3
    assert [message["timestamp"] for message in sent] == [
        world.now - 3,
        world.now - 2,
        world.now - 1,
    ]
    taps = [[option["title"] for option in message["options"]] for message in sent]
    assert taps == [[], ["Ya", "Bukan"], ["Banjir"]]


def test_nobody_was_sent_anything_at_first(world: World) -> None:
    assert world.sent(BU_SRI) == []
    assert world.get("/sent").json == []


def test_an_image_by_link_is_fetched_and_kept(world: World) -> None:
    world.bu_sri_writes()
    link = "http://pictures.test/proof.jpg"
    world.web[link] = Answer(200, "image/jpeg", JPEG)

    world.whatsapp(an_image(f"{link}?X-Amz-Signature=1"))
    del world.web[link]

    sent = world.sent(BU_SRI)[0]
    assert sent["text"] == "Sudah selesai"
    assert world.get(f"/media/{sent['media'][0]}").body == JPEG


def test_an_uploaded_image_is_sent_by_its_id(world: World) -> None:
    boundary = "limit"
    parts = (
        f"--{boundary}\r\nContent-Disposition: form-data; name=messaging_product\r\n\r\nwhatsapp\r\n"
        f"--{boundary}\r\nContent-Disposition: form-data; name=file; filename=a.jpg\r\n"
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body = parts + JPEG + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Authorization": "Bearer whatsapp-token",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    path = f"/v25.0/{world.config.phone_number_id}/media"

    media_id = world.call("POST", path, body=body, headers=headers).json["id"]

    assert world.whatsapp(a_message("image", {"id": media_id})).status == 200
    assert world.sent(BU_SRI)[0]["media"] == [media_id]


def test_a_message_is_marked_as_read_with_or_without_typing(world: World) -> None:
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A"}

    assert world.whatsapp(read).json == {"success": True}
    assert world.whatsapp({**read, "typing_indicator": {"type": "text"}}).json == {"success": True}
    assert world.get("/citizens").json == []


def test_instagram_answers_with_recipient_and_message_id(world: World) -> None:
    world.pak_joko_writes()

    answer = world.instagram(a_direct_message(text="Di mana lokasinya?")).json

    assert answer == {"recipient_id": PAK_JOKO, "message_id": world.sent(PAK_JOKO)[0]["id"]}


def test_the_account_id_stands_for_me_on_instagram(world: World) -> None:
    headers = {"Authorization": "Bearer instagram-token"}
    path = f"/v25.0/{world.config.instagram_account_id}/messages"

    assert world.call("POST", path, a_direct_message(text="Halo"), headers=headers).status == 200


def test_typing_on_instagram_is_no_message(world: World) -> None:
    action = {"recipient": {"id": PAK_JOKO}, "sender_action": "typing_on"}

    assert world.instagram(action).json == {"recipient_id": PAK_JOKO}
    assert world.sent(PAK_JOKO) == []


@pytest.mark.parametrize(
    "message",
    [
        a_text("satu"),
        buttons("Ya", header={"type": "text", "text": "K-1"}, footer={"text": "Aduan 112"}),
        a_list("Banjir"),
    ],
)
def test_everything_outlives_a_restart(world: World, message: Any) -> None:
    world.bu_sri_writes()
    world.whatsapp(message)
    before = (world.sent(BU_SRI), world.get(f"/citizens/whatsapp/{BU_SRI}").json)

    world.restart()

    assert (world.sent(BU_SRI), world.get(f"/citizens/whatsapp/{BU_SRI}").json) == before
