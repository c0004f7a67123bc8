"""A citizen's traces in the table, for forgetting them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from aduan.aws.items import from_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Event
from aduan.service_request import ServiceRequest

FORGOTTEN = "forgotten"  # in place of the citizen's id


class CitizenTable(ServiceRequestTable):
    def requests_of(self, citizen_id: str) -> Iterator[ServiceRequest]:
        """All reports of a citizen, also those that their chat no longer lists: a scan, for a rare request."""
        pages = self._db.get_paginator("scan").paginate(
            TableName=self.name,
            FilterExpression="SK = :sk AND citizen_id = :id",
            ExpressionAttributeValues={":sk": {"S": "request"}, ":id": {"S": citizen_id}},
        )
        for page in pages:
            for item in page["Items"]:
                yield from_item(item, ServiceRequest)

    def forget_reporter(self, request: ServiceRequest, *, at: datetime) -> None:
        """The report keeps kind, place and state; the words, files and the person are gone."""
        bare = replace(
            request,
            citizen_id=FORGOTTEN,
            said=(),
            photo_ids=(),
            recording_ids=(),
            reason=None,
        )
        event = Event(what="reporter_forgotten", who="citizen", at=at)
        self.save(Change(request=bare, event=event, beside=self._reason_of(request)), at=at)

    def _reason_of(self, request: ServiceRequest) -> Change | None:
        """What one who joined said to be unsolved stands in the report that they joined, too."""
        if request.joined_to is None or request.reason is None:
            return None
        lead = self.request(request.joined_to)
        return Change(request=replace(lead, reason=None)) if lead.reason == request.reason else None

    def forget_chat(self, citizen_id: str) -> None:
        """The conversation, what was said in it and kept of it; no file is fetched for it any more."""
        pk = f"citizen#{citizen_id}"
        for item in self.query(pk, ""):
            if not item["SK"]["S"].startswith("photo#"):
                self.delete(pk, item["SK"]["S"])

    def photos_of(self, citizen_id: str) -> list[str]:
        """The ids of all their photos and recordings, whatever they are part of."""
        items = self.query(f"citizen#{citizen_id}", "photo#")
        return [item["SK"]["S"].removeprefix("photo#") for item in items]

    def forget_photo(self, citizen_id: str, photo_id: str) -> None:
        self.delete(f"photo#{photo_id}", "photo")
        self.delete(f"citizen#{citizen_id}", f"photo#{photo_id}")

    def ids_of(self, citizen_id: str) -> list[str]:
        """All ids of one person, the one they are known by last: see `Conversation.also`."""
        item = self.get(f"citizen#{citizen_id}", "conversation") or {}
        also = item.get("also", {"L": []})["L"]
        return [*(each["S"] for each in also), citizen_id]
