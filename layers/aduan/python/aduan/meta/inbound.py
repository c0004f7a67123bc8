"""A message as Meta sent it → Inbound. Links to Meta's page stand above each shape."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeGuard

from aduan.message import Channel, Inbound, Kind, Location, Media, Sender

Json = dict[str, Any]

# What WhatsApp lets a citizen write at once; whatever comes is not read any further.
LONGEST_TEXT, LONGEST_NAME = 4096, 200
# What no queue or table takes: control characters, and half an emoji, as a text ends in that was cut.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What no eye sees: marks of writing direction, zero widths (but the joiner inside emoji), soft hyphens.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)


def parse(letter: Json, received_at: datetime) -> Inbound:
    """A letter of the inbox queue as one message; what cannot be read says of which kind it is.

    `received_at` stands in for a time that is missing or unreadable.
    """
    channel = Channel(letter["channel"])
    sender = Sender(channel=channel, user_id=letter.get("user_id"), wa_id=letter.get("wa_id"))
    message: Json = letter["message"]
    event = _EVENTS.get(letter.get("event") or "")
    if event:
        parts = event(message)
    elif channel is Channel.WHATSAPP:
        parts = _whatsapp(message, sender)
    else:
        parts = _instagram(message)
    if text := parts.get("text"):
        parts["text"] = text[:LONGEST_TEXT]
    return Inbound(
        message_id=letter["message_id"],
        sender=parts.pop("sender", sender),
        sent_at=_time(message.get("timestamp"), received_at),
        **parts,
    )


# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/
def _whatsapp(message: Json, sender: Sender) -> Json:
    kind = message.get("type")
    content = message.get(kind) if isinstance(kind, str) else None
    if kind == "system" and isinstance(content, dict):
        return _changed_name(content, sender)
    read = _WHATSAPP.get(kind) if isinstance(kind, str) else None
    fits = isinstance(content, list if kind == "contacts" else dict)
    parts = read(content) if read and fits else {}
    context = message.get("context")
    if "refers_to" not in parts and isinstance(context, dict):
        parts["refers_to"] = _str(context.get("id"))
    return parts if "kind" in parts else {**parts, "kind": Kind.OTHER}


def _text(content: Json) -> Json:
    body = _str(content.get("body"))
    return {"kind": Kind.TEXT, "text": body} if body and body.strip() else {}


def _media(content: Json) -> tuple[Media, ...]:
    media_id = _str(content.get("id"))
    if media_id is None:
        return ()
    mime_type, sha256 = _str(content.get("mime_type")), _str(content.get("sha256"))
    return (Media(media_id=media_id, mime_type=mime_type, sha256=sha256),)


def _image(content: Json) -> Json:
    photos, caption = _media(content), _caption(content)
    return {"kind": Kind.PHOTO, "photos": photos, "text": caption} if photos else {}


def _video(content: Json) -> Json:
    recordings, caption = _media(content), _caption(content)
    return {"kind": Kind.VIDEO, "recordings": recordings, "text": caption} if recordings else {}


def _audio(content: Json) -> Json:
    recordings = _media(content)
    return {"kind": Kind.VOICE, "recordings": recordings} if recordings else {}


def _document(content: Json) -> Json:
    """A photo sent as a file, to keep its size; of any other file only its caption is read."""
    if str(content.get("mime_type")).startswith("image/"):
        return _image(content)
    return {"kind": Kind.DOCUMENT, "text": _caption(content)}


def _caption(content: Json) -> str | None:
    caption = _str(content.get("caption"))
    return caption if caption and caption.strip() else None


def _location(content: Json) -> Json:
    lat, long = content.get("latitude"), content.get("longitude")
    if not _is_degrees(lat, 90) or not _is_degrees(long, 180):
        return {}
    names = [_str(content.get("name")), _str(content.get("address"))]
    name = ", ".join(each for each in names if each)[:LONGEST_NAME] or None
    pin = Location(lat=float(lat), long=float(long), name=name)
    return {"kind": Kind.PIN, "location": pin}


def _interactive(content: Json) -> Json:
    reply = content.get("button_reply") or content.get("list_reply")
    return _choice(reply.get("id"), reply.get("title")) if isinstance(reply, dict) else {}


def _button(content: Json) -> Json:
    """A tap on a template's quick-reply button."""
    return _choice(content.get("payload"), content.get("text"))


def _choice(payload: object, title: object) -> Json:
    choice = _str(payload)
    if choice is None:
        return {}
    return {"kind": Kind.TAP, "choice": choice, "text": _str(title)}


def _reaction(content: Json) -> Json:
    """`emoji` is missing when the reaction was taken back."""
    emoji = _str(content.get("emoji")) or _str(content.get("reaction"))
    taken_back = content.get("action") == "unreact"
    refers_to = _str(content.get("message_id") or content.get("mid"))
    return {"kind": Kind.REACTION, "refers_to": refers_to, "emoji": None if taken_back else emoji}


def _edit(content: Json) -> Json:
    message = content.get("message")
    body = message.get("text") if isinstance(message, dict) else None
    text = _str(body.get("body")) if isinstance(body, dict) else None
    return {
        "kind": Kind.EDITED,
        "refers_to": _str(content.get("original_message_id")),
        "text": text,
    }


def _revoke(content: Json) -> Json:
    return {"kind": Kind.DELETED, "refers_to": _str(content.get("original_message_id"))}


def _unsupported(content: Json) -> Json:
    """Meta says of what kind it was, but not what was in it."""
    return {"kind": Kind.EDITED} if content.get("type") == "edit" else {"kind": Kind.OTHER}


def _changed_name(content: Json, sender: Sender) -> Json:
    """Who has a new number or user id: the sender is who they are now."""
    user_id, wa_id = _str(content.get("user_id")), _str(content.get("wa_id"))
    previous = _str(content.get("previous_user_id"))
    formerly = Sender(
        channel=sender.channel, user_id=previous or sender.user_id, wa_id=sender.wa_id
    )
    number = wa_id.lstrip("+") if wa_id and wa_id.lstrip("+").isdecimal() else None
    now = Sender(channel=sender.channel, user_id=user_id, wa_id=number)
    if not (now.user_id or now.wa_id):
        return {"kind": Kind.OTHER}
    return {"kind": Kind.NUMBER_CHANGED, "sender": now, "formerly": formerly}


_WHATSAPP: dict[str, Callable[[Any], Json]] = {
    "text": _text,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "document": _document,
    "sticker": lambda _: {"kind": Kind.STICKER},
    "location": _location,
    "contacts": lambda _: {"kind": Kind.CONTACT},
    "interactive": _interactive,
    "button": _button,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
}


# https://developers.facebook.com/documentation/instagram-platform/webhooks/examples
def _instagram(message: Json) -> Json:
    quick_reply = message.get("quick_reply")
    if isinstance(quick_reply, dict):
        return _choice(quick_reply.get("payload"), message.get("text")) or {"kind": Kind.OTHER}
    if "payload" in message:  # a postback: ice breaker or template button
        return _choice(message.get("payload"), message.get("title")) or {"kind": Kind.OTHER}
    text = _str(message.get("text"))
    parts = _attachments(message.get("attachments"))
    quoted = message.get("reply_to")
    if isinstance(quoted, dict):
        parts["refers_to"] = _str(quoted.get("mid"))
    if text and text.strip():
        parts["text"] = text
        kind = parts.get("kind")
        readable = kind in (Kind.PHOTO, Kind.VIDEO, Kind.VOICE)
        parts["kind"] = kind if readable else Kind.TEXT
    return parts if "kind" in parts else {**parts, "kind": Kind.OTHER}


# What an attachment is; of anything else nothing is kept.
_ATTACHMENTS = {
    "like_heart": Kind.STICKER,
    "story_mention": Kind.STORY_MENTION,
    "story": Kind.SHARED_POST,
    "ig_story": Kind.SHARED_POST,
    "share": Kind.SHARED_POST,
    "ig_post": Kind.SHARED_POST,
    "ig_reel": Kind.SHARED_POST,
    "reel": Kind.SHARED_POST,
    "media": Kind.SHARED_POST,
    "file": Kind.DOCUMENT,
}


def _attachments(listed: object) -> Json:
    """Photos and recordings by their links; otherwise what the first attachment is."""
    attachments = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    photos = tuple(Media(url=url) for url in _links(attachments, "image"))
    videos = tuple(Media(url=url) for url in _links(attachments, "video"))
    voices = tuple(Media(url=url) for url in _links(attachments, "audio"))
    if photos:
        return {"kind": Kind.PHOTO, "photos": photos, "recordings": (*videos, *voices)}
    if videos or voices:
        kind = Kind.VIDEO if videos else Kind.VOICE
        return {"kind": kind, "recordings": (*videos, *voices)}
    names = (each.get("type") for each in attachments)
    kinds = (_ATTACHMENTS.get(name, Kind.OTHER) for name in names if isinstance(name, str))
    first = next(kinds, None)
    return {"kind": first} if first else {}


def _links(attachments: list[Json], kind: str) -> list[str]:
    urls = (_url(each) for each in attachments if each.get("type") == kind)
    return [url for url in urls if url]


def _instagram_edit(message: Json) -> Json:
    text = _str(message.get("text"))
    return {"kind": Kind.EDITED, "refers_to": _str(message.get("mid")), "text": text}


def _instagram_deleted(message: Json) -> Json:
    return {"kind": Kind.DELETED, "refers_to": _str(message.get("mid"))}


def _echo(message: Json) -> Json:
    """Of what the account has said: the words tell whether a person or this program wrote it."""
    text = _str(message.get("text"))
    return {"kind": Kind.OPERATOR, "refers_to": _str(message.get("mid")), "text": text}


def _failed(status: Json) -> Json:
    """A message of ours that did not get through, with Meta's code."""
    errors = status.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    code = first.get("code") if isinstance(first, dict) else None
    error = code if isinstance(code, int) else 0
    return {"kind": Kind.FAILED, "refers_to": _str(status.get("refers_to")), "error": error}


# News about a message, by the `event` of a letter.
_EVENTS: dict[str, Callable[[Json], Json]] = {
    "reaction": _reaction,
    "message_edit": _instagram_edit,
    "deleted": _instagram_deleted,
    "echo": _echo,
    "status": _failed,
}


def _url(attachment: Json) -> str | None:
    payload = attachment.get("payload")
    return _str(payload.get("url")) if isinstance(payload, dict) else None


def _str(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return _UNSEEN.sub("", _UNFIT.sub("\N{REPLACEMENT CHARACTER}", value))


def _is_degrees(value: object, most: int) -> TypeGuard[float]:
    return isinstance(value, int | float) and -most <= value <= most


def _time(timestamp: object, received_at: datetime) -> datetime:
    """Unix seconds (WhatsApp, as text) or milliseconds (Instagram)."""
    try:
        number = float(str(timestamp))
        return datetime.fromtimestamp(number / 1000 if number >= 1e12 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return received_at
