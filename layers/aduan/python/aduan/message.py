"""What a citizen sent and what we say, the same for every channel."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    WHATSAPP = "whatsapp"
    INSTAGRAM = "instagram"


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


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One message of a citizen. `choice` is the payload of a button, row or quick reply tapped.

    `unreadable` names the kind of a message that holds nothing to read (audio, sticker, …).
    """

    message_id: str
    sender: Sender
    sent_at: datetime
    text: str | None = None
    location: Location | None = None
    photos: tuple[Media, ...] = ()
    choice: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    payload: str
    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Say:
    """A message to a citizen, not yet in words: `text` is a key of `messages.id.toml`.

    `photo_key` is an officer's photo in the bucket, shown with the words. `ask_location` puts a
    button for it where the channel has one. `first_contact` adds the privacy notice.
    """

    text: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    photo_key: str | None = None
    ask_location: bool = False
    first_contact: bool = False
