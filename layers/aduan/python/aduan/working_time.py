"""When offices work: a span of working time added to a moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from aduan.time_zone import WIB

Hours = tuple[time, time]
_DECREED_BY = 10  # October


@dataclass(frozen=True, kw_only=True)
class Span:
    """So long, in one of these: by the clock, or in hours and days of work."""

    seconds: int = 0
    minutes: int = 0
    hours: int = 0
    working_hours: int = 0
    working_days: int = 0


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """Opening and closing time by weekday (Monday is 0), WIB, and the days on which nobody works."""

    hours: dict[int, Hours]
    days_off: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.hours and day not in self.days_off

    def year_unknown(self, today: date) -> int | None:
        """The next year, if its holidays are not listed by October: they are decreed in September."""
        following = today.year + 1
        is_known = any(day.year == following for day in self.days_off)
        return None if is_known or today.month < _DECREED_BY else following

    def after(self, start: datetime, span: Span) -> datetime:
        """The moment when the span is over. A later start never ends earlier.

        Of working days the day of the start is not counted, and the last ends when offices close.
        """
        if span.working_days:
            return self._after_days(start, span.working_days)
        if span.working_hours:
            return self._after_hours(start, timedelta(hours=span.working_hours))
        return start + timedelta(seconds=span.seconds, minutes=span.minutes, hours=span.hours)

    def _after_days(self, start: datetime, days: int) -> datetime:
        day = start.astimezone(WIB).date()
        while days:
            day += timedelta(days=1)
            days -= self.is_working_day(day)
        return self._opening(day)[1]

    def _after_hours(self, start: datetime, left: timedelta) -> datetime:
        day = start.astimezone(WIB).date()
        while True:
            if self.is_working_day(day):
                opens, closes = self._opening(day)
                begins = max(opens, start)
                if begins < closes and begins + left <= closes:
                    return (begins + left).astimezone(WIB)
                left -= max(closes - begins, timedelta())
            day += timedelta(days=1)

    def _opening(self, day: date) -> tuple[datetime, datetime]:
        opens, closes = self.hours[day.weekday()]
        return (datetime.combine(day, opens, tzinfo=WIB), datetime.combine(day, closes, tzinfo=WIB))
