"""What a citizen sent and what we say, the same for every channel."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    WHATSAPP = "whatsapp"
    INSTAGRAM = "instagram"
    CALL = "112"  # whoever called hears by SMS if they agreed, else not at all


CHATS = (Channel.WHATSAPP, Channel.INSTAGRAM)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where a citizen can be reached. Only the vault keeps it.

    `user_id` is the business-scoped user id on WhatsApp (since 2026 the phone number may be missing:
    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids/)
    and the Instagram-scoped id on Instagram; `wa_id` is the phone number, digits only.
    """

    channel: Channel
    user_id: str | None = None
    wa_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Location:
    """Degrees WGS 84; `name` as the citizen's map calls the place."""

    lat: float
    long: float
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Media:
    """A file still in Meta's hands: `media_id` on WhatsApp, `url` on Instagram. `sha256` as Meta gave it."""

    media_id: str | None = None
    url: str | None = None
    mime_type: str | None = None
    sha256: str | None = None


class Kind(StrEnum):
    """What a message is, the same on every channel; `ANSWERS` in conversation/kinds.py has a row for each."""

    TEXT = "text"
    PHOTO = "photo"
    PIN = "pin"
    TAP = "tap"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    CONTACT = "contact"
    REACTION = "reaction"
    EDITED = "edited"
    DELETED = "deleted"
    SHARED_POST = "shared_post"
    STORY_MENTION = "story_mention"
    NUMBER_CHANGED = "number_changed"
    OPERATOR = "operator"
    FAILED = "failed"
    OTHER = "other"


# Nobody has written: Meta opens no window for an answer by it, and nobody becomes a citizen by it.
NEWS = frozenset({Kind.REACTION, Kind.DELETED, Kind.NUMBER_CHANGED, Kind.OPERATOR, Kind.FAILED})


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One message of a citizen, or news about one. `choice` is the payload of what was tapped.

    `recordings` are voice notes and videos. `refers_to` is the id of the message that this one quotes,
    reacts to, edits or deletes; `emoji` the reaction (None: taken back). `error` is Meta's code of a message
    of ours that FAILED; `formerly` who the sender was before NUMBER_CHANGED.
    """

    message_id: str
    sender: Sender
    sent_at: datetime
    kind: Kind = Kind.TEXT
    text: str | None = None
    location: Location | None = None
    photos: tuple[Media, ...] = ()
    recordings: tuple[Media, ...] = ()
    choice: str | None = None
    refers_to: str | None = None
    emoji: str | None = None
    error: int | None = None
    formerly: Sender | None = None

    @property
    def is_news(self) -> bool:
        """News about a message or a person, in contrast to a message of the citizen's."""
        return self.kind in NEWS

    @property
    def is_tap(self) -> bool:
        return self.choice is not None


@dataclass(frozen=True, kw_only=True)
class Choice:
    payload: str
    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Say:
    """A message to a citizen, not yet in words: `text` is a key of `messages.id.toml`.

    `before` are sentences put in front of it. `photo_key` is an officer's photo in the bucket, shown with the
    words. `ask_location` puts a button for it where the channel has one. `first_contact` adds the privacy
    notice. `by_template`: free text was refused for it before. `by_sms`: WhatsApp does not reach them, or it
    is the link by which a caller sends their place; `place_link` is what that link is for.
    """

    text: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    before: tuple[str, ...] = ()
    photo_key: str | None = None
    ask_location: bool = False
    first_contact: bool = False
    by_template: bool = False
    by_sms: bool = False
    place_link: str | None = None
