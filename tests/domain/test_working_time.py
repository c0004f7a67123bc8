"""When an office that works from Monday to Friday has had so much time."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aduan.time_zone import WIB
from aduan.working_time import Span, WorkingTime
from tests.builders import KEDIRI

OFFICE = KEDIRI.working_time
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.one_of(
    st.builds(Span, working_days=st.integers(1, 60)),
    st.builds(Span, working_hours=st.integers(1, 120)),
    st.builds(Span, minutes=st.integers(1, 6000)),
)


def days(number: int) -> Span:
    return Span(working_days=number)


def hours(number: int) -> Span:
    return Span(working_hours=number)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "span", "over"),
    [
        ("2026-11-24 15:15", days(1), "2026-11-25 16:00"),
        ("2026-11-27 20:00", days(1), "2026-11-30 16:00"),  # Friday evening
        ("2026-11-28 09:00", days(1), "2026-11-30 16:00"),  # Saturday
        ("2026-12-23 09:00", days(1), "2026-12-28 16:00"),  # joint leave, Christmas, a weekend
        ("2026-12-31 23:59", days(1), "2027-01-04 16:00"),  # New Year is a Friday
        ("2027-01-04 09:00", days(1), "2027-01-06 16:00"),  # Isra Mikraj between
        ("2027-03-05 09:00", days(1), "2027-03-16 16:00"),  # Nyepi and Idulfitri
        ("2026-11-24 15:00", hours(1), "2026-11-24 16:00"),
        ("2026-11-24 15:15", hours(1), "2026-11-25 07:45"),
        ("2026-11-27 16:30", hours(1), "2026-11-30 08:30"),
        ("2026-11-27 03:00", hours(9), "2026-11-27 16:30"),  # a Friday is longer
        ("2026-11-24 23:50", Span(minutes=15), "2026-11-25 00:05"),
        ("2026-12-31 23:50", Span(hours=24), "2027-01-01 23:50"),
    ],
)
def test_the_time_is_over(start: str, span: Span, over: str) -> None:
    assert OFFICE.after(wib(start), span) == wib(over)


@given(st.lists(MOMENTS, min_size=2, max_size=2).map(sorted), SPANS)
def test_who_is_told_later_has_time_at_least_as_long(moments: list[datetime], span: Span) -> None:
    earlier, later = moments

    assert OFFICE.after(earlier, span) <= OFFICE.after(later, span)


@given(MOMENTS, st.integers(1, 60))
def test_more_days_end_later(start: datetime, number: int) -> None:
    assert OFFICE.after(start, days(number)) < OFFICE.after(start, days(number + 1))


@given(MOMENTS, SPANS)
def test_it_is_over_after_it_began_and_while_somebody_works(start: datetime, span: Span) -> None:
    over = OFFICE.after(start, span)

    assert over > start
    if not span.minutes:
        opens, closes = OFFICE.hours[over.weekday()]
        assert OFFICE.is_working_day(over.date())
        assert opens <= over.time() <= closes


@given(MOMENTS, SPANS, st.integers(-12, 14))
def test_it_does_not_matter_in_which_time_zone_the_clock_was_read(
    start: datetime, span: Span, zone: int
) -> None:
    elsewhere = start.astimezone(timezone(timedelta(hours=zone)))

    assert OFFICE.after(elsewhere, span) == OFFICE.after(start, span)


@given(MOMENTS, SPANS, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_another_holiday_never_shortens_the_time(start: datetime, span: Span, day: date) -> None:
    added = WorkingTime(hours=OFFICE.hours, days_off=OFFICE.days_off | {day})

    assert added.after(start, span) >= OFFICE.after(start, span)


@given(st.dates(date(2026, 1, 1), date(2027, 11, 1)), st.integers(1, 40))
def test_so_many_days_are_worked(day: date, number: int) -> None:
    start = datetime.combine(day, time(12), tzinfo=WIB)
    over = OFFICE.after(start, days(number)).date()
    between = (day + timedelta(days=n) for n in range(1, (over - day).days + 1))

    assert sum(OFFICE.is_working_day(each) for each in between) == number
