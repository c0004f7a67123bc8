"""Every sentence a citizen reads fits its channel, whatever it is filled with."""

from string import Formatter
from typing import Any

import pytest

from aduan import sms
from aduan.desk_link import PlaceLink
from aduan.message import CHATS, Channel, Choice, Say
from aduan.meta.rendering import bodies, words
from aduan.wording import shorten, what_to_expect
from tests.builders import KEDIRI, NOW, a_sender, a_service_request

TEXTS = tuple(key for key in KEDIRI.messages["texts"] if key != "privacy")
LONGEST_SERVICE = max((s.service_name for s in KEDIRI.services.values()), key=len)
LONGEST_AREA = max((area.name for area in KEDIRI.areas), key=len)
# The longest that each field can get.
LONGEST = {
    "number": "1234-5678-9018",
    "service": LONGEST_SERVICE,
    "agency": max((agency.name for agency in KEDIRI.agencies.values()), key=len),
    "area": LONGEST_AREA,
    "words": shorten("e" * 500),
    "place": f"{shorten('e' * 500)} (Kelurahan {LONGEST_AREA})",
    "promise": max(
        (what_to_expect(a_service_request(service_code=code), KEDIRI) for code in KEDIRI.services),
        key=len,
    ),
    "note": f"Catatan petugas: {shorten('e' * 500, 300)}",
    "reason": shorten("e" * 500),
    "rating": "5",
    "photos": "10 foto",
    "photo": KEDIRI.messages["photos"]["ask"],
    "question": shorten("e" * 500, 300),
    "status": shorten("e" * 500),
    "updated": "24 November 2026 pukul 15.15 WIB",
    "kind": "pesan seperti itu",
    "doubt": max(KEDIRI.messages["doubts"].values(), key=len),
    "until": "24 November 2026",
    "before": LONGEST_SERVICE,
    "after": LONGEST_SERVICE,
    "left_open": LONGEST_SERVICE,
    "what": f"“{shorten('e' * 500, 60)}”",
    "also": KEDIRI.messages["second"]["offer"].format(service=LONGEST_SERVICE),
    "please": KEDIRI.messages["photos"]["please"],
    "advice": max(KEDIRI.messages["advice"].values(), key=len),
    "channel": max((KEDIRI.messages["data"][each] for each in CHATS), key=len),
    "since": "24 November 2026 pukul 15.15 WIB",
    "count": "1000",
    "reports": "\n".join(["1234-5678-9018"] * 10),
    **KEDIRI.names,
}
CHOICES = tuple(
    Choice(payload=f"service:{s.service_code}", title=s.service_name, description=s.description)
    for s in KEDIRI.services.values()
)


def fields_of(text: str, channel: Channel) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(KEDIRI.sentence(text, channel)) if name}


@pytest.mark.parametrize("channel", CHATS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_is_never_cut(text: str, channel: Channel) -> None:
    say = Say(text=text, fields=LONGEST, first_contact=True, choices=CHOICES[:3])
    (body,) = bodies(say, a_sender(channel), KEDIRI, lambda key: key)

    shown = _shown(body)
    assert shown == words(say, channel, KEDIRI)
    assert "…" not in shown.replace("…", "", _cut_fields(text, channel))


@pytest.mark.parametrize("channel", CHATS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_field_of_a_sentence_is_known(text: str, channel: Channel) -> None:
    assert fields_of(text, channel) <= LONGEST.keys()


def test_what_is_tapped_is_never_cut() -> None:
    """20 characters on a button and a quick reply, 24 in a row, 72 in its description."""
    assert max(len(label) for label in KEDIRI.messages["labels"].values()) <= 20
    for service in KEDIRI.services.values():
        assert len(service.service_name) <= 20
        assert len(service.description) <= 72
    for group in KEDIRI.groups.values():
        assert len(group.name) <= 20
        assert len(group.description) <= 72


def test_instagram_shows_no_stars() -> None:
    text = words(Say(text="received", fields=LONGEST), Channel.INSTAGRAM, KEDIRI)

    assert "*" not in text
    assert "1234-5678-9018" in text


def test_the_privacy_notice_is_part_of_the_first_answer() -> None:
    say = Say(text="welcome", fields=LONGEST, first_contact=True)

    assert "dirahasiakan" in words(say, Channel.WHATSAPP, KEDIRI)


def test_what_is_too_long_all_the_same_is_cut_between_characters() -> None:
    """Instagram counts bytes, and one 🔥 is four of them."""
    say = Say(text="status", fields=LONGEST | {"place": "🔥" * 400})
    (body,) = bodies(say, a_sender(Channel.INSTAGRAM), KEDIRI, lambda key: key)

    shown = _shown(body)
    assert len(shown.encode()) <= 1000
    assert shown.endswith("🔥…")


@pytest.mark.parametrize("text", KEDIRI.messages["sms"])
def test_an_sms_is_two_parts_of_plain_letters_at_most_and_says_what_a_chat_would_hear(
    text: str,
) -> None:
    """A part is 153 letters of GSM 03.38; one letter beyond them would make it 67."""
    address = "https://abcdefghij.execute-api.ap-southeast-3.amazonaws.com/place/"
    longest = {name: LONGEST[name] for name in fields_of(text, Channel.WHATSAPP)}
    told = sms.words(Say(text=text, fields=LONGEST | longest), KEDIRI, link=address + "x" * 46)

    assert told is not None
    assert len(told) <= 306
    assert told.isascii()
    assert not set(told) & set("`{}[]\\^~|")
    assert text in KEDIRI.messages["texts"]


def test_the_link_to_ones_place_fits_one_sms() -> None:
    """160 letters are one part."""
    address = "https://abcdefghij.execute-api.ap-southeast-3.amazonaws.com/place/"
    link = address + PlaceLink.lasting_an_hour("0" * 16, NOW).sign(b"key")

    told = sms.words(Say(text="place_of_call"), KEDIRI, link=link)

    assert told is not None
    assert told.endswith(link)
    assert len(told) <= 160


def _shown(body: dict[str, Any]) -> str:
    if "interactive" in body:
        return str(body["interactive"]["body"]["text"])
    message = body.get("message") or body.get("text")
    assert isinstance(message, dict)
    return str(message.get("text") or message.get("body"))


def _cut_fields(text: str, channel: Channel) -> int:
    """How many of its fields were themselves shortened, each with one …"""
    return sum("…" in LONGEST[name] for name in fields_of(text, channel))
