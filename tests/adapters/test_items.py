"""What is stored comes back as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aduan.aws.items import from_item, to_item
from aduan.change import Effect
from aduan.conversation import Conversation
from aduan.draft import Draft
from aduan.message import Channel, Choice, Media, Say
from aduan.service_request import ServiceRequest
from tests.builders import NOW, a_service_request

st.register_type_strategy(
    datetime,
    st.datetimes(
        min_value=datetime(2020, 1, 1),  # noqa: DTZ001
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
)
st.register_type_strategy(float, st.floats(-180, 180).map(lambda degrees: round(degrees, 7)))
st.register_type_strategy(int, st.integers(0, 10**12))


@given(st.from_type(ServiceRequest))
@example(a_service_request(address="null", said=(), area="1.0", reason="true"))
@example(a_service_request(lat=-7.0, long=112.0, photo_ids=("a-0", "a-1")))
def test_a_report_comes_back_as_it_was(request: ServiceRequest) -> None:
    item = to_item(request, PK="request#1", SK="request", work="request")

    assert from_item(item, ServiceRequest) == request


@given(st.from_type(Conversation))
@example(
    Conversation(
        citizen_id="a",
        channel=Channel.WHATSAPP,
        draft=Draft(draft_id="1", began_at=NOW, address="0", lat=-7.828, long=112.0),
        last_inbound_at=NOW + timedelta(microseconds=1),
    )
)
def test_a_conversation_comes_back_as_it_was(conversation: Conversation) -> None:
    item = to_item(conversation, PK="citizen#1", SK="conversation")

    assert from_item(item, Conversation) == conversation


@given(st.from_type(Effect))
@example(
    Effect(
        name="say#1",
        say=Say(
            text="confirm",
            fields={"place": "1", "n": ""},
            choices=(Choice(payload="a", title="b"),),
        ),
        fetch=Media(url="https://a"),
    )
)
def test_an_effect_comes_back_as_it_was_from_table_and_queue(effect: Effect) -> None:
    item = to_item(effect, PK="effect#1", SK="effect", work="effect")

    assert from_item(item, Effect) == effect
    assert msgspec.json.decode(msgspec.json.encode(effect), type=Effect) == effect


def test_what_is_not_known_takes_no_room() -> None:
    assert "rating" not in to_item(a_service_request())


@pytest.mark.parametrize("wrong", [{"status": {"S": "lost"}}, {"attempt": {"S": "many"}}])
def test_an_item_that_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        from_item(to_item(a_service_request()) | wrong, ServiceRequest)
