"""What is remembered of a chat, and what one message makes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aduan.change import Change
from aduan.draft import Draft
from aduan.message import Channel


class Asked(StrEnum):
    """What we asked last and wait to hear."""

    KIND = "kind"
    PLACE = "place"
    CONFIRM = "confirm"
    CHANGE = "change"
    REASON = "reason"


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """`about` is the report that `asked` belongs to, once it is one; `reports` the citizen's, newest first."""

    citizen_id: str
    channel: Channel
    draft: Draft | None = None
    asked: Asked | None = None
    about: str | None = None
    reports: tuple[str, ...] = ()
    last_inbound_at: datetime | None = None
    version: int = 0

    @property
    def is_new(self) -> bool:
        return self.last_inbound_at is None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A conversation as it will be, and the change it makes."""

    conversation: Conversation
    change: Change
