"""The telephone system's list of a day's calls: counted by what they were, however it is written.

Any separator, any order of columns, names and words as `calls.toml` has them. What cannot be read is named by
its line; all else counts. Nothing of a row is kept but what kind of call it was.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aduan.command_centre.figures import Kind
from aduan.command_centre.operator import RefusedDeedError

_SEPARATORS = ";\t|,"
_DAY = re.compile(r"(?P<first>\d{1,4})[-/. ](?P<month>\d{1,2})[-/. ](?P<last>\d{2,4})(?!\d)")
_SPACES = re.compile(r"[\s_]+")


@dataclass(frozen=True, kw_only=True)
class CallList:
    """`counts` by what calls were, of the day that most rows are of; `bad` are lines with a key of `call_list`
    in the texts that says what is wrong, and the word that is."""

    day: date
    counts: Counter[str]
    bad: tuple[tuple[int, str, str], ...] = ()

    @property
    def none_of_ours(self) -> int:
        return sum(self.counts[kind] for kind in Kind)


@dataclass
class _Row:
    line: int
    day: date | None
    kind: str
    count: int = 1


@dataclass
class _Reading:
    rows: list[_Row] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)


def read(text: str, known: Mapping[str, Any], today: date) -> CallList:
    """RefusedDeedError where the list as a whole cannot be read. Without a column of days it is today's."""
    lines = text.lstrip("\ufeff").strip().splitlines()
    if len(lines) < 2:
        raise RefusedDeedError("list_empty")
    if len(lines) > int(known["most_rows"]) + 1:
        raise RefusedDeedError("list_too_long")
    separator = max(_SEPARATORS, key=lines[0].count)
    table = list(csv.reader(lines, delimiter=separator))
    columns = {what: _column(table[0], names) for what, names in known["columns"].items()}
    if columns["kind"] is None:
        raise RefusedDeedError("list_without_kind")
    kinds = {word: kind for kind, words in known["kinds"].items() for word in words}
    reading = _Reading()
    for line, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            _read_row(reading, line, cells, columns, kinds)
    return _of_one_day(reading, today)


def _read_row(
    reading: _Reading,
    line: int,
    cells: Sequence[str],
    columns: Mapping[str, int | None],
    kinds: Mapping[str, str],
) -> None:
    said = _cell(cells, columns["kind"])
    kind = kinds.get(_plain(said))
    if kind is None:
        reading.bad.append((line, "kind", said.strip()[:40]))
        return
    day, told = None, _cell(cells, columns["day"])
    if columns["day"] is not None:
        day = _day(told)
        if day is None:
            reading.bad.append((line, "day", told.strip()[:40]))
            return
    number = _cell(cells, columns["count"]).strip() or "1"
    if not number.isdecimal() or len(number) > 5:
        reading.bad.append((line, "count", number[:40]))
        return
    reading.rows.append(_Row(line, day, kind, int(number)))


def _of_one_day(reading: _Reading, today: date) -> CallList:
    """The day that most rows are of: the first calls after midnight belong to the next list."""
    days = Counter(row.day for row in reading.rows if row.day)
    day = days.most_common(1)[0][0] if days else today
    if day > today:
        raise RefusedDeedError("list_of_tomorrow")
    counts: Counter[str] = Counter()
    for row in reading.rows:
        if row.day in (None, day):
            counts[row.kind] += row.count
        else:
            reading.bad.append((row.line, "other_day", f"{row.day:%d/%m/%Y}"))
    if not counts:
        raise RefusedDeedError("list_without_rows")
    return CallList(day=day, counts=counts, bad=tuple(sorted(reading.bad)))


def _column(names: Sequence[str], known: Sequence[str]) -> int | None:
    """The column that is known by the earliest of these names."""
    there = {_plain(name): n for n, name in reversed(list(enumerate(names)))}
    return next((there[name] for name in known if name in there), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _plain(word: str) -> str:
    return _SPACES.sub(" ", word).strip(" .\"'").lower()


def _day(told: str) -> date | None:
    """24/11/2026, 24-11-26 or 2026-11-24, with a time behind it or without."""
    found = _DAY.search(told)
    if found is None:
        return None
    first, month, last = (int(found[name]) for name in ("first", "month", "last"))
    year, day = (first, last) if len(found["first"]) == 4 else (last, first)
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
