"""What is read of a citizen's message."""

from datetime import UTC, datetime

import pytest

from aduan.message import Kind, Location, Media
from aduan.meta.inbound import parse
from tests import webhooks
from tests.webhooks import RECEIVED, message, messages

SHA256 = "mB5gdnVnjWk2P3dHOH6hT1yN0aGRTJ2M8XtJrTJGs3Q="
PHOTO = Media(media_id="1013859600285441", mime_type="image/jpeg", sha256=SHA256)


def a_link(number: int) -> Media:
    url = f"https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id={number}&signature=abc"
    return Media(url=url)


TEXTS = {
    "whatsapp/text": "lampu jalan mati di Jl. Veteran",
    "whatsapp/text_with_emoji": "pohon tumbang 🌳 di Jl. Dhoho, tolong 🙏",
    "whatsapp/text_as_a_reply": "yang ini",
    "whatsapp/text_forwarded": "banjir di Pakelan",
    "whatsapp/text_from_an_advert": "mau lapor",
    "whatsapp/status_beside_a_message": "halo lagi",
    "instagram/text": "lampu jalan mati di Jl. Veteran",
    "instagram/story_reply": "ini di mana ya",
    "instagram/changes_messages_test_event": "random_text",
}


@pytest.mark.parametrize("name", TEXTS)
def test_words_are_read_as_they_were_written(name: str) -> None:
    assert message(name).text == TEXTS[name]


@pytest.mark.parametrize(
    ("name", "photos", "text"),
    [
        ("whatsapp/image", (PHOTO,), None),
        ("whatsapp/image_with_caption", (PHOTO,), "jalan berlubang depan pasar"),
        ("instagram/image", (a_link(1),), None),
        ("instagram/two_images", (a_link(1), a_link(2)), None),
        ("instagram/image_and_video", (a_link(4),), None),
    ],
)
def test_photos_are_read_with_their_caption(
    name: str, photos: tuple[Media, ...], text: str | None
) -> None:
    assert (message(name).photos, message(name).text) == (photos, text)


def test_a_photo_sent_as_a_file_is_a_photo() -> None:
    (photo,) = message("whatsapp/photo_as_document").photos

    assert photo.media_id == "1013859600285442"


def test_a_pin_is_read_with_the_name_of_the_place() -> None:
    assert message("whatsapp/location").location == Location(
        lat=-7.828, long=112.01, name="Alun-Alun Kota Kediri, Jl. Sudanco Supriyadi"
    )


def test_a_pin_without_a_name_is_a_pin() -> None:
    assert message("whatsapp/location_bare").location == Location(lat=-7.828, long=112.0)


@pytest.mark.parametrize(
    ("name", "payload", "label"),
    [
        ("whatsapp/button_reply", "confirm:abc:yes", "Benar, kirim"),
        ("whatsapp/list_reply", "service:street_light", "Lampu jalan"),
        ("whatsapp/template_button", "rate:123456789018:5", "Puas"),
        ("instagram/quick_reply", "confirm:abc:yes", "Benar, kirim"),
        ("instagram/postback", "service:road_damage", "Lapor kerusakan"),
    ],
)
def test_a_tap_says_what_was_tapped(name: str, payload: str, label: str) -> None:
    assert (message(name).choice, message(name).text) == (payload, label)


KINDS = {
    "whatsapp/text": Kind.TEXT,
    "whatsapp/image": Kind.PHOTO,
    "whatsapp/location": Kind.PIN,
    "whatsapp/button_reply": Kind.TAP,
    "whatsapp/voice": Kind.VOICE,
    "whatsapp/video": Kind.VIDEO,
    "whatsapp/pdf_document": Kind.DOCUMENT,
    "whatsapp/sticker": Kind.STICKER,
    "whatsapp/contacts": Kind.CONTACT,
    "whatsapp/reaction": Kind.REACTION,
    "whatsapp/unsupported_edit": Kind.EDITED,
    "whatsapp/edit": Kind.EDITED,
    "whatsapp/revoke": Kind.DELETED,
    "whatsapp/status_failed": Kind.FAILED,
    "whatsapp/system_user_changed_number": Kind.NUMBER_CHANGED,
    "whatsapp/text_only_spaces": Kind.OTHER,
    "whatsapp/image_without_id": Kind.OTHER,
    "whatsapp/flow_reply": Kind.OTHER,
    "whatsapp/interactive_without_object": Kind.OTHER,
    "whatsapp/order": Kind.OTHER,
    "whatsapp/unsupported_without_object": Kind.OTHER,
    "whatsapp/unknown_type": Kind.OTHER,
    "whatsapp/type_missing": Kind.OTHER,
    "whatsapp/type_is_a_number": Kind.OTHER,
    "instagram/text": Kind.TEXT,
    "instagram/image": Kind.PHOTO,
    "instagram/quick_reply": Kind.TAP,
    "instagram/postback": Kind.TAP,
    "instagram/video": Kind.VIDEO,
    "instagram/voice": Kind.VOICE,
    "instagram/share": Kind.SHARED_POST,
    "instagram/story_mention": Kind.STORY_MENTION,
    "instagram/story_reply": Kind.TEXT,
    "instagram/like_heart": Kind.STICKER,
    "instagram/reaction": Kind.REACTION,
    "instagram/message_edit": Kind.EDITED,
    "instagram/deleted": Kind.DELETED,
    "instagram/echo": Kind.OPERATOR,
    "instagram/image_without_link": Kind.OTHER,
    "instagram/unsupported": Kind.OTHER,
    "instagram/attachments_not_a_list": Kind.OTHER,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_message_is_of_a_kind(name: str) -> None:
    assert message(name).kind is KINDS[name]


def test_every_kind_there_is_can_come() -> None:
    assert set(KINDS.values()) == set(Kind)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind is Kind.OTHER])
def test_in_what_cannot_be_read_there_is_nothing(name: str) -> None:
    read = message(name)

    assert (read.text, read.location, read.photos, read.choice) == (None, None, (), None)


def test_recordings_are_read_with_their_caption() -> None:
    assert len(message("whatsapp/voice").recordings) == 1
    assert len(message("whatsapp/video").recordings) == 1
    assert len(message("instagram/video").recordings) == 1


def test_a_reply_names_the_message_it_quotes() -> None:
    assert message("whatsapp/text_as_a_reply").refers_to
    assert message("whatsapp/button_reply").refers_to


def test_a_reaction_names_its_message_and_its_emoji() -> None:
    read = message("whatsapp/reaction")

    assert (bool(read.refers_to), read.emoji) == (True, "👍")


def test_a_failure_brings_metas_code_and_the_message_that_failed() -> None:
    read = message("whatsapp/status_failed")

    assert read.error == 131047
    assert read.refers_to


def test_whoever_has_a_new_number_was_somebody_before() -> None:
    read = message("whatsapp/system_user_changed_number")

    assert read.formerly is not None
    assert read.sender != read.formerly


@pytest.mark.parametrize(
    ("written", "read"),
    [("pju\u200b mati", "pju mati"), ("\u202epju mati\u202c", "pju mati"), ("\ufeffpju", "pju")],
)
def test_what_no_eye_sees_is_left_out(written: str, read: str) -> None:
    (letter,) = webhooks.split("whatsapp/text").letters
    letter.message["text"]["body"] = written

    assert webhooks.parse(letter).text == read


@pytest.mark.parametrize("name", ["whatsapp/text", "instagram/changes_messages_test_event"])
def test_seconds_as_text_are_a_time(name: str) -> None:
    assert message(name).sent_at.replace(second=0) == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_instagram_counts_milliseconds() -> None:
    assert message("instagram/text").sent_at == datetime(2026, 11, 24, 8, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize("name", ["whatsapp/bad_timestamp", "instagram/iso_timestamp"])
def test_where_the_time_cannot_be_read_the_arrival_stands_in(name: str) -> None:
    assert message(name).sent_at == RECEIVED


def test_a_batch_keeps_its_order() -> None:
    assert [each.text for each in messages("whatsapp/batch_of_two")] == ["lampu mati", "got mampet"]
    assert [each.text for each in messages("instagram/batch_of_two")] == ["satu", "dua"]


@pytest.mark.parametrize("half", ["tolong \ud83d", "tolong \x00", "tolong \uffff"])
def test_a_character_that_no_store_takes_does_not_cost_the_message(half: str) -> None:
    """Half an emoji, as a text ends in that was cut by its length."""
    (letter,) = webhooks.split("whatsapp/text").letters
    letter.message["text"]["body"] = half

    assert webhooks.parse(letter).text == "tolong \N{REPLACEMENT CHARACTER}"


def test_a_line_break_and_a_joined_emoji_stay() -> None:
    (letter,) = webhooks.split("whatsapp/text").letters
    letter.message["text"]["body"] = "satu\n\tdua 👨‍👩‍👧"

    assert webhooks.parse(letter).text == "satu\n\tdua 👨‍👩‍👧"


def test_a_text_longer_than_whatsapp_allows_is_read_as_far_as_that() -> None:
    letter = {
        "channel": "whatsapp",
        "message_id": "wamid.1",
        "message": {"type": "text", "text": {"body": "a" * 65_536}},
    }

    assert parse(letter, RECEIVED).text == "a" * 4096
