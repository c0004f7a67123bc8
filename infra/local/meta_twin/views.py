"""A message of either channel and direction in the one form that the page draws.

{"kind", "text"?, "header"?, "footer"?, "media": [ids], "buttons"?: [...], "list"?: {...},
"quick_replies"?: [...], "link"?: {...}, "location"?: {...}, "asks_location"?: true, "quotes"?: id}
"""

import re
from typing import Any

from infra.local.meta_twin import instagram, whatsapp
from infra.local.meta_twin.config import Config
from infra.local.meta_twin.store import Message
from infra.local.meta_twin.wire import Offer

Json = dict[str, Any]


def offers(config: Config, message: Message) -> list[Offer]:
    """What the citizen can tap in a message that was sent to them."""
    if message.direction == "in":
        return []
    if message.channel == "instagram":
        return instagram.offers(message.body)
    if message.body.get("type") == "template":
        return _template_offers(config, message.body["template"])
    return whatsapp.offers(message.body)


def _template_offers(config: Config, content: Json) -> list[Offer]:
    """Quick-reply buttons: titles from the template, payloads from the message (else the title)."""
    known = [template for template in config.templates if template.name == content["name"]]
    payloads = {
        component["index"]: component["parameters"][0].get("payload")
        for component in content.get("components", [])
        if component["type"] == "button"
    }
    titles = known[0].buttons if known else ()
    return [
        Offer("template_button", payloads.get(str(place)) or title, title)
        for place, title in enumerate(titles)
    ]


def view(config: Config, message: Message) -> Json:
    if message.direction == "in":
        shown = _incoming(message)
    elif message.channel == "whatsapp":
        shown = _whatsapp(config, message.body)
    else:
        shown = _instagram(message.body)
    return {**shown, "media": list(message.media)}


def visible_text(config: Config, message: Message) -> str:
    """The words that the citizen reads, without what they can tap."""
    shown = view(config, message)
    parts = (shown.get("header"), shown.get("text"), shown.get("footer"))
    return "\n".join(part for part in parts if part)


def _whatsapp(config: Config, body: Json) -> Json:
    kind = body.get("type", "text")
    shown: Json = {"kind": kind}
    if context := body.get("context"):
        shown["quotes"] = context["message_id"]
    content = body[kind]
    if kind == "text":
        shown["text"] = content["body"]
    elif kind == "interactive":
        shown |= _interactive(body, content)
    elif kind == "template":
        shown |= _template(config, content)
    elif kind == "location":
        shown["location"] = content
    elif kind == "reaction":
        shown["text"] = content["emoji"]
    else:
        shown["text"] = content.get("caption") or ""
    return shown


def _interactive(body: Json, content: Json) -> Json:
    shown: Json = {"kind": content["type"], "text": content["body"]["text"]}
    shown["header"] = (content.get("header") or {}).get("text")
    shown["footer"] = (content.get("footer") or {}).get("text")
    action = content["action"]
    if content["type"] == "button":
        shown["buttons"] = [_tap(offer) for offer in whatsapp.offers(body)]
    elif content["type"] == "list":
        sections = [
            {
                "title": section.get("title") or "",
                "rows": [
                    {
                        "kind": "row",
                        "id": row["id"],
                        "title": row["title"],
                        "description": row.get("description") or "",
                    }
                    for row in section["rows"]
                ],
            }
            for section in action["sections"]
        ]
        shown["list"] = {"button": action["button"], "sections": sections}
    elif content["type"] == "location_request_message":
        shown["asks_location"] = True
    elif content["type"] == "cta_url":
        parameters = action["parameters"]
        shown["link"] = {"title": parameters["display_text"], "url": parameters["url"]}
    return shown


def _template(config: Config, content: Json) -> Json:
    known = [template for template in config.templates if template.name == content["name"]]
    text = known[0].text if known else content["name"]
    parameters = [
        parameter["text"]
        for component in content.get("components", [])
        if component["type"] == "body"
        for parameter in component["parameters"]
    ]

    def filled(match: re.Match[str]) -> str:
        number = int(match[1])
        return parameters[number - 1] if number <= len(parameters) else match[0]

    buttons = [_tap(offer) for offer in _template_offers(config, content)]
    return {"text": re.sub(r"\{\{(\d+)\}\}", filled, text), "buttons": buttons}


def _instagram(body: Json) -> Json:
    message = body["message"]
    payload = (message.get("attachment") or {}).get("payload", {})
    shown: Json = {"kind": "text", "text": message.get("text") or payload.get("text") or ""}
    taps = [_tap(offer) for offer in instagram.offers(body)]
    shown["quick_replies"] = [tap for tap in taps if tap["kind"] == "quick_reply"]
    shown["buttons"] = [tap for tap in taps if tap["kind"] == "postback"]
    for element in payload.get("elements", []):
        lines = (element["title"], element.get("subtitle"))
        shown["text"] += "\n".join(line for line in lines if line)
    for button in payload.get("buttons", []):
        if button["type"] == "web_url":
            shown["link"] = {"title": button["title"], "url": button["url"]}
    if not shown["text"]:
        shown["kind"] = "image"
    return shown


def _incoming(message: Message) -> Json:
    body = message.body
    if message.channel == "instagram":
        content = body.get("message") or body.get("postback") or {}
        return {"kind": "text", "text": content.get("text") or content.get("title") or ""}
    kind = body["type"]
    content = body.get(kind) or {}
    shown: Json = {"kind": kind}
    if context := body.get("context"):
        shown["quotes"] = context.get("id")
    if kind == "text":
        shown["text"] = content["body"]
    elif kind == "location":
        shown["location"] = content
    elif kind == "interactive":
        reply = content.get(content.get("type"), {})
        shown["text"] = reply.get("title") or ""
    elif kind == "button":
        shown["text"] = content["text"]
    elif kind == "reaction":
        shown["text"] = content.get("emoji") or ""
    elif isinstance(content, dict):
        shown["text"] = content.get("caption") or ""
    return shown


def _tap(offer: Offer) -> Json:
    return {"kind": offer.kind, "id": offer.id, "title": offer.title}
