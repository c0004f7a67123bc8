"""Which reports a person must decide, and why: derived from the report and its timeline alone.

A reason holds until the command centre has done something about it since.
"""

from collections.abc import Iterable
from enum import StrEnum

from aduan.change import Event
from aduan.command_centre.figures import BROKEN
from aduan.jurisdiction import COMMAND_CENTRE, OTHER, Jurisdiction
from aduan.service_request import GOOD_RATING, ServiceRequest, Status

MANY_BAD_RATINGS = 2


class Reason(StrEnum):
    REFUSED = "refused"
    BADLY_RATED = "badly_rated"
    BREACHED = "breached"
    NO_KIND = "no_kind"
    NO_PLACE = "no_place"


def reasons(
    request: ServiceRequest, events: Iterable[Event], city: Jurisdiction
) -> tuple[Reason, ...]:
    """Why the command centre must look at a report; nothing where it need not."""
    lines = sorted(events, key=lambda event: event.at)
    since = _since_the_centre(lines)
    found: list[Reason] = []
    if (
        request.status is Status.JOINED
    ):  # what is to be decided is decided of the report that it follows
        return ()
    bad = [line for line in lines if _is_bad_rating(line)]
    if len(bad) >= MANY_BAD_RATINGS and bad[-1] in since:
        found.append(Reason.BADLY_RATED)
    if request.is_over:
        return tuple(found)
    limit = int(city.settings["refusals_before_command_centre"])
    if len(request.refused_by) >= limit and request.agency_responsible == city.default_agency:
        found.append(Reason.REFUSED)
    if any(_is_ours_to_hurry(line, city) for line in since):
        found.append(Reason.BREACHED)
    if len(since) == len(lines):  # nobody here has looked at it yet
        if request.service_code == OTHER:
            found.append(Reason.NO_KIND)
        if request.address is None and request.lat is None:
            found.append(Reason.NO_PLACE)
    return tuple(found)


def _since_the_centre(lines: list[Event]) -> list[Event]:
    last = max((n for n, line in enumerate(lines) if line.who == COMMAND_CENTRE), default=-1)
    return lines[last + 1 :]


def _is_bad_rating(line: Event) -> bool:
    return (
        line.what in ("rated", "rated_by_another")
        and line.notes.isdecimal()
        and int(line.notes) < GOOD_RATING
    )


def _is_ours_to_hurry(line: Event, city: Jurisdiction) -> bool:
    """A promise so late that the command centre was told: before that, it is the agency's to mend."""
    return line.what in BROKEN and line.notes == city.default_agency
