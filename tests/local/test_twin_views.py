"""What the page is told of each message, so that it can draw it as a phone does."""

from typing import Any

from tests.local.world import BU_SRI, JPEG, PAK_JOKO, World, a_direct_message, a_text


def views(world: World, address: str = BU_SRI, channel: str = "whatsapp") -> list[dict[str, Any]]:
    chat = world.get(f"/citizens/{channel}/{address}").json["messages"]
    return [message["view"] for message in chat]


def a_photo(world: World) -> str:
    return str(world.call("POST", "/media", body=JPEG).json["id"])


def test_a_reaction_belongs_to_its_message(world: World) -> None:
    world.bu_sri_writes()
    sent = world.whatsapp(a_text()).json["messages"][0]["id"]
    world.writes(BU_SRI, {"reaction": {"message": sent, "emoji": "👍"}})
    world.writes(BU_SRI, {"reaction": {"message": sent, "emoji": None}})

    *_, given, taken_back = views(world)

    assert (given["kind"], given["about"], given["emoji"]) == ("reaction", sent, "👍")
    assert (taken_back["about"], taken_back["emoji"]) == (sent, "")


def test_a_reaction_on_instagram_belongs_to_its_message(world: World) -> None:
    world.pak_joko_writes()
    sent = world.instagram(a_direct_message(text="Terima kasih")).json["message_id"]
    world.writes(PAK_JOKO, {"reaction": {"message": sent, "emoji": "❤️"}}, "instagram")

    last = views(world, PAK_JOKO, "instagram")[-1]

    assert (last["kind"], last["about"], last["emoji"]) == ("reaction", sent, "❤️")


def test_an_edited_message_shows_the_new_words_and_the_edit_is_no_line(world: World) -> None:
    first = world.bu_sri_writes("Lampu mati").json["id"]
    world.writes(BU_SRI, {"edit": {"message": first, "text": "Lampu jalan mati"}})
    world.writes(BU_SRI, {"edit": {"message": first, "text": "Lampu padam"}, "coexistence": True})

    words, hidden, told = views(world)

    assert words["text"] == "Lampu padam"
    assert hidden["kind"] == "event"
    assert (told["kind"], told["about"]) == ("edit", first)


def test_a_deleted_message_is_marked_and_the_deletion_is_no_line(world: World) -> None:
    for channel, address in (("whatsapp", BU_SRI), ("instagram", PAK_JOKO)):
        first = world.writes(address, {"text": "Salah kirim"}, channel).json["id"]
        world.writes(address, {"unsend": first}, channel)

        chat = world.get(f"/citizens/{channel}/{address}").json["messages"]

        assert chat[0]["status"] == "deleted"
        assert chat[1]["view"]["kind"] in ("revoke", "event")


def test_a_forwarded_message_says_so(world: World) -> None:
    world.writes(BU_SRI, {"text": "Banjir", "forwarded": "often"})

    assert views(world)[0]["forwarded"] == "often"


def test_a_contact_is_a_card_and_a_live_location_a_map(world: World) -> None:
    world.writes(BU_SRI, {"contacts": [{"name": "Pak RT", "phone": "+62 811-0000-1299"}]})
    world.writes(BU_SRI, {"live_location": {"latitude": -7.8, "longitude": 112.0}})

    card, live = views(world)

    assert card["contacts"] == [{"name": "Pak RT", "phone": "+62 811-0000-1299"}]
    assert live["kind"] == "live_location"


def test_an_album_has_the_type_of_every_file(world: World) -> None:
    photos = [a_photo(world), a_photo(world)]
    world.writes(PAK_JOKO, {"media": photos}, "instagram")
    world.writes(BU_SRI, {"media": photos, "caption": "Dua lubang"})

    (album,) = views(world, PAK_JOKO, "instagram")
    first, second = views(world)

    assert album["files"] == [{"id": photo, "type": "image"} for photo in photos]
    assert [first["text"], second["text"]] == ["Dua lubang", ""]


def test_instagrams_own_kinds_are_told_apart(world: World) -> None:
    story = a_photo(world)
    for content in ({"like_heart": True}, {"story_mention": story}, {"text": "ya", "story": story}):
        world.writes(PAK_JOKO, content, "instagram")

    heart, mention, answer = views(world, PAK_JOKO, "instagram")

    assert heart["kind"] == "like_heart"
    assert (mention["kind"], mention["media"]) == ("story_mention", [story])
    assert (answer["text"], answer["story"]) == ("ya", story)
