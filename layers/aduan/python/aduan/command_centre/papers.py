"""A month on paper: figures as CSV, and open data that point at nobody; the page is in `month_page`.

Everything is made of the counters that are kept as reports change; no report is read for it.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aduan.command_centre.figures import NO_AREA, added, ratings, times
from aduan.jurisdiction import Jurisdiction

FEWEST = 5
"""What counts fewer is not published: in a small kelurahan, two reports of a kind may be one household."""
MONTHS_BACK = 12
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class Month:
    """What the counters say of a month (`2026-11`), at the time `at`."""

    month: str
    at: datetime
    days: Mapping[str, Mapping[str, int]]
    agencies: Mapping[str, Mapping[str, int]]
    areas: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> Counter[str]:
        return added(self.days.values())

    @property
    def is_over(self) -> bool:
        return str(self.at.date()) > bounds(self.month)[1]


def bounds(month: str) -> tuple[str, str]:
    """The first and the last day of a month, as the counters of days are named."""
    first = date.fromisoformat(f"{month}-01")
    next_month = (first + timedelta(days=31)).replace(day=1)
    return str(first), str(next_month - timedelta(days=1))


def months_until(today: date) -> list[str]:
    """This month and those before it, the newest first: what a paper may be asked of."""
    months, first = [], today.replace(day=1)
    for _ in range(MONTHS_BACK + 1):
        months.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return months


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """CSV as RFC 4180 has it; what a spreadsheet would take for a formula is text (OWASP, "CSV Injection")."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        cells = ("" if each is None else str(each) for each in row)
        writer.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return out.getvalue()


def figures_csv(month: Month, city: Jurisdiction) -> str:
    """One figure a row: month, what it is of, whose, what, how much. Times in hours."""
    words = city.command_centre["papers"]
    total = month.total
    rows: list[tuple[str, str, str, object]] = [
        (words["city"], "", words[name], total[name])
        for name in ("new", "urgent", "solved", "closed", "rejected", "withdrawn")
    ]
    told = ratings(total)
    rows += [(words["city"], "", words["rating"], _number(told.mean, 2))]
    rows += [(words["city"], "", words["answers"], told.answers)]
    for agency, figures in sorted(month.agencies.items()):
        name = agency_of(agency, city)
        rows += [
            (words["agency"], name, words[what], value) for what, value in how_it_went(figures)
        ]
    for part in ("service", "area", "channel", "hour"):
        for key, count in parts(total, part):
            rows.append((words[part], name_of(part, key, city), words["new"], count))
    for day, figures in sorted(month.days.items()):
        rows.append((words["day"], day, words["new"], figures.get("new", 0)))
        rows.append((words["day"], day, words["solved"], figures.get("solved", 0)))
    head = (words["month"], words["part"], words["whose"], words["what"], words["how_much"])
    return as_csv([head, *((month.month, *row) for row in rows)])


def open_data_csv(month: Month, city: Jurisdiction) -> str:
    """Reports of a month by kelurahan and kind. What counts 1 to 4 is not told, nor what would betray it."""
    words = city.command_centre["papers"]
    head = (words["month"], words["area"], words["kind"], words["new"], words["solved"])
    rows = []
    for area in sorted(month.areas):
        figures = month.areas[area]
        for code in sorted(city.services):
            new, solved = figures.get(f"new/{code}", 0), figures.get(f"solved/{code}", 0)
            if new > 0:
                name = name_of("area", area, city)
                service = city.services[code].service_name
                rows.append((month.month, name, service, *_not_few(new, solved)))
    return as_csv([head, *rows])


def _not_few(new: int, solved: int) -> tuple[str, str]:
    """Two numbers without a small one; the difference of both is a number, too."""
    few = f"<{FEWEST}"
    if new < FEWEST:
        return few, ""
    betrays = any(0 < each < FEWEST for each in (solved, new - solved))
    return str(new), "" if betrays else str(solved)


def how_it_went(figures: Mapping[str, int]) -> list[tuple[str, object]]:
    """How an agency's reports of the month went; open ones count as slower than all that are done."""
    accepted, solved, told = times(figures, "accepted"), times(figures, "solved"), ratings(figures)
    return [
        ("new", figures.get("new", 0)),
        ("solved", solved.done),
        ("closed", figures.get("closed", 0)),
        ("median_accept", _number(accepted.median_h)),
        ("median_solve", _number(solved.median_h)),
        ("ninetieth_solve", _number(solved.ninetieth_h)),
        ("reopened", figures.get("reopened", 0)),
        ("rating", _number(told.mean, 2)),
        ("answers", told.answers),
    ]


def _number(value: float | None, digits: int = 2) -> str:
    return "" if value is None else f"{round(value, digits):g}"


def parts(total: Mapping[str, int], part: str) -> list[tuple[str, int]]:
    """The figures of one kind, such as `area/…`, the largest first."""
    found = [
        (name.partition("/")[2], count)
        for name, count in total.items()
        if name.startswith(f"{part}/") and count
    ]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def agency_of(agency: str, city: Jurisdiction) -> str:
    return city.agency_name(agency) if agency in city.agencies else str(NO_AREA)


def name_of(part: str, key: str, city: Jurisdiction) -> str:
    if part == "service" and key in city.services:
        return city.services[key].service_name
    if part == "channel":
        return str(city.command_centre["channels"].get(key, key))
    if part == "area" and key == NO_AREA:
        return str(city.command_centre["papers"]["no_area"])
    return key
