"""Callers to be called back, and the record of each number that was shown to a person."""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan.aws.clicks import seen
from aduan.aws.items import Item, from_item, to_item
from aduan.aws.service_request_table import ServiceRequestTable, writes_of
from aduan.aws.table import Write, put, put_version, update
from aduan.change import Change
from aduan.command_centre.call_backs import CallBack
from aduan.command_centre.contact import REVEALED, Limits
from aduan.command_centre.figures import day_of
from aduan.command_centre.operator import Deed
from aduan.errors import NotFoundError, TooManyTodayError

DECISIONS_KEPT = timedelta(days=365)
CALL_BACKS_KEPT = timedelta(days=90)
COUNTS_KEPT = timedelta(days=7)


class ContactTable(ServiceRequestTable):
    def call_back(self, citizen_id: str) -> CallBack:
        """NotFoundError if this caller is not on the list and never was."""
        item = self.get(f"citizen#{citizen_id}", "callback")
        if item is None:
            raise NotFoundError(citizen_id)
        return from_item(item, CallBack)

    def save_call_back(
        self, call_back: CallBack, what: str, deed: Deed, *, click: str, at: datetime
    ) -> None:
        """The entry as it is now and who did it, once for each click; StaleUpdateError if it has changed."""
        kept = replace(call_back, version=call_back.version + 1)
        self.transact(
            [
                seen(click, at),
                put_version(_item(kept, at), call_back.version),
                put(decision(call_back.citizen_id, what, deed, at)),
            ]
        )

    def record_reveal(
        self,
        deed: Deed,
        limits: Limits,
        *,
        change: Change,
        citizen_id: str,
        click: str,
        at: datetime,
    ) -> None:
        """What must be on record before a number is shown: all of it, or it is not shown.

        AlreadySeenError for a form that has shown one; TooManyTodayError beyond what a day allows.
        """
        self.transact(
            [
                seen(click, at),
                _one_more(deed.by, limits.of_one, at),
                _one_more("all", limits.of_all, at),
                put(decision(citizen_id, REVEALED, deed, at)),
                *writes_of(change, at),
            ]
        )


def decision(citizen_id: str, what: str, deed: Deed, at: datetime) -> Item:
    """What was decided about a citizen, by whom and why; forgotten with them."""
    return to_item(
        {
            "PK": f"citizen#{citizen_id}",
            "SK": f"decision#{at.isoformat()}",
            "what": what,
            "by": deed.by,
            "why": deed.why,
            "invocation": deed.invocation,
            "expires_at": int((at + DECISIONS_KEPT).timestamp()),
        }
    )


def _item(call_back: CallBack, at: datetime) -> Item:
    keys = {"PK": f"citizen#{call_back.citizen_id}", "SK": "callback"}
    if call_back.end is None:
        keys |= {"work": "callback", "work_since": call_back.waits_since.isoformat()}
        return to_item(call_back, **keys)
    expires = to_item({"expires_at": int((at + CALL_BACKS_KEPT).timestamp())})
    return to_item(call_back, **keys) | expires


def _one_more(whose: str, most: int, at: datetime) -> Write:
    counted = update(
        f"contacts#{day_of(at)}",
        whose,
        "ADD shown :one SET expires_at = :expires",
        one=1,
        expires=int((at + COUNTS_KEPT).timestamp()),
    )
    allowed = counted.provided("attribute_not_exists(shown) OR shown < :most", most=most)
    return replace(allowed, unless=TooManyTodayError)
