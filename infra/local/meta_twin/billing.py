"""What Meta bills of a month: WhatsApp's delivered messages, by kind and citizen.

Since 1 October 2026 every delivered message costs, free-form replies (`service`) from the 1,001st
of a calendar month on. Whether the month is the account's or Meta's is not documented: Jakarta's.
https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing/
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from infra.local.meta_twin.config import Config
from infra.local.meta_twin.store import Message, Store

Json = dict[str, Any]

JAKARTA = timezone(timedelta(hours=7))
FREE_A_MONTH = 1000
DELIVERED = ("delivered", "read")


def month_of(at: float) -> str:
    """2026-11"""
    return datetime.fromtimestamp(at, UTC).astimezone(JAKARTA).strftime("%Y-%m")


def category_of(config: Config, message: Message) -> str:
    """service, or what the template was approved as; nothing for a reaction, which is never billed."""
    if message.channel == "instagram":
        return "instagram"
    kind = message.body.get("type", "text")
    if kind == "reaction":
        return ""
    if kind != "template":
        return "service"
    name = message.body["template"]["name"]
    known = [template for template in config.templates if template.name == name]
    return known[0].category if known else "utility"


class Row(NamedTuple):
    citizen: str
    channel: str
    category: str
    billable: bool


class Bill:
    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store

    def pricing(self, message: Message) -> Json | None:
        """`pricing` of a status: what the message is billed as, were it delivered now."""
        category = category_of(self._config, message)
        if not category or category == "instagram":
            return None
        month_began = _begin(month_of(message.at))
        delivered = self._store.count_delivered(category, since=month_began)
        free = category == "service" and delivered < FREE_A_MONTH
        return {
            "billable": not free,
            "pricing_model": "PMP",
            "category": category,
            "type": "free_customer_service" if free else "regular",
        }

    def of_month(self, month: str) -> Json:
        """How many were delivered, how many of them cost, and what; per kind and per citizen.

        `usd_without_free` is the price once the free thousand is used up: what one report costs a
        city that has many.
        """
        rows = self._rows(month)
        service = len([row for row in rows if row.category == "service"])
        return {
            "month": month,
            "free_a_month": FREE_A_MONTH,
            "free_left": max(0, FREE_A_MONTH - service),
            **self._sum(rows),
            "kinds": {
                kind: self._sum(row for row in rows if row.category == kind)
                for kind in sorted({row.category for row in rows})
            },
            "citizens": [
                {
                    "channel": channel,
                    "citizen": citizen,
                    **self._sum(own := [row for row in rows if row[:2] == (citizen, channel)]),
                    "kinds": dict(Counter(row.category for row in own)),
                }
                for citizen, channel in dict.fromkeys(row[:2] for row in rows)
            ],
        }

    def _sum(self, rows: Iterable[Row]) -> Json:
        rows = list(rows)
        billable = [row for row in rows if row.billable]
        return {
            "delivered": len(rows),
            "billable": len(billable),
            "usd": self._price(billable),
            "usd_without_free": self._price(rows),
        }

    def _price(self, rows: Iterable[Row]) -> float:
        return round(sum(self._config.usd_per_message.get(row.category, 0) for row in rows), 4)

    def _rows(self, month: str) -> list[Row]:
        return [
            Row(
                message.citizen,
                message.channel,
                category_of(self._config, message),
                bool((message.pricing or {}).get("billable")),
            )
            for message in self._store.sent_since(_begin(month))
            if month_of(message.at) == month
            and category_of(self._config, message)
            and (message.status in DELIVERED or message.channel == "instagram")
        ]


def _begin(month: str) -> float:
    return datetime.strptime(month, "%Y-%m").replace(tzinfo=JAKARTA).timestamp()
