"""One delivery of Meta's, split into the single messages of citizens; everything else is counted.

Meta adds types and fields every few months: nothing in here may raise on what it does not know.
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/
https://developers.facebook.com/documentation/instagram-platform/webhooks/examples
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message as Meta sent it, with the names of its sender. A profile name is left behind.

    `event` says that it is news about a message rather than one: status, reaction, message_edit, echo, deleted.
    """

    channel: str
    message_id: str
    user_id: str | None
    wa_id: str | None
    message: Json
    event: str | None = None


@dataclass(frozen=True)
class Delivery:
    """`ignored` counts by kind what needs no answer: statuses, echoes, unknown shapes."""

    letters: list[Letter] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)


def split(body: object) -> Delivery:
    """Split a delivery; unknown shapes end in `ignored`."""
    delivery = Delivery()
    whole = _dict(body)
    if whole.get("object") not in ("whatsapp_business_account", "instagram"):
        delivery.ignored["unknown_object"] += 1
        return delivery
    instagram = whole["object"] == "instagram"
    for entry in _dicts(whole.get("entry")):
        for one in _instagram(entry) if instagram else _whatsapp(entry):
            if isinstance(one, Letter):
                delivery.letters.append(one)
            else:
                delivery.ignored[one] += 1
    return delivery


def _whatsapp(entry: Json) -> Iterator[Letter | str]:
    for change in _dicts(entry.get("changes")):
        value = _dict(change.get("value"))
        if change.get("field") != "messages":
            yield "other_field"
            continue
        yield from (_whatsapp_status(status) for status in _dicts(value.get("statuses")))
        yield from ("error" for _ in _dicts(value.get("errors")))
        contacts = list(_dicts(value.get("contacts")))
        for message in _dicts(value.get("messages")):
            yield _whatsapp_letter(message, contacts)


def _whatsapp_status(status: Json) -> Letter | str:
    """Of the statuses only a failure is news: the message did not reach its citizen."""
    message_id = _text(status.get("id"))
    user_id, wa_id = _names(status.get("recipient_user_id"), status.get("recipient_id"))
    if status.get("status") != "failed" or not message_id or not (user_id or wa_id):
        return f"status_{_name(status.get('status'))}"
    return Letter(
        channel="whatsapp",
        message_id=f"failed:{message_id}",
        user_id=user_id,
        wa_id=wa_id,
        message={"refers_to": message_id, **status},
        event="status",
    )


def _whatsapp_letter(message: Json, contacts: list[Json]) -> Letter | str:
    message_id, kind = _text(message.get("id")), message.get("type")
    if "group_id" in message or kind == "request_welcome":
        return f"whatsapp_{_name(kind)}"
    contact = next((c for c in contacts if _is_of(c, message)), {})
    user_id, wa_id = _names(
        message.get("from_user_id") or contact.get("user_id"),
        message.get("from") or contact.get("wa_id"),
    )
    if kind == "system" and not _changes_name(message):
        return "whatsapp_system"
    if not message_id or not (user_id or wa_id):
        return "no_sender"
    return Letter(
        channel="whatsapp", message_id=message_id, user_id=user_id, wa_id=wa_id, message=message
    )


def _changes_name(message: Json) -> bool:
    return _dict(message.get("system")).get("type") in (
        "user_changed_number",
        "user_changed_user_id",
    )


def _names(user_id: object, wa_id: object) -> tuple[str | None, str | None]:
    """User id and phone number; Meta may put the user id in the number's place."""
    user, phone = _text(user_id), _text(wa_id)
    if phone and not phone.lstrip("+").isdecimal():
        return user or phone, None
    return user, phone.lstrip("+") if phone else None


def _is_of(contact: Json, message: Json) -> bool:
    user_id, sender = message.get("from_user_id"), message.get("from")
    if user_id and contact.get("user_id") == user_id:
        return True
    return bool(sender) and contact.get("wa_id") == sender


def _instagram(entry: Json) -> Iterator[Letter | str]:
    yield from ("standby" for _ in _dicts(entry.get("standby")))
    changes = _dicts(entry.get("changes"))
    values = [_dict(c.get("value")) for c in changes if c.get("field") == "messages"]
    for event in [*_dicts(entry.get("messaging")), *values]:
        yield _instagram_letter(event)


def _instagram_letter(event: Json) -> Letter | str:
    for kind in ("reaction", "message_edit"):
        if kind in event:
            return _instagram_event(event, kind, _dict(event.get(kind)))
    message = _dict(event.get("message")) or _dict(event.get("postback"))
    if not message:
        kinds = (kind for kind in ("read", "referral") if kind in event)
        return f"instagram_{next(kinds, 'unknown')}"
    if message.get("is_echo"):
        # Without an app's id a person wrote it in the Instagram app.
        if message.get("app_id") or message.get("is_deleted"):
            return "echo"
        return _instagram_event(event, "echo", message, of="recipient")
    if message.get("is_deleted"):
        return _instagram_event(event, "deleted", message)
    return _instagram_event(event, None, message)


def _instagram_event(
    event: Json, kind: str | None, content: Json, *, of: str = "sender"
) -> Letter | str:
    """News about a message repeat its id: told apart by what and when it is."""
    message_id, user_id = _text(content.get("mid")), _text(_dict(event.get(of)).get("id"))
    if not message_id or not user_id:
        return "no_sender"
    timestamp = event.get("timestamp")
    return Letter(
        channel="instagram",
        message_id=f"{kind}:{timestamp}:{message_id}" if kind else message_id,
        user_id=user_id,
        wa_id=None,
        message={"timestamp": timestamp, **content},
        event=kind,
    )


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    """An id or a number: Meta writes them in ASCII."""
    return value if isinstance(value, str) and value and value.isascii() else None


def _name(kind: object) -> str:
    """A kind as part of a metric's name: only words that Meta could have written."""
    return kind if isinstance(kind, str) and kind.isidentifier() and len(kind) < 30 else "unknown"
