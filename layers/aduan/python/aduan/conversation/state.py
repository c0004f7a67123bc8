"""What is remembered of a chat, and what one message makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from aduan.change import Change
from aduan.draft import Draft
from aduan.message import Channel, Say

REPORTS_KEPT = 10


class Asked(StrEnum):
    """What we asked last and wait to hear."""

    KIND = "kind"
    WHAT = "what"
    PLACE = "place"
    CONFIRM = "confirm"
    CHANGE = "change"
    WHICH = "which"
    SAME = "same"
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
    """How much a citizen has sent in this minute, and sent and reported on this day (WIB, ISO date)."""

    minute: str = ""
    messages: int = 0
    day: str = ""
    today: int = 0
    reports: int = 0


@dataclass(frozen=True, kw_only=True)
class AskedPlace:
    """A place that an operator of 112 asked for while its citizen was on the telephone."""

    place_id: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """`about` is the report that `asked` belongs to, once it is one; `reports` the citizen's, newest first.

    `aside` is another matter that came up while a draft was open: its turn comes when that is a report.
    `muted_until`: an administrator wants no answers given. `operator_until`: a person is answering by hand.
    `also` are other ids of the same person, who wrote under a new number before we heard that it is theirs.
    """

    citizen_id: str
    channel: Channel
    draft: Draft | None = None
    aside: Draft | None = None
    asked: Asked | None = None
    about: str | None = None
    reports: tuple[str, ...] = ()
    locating: AskedPlace | None = None
    held: Held | None = None
    pace: Pace = Pace()
    dropped: bool = False  # a draft was given up, which the citizen has not been told yet
    silenced: bool = False
    out_of_reach: bool = False  # nothing has got through to them since they wrote last
    muted_until: datetime | None = None
    operator_until: datetime | None = None
    began_at: datetime | None = None
    last_inbound_at: datetime | None = None
    also: tuple[str, ...] = ()
    version: int = 0

    @property
    def is_new(self) -> bool:
        return self.last_inbound_at is None

    def is_theirs(self, citizen_id: str) -> bool:
        return citizen_id in (self.citizen_id, *self.also)

    def joined_with(self, other: Self) -> Self:
        """One chat of two, of somebody who turns out to be one person."""
        goes_on = self if self.draft or not other.draft else other
        return replace(
            self,
            draft=goes_on.draft,
            aside=goes_on.aside,
            asked=goes_on.asked,
            about=goes_on.about,
            reports=(*other.reports, *self.reports)[:REPORTS_KEPT],
            last_inbound_at=self.last_inbound_at or other.last_inbound_at,
            also=(*self.also, other.citizen_id, *other.also),
        )


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What is on record of a message of ours that the citizen quotes or reacts to."""

    effect: str
    text: str = ""
    service_request_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A conversation as it will be, and the change it makes. `joined` is a chat that it takes the place of."""

    conversation: Conversation
    change: Change
    joined: Conversation | None = None
