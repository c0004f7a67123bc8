"""A month on paper: what the mayor reads, and what anybody may read."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from aduan.command_centre import month_page
from aduan.command_centre.papers import (
    Month,
    as_csv,
    bounds,
    figures_csv,
    months_until,
    open_data_csv,
)
from tests.builders import KEDIRI

DISHUB = KEDIRI.agency_name("dishub")
LATER = datetime(2026, 12, 1, 1, tzinfo=UTC)


def a_month(**areas: dict[str, int]) -> Month:
    day = {"new": 9, "solved": 4, "urgent": 1, "service/street_light": 7, "service/flood": 2}
    places = {"area/Mojoroto": 8, "area/-": 1, "channel/whatsapp": 9, "hour/07": 9}
    agency = {"new": 9, "accepted/3": 5, "solved/7": 4, "rated/5": 2, "rated/1": 1}
    return Month(
        month="2026-11",
        at=LATER,
        days={"2026-11-24": Counter(day | places), "2026-11-25": Counter({"new": 1})},
        agencies={"dishub": Counter(agency), "-": Counter({"new": 1})},
        areas={name: Counter(figures) for name, figures in areas.items()},
    )


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_every_figure_of_the_month_is_a_row_that_says_what_it_is() -> None:
    found = {tuple(row[1:4]): row[4] for row in rows(figures_csv(a_month(), KEDIRI))}

    assert found["kota", "", "masuk"] == "10"
    assert found["instansi", DISHUB, "selesai"] == "4"
    assert found["instansi", DISHUB, "diterima, separuhnya dalam (jam)"] == "2"
    # five of nine were never solved: not even half of them yet
    assert found["instansi", DISHUB, "selesai, separuhnya dalam (jam)"] == ""
    assert found["kelurahan", "tanpa kelurahan", "masuk"] == "1"
    assert found["tanggal", "2026-11-24", "masuk"] == "9"


@pytest.mark.parametrize("typed", ["=1+1", "+62", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(typed: str) -> None:
    ((cell, other),) = rows(as_csv([(typed, 'a "b", c')]))

    assert cell == f"'{typed}"
    assert other == 'a "b", c'


def test_open_data_tell_no_number_below_five_and_none_that_betrays_it() -> None:
    figures = {
        "new/street_light": 12,
        "solved/street_light": 6,
        "new/flood": 4,
        "solved/flood": 4,
        "new/waste": 9,
        "solved/waste": 7,  # two are left: who they are may be known
        "new/fallen_tree": 8,
        "solved/fallen_tree": 8,
    }
    found = {row[2]: row[3:] for row in rows(open_data_csv(a_month(Pojok=figures), KEDIRI))[1:]}
    names = {code: KEDIRI.services[code].service_name for code in ("street_light", "flood")}

    assert found.pop(names["street_light"]) == ["12", "6"]
    assert found.pop(names["flood"]) == ["<5", ""]
    assert sorted(found.values()) == [["8", "8"], ["9", ""]]


def test_open_data_hold_a_month_a_kelurahan_and_a_kind_and_nothing_else() -> None:
    head, *others = rows(open_data_csv(a_month(Pojok={"new/flood": 7}), KEDIRI))

    assert head == ["bulan", "kelurahan", "jenis", "masuk", "selesai"]
    assert others == [["2026-11", "Pojok", KEDIRI.services["flood"].service_name, "7", "0"]]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_for_the_mayor_is_complete_in_itself() -> None:
    page = month_page.render(a_month(), KEDIRI)
    tags = Tags(page)

    assert "Kota Kediri, Lapor Mbak Wali 112: November 2026" in page
    assert "<title>Mojoroto: 8</title>" in page
    assert tags.seen["path"] == 46
    assert tags.seen["rect"] == 30  # a bar a day
    assert tags.sources == []
    assert tags.seen["script"] == 0


def test_a_month_that_is_not_over_says_so() -> None:
    running = Month(month="2026-12", at=LATER, days={}, agencies={}, areas={})

    assert "belum selesai" in month_page.render(running, KEDIRI)
    assert "belum selesai" not in month_page.render(a_month(), KEDIRI)


def test_months_have_their_bounds_and_can_be_asked_a_year_back() -> None:
    assert bounds("2028-02") == ("2028-02-01", "2028-02-29")
    assert bounds("2026-12") == ("2026-12-01", "2026-12-31")
    months = months_until(date(2026, 3, 31))
    assert (months[0], months[1], months[-1]) == ("2026-03", "2026-02", "2025-03")
