"""One report's row in the city's figures, and what the figures say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aduan.change import Event
from aduan.command_centre.figures import (
    DAY,
    EDGES_H,
    LATE_TO_ACCEPT,
    LATE_TO_SOLVE,
    NOW,
    WEEK,
    cells_of,
    edge_of,
    ratings,
    times,
)
from aduan.command_centre.triage import Reason, reasons
from aduan.jurisdiction import COMMAND_CENTRE
from aduan.service_request import ServiceRequest, Status
from tests.builders import KEDIRI, a_dispatched_request, a_service_request, a_solved_request
from tests.builders import NOW as THEN

TODAY = (DAY, "2026-11-24")


def event(what: str, after_h: float = 0, who: str = "system", notes: str = "") -> Event:
    return Event(what=what, who=who, at=THEN + timedelta(hours=after_h), notes=notes)


def names(request: ServiceRequest, *events: Event, item: tuple[str, str]) -> set[str]:
    return {name for (pk, sk, name) in cells_of(request, events) if (pk, sk) == item}


def test_an_open_report_counts_by_agency_kelurahan_and_state() -> None:
    report = a_dispatched_request(area="Mojoroto", urgent=True)

    assert names(report, item=(NOW, "city")) == {
        "open",
        "urgent",
        "status/dispatched",
        "agency/dishub",
        "area/Mojoroto",
    }


def test_a_report_counts_on_the_day_it_came_in_by_kediri_s_clock() -> None:
    late = a_service_request(requested_datetime=THEN.replace(hour=18))  # 01.00 of the next day

    assert {"new", "channel/whatsapp", "service/street_light", "area/-", "hour/01"} == names(
        late, item=(DAY, "2026-11-25")
    )


def test_a_solved_report_is_open_to_nobody_and_waits_for_its_rating() -> None:
    assert names(a_solved_request(), item=(NOW, "city")) == {"solved"}
    assert names(a_solved_request(status=Status.CLOSED), item=(NOW, "city")) == set()


def test_what_happened_counts_on_its_own_day() -> None:
    report = a_solved_request(status=Status.CLOSED, rating=4)
    lines = (event("solved"), event("rated", 1, "citizen", "4"), event("closed", 24))

    assert {"solved", "rated/4"} <= names(report, *lines, item=TODAY)
    assert names(report, *lines, item=(DAY, "2026-11-25")) == {"closed"}


def test_a_broken_promise_makes_a_report_late_as_long_as_it_is_open() -> None:
    broken = event(LATE_TO_SOLVE, 5)

    assert {"late", "late/dishub"} <= names(a_dispatched_request(), broken, item=(NOW, "city"))
    assert "late" not in names(a_solved_request(), broken, item=(NOW, "city"))


def test_late_to_be_accepted_is_late_until_it_is_accepted() -> None:
    broken = event(LATE_TO_ACCEPT, 5)

    assert "late" in names(a_dispatched_request(), broken, item=(NOW, "city"))
    accepted = a_dispatched_request(status=Status.ACCEPTED)
    assert "late" not in names(accepted, broken, item=(NOW, "city"))


def test_the_same_report_gives_the_same_row_whatever_the_order_of_its_timeline() -> None:
    lines = [event("received", who="citizen"), event("accepted", 2), event("solved", 30)]

    assert cells_of(a_solved_request(), lines) == cells_of(a_solved_request(), lines[::-1])


def of_week(*reports: tuple[ServiceRequest, tuple[Event, ...]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for report, lines in reports:
        for (pk, _, name), number in cells_of(report, lines).items():
            if pk == f"{WEEK}#2026-W48":
                total[name] = total.get(name, 0) + number
    return total


def test_a_median_counts_the_open_ones_in() -> None:
    """Two solved in an hour and two still open: half of all are done within the hour, not all."""
    solved = (a_solved_request(), (event("accepted", 0.5), event("solved", 1)))
    still_open = (a_dispatched_request(), ())

    of_four = times(of_week(solved, solved, still_open, still_open), "solved")
    of_three = times(of_week(solved, still_open, still_open), "solved")

    assert (of_four.median_h, of_four.ninetieth_h) == (1, None)
    assert (of_four.done, of_four.of) == (2, 4)
    assert of_three.median_h is None


def test_what_was_rejected_is_no_solution_and_no_delay() -> None:
    rejected = (a_dispatched_request(status=Status.REJECTED), (event("rejected", 1, "dishub"),))
    solved = (a_solved_request(), (event("solved", 3),))

    assert times(of_week(rejected, solved), "solved") == times(of_week(solved), "solved")


def test_of_a_report_that_was_opened_again_the_last_solution_counts() -> None:
    lines = (event("solved", 1), event("rated", 2, "citizen", "1"), event("solved", 100))

    assert times(of_week((a_solved_request(reopened=1), lines)), "solved").median_h == 120


@pytest.mark.parametrize(
    ("hours", "edge"), [(0, 0.25), (0.25, 0.25), (3, 4), (48, 48), (9999, 8760)]
)
def test_a_time_is_told_as_the_edge_it_lies_within(hours: float, edge: float) -> None:
    assert EDGES_H[edge_of(timedelta(hours=hours))] == edge


def test_satisfaction_is_told_with_how_many_answered_of_how_many() -> None:
    told = ratings({"rated/5": 3, "rated/1": 1, "solved": 40})

    assert (told.mean, told.answers, told.asked) == (4.0, 4, 40)
    assert ratings({}).mean is None


# What a person must decide


def test_what_three_agencies_refused_is_for_the_command_centre() -> None:
    refused = a_dispatched_request(
        agency_responsible="diskominfo", refused_by=("dishub", "dpkp", "pln")
    )

    assert reasons(refused, [], KEDIRI) == (Reason.REFUSED,)
    assert reasons(replace(refused, refused_by=("dishub",)), [], KEDIRI) == ()


def test_two_bad_ratings_are_looked_at_even_after_the_report_is_closed() -> None:
    closed = a_solved_request(status=Status.CLOSED, reopened=1, rating=2)
    bad = [event("rated", 1, "citizen", "1"), event("rated", 9, "citizen", "2")]

    assert reasons(closed, bad, KEDIRI) == (Reason.BADLY_RATED,)
    assert reasons(closed, bad[:1], KEDIRI) == ()
    assert reasons(closed, [*bad, event("reviewed", 10, COMMAND_CENTRE)], KEDIRI) == ()


def test_without_kind_or_place_a_person_looks_once() -> None:
    vague = a_service_request(service_code="other", address=None)

    assert reasons(vague, [event("received")], KEDIRI) == (Reason.NO_KIND, Reason.NO_PLACE)
    seen = event("reviewed", 1, COMMAND_CENTRE)
    assert reasons(vague, [event("received"), seen], KEDIRI) == ()


def test_a_promise_broken_again_after_the_centre_looked_is_to_be_decided_again() -> None:
    agency_told = event(LATE_TO_SOLVE, 1, notes="dishub")
    told = event(LATE_TO_SOLVE, 2, notes=KEDIRI.default_agency)
    lines = [agency_told, told, event("reviewed", 3, COMMAND_CENTRE)]

    assert reasons(a_dispatched_request(), lines[:1], KEDIRI) == ()
    assert reasons(a_dispatched_request(), lines[:2], KEDIRI) == (Reason.BREACHED,)
    assert reasons(a_dispatched_request(), lines, KEDIRI) == ()
    again = event(LATE_TO_SOLVE, 4, notes=KEDIRI.default_agency)
    assert reasons(a_dispatched_request(), [*lines, again], KEDIRI) == (Reason.BREACHED,)
