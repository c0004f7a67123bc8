"""The last sign of every citizen: one look through the whole table, once a night."""

from collections.abc import Iterator
from datetime import UTC, datetime

from aduan.aws.citizen_table import FORGOTTEN
from aduan.aws.items import Item, from_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.retention import Trace
from aduan.service_request import ServiceRequest

_NEVER = datetime.min.replace(tzinfo=UTC)


class Traces(ServiceRequestTable):
    def all(self) -> Iterator[Trace]:
        """Each chat and report of a citizen who is not forgotten."""
        pages = self._db.get_paginator("scan").paginate(
            TableName=self.name,
            FilterExpression="SK = :chat OR SK = :report",
            ExpressionAttributeValues={":chat": {"S": "conversation"}, ":report": {"S": "request"}},
        )
        for page in pages:
            for item in page["Items"]:
                is_chat = item["SK"]["S"] == "conversation"
                yield from _of_chat(item) if is_chat else _of_report(item)


def _of_report(item: Item) -> Iterator[Trace]:
    request = from_item(item, ServiceRequest)
    if request.citizen_id != FORGOTTEN:
        at, is_open = request.updated_datetime, not request.is_over
        yield Trace(citizen_id=request.citizen_id, at=at, is_open=is_open)


def _of_chat(item: Item) -> Iterator[Trace]:
    """Under every id of one person: they are not gone while they write under another."""
    last = item.get("last_inbound_at")
    at = datetime.fromisoformat(last["S"]) if last else _NEVER
    for each in (item["citizen_id"], *item.get("also", {"L": []})["L"]):
        yield Trace(citizen_id=each["S"], at=at, is_open="draft" in item)
