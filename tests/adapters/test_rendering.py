"""What we say, as Meta's channels take it. That every sentence fits is proved in tests/domain."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aduan.message import Channel, Choice, Say, Sender
from aduan.meta.rendering import INSTAGRAM_BYTES, WHATSAPP_BODY, bodies
from tests.builders import KEDIRI, a_sender

FIELDS = {"desk": "Lapor Mbak Wali 112", "city": "Kota Kediri"}


def choices(number: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(payload=f"service:{each}", title=f"Pilihan {each}", description="sesuatu")
        for each in range(number)
    )


def rendered(channel: Channel = Channel.WHATSAPP, **parts: Any) -> list[dict[str, Any]]:
    say = Say(**{"text": "thanks", "fields": FIELDS} | parts)
    return bodies(say, a_sender(channel), KEDIRI, lambda key: f"https://photos/{key}")


def whatsapp(**parts: Any) -> dict[str, Any]:
    (body,) = rendered(**parts)
    return body


def test_plain_words_are_a_text_message() -> None:
    body = whatsapp()

    assert (body["messaging_product"], body["recipient_type"]) == ("whatsapp", "individual")
    assert body["type"] == "text"
    assert body["text"]["preview_url"] is False


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (Sender(channel=Channel.WHATSAPP, wa_id="6281100000001"), ("to", "+6281100000001")),
        (Sender(channel=Channel.WHATSAPP, user_id="ID.1"), ("recipient", "ID.1")),
        (
            Sender(channel=Channel.WHATSAPP, user_id="ID.1", wa_id="6281100000001"),
            ("recipient", "ID.1"),
        ),
    ],
)
def test_a_citizen_is_written_to_by_one_name_and_that_is_not_a_number_if_it_can_be_helped(
    sender: Sender, name: tuple[str, str]
) -> None:
    """A number is handed out again."""
    say = Say(text="thanks", fields=FIELDS)
    (body,) = bodies(say, sender, KEDIRI, str)

    assert (name in body.items(), len(body)) == (True, 5)


@pytest.mark.parametrize("number", [1, 3])
def test_up_to_three_choices_are_buttons(number: int) -> None:
    interactive = whatsapp(choices=choices(number))["interactive"]

    assert interactive["type"] == "button"
    assert len(interactive["action"]["buttons"]) == number


def test_more_choices_are_a_list_of_at_most_ten() -> None:
    interactive = whatsapp(choices=choices(12))["interactive"]

    assert interactive["type"] == "list"
    (section,) = interactive["action"]["sections"]
    assert len(section["rows"]) == 10
    assert section["rows"][0] == {
        "id": "service:0",
        "title": "Pilihan 0",
        "description": "sesuatu",
    }


def test_a_place_is_asked_for_with_a_button_where_there_is_one() -> None:
    interactive = whatsapp(ask_location=True)["interactive"]

    assert interactive["type"] == "location_request_message"
    assert interactive["action"] == {"name": "send_location"}
    assert set(rendered(Channel.INSTAGRAM, ask_location=True)[0]["message"]) == {"text"}


def test_a_photo_comes_with_its_words() -> None:
    body = whatsapp(photo_key="proof/a.jpg")
    assert body["image"]["link"] == "https://photos/proof/a.jpg"
    assert body["image"]["caption"]

    interactive = whatsapp(photo_key="proof/a.jpg", choices=choices(3))["interactive"]
    assert interactive["header"]["image"] == {"link": "https://photos/proof/a.jpg"}


def test_instagram_shows_choices_as_quick_replies() -> None:
    (body,) = rendered(Channel.INSTAGRAM, choices=choices(15))

    replies = body["message"]["quick_replies"]
    assert len(replies) == 13
    assert replies[0] == {
        "content_type": "text",
        "title": "Pilihan 0",
        "payload": "service:0",
    }


def test_instagram_shows_no_stars() -> None:
    (body,) = rendered(Channel.INSTAGRAM, text="welcome")

    assert "*" not in body["message"]["text"]


def test_the_first_answer_says_what_becomes_of_a_citizens_data() -> None:
    privacy = KEDIRI.sentence("privacy", Channel.WHATSAPP).format(**KEDIRI.names)

    assert whatsapp(first_contact=True)["text"]["body"].endswith(privacy)
    assert privacy not in whatsapp()["text"]["body"]


@given(st.text(min_size=900, max_size=1200))
def test_however_long_a_name_nothing_is_longer_than_the_channel_takes(name: str) -> None:
    fields = {"desk": name, "city": name}
    (body,) = rendered(Channel.INSTAGRAM, fields=fields)
    assert len(body["message"]["text"].encode()) <= INSTAGRAM_BYTES

    body = whatsapp(fields=fields, choices=choices(2))
    assert len(body["interactive"]["body"]["text"]) <= WHATSAPP_BODY
