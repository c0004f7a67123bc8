"""How long what is kept, as data of the jurisdiction; and who is gone for so long that they are forgotten."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aduan import jurisdiction


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A row of `retention.toml`; 0 days: for good. `where` names the constant of a row that ends by itself."""

    id: str
    what: str
    why: str
    days: int
    ended_by: str
    where: str = ""

    @property
    def time(self) -> timedelta:
        return timedelta(days=self.days)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The last sign of a citizen in a chat or report, and whether something is still open there."""

    citizen_id: str
    at: datetime
    is_open: bool = False


def load(jurisdiction_id: str) -> dict[str, Kept]:
    rows = tomllib.loads(jurisdiction.read(jurisdiction_id, "retention.toml").decode())["kept"]
    return {row["id"]: Kept(**row) for row in rows}


def long_gone(traces: Iterable[Trace], kept: Kept, now: datetime) -> list[str]:
    """Citizens of whom nothing has been heard or done for so long, and nothing is open."""
    latest: dict[str, datetime] = {}
    waiting: set[str] = set()
    for trace in traces:
        latest[trace.citizen_id] = max(trace.at, latest.get(trace.citizen_id, trace.at))
        if trace.is_open:
            waiting.add(trace.citizen_id)
    return sorted(
        citizen for citizen, at in latest.items() if now - at > kept.time and citizen not in waiting
    )
