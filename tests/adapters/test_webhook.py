"""A delivery of Meta's is taken apart: what citizens wrote, and what needs no answer."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aduan.meta import webhook
from tests import webhooks
from tests.webhooks import a_delivery, names, split

NUMBER, USER_ID, IGSID = "6281100000001", "ID.13491208655302741918", "1045879001234567"

IGNORED = {
    "whatsapp/status_sent": {"status_sent": 1},
    "whatsapp/status_delivered": {"status_delivered": 1},
    "whatsapp/status_read": {"status_read": 1},
    "whatsapp/error_of_the_account": {"error": 1},
    "whatsapp/unknown_field": {"other_field": 1},
    "whatsapp/account_update": {"other_field": 1},
    "whatsapp/no_sender": {"no_sender": 1},
    "whatsapp/no_message_id": {"no_sender": 1},
    "whatsapp/request_welcome": {"whatsapp_request_welcome": 1},
    "whatsapp/group_message": {"whatsapp_text": 1},
    "whatsapp/other_object": {"unknown_object": 1},
    "whatsapp/no_entries": {},
    "whatsapp/not_lists": {},
    "instagram/read": {"instagram_read": 1},
    "instagram/referral": {"instagram_referral": 1},
    "instagram/handover": {"instagram_unknown": 1},
    "instagram/standby": {"standby": 1},
    "instagram/no_sender": {"no_sender": 1},
    "instagram/no_messaging": {},
    "instagram/changes_comment": {},
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_no_citizen_wrote_is_counted_and_left(name: str) -> None:
    delivery = split(name)

    assert delivery.letters == []
    assert dict(delivery.ignored) == IGNORED[name]


@pytest.mark.parametrize(
    "name", [name for name in names("whatsapp") + names("instagram") if name not in IGNORED]
)
def test_every_message_of_a_citizen_is_put_on_the_queue(name: str) -> None:
    assert split(name).letters


def test_a_sender_is_known_by_number_and_by_user_id() -> None:
    (letter,) = split("whatsapp/text").letters

    assert (letter.channel, letter.wa_id, letter.user_id) == ("whatsapp", NUMBER, USER_ID)


@pytest.mark.parametrize(
    ("name", "wa_id", "user_id"),
    [
        ("whatsapp/user_id_only", None, USER_ID),
        ("whatsapp/user_id_in_from", None, USER_ID),
        ("whatsapp/phone_number_only", NUMBER, None),
        ("instagram/text", None, IGSID),
    ],
)
def test_one_name_of_a_sender_is_enough(name: str, wa_id: str | None, user_id: str | None) -> None:
    (letter,) = split(name).letters

    assert (letter.wa_id, letter.user_id) == (wa_id, user_id)


def test_two_people_in_one_delivery_are_not_mixed_up() -> None:
    first, second = split("whatsapp/batch_of_two").letters

    assert (first.wa_id, first.user_id) == (NUMBER, USER_ID)
    assert (second.wa_id, second.user_id) == ("6281100000002", "ID.99")


def test_every_entry_and_every_change_is_read() -> None:
    letters = split("whatsapp/three_in_entries_and_changes").letters

    assert [letter.message["text"]["body"] for letter in letters] == ["satu", "dua", "tiga"]


def test_a_status_does_not_hide_the_message_beside_it() -> None:
    delivery = split("whatsapp/status_beside_a_message")

    assert (len(delivery.letters), dict(delivery.ignored)) == (1, {"status_read": 1})


def test_a_profile_name_is_left_behind() -> None:
    assert all("Siti" not in str(letter) for letter in split("whatsapp/text").letters)


def test_a_number_written_with_a_plus_is_the_same_number() -> None:
    delivery = a_delivery("whatsapp/phone_number_only")
    value = delivery["entry"][0]["changes"][0]["value"]
    value["messages"][0]["from"] = "+" + NUMBER

    (letter,) = webhook.split(delivery).letters
    assert letter.wa_id == NUMBER


def test_an_echo_of_an_app_needs_no_answer() -> None:
    """Without an app's id it may be a person's, in the Instagram app: the record of ours decides."""
    delivery = a_delivery("instagram/echo")
    delivery["entry"][0]["messaging"][0]["message"]["app_id"] = "1357913579"

    assert dict(webhook.split(delivery).ignored) == {"echo": 1}


def test_news_about_a_message_have_a_name_of_their_own() -> None:
    (message,), (reaction,) = split("instagram/text").letters, split("instagram/reaction").letters

    assert reaction.message_id != message.message_id
    assert reaction.event == "reaction"


def test_a_kind_of_metas_invention_does_not_become_a_metric_of_any_name() -> None:
    delivery = a_delivery("whatsapp/group_message")
    delivery["entry"][0]["changes"][0]["value"]["messages"][0]["type"] = "6281100000001 🌳"

    assert dict(webhook.split(delivery).ignored) == {"whatsapp_unknown": 1}


# Whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a delivery."""
    inside: list[tuple[Any, Any]] = list(enumerate(value)) if isinstance(value, list) else []
    if isinstance(value, dict):
        inside = list(value.items())
    return [so_far, *(path for key, inner in inside for path in paths(inner, (*so_far, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    inner = replaced(value[path[0]], path[1:], by)
    if isinstance(value, dict):
        return {**value, path[0]: inner}
    return [inner if index == path[0] else each for index, each in enumerate(value)]


@given(JSON)
@example("whatsapp_business_account")
@example({"object": ["instagram"]})
def test_nothing_that_is_json_stops_the_desk(body: Any) -> None:
    for letter in webhook.split(body).letters:
        webhooks.parse(letter)


@given(st.data())
def test_no_damaged_delivery_stops_the_desk(data: st.DataObject) -> None:
    """Anything at all in the place of anything in a delivery; and what is read is of the right type."""
    name = data.draw(st.sampled_from(names("whatsapp") + names("instagram")))
    whole = a_delivery(name)
    damaged = replaced(whole, data.draw(st.sampled_from(paths(whole))), data.draw(JSON))

    for letter in webhook.split(damaged).letters:
        message = webhooks.parse(letter)
        assert all(isinstance(each, str | None) for each in vars(message.sender).values())
        assert isinstance(message.text, str | None)
        assert isinstance(message.choice, str | None)
        message.message_id.encode()
        (message.text or "").encode()
        for photo in message.photos:
            assert all(isinstance(each, str | None) for each in vars(photo).values())
        if message.location:
            assert abs(message.location.lat) <= 90
            assert abs(message.location.long) <= 180
