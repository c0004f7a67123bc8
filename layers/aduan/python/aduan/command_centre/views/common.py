"""What several widgets show in the same way: numbers, places, times, kinds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from aduan import wording
from aduan.change import Event
from aduan.command_centre.widget import Context, link, text
from aduan.jurisdiction import Jurisdiction
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB
from aduan.timeline import words_of

SHOW = "command_centre"
ACT = "decide_report"
CALL = "take_call"
REDRIVE = "redrive_failures"
PRINT = "print_papers"
REVEAL = "reveal_contact"


def number(context: Context, service_request_id: str) -> str:
    """A report's number that opens it."""
    return link(
        context, spoken(service_request_id), SHOW, {"view": "report", "id": service_request_id}
    )


def reporter(context: Context, citizen_id: str) -> str:
    """A reporter's opaque id, shortened, that shows all of their reports."""
    return link(context, citizen_id[:8], SHOW, {"view": "find", "citizen": citizen_id})


def kind(request: ServiceRequest, city: Jurisdiction) -> str:
    return escape(city.services[request.service_code].service_name)


def place(request: ServiceRequest, city: Jurisdiction) -> str:
    return escape(wording.shorten(wording.place_of(request, city), 80))


def clock(at: datetime) -> str:
    return f"{at.astimezone(WIB):%H.%M}"


def day_and_clock(at: datetime, now: datetime) -> str:
    local, today = at.astimezone(WIB), now.astimezone(WIB)
    return f"{local:%H.%M}" if local.date() == today.date() else f"{local:%d/%m %H.%M}"


def lasting(time: timedelta, city: Jurisdiction) -> str:
    return hours(time.total_seconds() / 3600, city)


def hours(amount: float | None, city: Jurisdiction) -> str:
    """15 minutes, 4 hours, 3 days; a dash where it is not known yet."""
    titles = city.command_centre["titles"]
    if amount is None:
        return "–"
    if amount < 1:
        return str(titles["minutes_short"]).format(minutes=round(amount * 60))
    if amount <= 48:
        return str(titles["hours_short"]).format(hours=round(amount))
    return str(titles["days_short"]).format(days=round(amount / 24))


def event_line(event: Event, city: Jurisdiction) -> str | None:
    """What happened in a few words; None for what is nobody's business here."""
    return words_of(event, city.command_centre["events"], city)


def bars(rows: Sequence[tuple[str, int]]) -> str:
    """A bar chart of a few rows, each with its number."""
    most = max((count for _, count in rows), default=0) or 1
    return "".join(
        f'<tr><td style="white-space:nowrap">{escape(name)}</td><td class=n>{count}</td>'
        f'<td style="width:60%"><div class="bar" style="width:{100 * count / most:.0f}%"></div></td></tr>'
        for name, count in rows
    ).join(("<table><tbody>", "</tbody></table>"))


def signature(context: Context, city: Jurisdiction) -> str:
    """Who does it and why: asked above the buttons of a list."""
    names = city.command_centre["report"]
    initials = text("initials", names["initials"], context.typed.get("initials", ""), longest=4)
    why = text("why", names["reason"], "", longest=500)
    return f'<div class="cols"><div>{initials}</div><div>{why}</div></div>'
