"""The twin speaks as Meta was recorded to speak: `recorded/README.md`.

A recording and what the twin says of the same thing have the same members of the same types, but
for what Meta has added or taken away since the recording was made.
"""

import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.world import (
    BU_SRI,
    JPEG,
    PAK_JOKO,
    World,
    a_direct_message,
    a_list,
    a_message,
    a_text,
    buttons,
    events,
    values,
)

RECORDED = Path(__file__).parent / "recorded"

NEWER = {
    # business-scoped user ids, April 2026
    "contacts[].user_id",
    "messages[].from_user_id",
    "statuses[].recipient_user_id",
    "messages[].system.user_id",
    "messages[].system.previous_user_id",
    # a link in the webhook, November 2025
    "messages[].image.url",
    "messages[].video.url",
    "messages[].document.url",
    "messages[].audio.url",
    "messages[].sticker.url",
    "messages[].edit.message.image.url",
    # what was not supported, and where a card comes from, 2026
    "messages[].unsupported",
    "messages[].contacts[].origin",
    # prices per message, July 2025
    "statuses[].pricing.type",
    # not in every advert
    "messages[].referral.welcome_message",
}
NEWER_IN_STATUSES = {*NEWER, "contacts"}  # whom a status is about, since the same April
GONE = {
    # conversations have no price any more, and `read` after `delivered` none at all
    "statuses[].conversation",
    # a portfolio that shares ids: the city has none
    "contacts[].parent_user_id",
    "messages[].from_parent_user_id",
    # an advert has a picture or a film
    "messages[].referral.video_url",
    "messages[].referral.thumbnail_url",
}


def recording(name: str) -> dict[str, Any]:
    file = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    assert file["_source"]["urls"]
    assert file["_source"]["licence"]
    return dict(file["cases"])


def members(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every member's path with its JSON type; the items of a list share one path."""
    if isinstance(value, dict):
        yield at, "object"
        for key, member in value.items():
            yield from members(member, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        yield at, "array"
        for item in value:
            yield from members(item, f"{at}[]")
    else:
        kinds = {str: "string", bool: "boolean", int: "number", float: "number"}
        yield at, kinds.get(type(value), "null")


def shape(value: Any, *, without: set[str]) -> set[tuple[str, str]]:
    return {
        (path, kind)
        for path, kind in members(value)
        if not any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in without)
    }


def assert_same_shape(spoken: Any, recorded: Any, *, newer: Collection[str] = NEWER) -> None:
    """What is new or gone may be missing on either side, whatever else has to match."""
    there = dict(members(recorded))
    newer = {path for path in newer if path not in there}
    said = dict(members(spoken))
    gone = {path for path in GONE if path not in said}
    assert shape(spoken, without=newer) == shape(recorded, without=gone)


# WhatsApp's messages


def keep(world: World, content: bytes = JPEG, content_type: str = "image/jpeg") -> str:
    headers = {"Content-Type": content_type}
    return str(world.call("POST", "/media", body=content, headers=headers).json["id"])


def says(action: Any) -> Callable[[World], None]:
    return lambda world: said(world, action)


def said(world: World, action: Any) -> None:
    assert world.writes(BU_SRI, action).status == 202


def sends_file(content_type: str, **more: Any) -> Callable[[World], None]:
    return lambda world: said(world, {"media": keep(world, b"x", content_type), **more})


def asked(world: World, message: Any) -> str:
    world.bu_sri_writes()
    answer = world.whatsapp(message).json
    world.settle()
    return str(answer["messages"][0]["id"])


def answers(message: Any, action: Any) -> Callable[[World], None]:
    """The city sends a message and the citizen does something with it (`MESSAGE` is its id)."""

    def do(world: World) -> None:
        text = json.dumps(action).replace("MESSAGE", asked(world, message))
        said(world, json.loads(text))

    return do


def edits(action: Any, text: str) -> Callable[[World], None]:
    def do(world: World) -> None:
        first = {"media": keep(world), "caption": "sini"} if action == "photo" else action
        written = world.writes(BU_SRI, first).json["id"]
        edit = {"edit": {"message": written, "text": text}, "coexistence": True}
        said(world, edit)

    return do


def deletes(world: World) -> None:
    said(world, {"unsend": world.bu_sri_writes().json["id"], "coexistence": True})


def changes_a_hidden_id(world: World) -> None:
    citizen = world.post("/citizens", {"channel": "whatsapp", "hide_phone": True}).json
    assert world.writes(citizen["key"], {"new_user_id": True}).status == 202


ROW = {"id": "flood", "title": "Banjir", "description": "Air naik"}
DESCRIBED = {"button": "Pilih", "sections": [{"rows": [ROW]}]}
PROGRESS = a_message(
    "template",
    {
        "name": "progress",
        "language": {"code": "id"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "x"} for _ in range(2)]}
        ],
    },
)
PLACE = {"latitude": -7.8228, "longitude": 112.0119}
NAMED = {
    **PLACE,
    "name": "Pasar Pahing",
    "address": "Jalan HOS Cokroaminoto",
    "url": "https://maps.google.com/?cid=1",
}
CARDS = [{"name": f"{name} Slamet", "phone": "+62 811-0000-0009"} for name in ("Pak", "Bu")]
ADVERT = {"text": "mau lapor", "from_ad": "Lapor 112"}

SAID: dict[str, Callable[[World], None]] = {
    "text": says({"text": "Lampu mati"}),
    "image": sends_file("image/jpeg"),
    "video": sends_file("video/mp4", caption="di pasar", forwarded="once"),
    "document": sends_file("application/pdf", caption="surat", forwarded="once"),
    "audio": sends_file("audio/ogg; codecs=opus", voice=False, forwarded="once"),
    "voice": sends_file("audio/ogg; codecs=opus"),
    "static_sticker": sends_file("image/webp"),
    "animated_sticker": sends_file("image/webp", animated=True),
    "reaction": answers(a_text(), {"reaction": {"message": "MESSAGE", "emoji": "😮"}}),
    "unreaction_no_emoji": answers(a_text(), {"reaction": {"message": "MESSAGE", "emoji": None}}),
    "current_location": says({"location": PLACE, "forwarded": "once"}),
    "chosen_location": says({"location": NAMED, "forwarded": "once"}),
    "contacts": says({"contacts": CARDS}),
    "order": says({"basket": [{"product_retailer_id": "KTP"}]}),
    "unsupported": says({"unsupported": "poll_creation"}),
    "reply": answers(a_text(), {"text": "ya", "quote": "MESSAGE"}),
    "forwarded": says({"text": "Banjir!", "forwarded": "once"}),
    "forwarded_many_times": says({"text": "Banjir!", "forwarded": "often"}),
    "referral": says(ADVERT),
    "phone_number_change": says({"new_number": "6281100005678"}),
    "user_id_change": changes_a_hidden_id,
    "identity_change": says({"new_identity": True}),
    "edit_text": edits({"text": "lampu matu"}, "lampu mati"),
    "edit_caption": edits("photo", "situ"),
    "revoke": deletes,
    "button": answers(buttons("Ya"), {"reply": {"id": "b0"}}),
    "quick_reply": answers(PROGRESS, {"reply": {"id": "Sudah beres"}}),
    "selection": answers(a_list("Banjir"), {"reply": {"id": "r0"}}),
    "selection_with_description": answers(a_list(action=DESCRIBED), {"reply": {"id": "flood"}}),
    "flow_completion": answers(a_text(), {"form": {"jenis": "banjir"}}),
}


@pytest.mark.parametrize("what", recording("whatsapp_messages"))
def test_a_message_on_whatsapp(world: World, what: str) -> None:
    world.restart(
        templates=[
            template.model_copy(update={"buttons": ("Sudah beres",)})
            for template in world.config.templates
        ]
    )

    SAID[what](world)

    value = values(world)[-1]
    part = {key: value[key] for key in ("contacts", "messages") if key in value}
    assert_same_shape(part, recording("whatsapp_messages")[what])


@pytest.mark.parametrize("what", ["without_a_number", "with_an_empty_number"])
def test_a_citizen_whose_number_is_hidden(world: World, what: str) -> None:
    citizen = world.post("/citizens", {"channel": "whatsapp", "hide_phone": True}).json
    if what == "with_an_empty_number":
        world.call("PATCH", f"/citizens/whatsapp/{citizen['key']}", {"empty_phone": True})
    world.writes(citizen["key"], {"text": "Lampu mati"})

    value = values(world)[-1]
    part = {key: value[key] for key in ("contacts", "messages")}
    assert_same_shape(part, recording("whatsapp_user_ids")[what])


# WhatsApp's statuses, the account, the envelope


def statuses_of(world: World, message: Any) -> dict[str, Any]:
    world.bu_sri_writes()
    assert world.whatsapp(message).status == 200
    world.settle()
    world.post(f"/citizens/whatsapp/{BU_SRI}/read")
    world.settle()
    return {
        value["statuses"][0]["status"]: {
            key: value[key] for key in ("contacts", "statuses") if key in value
        }
        for value in values(world)
        if "statuses" in value
    }


@pytest.mark.parametrize("what", ["sent", "delivered", "with_tracker"])
def test_a_status(world: World, what: str) -> None:
    traced = {"biz_opaque_callback_data": "effect-7"} if what == "with_tracker" else {}
    status = "sent" if what == "with_tracker" else what

    found = statuses_of(world, a_text(**traced))[status]

    assert_same_shape(found, recording("whatsapp_statuses")[what], newer=NEWER_IN_STATUSES)


def test_read_at_once_has_the_price_that_delivered_would_have(world: World) -> None:
    world.bu_sri_writes()
    world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", {"reads_at_once": True})

    found = statuses_of(world, a_text())

    assert "delivered" not in found
    recorded = recording("whatsapp_statuses")["read"]
    assert_same_shape(found["read"], recorded, newer=NEWER_IN_STATUSES)


def test_delivered_to_somebody_with_a_username(world: World) -> None:
    world.bu_sri_writes()
    world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", {"username": "@busri"})

    found = statuses_of(world, PROGRESS)["delivered"]

    assert_same_shape(found, recording("whatsapp_user_ids")["delivered"])


def test_failed_outside_the_window(world: World) -> None:
    world.call("PATCH", "/account", {"refuses_late": True})
    world.bu_sri_writes()
    world.now += 25 * 3600
    assert world.whatsapp(a_text()).status == 200
    world.settle()

    found = {"statuses": values(world)[-1]["statuses"]}
    recorded = recording("whatsapp_statuses")["failed"]

    assert_same_shape(found, recorded)
    assert found["statuses"][0]["errors"] == recorded["statuses"][0]["errors"]


def test_a_verdict_on_a_template(world: World) -> None:
    world.call("PATCH", "/templates/progress", {"status": "APPROVED"})
    world.settle()

    recorded = recording("whatsapp_account")["template_approved"]
    assert shape(world.arrived[-1].json, without=set()) == shape(recorded, without=set())


def test_the_envelopes(world: World) -> None:
    world.bu_sri_writes()
    world.pak_joko_writes()

    whatsapp, instagram = (webhook.json for webhook in world.arrived)
    newer = {f"entry[].changes[].value.{path}" for path in NEWER}
    recorded = recording("whatsapp_account")["envelope"]
    assert shape(whatsapp, without=newer) == shape(recorded, without=set())
    recorded = recording("instagram_envelope")["envelope"]
    assert shape(instagram, without=set()) == shape(recorded, without=set())


# Instagram


def on_instagram(action: Any) -> Callable[[World], None]:
    return lambda world: said_on_instagram(world, action)


def said_on_instagram(world: World, action: Any) -> None:
    assert world.writes(PAK_JOKO, action, "instagram").status == 202


def file_on_instagram(content_type: str) -> Callable[[World], None]:
    return lambda world: said_on_instagram(world, {"media": keep(world, b"x", content_type)})


def answers_on_instagram(message: Any, action: Any) -> Callable[[World], None]:
    def do(world: World) -> None:
        world.pak_joko_writes()
        mid = world.instagram(message).json["message_id"]
        world.settle()
        said_on_instagram(world, json.loads(json.dumps(action).replace("MESSAGE", mid)))

    return do


def of_their_own(action: Any) -> Callable[[World], None]:
    def do(world: World) -> None:
        mid = world.pak_joko_writes().json["id"]
        said_on_instagram(world, json.loads(json.dumps(action).replace("MESSAGE", mid)))

    return do


def mentions_in_a_story(world: World) -> None:
    said_on_instagram(world, {"story_mention": keep(world)})


def reads(world: World) -> None:
    world.pak_joko_writes()
    world.instagram(a_direct_message(text="Benar?"))
    world.settle()
    world.post(f"/citizens/instagram/{PAK_JOKO}/read")
    world.settle()


def staff_answers(world: World) -> None:
    world.pak_joko_writes()
    world.post(f"/citizens/instagram/{PAK_JOKO}/staff", {"text": "Kami cek"})
    world.settle()


QUESTION = a_direct_message(
    text="Benar?", quick_replies=[{"content_type": "text", "title": "Ya", "payload": "yes"}]
)
REEL = {"share": {"kind": "ig_reel", "title": "Banjir"}}

DONE: dict[str, Callable[[World], None]] = {
    "text": on_instagram({"text": "Jalan berlubang"}),
    "image": file_on_instagram("image/jpeg"),
    "video": file_on_instagram("video/mp4"),
    "audio": file_on_instagram("audio/mp4"),
    "file": file_on_instagram("application/pdf"),
    "like_heart": on_instagram({"like_heart": True}),
    "ephemeral": on_instagram({"unsupported": "ephemeral"}),
    "story_mention": mentions_in_a_story,
    "share": on_instagram({"share": {"kind": "share"}}),
    "fallback": on_instagram({"share": {"kind": "fallback", "title": "Berita"}}),
    "ig_reel": on_instagram(REEL),
    "ig_post": on_instagram({"share": {"kind": "ig_post", "title": "Banjir"}}),
    "story_reply": on_instagram({"text": "ini di mana?", "story": "17858893269000001"}),
    "reply": answers_on_instagram(QUESTION, {"text": "ya", "quote": "MESSAGE"}),
    "quick_reply": answers_on_instagram(QUESTION, {"reply": {"id": "yes"}}),
    "unsend": of_their_own({"unsend": "MESSAGE"}),
    "unsupported": on_instagram({"unsupported": "gif"}),
    "referral_of_an_advert": on_instagram(ADVERT),
    "icebreaker": on_instagram({"ice_breaker": {"title": "Mau lapor", "payload": "start"}}),
    "reaction": of_their_own({"reaction": {"message": "MESSAGE", "emoji": "❤"}}),
    "unreaction": of_their_own({"reaction": {"message": "MESSAGE", "emoji": None}}),
    "seen": reads,
    "edit": of_their_own({"edit": {"message": "MESSAGE", "text": "Jalan rusak"}}),
    "referral_of_a_link": on_instagram({"opened_link": "poster"}),
    "echo": staff_answers,
}


@pytest.mark.parametrize("what", recording("instagram_events"))
def test_an_event_on_instagram(world: World, what: str) -> None:
    DONE[what](world)

    recorded = recording("instagram_events")[what]
    assert shape(events(world)[-1], without=set()) == shape(recorded, without=set())


# Errors


def expired(world: World) -> Any:
    world.call("PATCH", "/account", {"expired_tokens": ["whatsapp"]})
    return world.whatsapp(a_text())


def too_few_parameters(world: World) -> Any:
    return world.whatsapp(a_message("template", {"name": "progress", "language": {"code": "id"}}))


def unknown_media(world: World) -> Any:
    world.bu_sri_writes()
    return world.whatsapp(a_message("image", {"id": "123"}))


def too_late_on_instagram(world: World) -> Any:
    world.pak_joko_writes()
    world.now += 25 * 3600
    return world.instagram(a_direct_message(text="Halo"))


REFUSED: dict[str, Callable[[World], Any]] = {
    "expired_token": expired,
    "template_parameters": too_few_parameters,
    "media_id": unknown_media,
    "instagram_window": too_late_on_instagram,
}


@pytest.mark.parametrize("what", recording("errors"))
def test_an_error(world: World, what: str) -> None:
    recorded = recording("errors")[what]

    reply = REFUSED[what](world)

    spoken, heard = reply.json, recorded["body"]
    assert reply.status == recorded["http_status"]
    assert shape(spoken, without=set()) == shape(heard, without=set())
    for error in (spoken["error"], heard["error"]):
        del error["fbtrace_id"]
        error["message"] = error["message"].partition(" on ")[0]  # then comes a date
    assert spoken == heard
