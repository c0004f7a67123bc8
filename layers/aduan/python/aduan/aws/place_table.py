"""What callers' phones were asked, and what they answered.

Key (PK / SK): place#<id> / place    for two days
"""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan.aws.items import from_item, to_item
from aduan.aws.service_request_table import ServiceRequestTable, writes_of
from aduan.aws.table import Write, put_version
from aduan.change import Change
from aduan.errors import NotFoundError
from aduan.locating import Locating

KEPT = timedelta(days=2)


class PlaceTable(ServiceRequestTable):
    def locating(self, place_id: str) -> Locating:
        item = self.get(f"place#{place_id}", "place")
        if item is None:
            raise NotFoundError(place_id)
        return from_item(item, Locating)

    def save_answer(self, locating: Locating, change: Change, *, at: datetime) -> None:
        """The answer and what it changes about the report; StaleUpdateError if either has moved on."""
        self.transact([write_of(locating), *writes_of(change, at)])


def write_of(locating: Locating) -> Write:
    keys = {"PK": f"place#{locating.place_id}", "SK": "place"}
    item = to_item(replace(locating, version=locating.version + 1), **keys)
    expires = to_item({"expires_at": int((locating.asked_at + KEPT).timestamp())})
    return put_version(item | expires, locating.version)
