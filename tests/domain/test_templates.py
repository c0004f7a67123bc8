"""What WhatsApp lets us say after a day of silence."""

import pytest

from aduan.message import Channel, Say
from aduan.meta.templates import fields_of, submissions, template_body
from tests.builders import KEDIRI, a_sender
from tests.domain.test_messages import CHOICES, LONGEST
from tests.domain.test_messages import fields_of as fields_said

TEMPLATES = {key: each for key, each in KEDIRI.templates.items() if "body" in each}


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_needs_no_more_than_the_sentence_it_stands_in_for(text: str) -> None:
    needed = set(fields_of(TEMPLATES[text]["body"]))
    assert needed <= fields_said(text, Channel.WHATSAPP) | {"agency", "service"}
    assert needed <= KEDIRI.templates["examples"].keys()


def test_a_template_says_the_same_with_the_same_buttons() -> None:
    say = Say(text="solved", fields=LONGEST, choices=CHOICES[:3])
    body = template_body(say, a_sender(), KEDIRI)

    assert body is not None
    assert body["template"]["name"] == "aduan_selesai_menurut_dinas"
    first, *buttons = body["template"]["components"]
    assert first["parameters"][0]["text"] == "1234-5678-9018"
    assert [b["parameters"][0]["payload"] for b in buttons] == [c.payload for c in CHOICES[:3]]


def test_a_parameter_is_one_line_and_never_empty() -> None:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview"""
    say = Say(text="rejected", fields=LONGEST | {"reason": " a\n\tb     c ", "agency": ""})
    body = template_body(say, a_sender(), KEDIRI)

    assert body is not None
    texts = [p["text"] for p in body["template"]["components"][0]["parameters"]]
    assert texts[2:] == ["-", "a b c"]


def test_what_has_no_template_waits() -> None:
    assert template_body(Say(text="welcome", fields=LONGEST), a_sender(), KEDIRI) is None


def test_what_is_submitted_has_an_example_for_every_field() -> None:
    for submission in submissions(KEDIRI):
        body = submission["components"][0]
        (examples,) = body["example"]["body_text"]
        assert [f"{{{{{n}}}}}" in body["text"] for n in range(1, len(examples) + 1)] == [
            True
        ] * len(examples)
        assert submission["category"] == "UTILITY"
        assert len(body["text"]) <= 1024


def test_every_progress_that_an_officer_makes_has_its_template() -> None:
    told = {"accepted", "in_progress", "partly_solved", "delayed", "asked", "not_found", "rejected"}
    assert TEMPLATES.keys() == told | {"solved", "solved_doubtful"}
