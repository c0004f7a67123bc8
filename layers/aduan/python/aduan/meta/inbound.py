"""A message as Meta sent it → Inbound. Links to Meta's page stand above each shape."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeGuard

from aduan.message import Channel, Inbound, Location, Media, Sender

Json = dict[str, Any]

# What no queue or table takes: control characters, and half an emoji, as a text ends in that was cut.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def parse(letter: Json, received_at: datetime) -> Inbound:
    """A letter of the inbox queue as one message; what cannot be read says of which kind it is.

    `received_at` stands in for a time that is missing or unreadable.
    """
    channel = Channel(letter["channel"])
    sender = Sender(channel=channel, user_id=letter.get("user_id"), wa_id=letter.get("wa_id"))
    message: Json = letter["message"]
    parts = (_whatsapp if channel is Channel.WHATSAPP else _instagram)(message)
    return Inbound(
        message_id=letter["message_id"],
        sender=sender,
        sent_at=_time(message.get("timestamp"), received_at),
        **parts,
    )


# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/
def _whatsapp(message: Json) -> Json:
    kind = message.get("type")
    content = message.get(kind) if isinstance(kind, str) else None
    read = _WHATSAPP.get(kind) if isinstance(kind, str) else None
    parts = read(content) if read and isinstance(content, dict) else {}
    return parts or {"unreadable": kind if isinstance(kind, str) else "other"}


def _text(content: Json) -> Json:
    body = _str(content.get("body"))
    return {"text": body} if body and body.strip() else {}


def _image(content: Json) -> Json:
    media_id = _str(content.get("id"))
    if media_id is None:
        return {}
    photo = Media(
        media_id=media_id,
        mime_type=_str(content.get("mime_type")),
        sha256=_str(content.get("sha256")),
    )
    return {"photos": (photo,), "text": _str(content.get("caption"))}


def _document(content: Json) -> Json:
    """A photo sent as a file, to keep its size."""
    return _image(content) if str(content.get("mime_type")).startswith("image/") else {}


def _location(content: Json) -> Json:
    lat, long = content.get("latitude"), content.get("longitude")
    if not _is_degrees(lat, 90) or not _is_degrees(long, 180):
        return {}
    names = [_str(content.get("name")), _str(content.get("address"))]
    name = ", ".join(each for each in names if each) or None
    return {"location": Location(lat=float(lat), long=float(long), name=name)}


def _interactive(content: Json) -> Json:
    reply = content.get("button_reply") or content.get("list_reply")
    return _choice(reply.get("id"), reply.get("title")) if isinstance(reply, dict) else {}


def _button(content: Json) -> Json:
    """A tap on a template's quick-reply button."""
    return _choice(content.get("payload"), content.get("text"))


def _choice(payload: object, title: object) -> Json:
    choice = _str(payload)
    return {"choice": choice, "text": _str(title)} if choice is not None else {}


_WHATSAPP: dict[str, Callable[[Json], Json]] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "location": _location,
    "interactive": _interactive,
    "button": _button,
}


# https://developers.facebook.com/documentation/instagram-platform/webhooks/examples
def _instagram(message: Json) -> Json:
    quick_reply = message.get("quick_reply")
    if isinstance(quick_reply, dict):
        return _choice(quick_reply.get("payload"), message.get("text"))
    if "payload" in message:  # a postback: ice breaker or template button
        return _choice(message.get("payload"), message.get("title"))
    listed = message.get("attachments")
    listed = listed if isinstance(listed, list) else []
    attachments = [each for each in listed if isinstance(each, dict)]
    urls = [_url(each) for each in attachments if each.get("type") == "image"]
    photos = tuple(Media(url=url) for url in urls if url)
    text = _str(message.get("text"))
    if photos or (text and text.strip()):
        return {"photos": photos, "text": text}
    kinds = (each["type"] for each in attachments if isinstance(each.get("type"), str))
    return {"unreadable": next(kinds, "other")}


def _url(attachment: Json) -> str | None:
    payload = attachment.get("payload")
    return _str(payload.get("url")) if isinstance(payload, dict) else None


def _str(value: object) -> str | None:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else None


def _is_degrees(value: object, most: int) -> TypeGuard[float]:
    return isinstance(value, int | float) and -most <= value <= most


def _time(timestamp: object, received_at: datetime) -> datetime:
    """Unix seconds (WhatsApp, as text) or milliseconds (Instagram)."""
    try:
        number = float(str(timestamp))
        return datetime.fromtimestamp(number / 1000 if number >= 1e12 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return received_at
