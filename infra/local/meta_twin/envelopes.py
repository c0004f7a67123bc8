"""Webhook bodies exactly as Meta shapes them, and the bytes and signature they travel with.

Shapes: WhatsApp "Webhooks reference: messages" (with business-scoped user ids, 2026) and
Instagram Platform "Webhooks examples".
"""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from infra.local.meta_twin.config import Config, Template
from infra.local.meta_twin.errors import GraphError, failed_status_error
from infra.local.meta_twin.store import Citizen, Media, Message

Json = dict[str, Any]


def wire_bytes(payload: Json) -> bytes:
    r"""The body as Meta writes it: `\u00e9` for é, `\/` for /, `\u0040` for @, `\u003C` for <."""
    text = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    for plain, escaped in (("/", "\\/"), ("@", "\\u0040"), ("<", "\\u003C")):
        text = text.replace(plain, escaped)
    return text.encode("ascii")


def signature(secret: str, body: bytes) -> str:
    """Value of the header `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def new_wamid() -> str:
    return "wamid." + base64.b64encode(secrets.token_bytes(42)).decode()


def new_mid() -> str:
    return "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOj" + secrets.token_urlsafe(66)


# WhatsApp


def whatsapp_envelope(config: Config, values: list[Json]) -> Json:
    """One delivery; several values make a batch."""
    metadata = {
        "display_phone_number": config.display_phone_number,
        "phone_number_id": config.phone_number_id,
    }
    changes = [
        {
            "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
            "field": "messages",
        }
        for value in values
    ]
    entry = {"id": config.whatsapp_business_account_id, "changes": changes}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def whatsapp_contact(citizen: Citizen) -> Json:
    profile: Json = {"name": citizen.name}
    if citizen.username:
        profile["username"] = citizen.username
    contact: Json = {"profile": profile}
    if citizen.shown_phone is not None:
        contact["wa_id"] = citizen.shown_phone
    if citizen.user_id:
        contact["user_id"] = citizen.user_id
    return contact


def whatsapp_message(citizen: Citizen, message_id: str, at: float, content: Json) -> Json:
    """A message of a citizen; `content` is its type and what goes with it."""
    message: Json = {}
    if citizen.shown_phone is not None:
        message["from"] = citizen.shown_phone
    if citizen.user_id:
        message["from_user_id"] = citizen.user_id
    return {**message, "id": message_id, "timestamp": str(int(at)), **content}


def whatsapp_media(media: Media, caption: str, url: str) -> Json:
    """Type and media object of a citizen's file; a caption only where the type has one."""
    kind = whatsapp_media_kind(media.mime_type)
    file: Json = {
        "id": media.id,
        "mime_type": media.mime_type,
        "sha256": base64.b64encode(bytes.fromhex(media.sha256)).decode(),
        "url": url,
    }
    if kind == "audio":
        file["voice"] = media.mime_type.startswith("audio/ogg")
    if kind == "sticker":
        file["animated"] = False
    if kind == "document":
        file["filename"] = "dokumen"
    if caption and kind in ("image", "video", "document"):
        file["caption"] = caption
    return {"type": kind, kind: file}


def whatsapp_media_kind(mime_type: str) -> str:
    if mime_type == "image/webp":
        return "sticker"
    top = mime_type.split("/")[0]
    return top if top in ("image", "video", "audio") else "document"


def whatsapp_status(
    citizen: Citizen,
    message: Message,
    status: str,
    at: float,
    *,
    pricing: Json | None = None,
    failure: GraphError | None = None,
) -> Json:
    """A status with whom it is about; a failed one names no contact, and no id if sent to a number."""
    value: Json = {"id": message.id, "status": status, "timestamp": str(int(at))}
    to_phone = "to" in message.body
    if citizen.shown_phone is not None:
        value["recipient_id"] = citizen.shown_phone
    if citizen.user_id and not (to_phone and failure):
        value["recipient_user_id"] = citizen.user_id
    if callback_data := message.body.get("biz_opaque_callback_data"):
        value["biz_opaque_callback_data"] = callback_data
    if pricing is not None:
        value["pricing"] = pricing
    if failure is not None:
        value["errors"] = [failed_status_error(failure.code, failure.details)]
        return {"statuses": [value]}
    contact = whatsapp_contact(citizen)
    if status == "sent":
        contact["profile"].pop("username", None)
    return {"contacts": [contact], "statuses": [value]}


def template_status_update(config: Config, template: Template, at: float) -> Json:
    """Meta's verdict on a template: a field of the account, without `metadata`."""
    value = {
        "event": template.status,
        "message_template_id": int.from_bytes(hashlib.sha256(template.name.encode()).digest()[:6]),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "reason": None if template.status == "APPROVED" else "NONE",
    }
    change = {"field": "message_template_status_update", "value": value}
    entry = {"id": config.whatsapp_business_account_id, "time": int(at), "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


# Instagram


def instagram_envelope(config: Config, events: list[Json], at: float) -> Json:
    """One delivery; several events make a batch."""
    entry = {"id": config.instagram_account_id, "time": int(at * 1000), "messaging": events}
    return {"object": "instagram", "entry": [entry]}


def instagram_event(config: Config, citizen: Citizen, at: float, content: Json) -> Json:
    """Something a citizen did; `content` is `message`, `postback`, `read` ..."""
    return {
        "sender": {"id": citizen.key},
        "recipient": {"id": config.instagram_account_id},
        "timestamp": int(at * 1000),
        **content,
    }


def instagram_echo(
    config: Config, citizen: Citizen, message: Message, at: float, *, by_app: bool
) -> Json:
    """What the account itself sent: sender and recipient swapped, `is_echo`."""
    sent = message.body["message"]
    content: Json = {"mid": message.id, "is_echo": True}
    if by_app and config.echo_app_id:
        content["app_id"] = config.echo_app_id
    if sent.get("text"):
        content["text"] = sent["text"]
    attachments = sent.get("attachments") or ([sent["attachment"]] if "attachment" in sent else [])
    if attachments:
        content["attachments"] = attachments
    return {
        "sender": {"id": config.instagram_account_id},
        "recipient": {"id": citizen.key},
        "timestamp": int(at * 1000),
        "message": content,
    }


def instagram_attachment(media: Media, url: str) -> Json:
    top = media.mime_type.split("/")[0]
    kind = top if top in ("image", "video", "audio") else "file"
    return {"type": kind, "payload": {"url": url}}


def merged(payloads: list[Json]) -> Json:
    """Several deliveries of one channel as one: an entry an account, its updates in order."""
    entries: dict[str, Json] = {}
    for entry in (entry for payload in payloads for entry in payload["entry"]):
        there = entries.setdefault(entry["id"], {**entry, "changes": [], "messaging": []})
        there.update({key: entry[key] for key in entry if key not in ("changes", "messaging")})
        for updates in ("changes", "messaging"):
            there[updates] = there[updates] + entry.get(updates, [])
    for entry in entries.values():
        for updates in ("changes", "messaging"):
            if not entry[updates]:
                del entry[updates]
    return {**payloads[-1], "entry": list(entries.values())}


def with_unknown_fields(payload: Json) -> Json:
    """The same delivery with members nobody has documented, on every level and in a new entry."""
    news: Json = {"x_new_feature": {"enabled": True, "ids": [1, 2]}}
    entries = [
        {
            key: (
                [{**item, **news} if isinstance(item, dict) else item for item in member]
                if isinstance(member, list)
                else member
            )
            for key, member in {**entry, **news}.items()
        }
        for entry in payload["entry"]
    ]
    foreign = {"id": "0", "changes": [{"field": "x_new_field", "value": {"x": 1}}]}
    return {**payload, **news, "entry": [*entries, foreign]}
