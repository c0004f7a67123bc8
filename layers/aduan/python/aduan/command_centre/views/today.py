"""“Kota Kediri hari ini”: the city at a glance, from counters alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from aduan import wording
from aduan.change import Event
from aduan.command_centre import city_map
from aduan.command_centre.figures import added, day_of, ratings, times
from aduan.command_centre.views.common import (
    bars,
    day_and_clock,
    event_line,
    hours,
    kind,
    lasting,
    number,
    place,
)
from aduan.command_centre.widget import Context, page, table, tag, tile
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest

Figures = Mapping[str, int]
_LATEST = 20


@dataclass(frozen=True, kw_only=True)
class News:
    """One of the last events, and the report it belongs to."""

    event: Event
    service_request_id: str
    service_code: str
    area: str | None = None


@dataclass(frozen=True, kw_only=True)
class Today:
    """All that was read: figures by day and by week and agency, and the short lists."""

    at: datetime
    now: Figures
    days: Mapping[str, Figures]
    weeks: Mapping[str, Mapping[str, Figures]]
    calls: Figures = field(default_factory=Counter)
    latest: tuple[News, ...] = ()
    urgent: tuple[ServiceRequest, ...] = ()
    longest: tuple[ServiceRequest, ...] = ()


def render(today: Today, city: Jurisdiction, context: Context) -> str:
    titles = city.command_centre["titles"]
    as_of = str(titles["as_of"]).format(at=wording.date_and_time(today.at))
    return page(
        context,
        _emergencies(today, city, context),
        _tiles(today, city),
        '<div class="cols">',
        f'<div class="narrow">{_map(today, city, context)}</div>',
        f'<div class="wide">{_agencies(today, city)}</div>',
        "</div>",
        '<div class="cols">',
        f"<div>{_latest(today, city, context)}</div>",
        f"<div>{_longest(today, city, context)}{_weeks(today, city)}</div>",
        f"<div>{_hours(today, city)}{_calls(today, city)}{_channels(today, city)}</div>",
        "</div>",
        f"<small>{escape(as_of)}</small>",
    )


def render_agency(today: Today, agency_id: str, city: Jurisdiction, context: Context) -> str:
    """What the head of one agency sees: their own figures, and nobody else's."""
    titles = city.command_centre["titles"]
    own = {week: {agency_id: of.get(agency_id, {})} for week, of in today.weeks.items()}
    name = city.agencies[agency_id].full_name
    late = today.now.get(f"late/{agency_id}", 0)
    tiles = (
        tile(titles["open"], str(today.now.get(f"agency/{agency_id}", 0))),
        tile(titles["late"], str(late), "alarm" if late else ""),
    )
    only = Today(at=today.at, now=today.now, days=today.days, weeks=own)
    return page(
        context,
        f'<h2>{escape(name)}</h2><div class="tiles">{"".join(tiles)}</div>',
        _agencies(only, city, only_these=(agency_id,)),
        _weeks(only, city),
    )


def _emergencies(today: Today, city: Jurisdiction, context: Context) -> str:
    titles = city.command_centre["titles"]
    if not today.urgent:
        return f'<p class="soft">{escape(titles["no_emergencies"])}</p>'
    rows = (
        [
            number(context, request.service_request_id),
            tag(city.services[request.service_code].service_name, "alarm"),
            place(request, city),
            escape(city.agency_name(request.agency_responsible)),
            escape(city.agency_texts["states"][request.status]),
            escape(lasting(today.at - request.requested_datetime, city)),
        ]
        for request in today.urgent
    )
    count = today.now.get("urgent", len(today.urgent))
    head = (f"{titles['emergencies']}: {count}", "", "", "", "", "")
    return f'<div class="strip">{table(head, rows)}</div>'


def _tiles(today: Today, city: Jurisdiction) -> str:
    titles, day = city.command_centre["titles"], today.days.get(day_of(today.at), {})
    month = added(today.days.values())
    satisfied = ratings(month)
    late = today.now.get("late", 0)
    of_answers = str(titles["of_answers"]).format(answers=satisfied.answers, asked=satisfied.asked)
    mean = f"{satisfied.mean:.2f}".replace(".", ",") if satisfied.mean else titles["no_ratings"]
    tiles = (
        tile(titles["open"], str(today.now.get("open", 0))),
        tile(titles["late"], str(late), "alarm" if late else ""),
        tile(titles["new_today"], str(day.get("new", 0)), more=_more_of_new(month, city)),
        tile(titles["solved_today"], str(day.get("solved", 0)), "good"),
        tile(titles["to_rate"], str(today.now.get("solved", 0))),
        tile(titles["closed_today"], str(day.get("closed", 0))),
        tile(titles["ratings"], mean, more=of_answers),
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _more_of_new(month: Mapping[str, int], city: Jurisdiction) -> str:
    """Of the reports of four weeks: those that joined another, and those that make a pattern."""
    text = str(city.command_centre["titles"]["of_new"])
    return text.format(joined=month.get("joined", 0), recurring=month.get("recurring", 0))


def _map(today: Today, city: Jurisdiction, context: Context) -> str:
    titles = city.command_centre["titles"]
    counts = {
        name.removeprefix("area/"): count
        for name, count in today.now.items()
        if name.startswith("area/") and count > 0
    }
    unplaced = counts.pop("-", 0)
    drawn = city_map.draw(city, counts, dark=context.theme == "dark")
    more = str(titles["unplaced"]).format(count=unplaced)
    return f"<h3>{escape(titles['map'])}</h3>{drawn}<p class=soft>{escape(more)}</p>"


def _agencies(today: Today, city: Jurisdiction, only_these: tuple[str, ...] = ()) -> str:
    titles = city.command_centre["titles"]
    busy = [
        each
        for each in only_these or city.agencies
        if today.now.get(f"agency/{each}") or any(week.get(each) for week in today.weeks.values())
    ]
    rows = []
    for agency_id in sorted(busy, key=lambda each: -today.now.get(f"agency/{each}", 0)):
        month = added(week.get(agency_id, {}) for week in today.weeks.values())
        accepted, solved, satisfied = (
            times(month, "accepted"),
            times(month, "solved"),
            ratings(month),
        )
        mean = f"{satisfied.mean:.1f}".replace(".", ",") if satisfied.mean else "–"
        rows.append(
            [
                escape(city.agency_name(agency_id)),
                str(today.now.get(f"agency/{agency_id}", 0)),
                str(today.now.get(f"late/{agency_id}", 0)),
                escape(hours(accepted.median_h, city)),
                escape(hours(solved.median_h, city)),
                escape(hours(solved.ninetieth_h, city)),
                str(month.get("reopened", 0)),
                f"{mean} <small>({satisfied.answers})</small>",
            ]
        )
    head = (
        titles["agency"],
        titles["open"],
        titles["late"],
        titles["median_accept"],
        titles["median_solve"],
        titles["ninetieth_solve"],
        titles["reopened"],
        "★",
    )
    shown = table(head, rows, frozenset(range(1, 8))) if rows else _nothing(titles)
    note = f"<small>{escape(titles['times_note'])}</small>" if rows else ""
    return f"<h3>{escape(titles['agencies'])}</h3>{shown}{note}"


def _weeks(today: Today, city: Jurisdiction) -> str:
    """All agencies together, week by week: is it getting better?"""
    titles = city.command_centre["titles"]
    rows = []
    for week, of in sorted(today.weeks.items(), reverse=True):
        figures = added(of.values())
        accepted, solved = times(figures, "accepted"), times(figures, "solved")
        if not figures.get("new"):
            continue
        done = str(titles["done_of"]).format(done=solved.done, of=solved.of)
        rows.append(
            [
                escape(week),
                escape(hours(accepted.median_h, city)),
                escape(hours(solved.median_h, city)),
                escape(done),
                str(figures.get("closed", 0)),
            ]
        )
    head = (
        titles["week"],
        titles["median_accept"],
        titles["median_solve"],
        city.agency_texts["page"]["solve"],
        city.agency_texts["states"]["closed"],
    )
    if not rows:
        return ""
    return f"<h3>{escape(titles['weeks'])}</h3>{table(head, rows, frozenset(range(1, 5)))}"


def _longest(today: Today, city: Jurisdiction, context: Context) -> str:
    titles = city.command_centre["titles"]
    rows = (
        [
            number(context, request.service_request_id),
            kind(request, city),
            escape(city.agency_name(request.agency_responsible)),
            escape(city.agency_texts["states"][request.status]),
            escape(lasting(today.at - request.updated_datetime, city)),
        ]
        for request in today.longest
    )
    shown = table(("", "", "", "", ""), rows, frozenset({4})) if today.longest else _nothing(titles)
    return f"<h3>{escape(titles['longest'])}</h3>{shown}"


def _latest(today: Today, city: Jurisdiction, context: Context) -> str:
    titles = city.command_centre["titles"]
    rows = []
    for news in today.latest:
        line = event_line(news.event, city)
        if line is None or news.event.what == "dispatched":  # "routed" has said it
            continue
        service = city.services[news.service_code].service_name
        where = f" · {news.area}" if news.area else ""
        rows.append(
            [
                escape(day_and_clock(news.event.at, today.at)),
                f"{escape(line)}<br><small>{escape(service + where)}</small>",
                number(context, news.service_request_id),
            ]
        )
    shown = table(("", "", ""), rows[:_LATEST]) if rows else _nothing(titles)
    return f"<h3>{escape(titles['latest'])}</h3>{shown}"


def _channels(today: Today, city: Jurisdiction) -> str:
    titles, month = city.command_centre["titles"], added(today.days.values())
    names = city.command_centre["channels"]
    rows = [(str(name), month.get(f"channel/{key}", 0)) for key, name in names.items()]
    return f"<h3>{escape(titles['channels'])}</h3>{bars(rows)}"


def _hours(today: Today, city: Jurisdiction) -> str:
    """Twenty-four bars: when the desk must be awake."""
    titles, month = city.command_centre["titles"], added(today.days.values())
    counts = [month.get(f"hour/{hour:02}", 0) for hour in range(24)]
    most = max(counts) or 1
    drawn = "".join(
        f'<rect x="{hour * 13}" y="{50 - 48 * count / most:.0f}" width="11" '
        f'height="{48 * count / most:.0f}" rx="1.5" style="fill:var(--accent)">'
        f"<title>{hour:02}.00: {count}</title></rect>"
        for hour, count in enumerate(counts)
    )
    marks = "".join(
        f'<text x="{hour * 13 + 5}" y="63" font-size="9" text-anchor="middle">{hour:02}</text>'
        for hour in range(0, 24, 3)
    )
    chart = f'<svg viewBox="0 0 312 66" width="100%" style="max-width:420px">{drawn}{marks}</svg>'
    return f"<h3>{escape(titles['hours'])}</h3>{chart}"


def _calls(today: Today, city: Jurisdiction) -> str:
    """Calls that became no report, beside those that did."""
    titles: dict[str, Any] = city.command_centre["titles"]
    kinds = city.command_centre["calls"]
    empty = [(str(name), today.calls.get(key, 0)) for key, name in kinds.items()]
    count = sum(each for _, each in empty)
    reports = today.days.get(day_of(today.at), {}).get("channel/112", 0)
    every = count + reports
    if not every:
        return f"<h3>{escape(titles['calls'])}</h3><p class=soft>{escape(titles['no_calls'])}</p>"
    share = round(100 * count / every)
    rate = str(titles["prank_rate"]).format(share=share, count=count, all=every)
    return f"<h3>{escape(titles['calls'])}</h3>{bars(empty)}<p class=soft>{escape(rate)}</p>"


def _nothing(titles: dict[str, Any]) -> str:
    return f"<p class=soft>{escape(titles['nothing_yet'])}</p>"
