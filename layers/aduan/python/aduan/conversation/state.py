"""What is remembered of a chat, and what one message makes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aduan.change import Change
from aduan.draft import Draft
from aduan.message import Channel, Say


class Asked(StrEnum):
    """What we asked last and wait to hear."""

    KIND = "kind"
    WHAT = "what"
    PLACE = "place"
    CONFIRM = "confirm"
    CHANGE = "change"
    WHICH = "which"
    REASON = "reason"
    ADDITION = "addition"
    OFFICER_QUESTION = "officer_question"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A message to the citizen that may not have left yet: a newer one can say it all and overtake it."""

    effect: str
    at: datetime
    say: Say
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much a citizen has sent in this minute and reported on this day (WIB, ISO date)."""

    minute: str = ""
    messages: int = 0
    day: str = ""
    reports: int = 0


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """`about` is the report that `asked` belongs to, once it is one; `reports` the citizen's, newest first.

    `aside` is another matter that came up while a draft was open: its turn comes when that is a report.
    `muted_until`: an administrator wants no answers given. `operator_until`: a person is answering by hand.
    """

    citizen_id: str
    channel: Channel
    draft: Draft | None = None
    aside: Draft | None = None
    asked: Asked | None = None
    about: str | None = None
    reports: tuple[str, ...] = ()
    held: Held | None = None
    pace: Pace = Pace()
    dropped: bool = False  # a draft was given up, which the citizen has not been told yet
    silenced: bool = False
    muted_until: datetime | None = None
    operator_until: datetime | None = None
    began_at: datetime | None = None
    last_inbound_at: datetime | None = None
    version: int = 0

    @property
    def is_new(self) -> bool:
        return self.last_inbound_at is None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What is on record of a message of ours that the citizen quotes or reacts to."""

    effect: str
    text: str = ""
    service_request_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A conversation as it will be, and the change it makes."""

    conversation: Conversation
    change: Change
