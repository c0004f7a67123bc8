"""What we say → the request bodies that Meta takes, within each channel's limits.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages/
https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api
"""

import re
from collections.abc import Callable
from typing import Any

from aduan.jurisdiction import Jurisdiction
from aduan.message import Channel, Choice, Say, Sender

Json = dict[str, Any]

WHATSAPP_TEXT, WHATSAPP_BODY, WHATSAPP_BUTTONS, WHATSAPP_ROWS = 4096, 1024, 3, 10
ROW_TITLE, ROW_DESCRIPTION, BUTTON_TITLE = 24, 72, 20
INSTAGRAM_BYTES, INSTAGRAM_QUICK_REPLIES = 1000, 13


def words(say: Say, channel: Channel, city: Jurisdiction) -> str:
    """The sentence, filled in, with what must be said before it and the privacy notice at first contact."""
    text = city.sentence(say.text, channel).format(**say.fields).strip()
    before = [city.sentence(each, channel) for each in say.before]
    after = [city.sentence("privacy", channel).format(**city.names)] if say.first_contact else []
    text = _tidy("\n\n".join([*before, text, *after]))
    return text if channel is Channel.WHATSAPP else _plain(text)


def bodies(
    say: Say, to: Sender, city: Jurisdiction, photo_link: Callable[[str], str]
) -> list[Json]:
    """The request bodies to send one after another: one on WhatsApp, two on Instagram with a photo."""
    text = words(say, to.channel, city)
    link = photo_link(say.photo_key) if say.photo_key else None
    if to.channel is Channel.WHATSAPP:
        return [{**whatsapp_address(to), **_whatsapp(say, text, link, city)}]
    recipient = {"recipient": {"id": to.user_id}}
    photo = {"attachment": {"type": "image", "payload": {"url": link}}}
    photos = [{**recipient, "message": photo}] if link else []
    message = _instagram(say, _cut_bytes(text, INSTAGRAM_BYTES))
    return [*photos, {**recipient, "message": message}]


def instagram_text(say: Say, city: Jurisdiction) -> str:
    """The words as Instagram shows them, and echoes them."""
    return _cut_bytes(words(say, Channel.INSTAGRAM, city), INSTAGRAM_BYTES)


def reaction(emoji: str, message_id: str, to: Sender) -> Json:
    """A reaction to a citizen's message: no message of its own, so it costs nothing.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/reaction-messages
    https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
    """
    if to.channel is Channel.WHATSAPP:
        content = {"message_id": message_id, "emoji": emoji}
        return {**whatsapp_address(to), "type": "reaction", "reaction": content}
    payload = {"message_id": message_id, "reaction": "love"}
    return {"recipient": {"id": to.user_id}, "sender_action": "react", "payload": payload}


def whatsapp_address(to: Sender) -> Json:
    """The business-scoped user id, else the phone number, always with its +.

    Never both: `to` would win at Meta, and the number may be somebody else's by now.
    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids/
    """
    name = {"recipient": to.user_id} if to.user_id else {"to": f"+{to.wa_id}"}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **name}


def _whatsapp(say: Say, text: str, link: str | None, city: Jurisdiction) -> Json:
    body = {"body": {"text": _cut(text, WHATSAPP_BODY)}}
    header = {"header": {"type": "image", "image": {"link": link}}} if link else {}
    if say.choices and len(say.choices) <= WHATSAPP_BUTTONS:
        buttons = [_button(choice) for choice in say.choices]
        return _interactive({"type": "button", **header, **body, "action": {"buttons": buttons}})
    if say.choices:
        rows = [_row(choice) for choice in say.choices[:WHATSAPP_ROWS]]
        label = city.label("my_reports" if say.text == "my_reports" else "services")
        sections = [{"title": label[:ROW_TITLE], "rows": rows}]
        action = {"button": label[:BUTTON_TITLE], "sections": sections}
        return _interactive({"type": "list", **body, "action": action})
    if say.ask_location:
        action = {"name": "send_location"}
        return _interactive({"type": "location_request_message", **body, "action": action})
    if link:
        return {"type": "image", "image": {"link": link, "caption": _cut(text, WHATSAPP_BODY)}}
    return {"type": "text", "text": {"body": _cut(text, WHATSAPP_TEXT), "preview_url": False}}


def _interactive(content: Json) -> Json:
    return {"type": "interactive", "interactive": content}


def _button(choice: Choice) -> Json:
    return {"type": "reply", "reply": {"id": choice.payload, "title": choice.title[:BUTTON_TITLE]}}


def _row(choice: Choice) -> Json:
    row = {"id": choice.payload, "title": choice.title[:ROW_TITLE]}
    return row | (
        {"description": choice.description[:ROW_DESCRIPTION]} if choice.description else {}
    )


def _instagram(say: Say, text: str) -> Json:
    replies = [
        {"content_type": "text", "title": choice.title[:BUTTON_TITLE], "payload": choice.payload}
        for choice in say.choices[:INSTAGRAM_QUICK_REPLIES]
    ]
    message: Json = {"text": text}
    return message | ({"quick_replies": replies} if replies else {})


def _tidy(text: str) -> str:
    """Without the gaps that an empty field leaves."""
    lines = (line.rstrip() for line in re.sub(" {2,}", " ", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(text: str) -> str:
    """Instagram shows no bold and no italics."""
    return text.replace("*", "").replace("_", "")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _cut_bytes(text: str, longest: int) -> str:
    """Instagram counts bytes; cut between characters, never inside one."""
    if len(text.encode()) <= longest:
        return text
    room = longest - len("…".encode())
    return text.encode()[:room].decode(errors="ignore") + "…"
