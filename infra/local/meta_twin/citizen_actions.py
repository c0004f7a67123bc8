"""What a citizen can do with their phone, and the message objects that Meta makes of it."""

from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.local.meta_twin import envelopes, views
from infra.local.meta_twin.store import Citizen, Message
from infra.local.meta_twin.twin import Twin
from infra.local.meta_twin.wire import Offer

Json = dict[str, Any]


class ActionError(Exception):
    """A phone cannot do that: the sentence says why."""


class Action(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Location(Action):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    name: str | None = None
    address: str | None = None


class Tap(Action):
    """A tap on a button, list row or quick reply: of that message, else of the newest with it."""

    id: str
    title: str | None = None
    message: str | None = None


class CitizenMessage(Action):
    """One thing sent from a phone: exactly one of text, media, location, reply, raw."""

    text: Annotated[str, Field(min_length=1, max_length=65_536)] | None = None
    media: str | list[str] | None = None
    caption: str = ""
    location: Location | None = None
    reply: Tap | None = None
    raw: Json | None = None
    """The message object itself without id and sender, for kinds not listed here."""
    quote: str | None = None
    """Id of the message this one answers."""
    late_s: Annotated[float, Field(ge=0)] = 0
    """Written so many seconds ago: Meta delivers it with that old timestamp."""
    id: str | None = None
    """Deliver under this id instead of a new one."""

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        kinds = (self.text, self.media, self.location, self.reply, self.raw)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("exactly one of text, media, location, reply and raw")
        return self

    @property
    def media_ids(self) -> list[str]:
        return [self.media] if isinstance(self.media, str) else (self.media or [])


class Delivering(Action):
    """How Meta delivers what was sent: often, in one body, in another order, with news in it."""

    times: Annotated[int, Field(ge=1, le=20)] = 1
    batch: bool = False
    order: Literal["as_sent", "reversed"] = "as_sent"
    unknown_fields: bool = False
    wait: bool = False
    """Answer only when the receiver said 200 to all of it."""


class Prepared(NamedTuple):
    """A message as it is kept, and the part of a webhook that tells it."""

    message: Message
    part: Json


def prepare(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Prepared]:
    """The messages that come of one action: an album on WhatsApp is several."""
    if citizen.channel == "instagram":
        return [_prepare_instagram(twin, citizen, action)]
    contents = _whatsapp_contents(twin, citizen, action)
    return [_prepare_whatsapp(twin, citizen, action, content, media) for content, media in contents]


def bundle(prepared: list[Prepared], how: Delivering) -> list[list[Prepared]]:
    """Which messages travel together, in which order, how often."""
    ordered = list(reversed(prepared)) if how.order == "reversed" else prepared
    groups = [ordered] if how.batch else [[each] for each in ordered]
    return [group for group in groups for _ in range(how.times)]


def payload(twin: Twin, citizen: Citizen, bundled: list[Prepared], how: Delivering) -> Json:
    """The webhook that carries these messages."""
    parts = [each.part for each in bundled]
    if citizen.channel == "whatsapp":
        made = envelopes.whatsapp_envelope(twin.config, parts)
    else:
        made = envelopes.instagram_envelope(twin.config, parts, twin.clock())
    return envelopes.with_unknown_fields(made) if how.unknown_fields else made


def _prepare_whatsapp(
    twin: Twin, citizen: Citizen, action: CitizenMessage, content: Json, media: tuple[str, ...]
) -> Prepared:
    at = twin.clock() - action.late_s
    message_id = action.id or envelopes.new_wamid()
    body = envelopes.whatsapp_message(citizen, message_id, at, content)
    message = Message(
        id=message_id,
        citizen=citizen.key,
        channel="whatsapp",
        direction="in",
        at=at,
        body=body,
        address=citizen.key,
        media=media,
        status="sent",
    )
    part = {"contacts": [envelopes.whatsapp_contact(citizen)], "messages": [body]}
    return Prepared(message, part)


def _whatsapp_contents(
    twin: Twin, citizen: Citizen, action: CitizenMessage
) -> list[tuple[Json, tuple[str, ...]]]:
    context = {} if action.quote is None else {"context": _context(twin, action.quote)}
    if action.raw is not None:
        return [({**context, **action.raw}, ())]
    if action.text is not None:
        return [({**context, "type": "text", "text": {"body": action.text}}, ())]
    if action.location is not None:
        location = action.location.model_dump(exclude_none=True)
        asked = _open_location_request(twin, citizen)
        context = context or ({"context": _context(twin, asked.id)} if asked else {})
        return [({**context, "type": "location", "location": location}, ())]
    if action.reply is not None:
        message, offer = find_offer(twin, citizen, action.reply)
        context = {"context": _context(twin, message.id)}
        return [({**context, **_whatsapp_tap(offer)}, ())]
    contents: list[tuple[Json, tuple[str, ...]]] = []
    for media_id in action.media_ids:
        media = twin.store.media(media_id)
        if media is None:
            raise ActionError(f"no media {media_id}: POST /media first")
        link = twin.media.link(media, "whatsapp")
        content = envelopes.whatsapp_media(media, action.caption, link)
        contents.append(({**context, **content}, (media_id,)))
    return contents


def _context(twin: Twin, message_id: str) -> Json:
    """What a quoting message says about the quoted one: its author's number and its id."""
    quoted = twin.store.message(message_id)
    author = twin.config.display_phone_number
    if quoted and quoted.direction == "in":
        author = quoted.address
    return {"from": author, "id": message_id}


def _open_location_request(twin: Twin, citizen: Citizen) -> Message | None:
    """The last message to the citizen, where it asks for a location."""
    sent = twin.store.messages(citizen, "out")
    if sent and views.view(twin.config, sent[-1]).get("asks_location"):
        return sent[-1]
    return None


def find_offer(twin: Twin, citizen: Citizen, tap: Tap) -> tuple[Message, Offer]:
    for message in reversed(twin.store.messages(citizen, "out")):
        if tap.message not in (None, message.id):
            continue
        for offer in views.offers(twin.config, message):
            if offer.id == tap.id and tap.title in (None, offer.title):
                return message, offer
    raise ActionError(f"nothing to tap with the id {tap.id!r} was sent to {citizen.key}")


def _whatsapp_tap(offer: Offer) -> Json:
    if offer.kind == "template_button":
        return {"type": "button", "button": {"payload": offer.id, "text": offer.title}}
    reply: Json = {"id": offer.id, "title": offer.title}
    if offer.kind == "button":
        return {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": reply},
        }
    if offer.description:
        reply["description"] = offer.description
    return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}


def _prepare_instagram(twin: Twin, citizen: Citizen, action: CitizenMessage) -> Prepared:
    at = twin.clock() - action.late_s
    mid = action.id or envelopes.new_mid()
    content = _instagram_content(twin, citizen, action, mid)
    message = Message(
        id=mid,
        citizen=citizen.key,
        channel="instagram",
        direction="in",
        at=at,
        body=content,
        address=citizen.key,
        media=tuple(action.media_ids),
        status="sent",
    )
    return Prepared(message, envelopes.instagram_event(twin.config, citizen, at, content))


def _instagram_content(twin: Twin, citizen: Citizen, action: CitizenMessage, mid: str) -> Json:
    quote: Json = {} if action.quote is None else {"reply_to": {"mid": action.quote}}
    if action.location is not None:
        raise ActionError("Instagram has no location messages")
    if action.raw is not None:
        return (
            action.raw
            if "message" not in action.raw
            else {**action.raw, "message": {"mid": mid, **action.raw["message"]}}
        )
    if action.reply is not None:
        _, offer = find_offer(twin, citizen, action.reply)
        if offer.kind == "postback":
            return {"postback": {"mid": mid, "title": offer.title, "payload": offer.id}}
        tapped = {"text": offer.title, "quick_reply": {"payload": offer.id}}
        return {"message": {"mid": mid, **tapped}}
    if action.text is not None:
        return {"message": {"mid": mid, **quote, "text": action.text}}
    attachments = []
    for media_id in action.media_ids:
        media = twin.store.media(media_id)
        if media is None:
            raise ActionError(f"no media {media_id}: POST /media first")
        link = twin.media.link(media, "instagram")
        attachments.append(envelopes.instagram_attachment(media, link))
    if action.caption:
        raise ActionError("a photo on Instagram has no caption: send the text as a message")
    return {"message": {"mid": mid, **quote, "attachments": attachments}}
