"""“Kesehatan sistem”: what waits, what failed, and the button that tries it again."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from aduan.command_centre.views.common import REDRIVE, day_and_clock, number, signature
from aduan.command_centre.widget import Context, button, notice, page, table, tile
from aduan.jurisdiction import Jurisdiction

FREE_MESSAGES = 1000  # a month; beyond them Meta bills each, at about this price in Indonesia
USD_PER_MESSAGE = 0.025
USD_PER_REPORT = (
    0.00059  # what AWS bills for the calls of a plain report, as `make bench` counts them
)


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """How many messages wait, are being handled, and have failed for good."""

    name: str
    waiting: int
    handled: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Failed:
    service_request_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Health:
    at: datetime
    queues: tuple[QueueState, ...]
    executions: tuple[Failed, ...] = ()
    messages: int | None = None  # and reports, of this month: not known to the one that redrives
    reports: int = 0
    notice: str = ""
    refused: bool = False


def render(health: Health, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["health"]
    failed = sum(queue.failed for queue in health.queues)
    form = signature(context, city) if failed else ""
    return page(
        context,
        notice(health.notice, refused=health.refused),
        '<div class="tiles">',
        tile(words["waiting"], str(sum(queue.waiting for queue in health.queues))),
        tile(words["failed"], str(failed), "alarm" if failed else "good"),
        _cost(health, city),
        "</div>",
        f"<form>{form}{_queues(health, city, context)}</form>",
        _executions(health, city, context),
    )


def _cost(health: Health, city: Jurisdiction) -> str:
    """What this month has cost so far, estimated from what was counted."""
    words = city.command_centre["health"]
    if health.messages is None:
        return ""
    usd = max(0, health.messages - FREE_MESSAGES) * USD_PER_MESSAGE
    cost = str(words["messages_cost"]).format(
        count=health.messages, usd=_usd(usd), free=FREE_MESSAGES
    )
    calls = str(words["aws_cost"]).format(count=health.reports)
    return tile(words["messages"], str(health.messages), more=cost) + tile(
        words["aws"], _usd(health.reports * USD_PER_REPORT), more=calls
    )


def _usd(amount: float) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _queues(health: Health, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["health"]
    rows = []
    for queue in health.queues:
        again = button(
            context,
            words["redrive"],
            REDRIVE,
            {"queue": queue.name},
            confirm=str(city.command_centre["confirm"]["redrive"]),
        )
        can_be_tried = (
            queue.failed and queue.name != "effects"
        )  # those, reconcile finds in the table
        rows.append(
            [
                escape(str(words[queue.name])),
                str(queue.waiting),
                str(queue.handled),
                str(queue.failed),
                again if can_be_tried else "",
            ]
        )
    head = (words["queue"], words["waiting"], words["handled"], words["failed"], "")
    return table(head, rows, frozenset({1, 2, 3}))


def _executions(health: Health, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["health"]
    head = f"<h3>{escape(words['executions'])}</h3>"
    if not health.executions:
        return f"{head}<p class=soft>{escape(words['none'])}</p>"
    rows = (
        [number(context, each.service_request_id), escape(day_and_clock(each.at, health.at))]
        for each in health.executions
    )
    return f"{head}{table(('', ''), rows)}<p class=soft>{escape(words['what_to_do'])}</p>"
