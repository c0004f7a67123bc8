"""What a citizen can do with their phone, and how Meta delivers it.

What Meta makes of it stands in `whatsapp_actions` and `instagram_actions`.
"""

from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.local.meta_twin import envelopes, views
from infra.local.meta_twin.store import Citizen, Media, Message
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
    url: str | None = None


class Tap(Action):
    """A tap on a button, list row or quick reply: of that message, else of the newest with it."""

    id: str
    title: str | None = None
    message: str | None = None
    without_context: bool = False
    """Meta sometimes leaves out which message was tapped."""


class Card(Action):
    """Somebody in the phone's address book."""

    name: Annotated[str, Field(min_length=1)]
    phone: str | None = None


class Reaction(Action):
    message: str
    emoji: str | None
    """None takes the reaction back."""


class Edit(Action):
    """Other words (or another caption) for a message that the citizen sent."""

    message: str
    text: Annotated[str, Field(min_length=1, max_length=65_536)]


class Item(Action):
    product_retailer_id: str
    quantity: int = 1
    item_price: float = 0
    currency: str = "IDR"


class IceBreaker(Action):
    """A question that Instagram offers whoever opens the chat for the first time."""

    title: str
    payload: str


class Share(Action):
    """Something of Instagram's that is passed on; `media` is its picture or film."""

    kind: Literal["share", "fallback", "ig_post", "ig_reel", "reel", "ig_story", "story"] = (
        "ig_post"
    )
    media: str | None = None
    url: str | None = None
    title: str | None = None


class CitizenMessage(Action):
    """One thing done with a phone: exactly one of the kinds, and what goes with it."""

    # Kinds on both channels
    text: Annotated[str, Field(min_length=1, max_length=65_536)] | None = None
    media: Annotated[list[str], Field(min_length=1)] | str | None = None
    reply: Tap | None = None
    reaction: Reaction | None = None
    edit: Edit | None = None
    unsend: str | None = None
    """Id of a message of the citizen's that they delete for everyone."""
    unsupported: str | None = None
    """What it was (`poll_creation`, `gif`, ...): Meta says only that it cannot tell."""
    raw: Json | None = None
    """The message object itself without id and sender, for kinds not listed here."""

    # WhatsApp
    location: Location | None = None
    live_location: Location | None = None
    contacts: Annotated[list[Card], Field(min_length=1)] | None = None
    basket: Annotated[list[Item], Field(min_length=1)] | None = None
    """An order out of a catalogue."""
    form: Json | None = None
    """The answers of a WhatsApp Flow."""
    too_large: str | None = None
    """Type (`video`, `document`, ...) of a file of more than 100 MB."""
    new_number: Annotated[str, Field(pattern=r"^\+?[1-9][0-9]{6,14}$")] | None = None
    new_user_id: str | Literal[True] | None = None
    """Another business-scoped id, as after a change of number that nobody may see."""
    new_identity: Literal[True] | None = None
    """A new phone or a fresh installation: WhatsApp's keys of this citizen change."""

    # Instagram
    ice_breaker: IceBreaker | None = None
    story_mention: str | None = None
    """Media id of a story of the citizen's in which the account is mentioned."""
    share: Share | None = None
    like_heart: Literal[True] | None = None
    opened_link: str | None = None
    """`ref` of an ig.me link by which a chat that exists was opened."""

    # What goes with it
    caption: str = ""
    filename: str | None = None
    voice: bool | None = None
    """Recorded in the chat; else every ogg file is."""
    animated: bool = False
    one_by_one: bool = False
    """Several photos as several messages on Instagram too."""
    quote: str | None = None
    """Id of the message this one answers."""
    story: str | None = None
    """Instagram: id of the account's story that this text answers (a media id shows it)."""
    forwarded: Literal["once", "often"] | None = None
    from_ad: str | None = None
    """Headline of the advertisement that led the citizen here."""
    coexistence: bool | None = None
    """Whether Meta tells of an edit or a deletion as such; else as the account is set up."""
    late_s: Annotated[float, Field(ge=0)] = 0
    """Written so many seconds ago: Meta delivers it with that old timestamp."""
    id: str | None = None
    """Deliver under this id instead of a new one."""

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        if len([kind for kind in KINDS if getattr(self, kind) is not None]) != 1:
            raise ValueError(f"exactly one of {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def media_ids(self) -> list[str]:
        return [self.media] if isinstance(self.media, str) else (self.media or [])


KINDS = tuple(
    "text media reply reaction edit unsend unsupported raw "
    "location live_location contacts basket form too_large new_number new_user_id new_identity "
    "ice_breaker story_mention share like_heart opened_link".split()
)


class Delivering(Action):
    """How Meta delivers what was sent: often, in one body, in another order, with news in it."""

    times: Annotated[int, Field(ge=1, le=20)] = 1
    batch: bool = False
    order: Literal["as_sent", "reversed"] = "as_sent"
    unknown_fields: bool = False
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 0
    """Seconds on the way: later than what is sent after it."""
    wait: bool = False
    """Answer only when the receiver said 200 to all of it."""


class Deed(NamedTuple):
    """What an action comes to: a part of a webhook, and what else it changes."""

    content: Json
    """WhatsApp: type and object of a message. Instagram: what stands beside sender and recipient."""
    media: tuple[str, ...] = ()
    opens_window: bool = True
    """What Meta does not call a message does not renew the 24 hours (assumed where it is silent)."""
    names_contact: bool = True
    is_told: bool = True
    """False where the business never hears of it."""
    becomes: Citizen | None = None
    """Who the citizen is from now on."""
    id: str | None = None


class Prepared(NamedTuple):
    """A message as it is kept, and the part of a webhook that tells it, if it is told."""

    message: Message
    part: Json
    deed: Deed


def bundle(prepared: list[Prepared], how: Delivering) -> list[list[Prepared]]:
    """Which messages travel together, in which order, how often."""
    told = [each for each in prepared if each.deed.is_told]
    ordered = list(reversed(told)) if how.order == "reversed" else told
    groups = [ordered] if how.batch and ordered else [[each] for each in ordered]
    return [group for group in groups for _ in range(how.times)]


def payload(twin: Twin, citizen: Citizen, bundled: list[Prepared], how: Delivering) -> Json:
    """The webhook that carries these messages."""
    parts = [each.part for each in bundled]
    if citizen.channel == "whatsapp":
        made = envelopes.whatsapp_envelope(twin.config, parts)
    else:
        made = envelopes.instagram_envelope(twin.config, parts, twin.clock())
    return envelopes.with_unknown_fields(made) if how.unknown_fields else made


# What both channels look up


def file_of(twin: Twin, media_id: str) -> Media:
    media = twin.store.media(media_id)
    if media is None:
        raise ActionError(f"no media {media_id}: POST /media first")
    return media


def message_of(twin: Twin, citizen: Citizen, message_id: str, *, own: bool = False) -> Message:
    """A message of this chat; `own` is one that the citizen wrote."""
    message = twin.store.message(message_id)
    if message is None or (message.channel, message.citizen) != (citizen.channel, citizen.key):
        raise ActionError(f"no message {message_id} in the chat of {citizen.key}")
    if own and message.direction == "out":
        raise ActionError(f"the citizen did not write {message_id}")
    return message


def find_offer(twin: Twin, citizen: Citizen, tap: Tap) -> tuple[Message, Offer]:
    for message in reversed(twin.store.messages(citizen, "out")):
        if tap.message not in (None, message.id):
            continue
        for offer in views.offers(twin.config, message):
            if offer.id == tap.id and tap.title in (None, offer.title):
                return message, offer
    raise ActionError(f"nothing to tap with the id {tap.id!r} was sent to {citizen.key}")
