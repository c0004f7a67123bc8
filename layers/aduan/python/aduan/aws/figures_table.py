"""The city's figures in the table: counters, and short lists beside them, kept as reports change.

Keys (PK / SK):
    request#<id>   / counted            the row that this report has in the figures; on the index `work` as
                                        `decide` while a person must decide something about it
    figures#now    / city               what is open at this moment
    figures#day    / <yyyy-mm-dd>       what came and went on a day (WIB)
    figures#week#<yyyy-Www> / <agency>  how the reports of a week went
    figures#calls  / <yyyy-mm-dd>       calls to 112 by what they were, as operators clicked
    figures#call_lists / <yyyy-mm-dd>   the same as the telephone system listed them
    figures#latest / <time>#<id>#<n>    the last events, for three days
    figures#urgent / <id>               open emergencies
    figures#open   / <time>#<id>        open reports by when something last happened
    open#<service>#<area> / <id>        open reports of one kind in one kelurahan
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aduan.aws.clicks import seen
from aduan.aws.items import Item, from_item, to_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.aws.table import Write, delete, key, put, put_version
from aduan.change import Event
from aduan.command_centre import figures
from aduan.command_centre.figures import Cell, cells_of
from aduan.command_centre.triage import reasons
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest, Status

ATTEMPTS = 5
LATEST_KEPT = timedelta(days=3)
MOST_NEWS = 10  # lines that one count adds to the latest: more come only from a recount


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the figures hold of one report: cells by name, list entries, why it is to be decided."""

    cells: dict[str, int]
    lists: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    events: int = 0
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One of the last events."""

    at: datetime
    what: str
    who: str
    service_request_id: str
    service_code: str
    agency: str | None = None
    area: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToDecide:
    service_request_id: str
    because: tuple[str, ...]
    since: str


class FiguresTable(ServiceRequestTable):
    # Counting

    def count(self, service_request_id: str, city: Jurisdiction, *, at: datetime) -> bool:
        """Bring a report's row up to date; whether anything changed. Harmless at any time, any often."""
        for attempt in range(ATTEMPTS):
            try:
                return self._count(service_request_id, city, at)
            except StaleUpdateError:  # counted at the same moment by another: look again
                if attempt == ATTEMPTS - 1:
                    raise
        return False

    def _count(self, service_request_id: str, city: Jurisdiction, at: datetime) -> bool:
        items = {item["SK"]["S"]: item for item in self.query(f"request#{service_request_id}", "")}
        if "request" not in items:
            raise NotFoundError(service_request_id)
        request = from_item(items["request"], ServiceRequest)
        events = [
            from_item(item, Event) for sk, item in sorted(items.items()) if sk.startswith("event#")
        ]
        before = from_item(items["counted"], Row) if "counted" in items else Row(cells={})
        row = Row(
            cells={"|".join(cell): n for cell, n in cells_of(request, events).items()},
            lists=_lists_of(request),
            because=tuple(reasons(request, events, city)),
            events=len(events),
            version=before.version + 1,
        )
        if (row.cells, row.lists, row.because, row.events) == (
            before.cells,
            before.lists,
            before.because,
            before.events,
        ):
            return False
        change = Counter(row.cells)
        change.subtract(before.cells)
        self.transact(
            [
                put_version(_row_item(request, row), before.version),
                *_adding({_cell(name): n for name, n in change.items() if n}),
                *(_enter(each, request) for each in row.lists if each not in before.lists),
                *(delete(*each.split("|")) for each in before.lists if each not in row.lists),
                *_news(request, events, before.events, at),
            ]
        )
        return True

    def count_call(self, kind: str, click: str, *, at: datetime) -> None:
        """One call of a kind, once for each click; AlreadySeenError for the second time."""
        self.transact([seen(click, at), *_adding({(figures.CALLS, figures.day_of(at), kind): 1})])

    def keep_call_list(
        self, counts: Mapping[str, int], by: str, invocation: str, *, day: str, at: datetime
    ) -> bool:
        """A day's calls as the telephone system has counted them, in the place of an earlier list of that
        day; whether there was one."""
        counted = {f"list/{kind}": number for kind, number in counts.items()}
        told = {"by": by, "invocation": invocation, "at": at.isoformat()}
        before = self.get(figures.CALL_LISTS, day)
        keys = {"PK": figures.CALL_LISTS, "SK": day}
        self.transact([put(to_item({**counted, **told}, **keys))])
        return before is not None

    # Reading

    def calls(self, first: str, last: str) -> dict[str, Counter[str]]:
        """Calls that became no report, by day and kind: as the telephone system listed them, where it did,
        since what operators clicked is among them."""
        found = self.days(first, last, figures.CALLS)
        for day, listed in self.days(first, last, figures.CALL_LISTS).items():
            found[day] = Counter(
                {kind: listed[f"list/{kind}"] for kind in figures.Kind if f"list/{kind}" in listed}
            )
        return found

    def now(self) -> Counter[str]:
        return _figures(self.get(figures.NOW, figures.CITY))

    def days(self, first: str, last: str, pk: str = figures.DAY) -> dict[str, Counter[str]]:
        """Figures by day, both ends included."""
        items = self._page(
            KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": pk, ":first": first, ":last": last}),
        )
        return {item["SK"]["S"]: _figures(item) for item in items}

    def week(self, week: str) -> dict[str, Counter[str]]:
        """Figures of a week's reports, by agency."""
        items = self.query(f"{figures.WEEK}#{week}", "")
        return {item["SK"]["S"]: _figures(item) for item in items}

    def latest(self, most: int = 20) -> list[Line]:
        """The last events, newest first."""
        items = self._page(
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues=to_item({":pk": "figures#latest"}),
            ScanIndexForward=False,
            Limit=most,
        )
        return [from_item(item, Line) for item in items]

    def urgent(self, most: int = 20) -> list[str]:
        """The numbers of open emergencies."""
        return self._numbers("figures#urgent", most)

    def unmoved(self, most: int = 10) -> list[str]:
        """The numbers of the open reports to which nothing has happened for longest."""
        return [each.rpartition("#")[2] for each in self._numbers("figures#open", most)]

    def nearby(self, service_code: str, area: str, most: int = 5) -> list[str]:
        """The numbers of open reports of one kind in one kelurahan."""
        return self._numbers(f"open#{service_code}#{area}", most)

    def longest(self, work: str, most: int) -> list[Item]:
        """What waits longest on a list of the index `work`."""
        return self._page(
            IndexName="work",
            KeyConditionExpression="#work = :work",
            ExpressionAttributeNames={"#work": "work"},
            ExpressionAttributeValues=to_item({":work": work}),
            Limit=most,
        )

    def to_decide(self, most: int = 50) -> list[ToDecide]:
        """Reports that a person must decide about, the oldest first."""
        return [
            ToDecide(
                service_request_id=item["PK"]["S"].removeprefix("request#"),
                because=from_item(item, Row).because,
                since=item["work_since"]["S"],
            )
            for item in self.longest("decide", most)
        ]

    # Recounting

    def numbers_of_all(self) -> Iterator[str]:
        """The number of every report there is: a scan, for the nightly recount alone."""
        for item in self._scan("SK = :sk", {":sk": "request"}):
            yield item["PK"]["S"].removeprefix("request#")

    def differences(self) -> dict[tuple[str, str], Counter[str]]:
        """Where figures are not the sum of all rows, by item; what they lack (or have too much, below 0)."""
        there = {
            (item["PK"]["S"], item["SK"]["S"]): _figures(item)
            for item in self._scan(
                "begins_with(PK, :pk) AND attribute_exists(changes)", {":pk": "figures#"}
            )
            if item["PK"]["S"] != figures.CALLS
        }
        wanted: dict[tuple[str, str], Counter[str]] = {}
        for item in self._scan("SK = :sk", {":sk": "counted"}):
            for name, number in from_item(item, Row).cells.items():
                pk, sk, figure = _cell(name)
                wanted.setdefault((pk, sk), Counter())[figure] += number
        found = {}
        for item_key in there.keys() | wanted.keys():
            lacking = Counter(wanted.get(item_key, Counter()))
            lacking.subtract(there.get(item_key, Counter()))
            if any(lacking.values()):
                found[item_key] = Counter({name: n for name, n in lacking.items() if n})
        return found

    def correct(self, found: dict[tuple[str, str], Counter[str]]) -> None:
        """Add what was found lacking twice in a row: while nothing changed, the sum of the rows is right."""
        for (pk, sk), lacking in found.items():
            self.transact(_adding({(pk, sk, name): n for name, n in lacking.items()}))

    def _scan(self, condition: str, values: dict[str, str]) -> Iterator[Item]:
        pages = self._db.get_paginator("scan").paginate(
            TableName=self.name,
            FilterExpression=condition,
            ExpressionAttributeValues=to_item(values),
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _numbers(self, pk: str, most: int) -> list[str]:
        items = self._page(
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues=to_item({":pk": pk}),
            Limit=most,
        )
        return [item["SK"]["S"] for item in items]

    def _page(self, **query: Any) -> list[Item]:
        """One page: a list on a screen never needs more."""
        return self._db.query(TableName=self.name, **query)["Items"]


def _cell(name: str) -> Cell:
    pk, sk, figure = name.split("|", 2)
    return pk, sk, figure


def _figures(item: Item | None) -> Counter[str]:
    """An item's numbers without its keys."""
    return Counter(
        {
            name: int(each["N"])
            for name, each in (item or {}).items()
            if "N" in each and name != "changes"
        }
    )


def _lists_of(request: ServiceRequest) -> tuple[str, ...]:
    """The short lists that a report is on while somebody must still do something about it."""
    if request.is_over or request.status is Status.SOLVED:
        return ()
    number = request.service_request_id
    since = request.updated_datetime.isoformat()
    return (
        f"open#{request.service_code}#{request.area or figures.NO_AREA}|{number}",
        f"figures#open|{since}#{number}",
        *([f"figures#urgent|{number}"] if request.urgent else []),
    )


def _enter(entry: str, request: ServiceRequest) -> Write:
    pk, sk = entry.split("|")
    return put(to_item({"PK": pk, "SK": sk, "since": request.requested_datetime.isoformat()}))


def _row_item(request: ServiceRequest, row: Row) -> Item:
    keys = {"PK": f"request#{request.service_request_id}", "SK": "counted"}
    if row.because:
        keys |= {"work": "decide", "work_since": request.updated_datetime.isoformat()}
    return to_item(row, **keys)


def _adding(change: dict[Cell, int]) -> list[Write]:
    """One update an item; `changes` tells how often it was written."""
    by_item: dict[tuple[str, str], dict[str, int]] = {}
    for (pk, sk, name), number in change.items():
        by_item.setdefault((pk, sk), {})[name] = number
    writes = []
    for (pk, sk), numbers in by_item.items():
        numbers["changes"] = 1
        arguments = {
            "Key": key(pk, sk),
            "UpdateExpression": "ADD " + ", ".join(f"#{n} :{n}" for n in range(len(numbers))),
            "ExpressionAttributeNames": {f"#{n}": name for n, name in enumerate(numbers)},
            "ExpressionAttributeValues": to_item(
                {f":{n}": number for n, number in enumerate(numbers.values())}
            ),
        }
        writes.append(Write(action="Update", arguments=arguments))
    return writes


def _news(request: ServiceRequest, events: list[Event], told: int, at: datetime) -> list[Write]:
    """The events that were not counted yet, for the list of the latest."""
    number = request.service_request_id
    writes = []
    for n, event in list(enumerate(events))[told:][-MOST_NEWS:]:
        if at - event.at > LATEST_KEPT:
            continue
        line = Line(
            at=event.at,
            what=event.what,
            who=event.who,
            service_request_id=number,
            service_code=request.service_code,
            agency=event.notes if event.who == "system" else request.agency_responsible,
            area=request.area,
        )
        keys = {"PK": "figures#latest", "SK": f"{event.at.isoformat()}#{number}#{n}"}
        expires = int((at + LATEST_KEPT).timestamp())
        writes.append(put(to_item({**_plain(line), "expires_at": expires}, **keys)))
    return writes


def _plain(line: Line) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "what": line.what,
        "who": line.who,
        "service_request_id": line.service_request_id,
        "service_code": line.service_code,
        "agency": line.agency,
        "area": line.area,
    }
