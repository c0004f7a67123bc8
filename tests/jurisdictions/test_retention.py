"""What `retention.toml` says is what is done."""

import importlib
from datetime import timedelta

import pytest

from aduan import retention
from aduan.retention import Trace, long_gone
from tests.builders import NOW

KEPT = retention.load("kediri")
BY_THEMSELVES = [kept for kept in KEPT.values() if kept.ended_by == "ttl"]
DAY = timedelta(days=1)
LONG = KEPT["citizen"].time + DAY


@pytest.mark.parametrize("kept", BY_THEMSELVES, ids=lambda kept: kept.id)
def test_what_ends_by_itself_ends_when_the_city_says(kept: retention.Kept) -> None:
    module, _, name = kept.where.partition(":")

    assert getattr(importlib.import_module(module), name) == kept.time


def test_every_row_says_why_and_how_it_ends() -> None:
    for kept in KEPT.values():
        assert kept.ended_by in ("ttl", "sweep", "lifecycle", "logs", "queues", "nothing")
        assert kept.why
        assert (kept.days == 0) == (kept.ended_by == "nothing")


def test_the_list_of_the_forgotten_reaches_further_back_than_any_backup() -> None:
    """Point-in-time recovery reaches back 35 days at most."""
    assert KEPT["erasures"].days > 35


def test_whoever_is_long_gone_and_waits_for_nothing_is_forgotten() -> None:
    gone = Trace(citizen_id="gone", at=NOW - LONG)
    here = Trace(citizen_id="here", at=NOW - KEPT["citizen"].time + DAY)

    assert long_gone([gone, here], KEPT["citizen"], NOW) == ["gone"]


def test_the_last_sign_counts_and_whatever_is_open_holds() -> None:
    traces = [
        Trace(citizen_id="back", at=NOW - LONG),
        Trace(citizen_id="back", at=NOW - DAY),
        Trace(citizen_id="waits", at=NOW - LONG, is_open=True),
        Trace(citizen_id="waits", at=NOW - LONG),
    ]
    assert long_gone(traces, KEPT["citizen"], NOW) == []
    assert long_gone(traces[::-1], KEPT["citizen"], NOW) == []
