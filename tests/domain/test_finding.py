"""Under what a report is found again."""

from dataclasses import replace
from datetime import date

import pytest

from aduan.command_centre.finding import MOST_WORDS, Wanted, entries, wanted, words_of
from tests.builders import CITIZEN, KEDIRI, NOW, a_service_request, said


def lists(**changes: object) -> set[str]:
    request = replace(a_service_request(), **changes)  # type: ignore[arg-type]
    return {each.partition("|")[0] for each in entries(request, KEDIRI)}


def test_words_are_found_however_they_were_written() -> None:
    assert words_of("LAMPUUU jalan di depan Masjidnya MATI", KEDIRI) == ("lampu", "masjid", "mati")


def test_no_hidden_number_and_no_word_that_all_reports_have_is_kept() -> None:
    assert words_of("tolong min, hubungi [disamarkan] ya", KEDIRI) == ("hubungi",)


def test_a_report_is_kept_under_its_reporter_kelurahan_month_and_words() -> None:
    kept = lists(area="Mojoroto", address="Jl. Veteran", said=())

    assert {f"find#citizen#{CITIZEN}", "find#area#Mojoroto", "find#month#2026-11"} < kept
    assert len(kept) == 4  # and one word, of which nobody can read which
    assert not any("veteran" in each for each in kept)


def test_whoever_asked_to_be_forgotten_is_found_no_more() -> None:
    kept = lists(citizen_id="forgotten", said=(), address=None)

    assert kept == {"find#month#2026-11"}


def test_a_report_of_a_hundred_thousand_letters_is_kept_under_a_few_words() -> None:
    many = " ".join(f"kata{n}" for n in range(20_000))

    assert sum("word" in each for each in lists(said=said(many))) == MOST_WORDS


def test_a_report_of_midnight_by_kediri_s_clock_is_found_on_that_day() -> None:
    request = a_service_request(requested_datetime=NOW.replace(hour=17, minute=0))  # 00.00 WIB
    (entry,) = (each for each in entries(request, KEDIRI) if "month" in each)
    day = date(2026, 11, 25)

    first, last = Wanted(first=day, last=day).span()
    assert first <= entry.partition("|")[2] <= last
    assert not entry.partition("|")[2] <= Wanted(last=date(2026, 11, 24)).span()[1]


@pytest.mark.parametrize(
    "typed", ["", "kemarin", "2026-13-01", "0001-01-01", "9999-12-31", "x" * 4000]
)
def test_a_day_that_is_none_is_as_if_nothing_was_typed(typed: str) -> None:
    assert wanted({"find_first": typed, "find_last": typed}, KEDIRI).is_nothing


def test_days_alone_are_looked_for_month_by_month() -> None:
    looked = Wanted(first=date(2026, 9, 30), last=date(2026, 11, 2)).months(date(2026, 11, 24))

    assert looked == ["find#month#2026-11", "find#month#2026-10", "find#month#2026-09"]
    assert len(Wanted(first=date(2001, 1, 1)).months(date(2026, 11, 24))) == 12
