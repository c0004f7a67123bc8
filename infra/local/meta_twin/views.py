"""A message of either channel and direction in the one form that the page draws.

{"kind", "text"?, "header"?, "footer"?, "media": [ids], "files": [{"id", "type"}], "filename"?,
"buttons"?: [...], "list"?: {...}, "quick_replies"?: [...], "link"?: {...}, "location"?: {...},
"asks_location"?: true, "contacts"?: [{"name", "phone"}], "quotes"?: id, "story"?: id of a file or
"", "forwarded"?: "once" or "often"}. What concerns another message is not drawn by itself:
{"kind": "reaction", "about": id, "emoji": "" where it was taken back}, {"kind": "edit", "about"},
{"kind": "revoke", "about"}, {"kind": "event"}.
"""

import re
from collections.abc import Callable
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
    types = shown.pop("types", [shown["kind"]])
    files = [
        {"id": media_id, "type": types[min(place, len(types) - 1)]}
        for place, media_id in enumerate(message.media)
    ]
    return {**shown, "media": list(message.media), "files": files}


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
        emoji = content["emoji"]
        shown |= {"about": content["message_id"], "emoji": emoji, "text": emoji}
    else:
        shown["text"] = content.get("caption") or ""
        shown["filename"] = content.get("filename") or ""
    return shown


def _interactive(body: Json, content: Json) -> Json:
    shown: Json = {"kind": content["type"], "text": content["body"]["text"]}
    header = content.get("header") or {}
    shown["header"] = header.get("text")
    shown["types"] = [header.get("type", "image")]
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
    return {"kind": "template", "text": re.sub(r"\{\{(\d+)\}\}", filled, text), "buttons": buttons}


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
    files = message.get("attachments") or [message.get("attachment") or {}]
    shown["types"] = [file.get("type", "image") for file in files if file.get("type") == "image"]
    shown["types"] = shown["types"] or ["image"]
    if not shown["text"]:
        shown["kind"] = str(files[0].get("type", "image"))
    return shown


def _incoming(message: Message) -> Json:
    if message.channel == "instagram":
        return _from_instagram(message.body)
    body = message.body
    kind = str(body["type"])
    content = body.get(kind) or {}
    shown: Json = {"kind": kind}
    if context := body.get("context"):
        shown["quotes"] = context.get("id")
        shown["forwarded"] = _forwarded(context)
    if kind in FROM_WHATSAPP:
        return {**shown, **FROM_WHATSAPP[kind](content)}
    if isinstance(content, dict):
        shown["text"] = content.get("caption") or ""
        shown["filename"] = content.get("filename") or ""
    return shown


def _tapped(content: Json) -> Json:
    reply = content.get(str(content.get("type")), {})
    return {"text": reply.get("title") or reply.get("body") or ""}


def _unsupported(content: Json) -> Json:
    """Of these Meta tells the business nothing more; the citizen's phone shows them well."""
    what = str(content.get("type", ""))
    if what == "edit":
        return {"kind": "event"}
    return {"kind": "live_location" if what == "location" else "unsupported"}


FROM_WHATSAPP: dict[str, Callable[[Any], Json]] = {
    "text": lambda content: {"text": content["body"]},
    "location": lambda content: {"location": content},
    "interactive": _tapped,
    "button": lambda content: {"text": content["text"]},
    "contacts": lambda content: {"contacts": [_card(card) for card in content]},
    "reaction": lambda content: {
        "about": content.get("message_id"),
        "emoji": content.get("emoji") or "",
    },
    "edit": lambda content: {"about": content.get("original_message_id")},
    "revoke": lambda content: {"about": content.get("original_message_id")},
    "system": lambda _: {"kind": "event"},
    "unsupported": _unsupported,
}


def _forwarded(context: Json) -> str | None:
    if context.get("frequently_forwarded"):
        return "often"
    return "once" if context.get("forwarded") else None


def _card(card: Json) -> Json:
    phones = card.get("phones") or [{}]
    return {"name": card["name"]["formatted_name"], "phone": phones[0].get("phone") or ""}


def _from_instagram(body: Json) -> Json:
    if reaction := body.get("reaction"):
        emoji = reaction.get("emoji") or "" if reaction.get("action") == "react" else ""
        return {"kind": "reaction", "about": reaction.get("mid"), "emoji": emoji}
    if edit := body.get("message_edit"):
        return {"kind": "edit", "about": edit.get("mid")}
    content = body.get("message") or body.get("postback")
    if content is None:
        return {"kind": "event", "text": ""}
    if content.get("is_deleted"):
        return {"kind": "event", "text": ""}
    attachments = content.get("attachments") or []
    types = [str(attachment.get("type", "")) for attachment in attachments]
    shown: Json = {"kind": types[0] if types else "text", "types": types or ["image"]}
    if content.get("is_unsupported"):
        shown["kind"] = "unsupported"
    shown["text"] = content.get("text") or content.get("title") or ""
    answered = content.get("reply_to") or {}
    if answered.get("mid"):
        shown["quotes"] = answered["mid"]
    if "story" in answered:
        shown["story"] = str(answered["story"].get("id") or "")
    return shown


def _tap(offer: Offer) -> Json:
    return {"kind": offer.kind, "id": offer.id, "title": offer.title}
