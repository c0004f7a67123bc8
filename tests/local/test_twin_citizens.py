"""Every kind of thing that a citizen can do, as Meta's webhooks tell it."""

import json
from typing import Any

import pytest

from infra.local.meta_twin.citizen_actions import KINDS
from tests.local.world import (
    BU_SRI,
    JPEG,
    PAK_JOKO,
    World,
    a_direct_message,
    a_message,
    a_text,
    buttons,
    events,
    messages,
    statuses,
    values,
)

UNSUPPORTED = {
    "code": 131051,
    "title": "Message type unknown",
    "message": "Message type unknown",
    "error_data": {"details": "Message type is currently not supported."},
}
PLACE = {
    "latitude": -7.8228,
    "longitude": 112.0119,
    "name": "Pasar Pahing",
    "address": "Jalan HOS Cokroaminoto",
}


def keep(world: World, content: bytes = JPEG, content_type: str = "image/jpeg") -> str:
    headers = {"Content-Type": content_type}
    return str(world.call("POST", "/media", body=content, headers=headers).json["id"])


def told(world: World, action: Any, address: str = BU_SRI) -> Any:
    """What the last webhook says of an action, without who and when."""
    assert world.writes(address, action).status == 202
    message = messages(world)[-1]
    return {
        key: value
        for key, value in message.items()
        if key not in ("id", "from", "from_user_id", "timestamp")
    }


def told_on_instagram(world: World, action: Any) -> Any:
    assert world.writes(PAK_JOKO, action, "instagram").status == 202
    event = dict(events(world)[-1])
    for key in ("sender", "recipient", "timestamp"):
        del event[key]
    return event


# WhatsApp

WHATSAPP: dict[str, tuple[Any, Any]] = {
    "forwarded": (
        {"text": "Banjir!", "forwarded": "once"},
        {"type": "text", "text": {"body": "Banjir!"}, "context": {"forwarded": True}},
    ),
    "forwarded often": (
        {"text": "Banjir!", "forwarded": "often"},
        {"type": "text", "text": {"body": "Banjir!"}, "context": {"frequently_forwarded": True}},
    ),
    "a shared place": ({"location": PLACE}, {"type": "location", "location": PLACE}),
    "a live location": (
        {"live_location": {"latitude": -7.8, "longitude": 112.0}},
        {
            "type": "unsupported",
            "unsupported": {"type": "location"},
            "errors": [UNSUPPORTED],
        },
    ),
    "a contact": (
        {"contacts": [{"name": "Pak RT Slamet", "phone": "+62 811-0000-0009"}]},
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {
                        "formatted_name": "Pak RT Slamet",
                        "first_name": "Pak",
                        "last_name": "RT Slamet",
                    },
                    "phones": [
                        {"phone": "+62 811-0000-0009", "wa_id": "6281100000009", "type": "CELL"}
                    ],
                    "origin": "other",
                }
            ],
        },
    ),
    "a poll": (
        {"unsupported": "poll_creation"},
        {
            "type": "unsupported",
            "unsupported": {"type": "poll_creation"},
            "errors": [UNSUPPORTED],
        },
    ),
    "something that Meta cannot even name": (
        {"unsupported": ""},
        {"type": "unsupported", "errors": [UNSUPPORTED]},
    ),
    "an order": (
        {"basket": [{"product_retailer_id": "KTP", "quantity": 2, "item_price": 10000}]},
        {
            "type": "order",
            "order": {
                "catalog_id": "194836987003835",
                "text": "",
                "product_items": [
                    {
                        "product_retailer_id": "KTP",
                        "quantity": 2,
                        "item_price": 10000,
                        "currency": "IDR",
                    }
                ],
            },
        },
    ),
    "a film of 200 MB": (
        {"too_large": "video"},
        {
            "type": "video",
            "errors": [
                {
                    "code": 131052,
                    "title": "Media download error",
                    "message": "Media download error",
                    "error_data": {
                        "details": "Media file size is more than 100 MB and can not be downloaded."
                    },
                }
            ],
        },
    ),
}


@pytest.mark.parametrize("what", WHATSAPP)
def test_on_whatsapp(world: World, what: str) -> None:
    action, expected = WHATSAPP[what]

    assert told(world, action) == expected


def test_whoever_comes_from_an_advert(world: World) -> None:
    referral = told(world, {"text": "mau lapor", "from_ad": "Lapor 112"})["referral"]

    assert referral["source_type"] == "ad"
    assert referral["headline"] == "Lapor 112"
    assert referral["ctwa_clid"]


def test_the_answers_of_a_form(world: World) -> None:
    world.bu_sri_writes()
    asked = world.whatsapp(a_text()).json["messages"][0]["id"]

    answer = told(world, {"form": {"jenis": "banjir"}})

    assert answer["context"]["id"] == asked
    reply = answer["interactive"]["nfm_reply"]
    assert (answer["interactive"]["type"], reply["name"], reply["body"]) == (
        "nfm_reply",
        "flow",
        "Sent",
    )
    assert json.loads(reply["response_json"]) == {"jenis": "banjir"}


def test_a_contact_that_was_asked_for_says_so(world: World) -> None:
    world.bu_sri_writes()
    content = {
        "type": "contact_request",
        "body": {"text": "Nomor Anda?"},
        "action": {"name": "request_contact_info"},
    }
    asked = world.whatsapp(a_message("interactive", content)).json["messages"][0]["id"]

    answer = told(world, {"contacts": [{"name": "Bu Sri", "phone": f"+{BU_SRI}"}]})

    assert answer["context"]["id"] == asked
    assert answer["contacts"][0]["origin"] == "contact_request"


def test_a_tap_may_come_without_its_context(world: World) -> None:
    world.bu_sri_writes()
    world.whatsapp(buttons("Ya"))

    assert "context" not in told(world, {"reply": {"id": "b0", "without_context": True}})


def test_a_tap_on_a_template(world: World) -> None:
    world.bu_sri_writes()
    world.restart(
        templates=[
            template.model_copy(update={"buttons": ("Sudah beres",)})
            for template in world.config.templates
        ]
    )
    content = {
        "name": "progress",
        "language": {"code": "id"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "x"} for _ in range(2)]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "rate:5"}],
            },
        ],
    }
    asked = world.whatsapp(a_message("template", content)).json["messages"][0]["id"]

    tap = told(world, {"reply": {"id": "rate:5"}})

    assert tap == {
        "type": "button",
        "button": {"payload": "rate:5", "text": "Sudah beres"},
        "context": {"from": world.config.display_phone_number, "id": asked},
    }


def test_an_album_has_its_caption_at_the_first_photo(world: World) -> None:
    world.writes(BU_SRI, {"media": [keep(world), keep(world)], "caption": "depan pasar"})

    captions = [message["image"].get("caption") for message in messages(world)]
    assert captions == ["depan pasar", None]


def test_a_recording_that_was_passed_on_is_no_voice_note(world: World) -> None:
    recording = keep(world, b"OggS", "audio/ogg; codecs=opus")

    audio = told(world, {"media": recording, "voice": False, "forwarded": "once"})

    assert audio["audio"]["voice"] is False
    assert audio["context"] == {"forwarded": True}


def test_a_document_has_its_name_and_a_sticker_may_move(world: World) -> None:
    letter = keep(world, b"%PDF-", "application/pdf")
    sticker = keep(world, b"RIFF", "image/webp")

    document = told(world, {"media": letter, "filename": "surat rt.pdf"})

    assert document["document"]["filename"] == "surat rt.pdf"
    assert told(world, {"media": sticker, "animated": True})["sticker"]["animated"] is True


def test_a_reaction_comes_and_goes(world: World) -> None:
    world.bu_sri_writes()
    asked = world.whatsapp(a_text("Benar?")).json["messages"][0]["id"]

    added = told(world, {"reaction": {"message": asked, "emoji": "👍"}})
    removed = told(world, {"reaction": {"message": asked, "emoji": None}})

    assert added == {"type": "reaction", "reaction": {"message_id": asked, "emoji": "👍"}}
    assert removed == {"type": "reaction", "reaction": {"message_id": asked}}


def test_of_a_reaction_to_their_own_or_an_old_message_nobody_hears(world: World) -> None:
    own = world.bu_sri_writes().json["id"]
    asked = world.whatsapp(a_text()).json["messages"][0]["id"]
    world.settle()
    world.arrived.clear()

    world.writes(BU_SRI, {"reaction": {"message": own, "emoji": "😂"}})
    world.now += 31 * 24 * 3600
    world.writes(BU_SRI, {"reaction": {"message": asked, "emoji": "👍"}})

    assert world.arrived == []


def test_an_edit_is_unsupported_and_a_deletion_silent_on_a_number_of_the_cloud_api(
    world: World,
) -> None:
    written = world.bu_sri_writes("lampu matu").json["id"]

    edit = told(world, {"edit": {"message": written, "text": "lampu mati"}})
    count = len(world.arrived)
    deletion = world.writes(BU_SRI, {"unsend": written}).json

    assert edit["unsupported"] == {"type": "edit"}
    assert (deletion["webhooks"], len(world.arrived)) == (0, count)
    first = world.get(f"/citizens/whatsapp/{BU_SRI}").json["messages"][0]
    assert (first["body"]["text"]["body"], first["status"]) == ("lampu mati", "deleted")


def test_in_coexistence_meta_tells_of_edits_and_deletions(world: World) -> None:
    world.restart(coexistence=True)
    written = world.bu_sri_writes("lampu matu").json["id"]
    photo = world.writes(BU_SRI, {"media": keep(world), "caption": "sini"}).json["id"]

    text = told(world, {"edit": {"message": written, "text": "lampu mati"}})
    caption = told(world, {"edit": {"message": photo, "text": "situ"}})["edit"]
    deletion = told(world, {"unsend": written})

    edited = {"type": "text", "text": {"body": "lampu mati"}}
    assert text == {
        "type": "edit",
        "edit": {"original_message_id": written, "message": edited},
    }
    assert caption["message"]["image"]["caption"] == "situ"
    assert deletion == {"type": "revoke", "revoke": {"original_message_id": written}}


def test_a_new_number_keeps_the_chat_and_changes_the_ids(world: World) -> None:
    world.bu_sri_writes()
    before = world.get("/citizens").json[0]

    after = world.writes(BU_SRI, {"new_number": "+6281100005678"}).json["citizen"]
    system = messages(world)[-1]
    world.writes("6281100005678", {"text": "saya lagi"})

    assert system == {
        "from": BU_SRI,
        "id": system["id"],
        "timestamp": "1790000000",
        "type": "system",
        "system": {
            "body": f"Warga 1234 changed from {BU_SRI} to 6281100005678",
            "type": "user_changed_number",
            "wa_id": "6281100005678",
            "user_id": after["user_id"],
            "previous_user_id": before["user_id"],
        },
    }
    assert "contacts" not in values(world)[-2]
    assert messages(world)[-1]["from_user_id"] == after["user_id"] != before["user_id"]
    assert len(world.get("/citizens/whatsapp/6281100005678").json["messages"]) == 3
    assert len(world.get("/citizens").json) == 1


def test_a_number_that_somebody_has_cannot_be_taken(world: World) -> None:
    world.bu_sri_writes()
    world.writes("6281100005678", {"text": "halo"})

    assert world.writes(BU_SRI, {"new_number": "6281100005678"}).status == 409


@pytest.mark.parametrize("action", [{"new_number": "6281100005678"}, {"new_user_id": "ID.77"}])
def test_whoever_shows_no_number_changes_their_id_alone(world: World, action: Any) -> None:
    citizen = world.post("/citizens", {"channel": "whatsapp", "hide_phone": True}).json

    after = world.writes(citizen["key"], action).json["citizen"]

    message = messages(world)[-1]
    assert "from" not in message
    assert "from_user_id" not in message
    assert message["system"] == {
        "type": "user_changed_user_id",
        "body": f"User changed from {citizen['user_id']} to {after['user_id']}",
        "user_id": after["user_id"],
        "previous_user_id": citizen["user_id"],
    }
    assert after["key"] == after["user_id"] != citizen["user_id"]


def test_a_new_phone_is_a_new_identity(world: World) -> None:
    identity = told(world, {"new_identity": True})

    assert identity["system"]["type"] == "customer_identity_changed"
    assert set(identity["identity"]) == {"acknowledged", "created_timestamp", "hash"}


def test_a_citizen_can_hide_the_number_later(world: World) -> None:
    world.bu_sri_writes()
    first = world.whatsapp(a_text()).json["messages"][0]["id"]
    change = {"username": "@busri", "hides_phone": True}
    world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", change)
    bsuid = world.get("/citizens").json[0]["user_id"]

    message = told(world, {"text": "saya lagi", "quote": first})
    own = told(world, {"text": "dan lagi", "quote": messages(world)[-1]["id"]})

    assert values(world)[-1]["contacts"] == [
        {"profile": {"name": "Warga 1234", "username": "@busri"}, "user_id": bsuid}
    ]
    assert "from" not in messages(world)[-1]
    assert message["context"]["from"] == world.config.display_phone_number
    assert "from" not in own["context"]


def test_a_hidden_number_may_be_an_empty_one(world: World) -> None:
    world.bu_sri_writes()
    change = {"hides_phone": True, "empty_phone": True}
    world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", change)
    world.bu_sri_writes()
    world.whatsapp(a_text())
    world.settle()

    assert messages(world)[-1]["from"] == ""
    assert values(world)[1]["contacts"][0]["wa_id"] == ""
    assert statuses(world)[0]["recipient_id"] == ""


@pytest.mark.parametrize(
    "action",
    [
        {"reaction": {"message": "MESSAGE", "emoji": "👍"}},
        {"unsupported": "gif"},
        {"new_identity": True},
        {"raw": {"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "👍"}}},
    ],
)
def test_what_is_no_message_opens_no_window(world: World, action: Any) -> None:
    world.bu_sri_writes()
    asked = world.whatsapp(a_text()).json["messages"][0]["id"]
    world.now += 25 * 3600

    world.writes(BU_SRI, json.loads(json.dumps(action).replace("MESSAGE", asked)))

    assert world.whatsapp(a_text()).code == 131047


@pytest.mark.parametrize("raw", [{}, {"type": 7}, {"type": "text", "text": "x"}, {"text": {}}])
def test_a_message_of_no_shape_is_delivered_and_breaks_no_list(world: World, raw: Any) -> None:
    assert told(world, {"raw": raw}) == raw
    assert world.get("/citizens").status == 200
    assert world.get(f"/citizens/whatsapp/{BU_SRI}").json["messages"][0]["body"]["from"] == BU_SRI


# Instagram


def test_a_reply_to_a_story(world: World) -> None:
    story = keep(world)

    message = told_on_instagram(world, {"text": "ini di mana?", "story": story})["message"]

    assert message["reply_to"]["story"]["id"] == story
    assert message["reply_to"]["story"]["url"].startswith("http://twin.test/media-file/")
    gone = told_on_instagram(world, {"text": "dan ini?", "story": "17873858025351922"})["message"]
    assert "asset_id=17873858025351922" in gone["reply_to"]["story"]["url"]


def test_a_story_that_mentions_the_account(world: World) -> None:
    message = told_on_instagram(world, {"story_mention": keep(world)})["message"]

    (attachment,) = message["attachments"]
    assert attachment["type"] == "story_mention"
    assert attachment["payload"]["url"].startswith("http://twin.test/media-file/")


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("ig_post", {"ig_post_media_id", "title", "url"}),
        ("ig_reel", {"reel_video_id", "title", "url"}),
        ("reel", {"reel_video_id", "title", "url"}),
        ("share", {"url"}),
        ("fallback", {"title", "url"}),
        ("story", {"url"}),
    ],
)
def test_what_is_shared(world: World, kind: str, members: set[str]) -> None:
    action = {"share": {"kind": kind, "media": keep(world), "title": "Banjir di Mojoroto"}}

    (attachment,) = told_on_instagram(world, action)["message"]["attachments"]

    assert (attachment["type"], set(attachment["payload"])) == (kind, members)


def test_an_ice_breaker_is_a_postback(world: World) -> None:
    event = told_on_instagram(world, {"ice_breaker": {"title": "Mau lapor", "payload": "start"}})

    assert event["postback"].pop("mid")
    assert event == {"postback": {"title": "Mau lapor", "payload": "start"}}


def test_a_heart(world: World) -> None:
    assert told_on_instagram(world, {"like_heart": True})["message"]["attachments"] == [
        {"type": "like_heart"}
    ]


def test_a_reaction_on_instagram_comes_and_goes(world: World) -> None:
    world.pak_joko_writes()
    mid = world.instagram(a_direct_message(text="Benar?")).json["message_id"]
    world.settle()

    added = told_on_instagram(world, {"reaction": {"message": mid, "emoji": "❤"}})
    other = told_on_instagram(world, {"reaction": {"message": mid, "emoji": "👍"}})
    removed = told_on_instagram(world, {"reaction": {"message": mid, "emoji": None}})

    love = {"mid": mid, "action": "react", "reaction": "love", "emoji": "❤"}
    assert added == {"reaction": love}
    assert other["reaction"]["reaction"] == "other"
    assert removed == {"reaction": {"mid": mid, "action": "unreact"}}


def test_an_edit_tells_how_often(world: World) -> None:
    mid = world.pak_joko_writes("lampu matu").json["id"]

    edits = [
        told_on_instagram(world, {"edit": {"message": mid, "text": text}})["message_edit"]
        for text in ("lampu mato", "lampu mati")
    ]

    assert edits == [
        {"mid": mid, "text": "lampu mato", "num_edit": 1},
        {"mid": mid, "text": "lampu mati", "num_edit": 2},
    ]
    chat = world.get(f"/citizens/instagram/{PAK_JOKO}").json["messages"]
    assert chat[0]["body"]["message"]["text"] == "lampu mati"


def test_what_was_unsent_is_told_by_its_id_alone(world: World) -> None:
    mid = world.pak_joko_writes().json["id"]

    event = told_on_instagram(world, {"unsend": mid})

    assert event == {"message": {"mid": mid, "is_deleted": True}}
    chat = world.get(f"/citizens/instagram/{PAK_JOKO}").json["messages"]
    assert chat[0]["status"] == "deleted"


def test_what_instagram_cannot_show(world: World) -> None:
    message = told_on_instagram(world, {"unsupported": "view_once"})["message"]

    assert message["is_unsupported"] is True


def test_a_photo_to_be_seen_once_shows_nothing(world: World) -> None:
    message = told_on_instagram(world, {"unsupported": "ephemeral"})["message"]

    assert message["attachments"] == [{"type": "ephemeral"}]


def test_whoever_comes_by_a_link_or_an_advert(world: World) -> None:
    link = told_on_instagram(world, {"opened_link": "poster"})
    advert = told_on_instagram(world, {"text": "mau lapor", "from_ad": "Lapor 112"})

    assert (link["referral"]["ref"], link["referral"]["type"]) == ("poster", "OPEN_THREAD")
    assert advert["message"]["referral"]["ads_context_data"]["ad_title"] == "Lapor 112"


def test_photos_can_come_one_by_one(world: World) -> None:
    world.writes(PAK_JOKO, {"media": [keep(world), keep(world)], "one_by_one": True}, "instagram")

    assert [len(event["message"]["attachments"]) for event in events(world)] == [1, 1]


def test_what_a_person_types_in_the_app_is_an_echo_that_we_never_sent(world: World) -> None:
    world.pak_joko_writes()
    mid = world.post(f"/citizens/instagram/{PAK_JOKO}/staff", {"text": "Kami cek dulu"}).json["id"]
    world.settle()

    assert events(world)[-1] == {
        "sender": {"id": world.config.instagram_account_id},
        "recipient": {"id": PAK_JOKO},
        "timestamp": 1790000000000,
        "message": {"mid": mid, "is_echo": True, "text": "Kami cek dulu"},
    }
    assert world.sent(PAK_JOKO)[-1]["text"] == "Kami cek dulu"


def test_the_app_can_be_named_in_its_own_echoes_alone(world: World) -> None:
    world.restart(echo_app_id="1517776481860111")
    world.pak_joko_writes()
    world.instagram(a_direct_message(text="Benar?"))
    world.post(f"/citizens/instagram/{PAK_JOKO}/staff", {"text": "Kami cek dulu"})
    world.settle()

    echoes = [event["message"] for event in events(world)[1:]]
    assert [echo.get("app_id") for echo in echoes] == ["1517776481860111", None]


# What a phone cannot do

IMPOSSIBLE: dict[str, tuple[str, Any]] = {
    "a heart on WhatsApp": ("whatsapp", {"like_heart": True}),
    "an order on Instagram": ("instagram", {"basket": [{"product_retailer_id": "x"}]}),
    "a caption on Instagram": ("instagram", {"media": "PHOTO", "caption": "sini"}),
    "a reaction to nothing": ("whatsapp", {"reaction": {"message": "wamid.A", "emoji": "👍"}}),
    "deleting what the city said": ("whatsapp", {"unsend": "SENT"}),
    "editing a sticker": ("whatsapp", {"edit": {"message": "STICKER", "text": "x"}}),
    "editing a photo on Instagram": ("instagram", {"edit": {"message": "POST", "text": "x"}}),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_a_phone_cannot_do(world: World, what: str) -> None:
    channel, action = IMPOSSIBLE[what]
    sticker = {"media": keep(world, b"RIFF", "image/webp")}
    ids = {
        "PHOTO": keep(world),
        "STICKER": world.writes(BU_SRI, sticker).json["id"],
        "SENT": world.whatsapp(a_text()).json["messages"][0]["id"],
        "POST": world.writes(PAK_JOKO, {"like_heart": True}, "instagram").json["id"],
    }
    text = json.dumps(action)
    for name, found in ids.items():
        text = text.replace(f'"{name}"', f'"{found}"')

    reply = world.writes(BU_SRI if channel == "whatsapp" else PAK_JOKO, json.loads(text), channel)

    assert reply.status == 409
    assert reply.json["error"]


def test_a_person_cannot_type_on_the_number_of_the_cloud_api(world: World) -> None:
    world.bu_sri_writes()

    assert world.post(f"/citizens/whatsapp/{BU_SRI}/staff", {"text": "x"}).status == 409


def test_whoever_has_blocked_the_account_writes_nothing(world: World) -> None:
    world.bu_sri_writes()
    world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", {"blocks": True})

    assert world.bu_sri_writes().status == 409


def test_every_kind_is_written_down_for_those_who_play_a_citizen() -> None:
    from infra.local.meta_twin import citizen_api

    missing = [kind for kind in KINDS if f'"{kind}"' not in (citizen_api.__doc__ or "")]

    assert missing == []
