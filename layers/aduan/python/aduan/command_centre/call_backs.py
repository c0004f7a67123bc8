"""Calls that broke off: whoever called is called back, until somebody has reached them or given up.

One entry a caller, however often they called; the number is in the vault, the list knows an opaque id.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

MOST_CALLS_TOLD = 99


class End(StrEnum):
    """How a try went: spoken with, given up, or to be tried again later."""

    DONE = "done"
    NOT_REACHED = "not_reached"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """`since`: when the call broke off, `by` whose call it was, `calls` how often they called.

    `tries` counts the calls of ours that nobody answered, `tried_at` the last of them; `end` is None while
    the caller waits to be called.
    """

    citizen_id: str
    since: datetime
    by: str
    calls: int = 1
    tries: int = 0
    tried_at: datetime | None = None
    end: End | None = None
    version: int = 0

    @property
    def waits_since(self) -> datetime:
        """Who was tried a moment ago stands behind all others."""
        return self.tried_at or self.since


def broke_off(before: CallBack | None, citizen_id: str, by: str, at: datetime) -> CallBack:
    """A call of this caller has broken off: the first, one more, or anew after they had been spoken with."""
    if before is None or before.end:
        version = before.version if before else 0
        return CallBack(citizen_id=citizen_id, since=at, by=by, version=version)
    return replace(before, calls=min(before.calls + 1, MOST_CALLS_TOLD))


def tried(call_back: CallBack, end: End, at: datetime) -> CallBack:
    if end is End.TRY_AGAIN:
        return replace(call_back, tries=call_back.tries + 1, tried_at=at)
    return replace(call_back, end=end, tried_at=at)
