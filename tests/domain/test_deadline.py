"""A promise of time: when it is looked at, who hears that it was broken, and what is nothing to it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aduan.change import Change, Notice, Watch
from aduan.deadline import (
    agencies_to_tell,
    look,
    promises_of,
    shortened,
    term_of,
    watch_of,
    watches,
)
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import Awaited, ServiceRequest, Status
from aduan.time_zone import WIB
from aduan.working_time import WorkingTime
from tests.builders import KEDIRI, NOW, NUMBER, a_dispatched_request, a_promised_request

FRIDAY_EVENING = datetime(2026, 11, 27, 16, 30, tzinfo=WIB)  # three working days after NOW
DAY = timedelta(days=1)


def watch(request: ServiceRequest, what: Awaited = Awaited.ACCEPT) -> Watch:
    promise = request.promise(what)
    assert promise is not None
    found = watch_of(request, promise)
    assert found is not None
    return found


def after(change: Change | None) -> ServiceRequest:
    assert change is not None
    assert change.request is not None
    return replace(change.request, version=change.request.version + 1)


def told(change: Change | None) -> list[Notice]:
    return [effect.notice for effect in change.effects if effect.notice] if change else []


def a_city_with_holidays(*days: date) -> Jurisdiction:
    office = KEDIRI.working_time
    return replace(
        KEDIRI,
        working_time=WorkingTime(hours=office.hours, days_off=office.days_off | set(days)),
    )


def test_a_dispatched_report_is_watched_for_acceptance_and_for_solution() -> None:
    request = a_promised_request()

    assert [
        effect.watch and (effect.watch.name, effect.watch.at) for effect in watches(request)
    ] == [
        (f"{NUMBER}-accept-0-1", FRIDAY_EVENING),
        (f"{NUMBER}-solve-0-1", datetime(2026, 12, 14, 16, tzinfo=WIB)),
    ]
    assert all(effect.service_request_id == NUMBER for effect in watches(request))


def test_an_emergency_is_looked_at_by_the_clock() -> None:
    request = a_promised_request(urgent=True, service_code="fire", agency_responsible="damkar")

    assert watch(request).at == NOW + timedelta(minutes=15)


def test_a_name_is_short_enough_for_a_schedule() -> None:
    request = a_promised_request(attempt=99)

    assert all(len(effect.watch.name) <= 64 for effect in watches(request) if effect.watch)


def test_a_broken_promise_climbs_from_the_agency_to_the_supervisor_and_is_recorded() -> None:
    request, heard = a_promised_request(), []
    for _ in range(4):
        seen = watch(request)
        change = look(request, seen, KEDIRI, seen.at)
        (notice,) = told(change)
        heard.append((notice.agency, notice.role, notice.what))
        assert change is not None
        assert change.event is not None
        assert (change.event.what, change.event.notes) == ("late_to_accept", notice.agency)
        assert change.answers == ()
        request = after(change)

    assert heard == [
        ("dishub", "duty", "late_to_accept"),
        ("dishub", "head", "late_to_accept"),
        ("diskominfo", "duty", "late_to_accept"),
        ("diskominfo", "supervisor", "late_to_accept"),
    ]
    assert request.status is Status.DISPATCHED
    assert watches(request, Awaited.ACCEPT) == ()


def test_the_next_step_is_a_working_day_later() -> None:
    request = after(look(a_promised_request(), watch(a_promised_request()), KEDIRI, FRIDAY_EVENING))

    assert watch(request).name == f"{NUMBER}-accept-1-1"
    assert watch(request).at == datetime(2026, 11, 30, 16, tzinfo=WIB)


def test_the_command_centre_is_not_told_twice_of_what_it_has_itself() -> None:
    own = a_dispatched_request(agency_responsible="diskominfo")

    assert agencies_to_tell(own, KEDIRI) == (
        ("diskominfo", "duty"),
        ("diskominfo", "head"),
        ("diskominfo", "supervisor"),
    )


def test_after_who_is_outside_the_citys_government_the_command_centre_looks() -> None:
    outside = a_dispatched_request(agency_responsible="pln")

    assert agencies_to_tell(outside, KEDIRI) == (
        ("diskominfo", "duty"),
        ("diskominfo", "supervisor"),
    )


@pytest.mark.parametrize(
    "request_now",
    [
        a_promised_request().accept(NOW),
        a_promised_request().withdraw(NOW),
        a_promised_request().refuse("bukan", "dpkp", NOW),
        a_promised_request().refuse("bukan", "dpkp", NOW).route_to("dpkp", "-", NOW).dispatch(NOW),
        replace(a_promised_request(attempt=2)),
    ],
    ids=["kept", "closed", "given back", "another agency's", "another dispatch"],
)
def test_a_schedule_for_what_is_over_finds_nothing_to_do(request_now: ServiceRequest) -> None:
    seen = watch(a_promised_request())

    assert look(request_now, seen, KEDIRI, seen.at) is None
    assert look(request_now, seen, KEDIRI, seen.at + 400 * DAY) is None


def test_a_schedule_that_comes_twice_tells_once() -> None:
    seen = watch(a_promised_request())
    once = after(look(a_promised_request(), seen, KEDIRI, seen.at))

    assert look(once, seen, KEDIRI, seen.at) is None


def test_a_schedule_that_comes_too_early_waits_for_its_successor() -> None:
    seen = watch(a_promised_request())

    assert look(a_promised_request(), seen, KEDIRI, seen.at - timedelta(seconds=1)) is None


def test_a_schedule_that_comes_days_late_tells_one_and_the_next_has_his_time() -> None:
    seen = watch(a_promised_request())
    monday = datetime(2026, 12, 7, 9, tzinfo=WIB)
    late = after(look(a_promised_request(), seen, KEDIRI, monday))

    assert watch(late).at == datetime(2026, 12, 8, 16, tzinfo=WIB)


def test_a_holiday_that_was_added_late_moves_what_is_still_open() -> None:
    request = a_promised_request()
    change = look(request, watch(request), a_city_with_holidays(date(2026, 11, 26)), FRIDAY_EVENING)
    moved = after(change)

    assert told(change) == []
    assert watch(moved).name == f"{NUMBER}-accept-0-1-1"
    assert watch(moved).at == datetime(2026, 11, 30, 16, tzinfo=WIB)
    assert change is not None
    assert change.event is not None
    assert change.event.what == "deadline_moved"
    again = look(moved, watch(moved), a_city_with_holidays(date(2026, 11, 26)), watch(moved).at)
    assert len(told(again)) == 1


def test_terms_that_the_city_tightens_later_break_no_promise_that_was_made() -> None:
    strict = shortened(KEDIRI, "street_light accept 60")
    seen = watch(a_promised_request())

    assert look(a_promised_request(), seen, strict, NOW + DAY) is None


def test_a_delay_announced_in_time_counts_and_then_is_a_promise_itself() -> None:
    request = a_promised_request().accept(NOW)
    seen = watch(request, Awaited.SOLVE)
    until = seen.at + 10 * DAY
    delayed = request.delay(until, NOW)
    change = look(delayed, seen, KEDIRI, seen.at)
    moved = after(change)

    assert delayed.expected_datetime == until
    assert told(change) == []
    assert watch(moved, Awaited.SOLVE).at == until
    assert len(told(look(moved, watch(moved, Awaited.SOLVE), KEDIRI, until))) == 1


def test_a_delay_announced_after_the_promise_was_broken_excuses_nothing() -> None:
    request = a_promised_request().accept(NOW)
    seen = watch(request, Awaited.SOLVE)
    late = after(look(request, seen, KEDIRI, seen.at))
    excused = late.delay(seen.at + 30 * DAY, seen.at)

    next_seen = watch(excused, Awaited.SOLVE)
    assert excused.expected_datetime == seen.at
    assert len(told(look(excused, next_seen, KEDIRI, next_seen.at))) == 1


def test_the_next_agency_does_not_get_the_citizens_time_anew() -> None:
    request = a_dispatched_request(attempt=2)

    (_, solve) = promises_of(request, KEDIRI, NOW + 7 * DAY)
    assert solve.due == datetime(2026, 12, 14, 16, tzinfo=WIB)


def test_an_agency_that_gets_a_report_after_its_time_is_not_late_at_once() -> None:
    later = NOW + 60 * DAY
    (_, solve) = promises_of(a_dispatched_request(attempt=2), KEDIRI, later)

    assert solve.due < later
    assert solve.looked_at is not None
    assert solve.looked_at > later


def test_after_a_bad_rating_the_clock_starts_again() -> None:
    solved = a_promised_request().accept(NOW).solve("proof/a.jpg", "", NOW)
    again = solved.rate(1, NOW + 30 * DAY).route_to("dishub", "-", NOW + 30 * DAY)

    (_, solve) = promises_of(again, KEDIRI, NOW + 30 * DAY)
    assert solve.since == NOW + 30 * DAY


def test_the_more_specific_term_holds() -> None:
    fire = a_dispatched_request(service_code="fire", agency_responsible="damkar", urgent=True)
    term = term_of("accept", fire, KEDIRI)

    assert term is not None
    assert term.service_codes == ("fire",)


def test_for_a_story_terms_are_shortened() -> None:
    short = shortened(KEDIRI, "street_light accept 3, street_light climb 4")
    (accept, _) = promises_of(a_dispatched_request(), short, NOW)

    assert accept.due == NOW + timedelta(seconds=3)
    assert shortened(KEDIRI, "") is KEDIRI


MOVES = st.lists(
    st.sampled_from(["accept", "go", "solve", "refuse", "withdraw", "look", "look at an old one"]),
    max_size=12,
)


@given(MOVES, st.data())
def test_whatever_happens_no_look_moves_a_report_and_each_level_is_told_once(
    moves: list[str], data: st.DataObject
) -> None:
    request, now, old = a_promised_request(), NOW, [watch(a_promised_request())]
    levels: set[tuple[Awaited, int, int]] = set()
    for move in moves:
        now += timedelta(hours=data.draw(st.integers(0, 400)))
        if move.startswith("look"):
            open_now = [effect.watch for effect in watches(request) if effect.watch]
            seen = data.draw(st.sampled_from(old if "old" in move or not open_now else open_now))
            change = look(request, seen, KEDIRI, now)
            if change is None:
                continue
            before, request = request.status, after(change)
            assert request.status is before
            if told(change):
                assert (seen.what, seen.level, seen.attempt) not in levels
                levels.add((seen.what, seen.level, seen.attempt))
            old += [effect.watch for effect in watches(request) if effect.watch]
        elif move in possible(request):
            request = possible(request)[move]
            if request.status is Status.RECEIVED:
                routed = request.route_to("dpkp", "-", now)
                request = routed.dispatch(now, promises_of(routed, KEDIRI, now))
            old += [effect.watch for effect in watches(request) if effect.watch]


def possible(request: ServiceRequest) -> dict[str, ServiceRequest]:
    """The moves that the report's state allows, by name."""
    match request.status:
        case Status.DISPATCHED:
            return {
                "accept": request.accept(NOW),
                "refuse": request.refuse("bukan", None, NOW),
                "withdraw": request.withdraw(NOW),
            }
        case Status.ACCEPTED:
            return {"go": request.go(NOW), "refuse": request.refuse("bukan", None, NOW)}
        case Status.IN_PROGRESS:
            return {"solve": request.solve("proof/a.jpg", "", NOW)}
        case _:
            return {}
