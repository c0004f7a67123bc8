"""The city's figures: each report adds its own row to them, and a changed row replaces the former one.

A row is made from the report and its timeline alone, never from the change that made it: so a change that
is counted twice, late or out of order is counted once, and a recount by the same rule gives the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aduan.change import Event
from aduan.service_request import OVER, ServiceRequest, Status
from aduan.time_zone import WIB

# A figure is named by its item's two keys and its name in the item.
Cell = tuple[str, str, str]

NOW, DAY, WEEK, CALLS = "figures#now", "figures#day", "figures#week", "figures#calls"
CALL_LISTS = "figures#call_lists"
CITY = "city"
NO_AREA = "-"
# The events that are counted on their day.
_BY_DAY = ("solved", "closed", "rejected", "withdrawn", "refused", "came_back")
# The events that a promise of time was broken; the first of them matters only until it is accepted.
LATE_TO_ACCEPT, LATE_TO_SOLVE = "late_to_accept", "late_to_solve"
BROKEN = (LATE_TO_ACCEPT, LATE_TO_SOLVE)

# Hours up to which a time is counted: a median is told as "within 4 hours", never finer than it is known.
EDGES_H = (0.25, 0.5, 1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 240, 336, 504, 720, 1440, 8760)


class Kind(StrEnum):
    """Calls that become no report: 97 of a hundred."""

    GHOST = "ghost"
    PRANK = "prank"
    INFORMATION = "information"
    WRONG_NUMBER = "wrong_number"


def week_of(at: datetime) -> str:
    """ISO year and week in WIB: 2026-W48."""
    year, week, _ = at.astimezone(WIB).isocalendar()
    return f"{year}-W{week:02}"


def day_of(at: datetime) -> str:
    return f"{at.astimezone(WIB):%Y-%m-%d}"


def cells_of(request: ServiceRequest, events: Iterable[Event]) -> Counter[Cell]:
    """The row of one report: what is counted because of it, and how often."""
    lines = sorted(events, key=lambda event: event.at)
    row: Counter[Cell] = Counter()
    for name in _now(request, lines):
        row[NOW, CITY, name] = 1
    for name in _received(request):
        row[DAY, day_of(request.requested_datetime), name] += 1
    for event in lines:
        if event.what in (*_BY_DAY, *BROKEN):
            row[DAY, day_of(event.at), event.what] += 1
        if event.what == "solved" and request.joined:  # so many more are asked how it was
            row[DAY, day_of(event.at), "asked_too"] += request.joined
        if event.what == "rated" and event.notes in ("1", "2", "3", "4", "5"):
            row[DAY, day_of(event.at), f"rated/{event.notes}"] += 1
    week = f"{WEEK}#{week_of(request.requested_datetime)}"
    for name in _of_the_week(request, lines):
        row[week, request.agency_responsible or "-", name] += 1
    return row


def _now(request: ServiceRequest, lines: list[Event]) -> list[str]:
    """What the report is at this moment."""
    if request.is_over or request.status is Status.JOINED:
        return []
    if request.status is Status.SOLVED:
        return ["solved"]
    names = [
        "open",
        f"status/{request.status}",
        f"agency/{request.agency_responsible or '-'}",
        f"area/{request.area or NO_AREA}",
    ]
    if request.urgent:
        names.append("urgent")
    broken = {event.what for event in lines if event.what in BROKEN}
    if LATE_TO_SOLVE in broken or (broken and request.status is Status.DISPATCHED):
        names += ["late", f"late/{request.agency_responsible or '-'}"]
    return names


def _received(request: ServiceRequest) -> list[str]:
    hour = request.requested_datetime.astimezone(WIB).hour
    return [
        "new",
        f"channel/{request.channel}",
        f"service/{request.service_code}",
        f"area/{request.area or NO_AREA}",
        f"hour/{hour:02}",
        *(["urgent"] if request.urgent else []),
        *(["recurring"] if request.recurrence else []),
        *(["joined"] if request.joined_to else []),
    ]


def _of_the_week(request: ServiceRequest, lines: list[Event]) -> list[str]:
    """How the report went, for those that came in the same week to the same agency."""
    if request.status is Status.JOINED:  # its work is counted once, where it is done
        return [f"rated/{request.rating}"] if request.rating is not None else []
    names = ["new"]
    accepted = next((e.at for e in lines if e.what in ("accepted", "in_progress", "solved")), None)
    if accepted:
        names.append(f"accepted/{edge_of(accepted - request.requested_datetime)}")
    solved = next((e.at for e in reversed(lines) if e.what == "solved"), None)
    if solved and request.status in (Status.SOLVED, Status.CLOSED):
        names.append(f"solved/{edge_of(solved - request.requested_datetime)}")
    elif request.status in OVER:
        names.append("otherwise")  # refused or withdrawn: nothing was promised about it
    if not accepted and request.status in OVER:
        names.append("never_accepted")
    if request.status is Status.CLOSED:
        names.append("closed")
    if request.rating is not None:
        names.append(f"rated/{request.rating}")
    if request.reopened:
        names.append("reopened")
    return names


def edge_of(time: timedelta) -> int:
    """Which of the edges a time lies within; the last one holds everything beyond."""
    hours = time.total_seconds() / 3600
    return next((n for n, edge in enumerate(EDGES_H) if hours <= edge), len(EDGES_H) - 1)


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long reports took, those still waiting counted in: `within` may be None, "not half of them yet"."""

    of: int
    done: int
    median_h: float | None
    ninetieth_h: float | None


def times(figures: Mapping[str, int], what: str) -> Times:
    """`what` is accepted or solved. Whatever is still open stands behind all that is done: a median that
    leaves the waiting ones out would flatter whoever finishes the easy ones and lets the others lie."""
    left_out = figures.get("otherwise" if what == "solved" else "never_accepted", 0)
    counts = [figures.get(f"{what}/{number}", 0) for number in range(len(EDGES_H))]
    of = figures.get("new", 0) - left_out
    return Times(
        of=of,
        done=sum(counts),
        median_h=_within(counts, of * 0.5),
        ninetieth_h=_within(counts, of * 0.9),
    )


def _within(counts: list[int], wanted: float) -> float | None:
    seen = 0
    for edge, count in zip(EDGES_H, counts, strict=True):
        seen += count
        if seen and seen >= wanted:
            return edge
    return None


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """`mean` of `answers` ratings, of `asked` reports that were reported solved."""

    mean: float | None
    answers: int
    asked: int


def ratings(figures: Mapping[str, int]) -> Ratings:
    given = {number: figures.get(f"rated/{number}", 0) for number in range(1, 6)}
    answers = sum(given.values())
    asked = figures.get("solved", 0) + figures.get("asked_too", 0)
    mean = sum(number * count for number, count in given.items()) / answers if answers else None
    return Ratings(mean=mean, answers=answers, asked=asked)


def added(several: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Figures of several days, weeks or agencies together."""
    total: Counter[str] = Counter()
    for each in several:
        total.update(each)
    return total
