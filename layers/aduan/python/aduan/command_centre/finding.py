"""Finding a report again: the entries under which it is kept, and what somebody looks for.

Each entry is a place in a list, as `<partition>|<time>#<number>`; a search reads lists and never the table:
    find#citizen#<id>       all of one reporter's, by their opaque id
    find#word#<digest>      all in whose words or place a word stands; a digest, since a word may be a name
    find#area#<kelurahan>   all of a kelurahan
    find#month#<yyyy-mm>    all of a month
    find#doubted            all whose photo of the work is doubtful
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from aduan.jurisdiction import Jurisdiction
from aduan.privacy import HIDDEN
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB

MOST_WORDS = 30  # a report is counted in one transaction, and that holds a hundred writes
MOST_MONTHS = 12  # of a search that names nothing but days
MOST_TYPED = 8
DOUBTED = "find#doubted"
NOBODY = "forgotten"  # in the place of a reporter who asked to be forgotten
_WORD = re.compile(r"[^\W_]{3,40}")
_STRETCHED = re.compile(r"([^\W\d])\1+")


def words_of(text: str, city: Jurisdiction) -> tuple[str, ...]:
    """The words by which a text is found: small letters, none stretched, without `-nya`, none that all have."""
    common = frozenset(str(city.command_centre["finding"]["common"]).split())
    words = _WORD.findall(_STRETCHED.sub(r"\1", text.replace(HIDDEN, " ").lower()))
    bare = (word.removesuffix("nya") if len(word) > 5 else word for word in words)
    return tuple(dict.fromkeys(word for word in bare if word not in common))


def entries(request: ServiceRequest, city: Jurisdiction) -> tuple[str, ...]:
    """Every list on which a report is, as long as it exists."""
    at = request.requested_datetime
    text = f"{request.address or ''} {request.description}"
    keys = [_month(at.astimezone(WIB).date())]
    if request.citizen_id != NOBODY:
        keys.append(_citizen(request.citizen_id))
    if request.area:
        keys.append(_area(request.area))
    if request.proof_doubts:
        keys.append(DOUBTED)
    keys += [_word(word) for word in words_of(text, city)[:MOST_WORDS]]
    return tuple(f"{each}|{_moment(at)}#{request.service_request_id}" for each in keys)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for: all that is given must fit. Days are of WIB, both included."""

    citizen_id: str = ""
    words: tuple[str, ...] = ()
    area: str = ""
    first: date | None = None
    last: date | None = None
    doubted: bool = False

    @property
    def is_nothing(self) -> bool:
        return self == Wanted()

    def lists(self) -> list[str]:
        """The lists on each of which it must be; none where only days are given."""
        named = [_citizen(self.citizen_id)] if self.citizen_id else []
        named += [_word(word) for word in self.words]
        named += [DOUBTED] if self.doubted else []
        if self.area and not named:
            named = [_area(self.area)]
        return named

    def months(self, today: date) -> list[str]:
        """The lists to read where only days are given, the newest first."""
        last = min(self.last or today, today)
        first = self.first or last.replace(day=1)
        found: list[str] = []
        month = last.replace(day=1)
        while month >= first.replace(day=1) and len(found) < MOST_MONTHS:
            found.append(_month(month))
            month = (month - timedelta(days=1)).replace(day=1)
        return found

    def span(self) -> tuple[str, str]:
        """The first and the last entry that may be wanted."""
        first = _moment(_midnight(self.first)) if self.first else "0"
        last = _moment(_midnight(self.last + timedelta(days=1))) if self.last else "9"
        return first, last

    def fits(self, request: ServiceRequest) -> bool:
        """What the list that was read does not say of itself."""
        return not self.area or request.area == self.area


def wanted(typed: Mapping[str, str], city: Jurisdiction) -> Wanted:
    """What was typed, as far as it can be read."""
    areas = {area.name for area in city.areas}
    return Wanted(
        citizen_id=typed.get("find_citizen", "").strip()[:100],
        words=words_of(typed.get("find_words", ""), city)[:MOST_TYPED],
        area=area if (area := typed.get("find_area", "")) in areas else "",
        first=_day(typed.get("find_first", "")),
        last=_day(typed.get("find_last", "")),
        doubted=typed.get("find_doubted") == "1",
    )


def on_all(lists: Iterable[list[str]]) -> Iterator[str]:
    """The numbers that are on each of some lists, in the order of the first."""
    first, *others = lists
    sets = [set(each) for each in others]
    return (number for number in first if all(number in each for each in sets))


def _day(typed: str) -> date | None:
    """A day of this system's time; other years are a slip of the hand."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), WIB)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _citizen(citizen_id: str) -> str:
    return f"find#citizen#{citizen_id}"


def _word(word: str) -> str:
    return f"find#word#{sha256(word.encode()).hexdigest()[:16]}"


def _area(area: str) -> str:
    return f"find#area#{area}"


def _month(day: date) -> str:
    return f"find#month#{day:%Y-%m}"
