"""“Kota Kediri hari ini” with 100,000 reports counted: what it reads, how long it takes, what that costs.

The function itself is called. Its table is one in memory that answers its three kinds of reads as DynamoDB
does, finding an item by its key; the emulators look at every item for each question, and would measure
themselves. The counters are made by the code that makes them on the stream.
"""

import json
import os
import statistics
import time
import tomllib
import warnings
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from aduan import jurisdiction
from aduan.aws.clients import client
from aduan.aws.figures_table import FiguresTable
from aduan.aws.items import Item, to_item
from aduan.aws.table import Write
from aduan.change import Event
from aduan.command_centre.figures import cells_of
from aduan.message import Channel
from aduan.service_request import Said, ServiceRequest, Status
from tests.bench.cold_start import ENVIRONMENT, ROOT

CITY = jurisdiction.load("kediri")
AGENCIES = ("dishub", "dlhkp", "dpupr", "damkar")
SERVICES = ("street_light", "waste", "flood", "fallen_tree")
URGENT_ONE_IN = 40
SIZES = (10, 10_000, 100_000)
OPEN_ONE_IN, DAYS, NEWEST = 20, 60, 100
RUNS = 25
LIMIT = (
    1.5  # of the time with 10,000: by then each day has had every kelurahan and hour on the screen
)
PEOPLE, EVERY_S = 30, 10
PRICES = tomllib.loads((Path(__file__).parent / "prices.toml").read_text(encoding="utf-8"))
UNIT_BYTES = 4096  # a read unit; half of one where the read need not be consistent
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html


@dataclass(frozen=True, kw_only=True)
class Glance:
    """One look at the city: seconds of processor time (the median of several), and what the table was asked."""

    reports: int
    seconds: float
    calls: Counter[str]
    read_units: float
    items: int


def measure() -> list[Glance]:
    """With few reports and with many, in one run: in another, the machine may be slower."""
    os.environ.update(ENVIRONMENT | {"REPORTS_TABLE": "reports"})
    show = _function()
    return [_look(show, _Filled(size)) for size in SIZES]


def table(glances: list[Glance]) -> str:
    few, full, many = glances
    lines = ["“Kota Kediri hari ini”, by reports in the table:"]
    for each in glances:
        calls = ", ".join(f"{number} {name}" for name, number in sorted(each.calls.items()))
        asked = f"{each.read_units:5.1f} read units, {each.items:3} items  ({calls})"
        lines.append(f"  {each.reports:7,}  {1000 * each.seconds:5.1f} ms  {asked}")
    for less in (few, full):
        longer = many.seconds / less.seconds
        lines.append(f"  {longer:.2f} times as long as with {less.reports:,} reports")
    per_hour, looks = dollars_per_hour(many), looks_per_hour()
    lines.append(
        f"  {PEOPLE} people who refresh every {EVERY_S} s: {looks:,} looks,"
        f" {sum(per_hour.values()):.3f} US dollars an hour (prices.toml, no free tier)"
    )
    lines += [f"    {value:6.3f}  {name}" for name, value in per_hour.items()]
    return "\n".join(lines)


def over_the_limit(glances: list[Glance]) -> list[str]:
    found = []
    if ratio(glances) > LIMIT:
        found.append(f"the glance takes {ratio(glances):.2f} times as long (limit {LIMIT})")
    _, full, many = glances
    if full.calls != many.calls or many.read_units > full.read_units * LIMIT:
        found.append("the glance asks more of a table that holds more")
    return found


def ratio(glances: list[Glance]) -> float:
    """Of the time with the most reports to that with enough to fill the screen."""
    return glances[2].seconds / glances[1].seconds


def looks_per_hour() -> int:
    return PEOPLE * 3600 // EVERY_S


def dollars_per_hour(glance: Glance) -> dict[str, float]:
    aws, looks = PRICES["aws"], looks_per_hour()
    gb_seconds = aws["glance_gb_seconds_each"]
    return {
        "Lambda requests": looks * aws["lambda_requests_per_million"] / 1e6,
        "Lambda time": looks * gb_seconds * aws["lambda_gb_seconds_per_million"] / 1e6,
        "DynamoDB reads": looks * glance.read_units * aws["dynamodb_read_units_per_million"] / 1e6,
    }


class _Context:
    """What Powertools reads of Lambda's context."""

    function_name = "command_centre"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:ap-southeast-3:123456789012:function:command_centre"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"


def _function() -> Callable[[], None]:
    path = ROOT / "functions/command_centre/handler.py"
    spec = spec_from_file_location("function_command_centre", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    def look() -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No application metrics to publish")
            html = module.handler({"view": "today", "widgetContext": {}}, _Context())
        assert "<svg" in html, html[-300:]

    return look


def _look(show: Callable[[], None], filled: "_Filled") -> Glance:
    database: Any = client("dynamodb")
    real, database._make_api_call = database._make_api_call, filled.answer
    try:
        show()
        calls, units, items = Counter(filled.calls), filled.units, filled.items
        seconds = []
        for _ in range(RUNS):
            began = time.process_time()
            show()
            seconds.append(time.process_time() - began)
    finally:
        database._make_api_call = real
    return Glance(
        reports=filled.size,
        seconds=statistics.median(seconds),
        calls=calls,
        read_units=units,
        items=items,
    )


class _Counting(FiguresTable):
    """The figures' own code; what it writes of a report is kept in memory."""

    def __init__(self, kept: dict[str, dict[str, Item]]) -> None:
        super().__init__("reports")
        self._kept = kept
        self._counted: list[Item] = []

    def add(self, request: ServiceRequest, event: Event, at: datetime) -> None:
        pk = f"request#{request.service_request_id}"
        item = to_item(request, PK=pk, SK="request")
        self._counted = [item, to_item(event, PK=pk, SK="event#000001")]
        self._kept.setdefault(pk, {})["request"] = item
        self.count(request.service_request_id, CITY, at=at)

    def query(self, pk: str, sk_prefix: str) -> list[Item]:
        return self._counted

    def transact(self, writes: list[Write]) -> None:
        for write in writes:
            item = write.arguments.get("Item")
            if item:  # counters are summed up by `_Filled`
                self._kept.setdefault(item["PK"]["S"], {})[item["SK"]["S"]] = item


class _Filled:
    """A table with so many reports of two months, every twentieth of them still open."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.calls, self.units, self.items = Counter[str](), 0.0, 0
        self._kept: dict[str, dict[str, Item]] = {}
        now = datetime.now(UTC).replace(microsecond=0)
        counting, sums = _Counting(self._kept), Counter[tuple[str, str, str]]()
        for n in range(size):
            request = _report(n, now - timedelta(days=DAYS) * n / size)
            events = [Event(what="received", who="citizen", at=request.requested_datetime)]
            if request.is_over:
                events.append(Event(what="closed", who="system", at=request.updated_datetime))
            if n < NEWEST or not request.is_over:  # the others are on no list of the screen
                counting.add(request, events[0], now)
            sums.update(cells_of(request, events))
        for (pk, sk, name), number in sums.items():
            item = self._kept.setdefault(pk, {}).setdefault(sk, to_item({"PK": pk, "SK": sk}))
            item[name] = {"N": str(number)}
        self._sorted = {pk: sorted(items) for pk, items in self._kept.items()}

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """As DynamoDB answers, and bills: by whole read units, half of them where it need not be consistent."""
        self.calls[operation] += 1
        match operation:
            case "GetItem":
                found = self._get(asked["Key"])
                self._bill(found, 1)
                return {"Item": found[0]} if found else {}
            case "BatchGetItem":
                ((name, wanted),) = asked["RequestItems"].items()
                found = [item for key in wanted["Keys"] for item in self._get(key)]
                for item in found:
                    self._bill([item], 1)
                return {"Responses": {name: found}}
            case "Query":
                found = self._query(asked)
                self._bill(found, 1 if asked.get("ConsistentRead") else 0.5)
                return {"Items": found}
            case _:
                raise AssertionError(f"a glance that does {operation}")

    def _get(self, key: Item) -> list[Item]:
        item = self._kept.get(key["PK"]["S"], {}).get(key["SK"]["S"])
        return [item] if item else []

    def _query(self, asked: dict[str, Any]) -> list[Item]:
        values = {name: each["S"] for name, each in asked["ExpressionAttributeValues"].items()}
        assert "IndexName" not in asked
        pk, keys = values[":pk"], self._sorted.get(values[":pk"], [])
        first = values.get(":first", values.get(":prefix", ""))
        last = values.get(":last", f"{values.get(':prefix', '')}\U0010ffff")
        low, high, most = bisect_left(keys, first), bisect_right(keys, last), asked.get("Limit")
        if asked.get("ScanIndexForward", True):
            chosen = keys[low : min(high, low + most) if most else high]
        else:
            chosen = keys[max(low, high - most) if most else low : high][::-1]
        return [self._kept[pk][sk] for sk in chosen]

    def _bill(self, found: list[Item], factor: float) -> None:
        """Our JSON is somewhat longer than what DynamoDB counts."""
        size = sum(len(json.dumps(item)) for item in found)
        self.units += max(1, -(-size // UNIT_BYTES)) * factor
        self.items += len(found)


def _report(n: int, at: datetime) -> ServiceRequest:
    is_open = n % OPEN_ONE_IN == 0
    return ServiceRequest(
        service_request_id=f"{n:012}",
        jurisdiction_id=CITY.jurisdiction_id,
        citizen_id=f"citizen-{n}",
        channel=Channel.WHATSAPP,
        service_code=SERVICES[n % len(SERVICES)],
        requested_datetime=at,
        updated_datetime=at,
        said=(Said(by="1", at=at, text="lampu jalan mati"),),
        area=CITY.areas[n % len(CITY.areas)].name,
        status=Status.DISPATCHED if is_open else Status.CLOSED,
        agency_responsible=AGENCIES[n % len(AGENCIES)],
        attempt=1,
        version=1,
        urgent=is_open and n % URGENT_ONE_IN == 0,
    )
