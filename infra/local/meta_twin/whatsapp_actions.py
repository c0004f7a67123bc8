"""What Meta's WhatsApp webhooks say when a citizen does something.

Shapes: WhatsApp Business Platform, "Webhooks reference: messages" and its page of each type, and
`tests/local/recorded`.
"""

import dataclasses
import json
import secrets
from collections.abc import Callable

from infra.local.meta_twin import envelopes
from infra.local.meta_twin.citizen_actions import (
    ActionError,
    Card,
    CitizenMessage,
    Deed,
    Json,
    Prepared,
    file_of,
    find_offer,
    message_of,
)
from infra.local.meta_twin.store import Citizen, Message
from infra.local.meta_twin.twin import Twin, bsuid_of
from infra.local.meta_twin.wire import Offer

REACTIONS_REPORTED_S = 30 * 24 * 3600
"""Reactions are told for messages of the business of the last 30 days only."""
NO_UTTERANCE = ("reaction", "system", "unsupported", "edit", "revoke")
"""Types that are taken not to open the 24-hour window."""


def prepare(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Prepared]:
    """The messages that come of one action: an album is several."""
    make = DEEDS.get(action.kind)
    if make is None:
        raise ActionError(f"WhatsApp has no {action.kind}")
    context = _context(twin, citizen, action)
    return [
        _prepared(twin, citizen, action, deed._replace(content={**context, **deed.content}))
        for deed in make(twin, citizen, action)
    ]


def _prepared(twin: Twin, citizen: Citizen, action: CitizenMessage, deed: Deed) -> Prepared:
    at = twin.clock() - action.late_s
    message_id = action.id or envelopes.new_wamid()
    body = envelopes.whatsapp_message(citizen, message_id, at, deed.content)
    if body.get("type") == "system":
        body.pop("from_user_id", None)  # as recorded: the system object tells of ids
    message = Message(
        id=message_id,
        citizen=citizen.key,
        channel="whatsapp",
        direction="in",
        at=at,
        body=body,
        address=citizen.key,
        media=deed.media,
        status="sent",
    )
    part: Json = {"messages": [body]}
    if deed.names_contact:
        part = {"contacts": [envelopes.whatsapp_contact(citizen)], **part}
    return Prepared(message, part, deed)


def _context(twin: Twin, citizen: Citizen, action: CitizenMessage) -> Json:
    """What a message says of the one it answers, of its having been forwarded, of an advert."""
    context: Json = {}
    if action.forwarded:
        often = action.forwarded == "often"
        context = {"context": {"frequently_forwarded" if often else "forwarded": True}}
    if action.quote is not None:
        context = {"context": _quoted(twin, citizen, action.quote)}
    if action.from_ad is not None:
        context["referral"] = {
            "source_url": "https://fb.me/3cr4Wqqkv",
            "source_id": "120226305854810726",
            "source_type": "ad",
            "headline": action.from_ad,
            "body": action.from_ad,
            "media_type": "image",
            "image_url": "https://scontent.xx.fbcdn.net/v/t45.1/advert.jpg",
            "ctwa_clid": secrets.token_urlsafe(60),
            "welcome_message": {"text": "Ada yang bisa kami bantu?"},
        }
    return context


def _quoted(twin: Twin, citizen: Citizen, message_id: str) -> Json:
    """The quoted message: its author's number, where it may be told, and its id."""
    quoted = twin.store.message(message_id)
    author = twin.config.display_phone_number
    if quoted and quoted.direction == "in":
        author = citizen.shown_phone or ""
    return {**({"from": author} if author else {}), "id": message_id}


def _last_asks(twin: Twin, citizen: Citizen, kind: str) -> Json:
    """The context of an answer to the last message, where that one asks for such an answer."""
    sent = twin.store.messages(citizen, "out")
    if sent and sent[-1].body.get("interactive", {}).get("type") == kind:
        return {"context": _quoted(twin, citizen, sent[-1].id)}
    return {}


def _text(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    return [Deed({"type": "text", "text": {"body": action.text}})]


def _media(twin: Twin, _: Citizen, action: CitizenMessage) -> list[Deed]:
    """Each file is a message of its own; the caption is the first one's."""
    deeds = []
    for place, media_id in enumerate(action.media_ids):
        media = file_of(twin, media_id)
        caption = "" if place else action.caption
        content = envelopes.whatsapp_media(media, caption, twin.media.link(media, "whatsapp"))
        file = content[content["type"]]
        if content["type"] == "audio" and action.voice is not None:
            file["voice"] = action.voice
        if content["type"] == "document" and action.filename:
            file["filename"] = action.filename
        if content["type"] == "sticker":
            file["animated"] = action.animated
        deeds.append(Deed(content, (media_id,)))
    return deeds


def _location(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.location
    place = action.location.model_dump(exclude_none=True)
    asked = _last_asks(twin, citizen, "location_request_message")
    return [Deed({**asked, "type": "location", "location": place})]


def _live_location(_: Twin, __: Citizen, ___: CitizenMessage) -> list[Deed]:
    """The place itself is not told."""
    return [unsupported("location")]


def _contacts(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    asked = _last_asks(twin, citizen, "contact_request")
    origin = "contact_request" if asked else "other"
    cards = [{**_card(card), "origin": origin} for card in action.contacts or ()]
    return [Deed({**asked, "type": "contacts", "contacts": cards})]


def _card(card: Card) -> Json:
    first, _, last = card.name.partition(" ")
    name = {"formatted_name": card.name, "first_name": first}
    if last:
        name["last_name"] = last
    if card.phone is None:
        return {"name": name}
    digits = "".join(filter(str.isdigit, card.phone))
    return {"name": name, "phones": [{"phone": card.phone, "wa_id": digits, "type": "CELL"}]}


def _reply(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.reply
    message, offer = find_offer(twin, citizen, action.reply)
    context = {"context": _quoted(twin, citizen, message.id)}
    return [Deed({**({} if action.reply.without_context else context), **_tap(offer)})]


def _tap(offer: Offer) -> Json:
    if offer.kind == "template_button":
        return {"type": "button", "button": {"payload": offer.id, "text": offer.title}}
    kind = "button_reply" if offer.kind == "button" else "list_reply"
    reply: Json = {"id": offer.id, "title": offer.title}
    if offer.description:
        reply["description"] = offer.description
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def _reaction(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    """Told for messages of the business only; taking it back leaves out the emoji."""
    assert action.reaction
    message = message_of(twin, citizen, action.reaction.message)
    content = {"message_id": message.id, "emoji": action.reaction.emoji}
    if action.reaction.emoji is None:
        del content["emoji"]
    recent = twin.clock() - message.at < REACTIONS_REPORTED_S
    is_told = message.direction == "out" and recent
    deed = {"type": "reaction", "reaction": content}
    return [Deed(deed, opens_window=False, is_told=is_told)]


def _edit(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.edit
    message = message_of(twin, citizen, action.edit.message, own=True)
    changed = _with_text(message, action.edit.text)
    twin.store.set_body(message.id, {**message.body, **changed})
    if not _is_coexistent(twin, action):
        return [unsupported("edit")]
    edited = {"original_message_id": message.id, "message": changed}
    return [Deed({"type": "edit", "edit": edited}, opens_window=False)]


def _with_text(message: Message, text: str) -> Json:
    kind = message.body["type"]
    if kind == "text":
        return {"type": "text", "text": {"body": text}}
    if kind in ("image", "video", "document"):
        return {"type": kind, kind: {**message.body[kind], "caption": text}}
    raise ActionError(f"a message of type {kind} cannot be edited")


def _unsend(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    message = message_of(twin, citizen, action.unsend or "", own=True)
    twin.store.set_status(message.id, "deleted")
    content: Json = {"type": "revoke", "revoke": {"original_message_id": message.id}}
    return [Deed(content, opens_window=False, is_told=_is_coexistent(twin, action))]


def _is_coexistent(twin: Twin, action: CitizenMessage) -> bool:
    return twin.config.coexistence if action.coexistence is None else action.coexistence


def _unsupported(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    return [unsupported(action.unsupported or "")]


def unsupported(what: str) -> Deed:
    content: Json = {"type": "unsupported", "errors": [_error(131051)]}
    if what:
        content["unsupported"] = {"type": what}
    return Deed(content, opens_window=False)


def _too_large(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    return [Deed({"type": action.too_large, "errors": [_error(131052)]})]


def _error(code: int) -> Json:
    title, details = INCOMING_ERRORS[code]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
    }


INCOMING_ERRORS = {
    131051: ("Message type unknown", "Message type is currently not supported."),
    131052: (
        "Media download error",
        "Media file size is more than 100 MB and can not be downloaded.",
    ),
}


def _basket(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    items = [item.model_dump() for item in action.basket or ()]
    order = {"catalog_id": "194836987003835", "text": action.caption, "product_items": items}
    return [Deed({"type": "order", "order": order})]


def _form(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    answers = json.dumps(action.form, ensure_ascii=False)
    reply = {"name": "flow", "body": "Sent", "response_json": answers}
    sent = twin.store.messages(citizen, "out")
    context = {"context": _quoted(twin, citizen, sent[-1].id)} if sent else {}
    content = {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    return [Deed({**context, **content})]


def _new_number(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    """The number and with it the business-scoped id change; whoever hides it shows the id alone."""
    phone = (action.new_number or "").removeprefix("+")
    if twin.store.find_citizen(phone, "whatsapp"):
        raise ActionError(f"there is already a citizen {phone}")
    if not citizen.shown_phone:
        return _changed_user_id(citizen, bsuid_of(phone))
    user_id = bsuid_of(phone)
    changed = dataclasses.replace(citizen, key=phone, phone=phone, user_id=user_id)
    system = {
        "body": f"{citizen.name} changed from {citizen.phone} to {phone}",
        "wa_id": phone,
        "type": "user_changed_number",
        "user_id": user_id,
        "previous_user_id": citizen.user_id,
    }
    return [_system(system, changed)]


def _new_user_id(_: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    made_up = bsuid_of(secrets.token_hex(8))
    user_id = action.new_user_id if isinstance(action.new_user_id, str) else made_up
    return _changed_user_id(citizen, user_id)


def _changed_user_id(citizen: Citizen, user_id: str) -> list[Deed]:
    key = citizen.phone or user_id
    changed = dataclasses.replace(citizen, key=key, user_id=user_id)
    system = {
        "body": f"User changed from {citizen.user_id} to {user_id}",
        "user_id": user_id,
        "previous_user_id": citizen.user_id,
        "type": "user_changed_user_id",
    }
    return [_system(system, changed)]


def _system(system: Json, changed: Citizen) -> Deed:
    content = {"type": "system", "system": system}
    return Deed(content, opens_window=False, names_contact=False, becomes=changed)


def _new_identity(twin: Twin, _: Citizen, __: CitizenMessage) -> list[Deed]:
    identity = {
        "acknowledged": True,
        "created_timestamp": str(int(twin.clock())),
        "hash": secrets.token_urlsafe(9),
    }
    system = {"body": "User identity changed", "type": "customer_identity_changed"}
    content = {"type": "system", "identity": identity, "system": system}
    return [Deed(content, opens_window=False)]


def _raw(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    raw = action.raw or {}
    return [Deed(raw, opens_window=raw.get("type") not in NO_UTTERANCE)]


DEEDS: dict[str, Callable[[Twin, Citizen, CitizenMessage], list[Deed]]] = {
    "text": _text,
    "media": _media,
    "reply": _reply,
    "reaction": _reaction,
    "edit": _edit,
    "unsend": _unsend,
    "unsupported": _unsupported,
    "raw": _raw,
    "location": _location,
    "live_location": _live_location,
    "contacts": _contacts,
    "basket": _basket,
    "form": _form,
    "too_large": _too_large,
    "new_number": _new_number,
    "new_user_id": _new_user_id,
    "new_identity": _new_identity,
}
