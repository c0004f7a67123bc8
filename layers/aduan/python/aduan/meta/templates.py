"""Message templates: what WhatsApp lets through when the citizen has been silent for a day.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages
"""

from string import Formatter
from typing import Any

from aduan.jurisdiction import Jurisdiction
from aduan.message import Channel, Say, Sender
from aduan.meta.rendering import whatsapp_address

Json = dict[str, Any]
LANGUAGE = "id"


def template_body(say: Say, to: Sender, city: Jurisdiction) -> Json | None:
    """The request that says the same by a template; None where there is none, as always on Instagram."""
    template = city.templates.get(say.text)
    if template is None or to.channel is Channel.INSTAGRAM:
        return None
    parameters = [
        {"type": "text", "text": " ".join(say.fields[name].split()) or "-"}
        for name in fields_of(template["body"])
    ]
    buttons = [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": choice.payload}],
        }
        for index, choice in enumerate(say.choices)
    ]
    content = {
        "name": template["name"],
        "language": {"code": LANGUAGE},
        "components": [{"type": "body", "parameters": parameters}, *buttons],
    }
    return {**whatsapp_address(to), "type": "template", "template": content}


def submissions(city: Jurisdiction) -> list[Json]:
    """What Meta wants to see of each template before it approves it.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
    """
    examples = city.templates["examples"]
    return [_submission(t, examples, city) for t in city.templates.values() if "body" in t]


def _submission(template: Json, examples: dict[str, str], city: Jurisdiction) -> Json:
    names = fields_of(template["body"])
    example = {"body_text": [[examples[name] for name in names]]}
    body = {"type": "BODY", "text": numbered(template["body"]), "example": example}
    titles = button_titles(template, city)
    buttons = [{"type": "QUICK_REPLY", "text": title} for title in titles]
    return {
        "name": template["name"],
        "language": LANGUAGE,
        "category": "UTILITY",
        "components": [body, *([{"type": "BUTTONS", "buttons": buttons}] if buttons else [])],
    }


def fields_of(body: str) -> list[str]:
    """The fields of a template's text, in the order of Meta's {{1}}, {{2}} …"""
    return [name for _, name, _, _ in Formatter().parse(body) if name]


def numbered(body: str) -> str:
    """The text as Meta writes it, with {{1}} for the first field."""
    return body.format(**{name: f"{{{{{n}}}}}" for n, name in enumerate(fields_of(body), start=1)})


def button_titles(template: Json, city: Jurisdiction) -> list[str]:
    return [city.label(key) for key in template.get("buttons", [])]
