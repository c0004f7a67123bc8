"""What an operator of the command centre may do with a report, and what follows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aduan.change import Answer, Change, Event
from aduan.command_centre.operator import Act, Deed, RefusedDeedError, acts_possible, decide
from aduan.routing import route
from aduan.service_request import ServiceRequest, Status
from tests.builders import (
    KEDIRI,
    NOW,
    OTHER_NUMBER,
    STRANGER,
    a_dispatched_request,
    a_service_request,
    a_solved_request,
)

LATER = NOW + timedelta(minutes=5)
REFUSED = {"agency_responsible": "diskominfo", "refused_by": ("dishub", "dpkp", "pln")}


def a_deed(act: Act, value: str = "", **parts: Any) -> Deed:
    given = {"by": "rn", "why": "sesuai laporan warga", "invocation": "r-1", "value": value}
    return Deed(act=act, **{**given, **parts})


def does(
    request: ServiceRequest, act: Act, value: str = "", events: tuple[Event, ...] = (), **parts: Any
) -> Change:
    return decide(request, events, a_deed(act, value, **parts), KEDIRI, LATER)


def report_of(change: Change) -> ServiceRequest:
    assert change.request is not None
    return change.request


def event_of(change: Change) -> Event:
    assert change.event is not None
    return change.event


def told(change: Change) -> list[str]:
    """What the citizen hears, and the news for agencies."""
    says = [effect.say.text for effect in change.effects if effect.say]
    return says + [effect.notice.what for effect in change.effects if effect.notice]


def refusal(request: ServiceRequest, act: Act, value: str = "", **parts: Any) -> str:
    with pytest.raises(RefusedDeedError) as refused:
        does(request, act, value, **parts)
    return refused.value.why


def test_every_deed_keeps_who_why_and_the_invocation() -> None:
    event = event_of(does(a_dispatched_request(), Act.RAISE))

    assert (event.who, event.by, event.why, event.invocation) == (
        "command_centre",
        "RN",
        "sesuai laporan warga",
        "r-1",
    )


@pytest.mark.parametrize("by", ["", "x", "budi santoso", "123"])
def test_without_initials_nothing_is_done(by: str) -> None:
    assert refusal(a_dispatched_request(), Act.RAISE, by=by) == "initials"


def test_without_a_reason_nothing_is_done() -> None:
    assert refusal(a_dispatched_request(), Act.CLOSE, why="  ok ") == "reason"


def test_a_number_in_a_reason_is_masked() -> None:
    change = does(a_dispatched_request(), Act.REVIEWED, why="sudah ditelepon 0812 3456 7890")

    assert event_of(change).why == "sudah ditelepon [disamarkan]"


def test_what_was_refused_three_times_goes_where_the_centre_says() -> None:
    change = does(a_dispatched_request(**REFUSED), Act.SEND_TO, "dpupr")

    routing = route(report_of(change), KEDIRI)
    assert routing.agency_responsible == "dpupr"
    assert routing.because == "ditunjuk oleh Command Center"
    assert change.answers == (Answer(what="acceptance", attempt=1, error="NotOursError"),)
    assert told(change) == ["redirected"]


def test_another_kind_is_routed_by_its_own_rule() -> None:
    change = does(a_dispatched_request(**REFUSED), Act.SET_SERVICE, "road_damage")

    assert route(report_of(change), KEDIRI).agency_responsible == "dpupr"
    assert change.correction is not None, "the next report like it will be understood"
    assert change.correction.service_code == "road_damage"


@pytest.mark.parametrize("value", ["", "street_light", "nonsense", "<script>"])
def test_the_same_or_an_unknown_kind_is_refused(value: str) -> None:
    assert refusal(a_dispatched_request(), Act.SET_SERVICE, value) == "no_such_service"


@pytest.mark.parametrize("value", ["", "dishub", "nobody"])
def test_the_same_or_an_unknown_agency_is_refused(value: str) -> None:
    assert refusal(a_dispatched_request(), Act.SEND_TO, value) == "no_such_agency"


def test_a_place_is_corrected_and_the_agency_hears_of_it() -> None:
    change = does(a_dispatched_request(), Act.SET_PLACE, "Jl. Dhoho 12", area="Kampung Dalem")

    assert (report_of(change).address, report_of(change).area) == ("Jl. Dhoho 12", "Kampung Dalem")
    assert told(change) == ["place"]
    outside = {"value": "Jl. Dhoho", "area": "Surabaya"}
    assert refusal(a_dispatched_request(), Act.SET_PLACE, **outside) == "no_place"


def test_raising_urgency_tells_the_agency_and_lowering_too() -> None:
    raised = does(a_dispatched_request(), Act.RAISE)

    assert report_of(raised).urgent
    assert told(raised) == ["raised"]
    assert told(does(report_of(raised), Act.LOWER)) == ["lowered"]


def test_a_rejection_tells_the_citizen_why_and_ends_the_workflow() -> None:
    change = does(a_dispatched_request(), Act.REJECT, why="lahan pribadi")

    assert report_of(change).status is Status.REJECTED
    (say,) = (effect.say for effect in change.effects if effect.say)
    assert (say.text, say.fields["reason"]) == ("rejected", "lahan pribadi")
    assert say.fields["agency"] == "Command Center"
    assert change.answers == (Answer(what="acceptance", attempt=1, error="RejectedError"),)


def test_closing_answers_whatever_the_workflow_waits_for() -> None:
    at_work = does(a_dispatched_request(status=Status.ACCEPTED), Act.CLOSE)
    solved = does(a_solved_request(), Act.CLOSE)

    assert at_work.answers == (Answer(what="solution", attempt=1, error="WithdrawnError"),)
    assert solved.answers == (Answer(what="rating", attempt=1, outcome="close"),)
    assert {report_of(at_work).status, report_of(solved).status} == {Status.CLOSED}


def test_what_is_over_can_be_opened_again_with_a_workflow_of_its_own() -> None:
    closed = a_solved_request(status=Status.CLOSED, rating=1, reopened=1)
    change = does(closed, Act.OPEN_AGAIN, "dpkp")

    again = report_of(change)
    assert (again.status, again.generation, again.rating) == (Status.REOPENED, 2, None)
    assert [e.start_generation for e in change.effects if e.start_generation] == [2]
    assert route(again, KEDIRI).agency_responsible == "dpkp"


def test_an_answer_goes_to_the_citizen_through_the_bot() -> None:
    change = does(a_dispatched_request(), Act.ANSWER, "Petugas datang besok pagi.")

    assert told(change) == ["desk_says"]
    assert refusal(a_dispatched_request(), Act.ANSWER, "  ") == "no_words"


def test_on_its_way_between_two_agencies_it_cannot_be_sent_elsewhere() -> None:
    assert refusal(a_service_request(), Act.SEND_TO, "dpupr") == "on_its_way"


def test_what_is_over_is_neither_sent_nor_closed() -> None:
    closed = a_solved_request(status=Status.CLOSED)

    assert acts_possible(closed, []) == {Act.ANSWER, Act.REVIEWED, Act.OPEN_AGAIN}
    assert refusal(closed, Act.CLOSE) == "not_possible"


# Undoing


def undo(change: Change, **state: Any) -> Change:
    before = replace(report_of(change), **state)
    return does(before, Act.UNDO, events=(event_of(change),))


def test_a_wrong_urgency_and_a_wrong_place_are_undone() -> None:
    pinned = a_dispatched_request(lat=-7.8, long=112.0, area="Mojoroto")

    assert not report_of(undo(does(pinned, Act.RAISE))).urgent
    restored = report_of(undo(does(pinned, Act.SET_PLACE, "Jl. Lain")))
    assert (restored.address, restored.lat, restored.area) == ("Jl. Veteran", -7.8, "Mojoroto")


def test_a_report_sent_to_the_wrong_agency_comes_back() -> None:
    sent = does(a_dispatched_request(), Act.SEND_TO, "dpupr")
    back = undo(sent, status=Status.DISPATCHED, agency_responsible="dpupr")

    assert route(report_of(back), KEDIRI).agency_responsible == "dishub"


def test_a_rejection_by_mistake_opens_the_report_again() -> None:
    back = report_of(undo(does(a_dispatched_request(), Act.REJECT)))

    assert (back.status, back.suggested_agency) == (Status.REOPENED, "dishub")


def test_only_the_last_deed_is_undone_and_only_once() -> None:
    raised = does(a_dispatched_request(), Act.RAISE)
    undone = undo(raised)
    words = Event(what="words_added", who="citizen", at=LATER + timedelta(minutes=1))

    lines = (event_of(raised), replace(event_of(undone), at=LATER + timedelta(minutes=1)))
    assert Act.UNDO not in acts_possible(report_of(undone), lines)
    assert Act.UNDO not in acts_possible(report_of(raised), (event_of(raised), words))


# One matter, two reports


def another(**changes: Any) -> ServiceRequest:
    return a_dispatched_request(
        **{"service_request_id": OTHER_NUMBER, "citizen_id": STRANGER} | changes
    )


def merged(request: ServiceRequest, lead: ServiceRequest | None) -> Change:
    deed = a_deed(Act.MERGE, OTHER_NUMBER)
    return decide(request, [], deed, KEDIRI, LATER, lead)


def test_a_report_of_the_same_matter_is_merged_with_the_other() -> None:
    change = merged(a_dispatched_request(), another())

    assert change.request is not None
    assert (change.request.status, change.request.joined_to) == (Status.JOINED, OTHER_NUMBER)
    assert change.joins == another()
    assert [answer.error for answer in change.answers] == ["WithdrawnError"]
    assert [e.notice.what for e in change.effects if e.notice] == ["merged"]
    assert [e.say.text for e in change.effects if e.say] == ["merged"]
    assert change.event is not None
    assert (change.event.by, change.event.why) == ("RN", "sesuai laporan warga")


@pytest.mark.parametrize(
    ("request_", "lead", "why"),
    [
        (a_dispatched_request(), None, "no_such_lead"),
        (a_dispatched_request(), a_dispatched_request(), "no_such_lead"),
        (a_dispatched_request(), another(status=Status.SOLVED), "no_such_lead"),
        (a_dispatched_request(joined=2), another(), "has_followers"),
        (a_solved_request(), another(), "not_possible"),
    ],
)
def test_only_open_reports_are_merged_and_none_that_others_follow(
    request_: ServiceRequest, lead: ServiceRequest | None, why: str
) -> None:
    with pytest.raises(RefusedDeedError) as refused:
        merged(request_, lead)
    assert refused.value.why == why


@pytest.mark.parametrize("act", [Act.PART, Act.UNDO])
def test_what_was_merged_is_parted_again(act: Act) -> None:
    first = merged(a_dispatched_request(), another())
    assert first.request is not None
    assert first.event is not None
    lead = another(joined=1)
    change = decide(first.request, [first.event], a_deed(act), KEDIRI, LATER, lead)

    assert change.request is not None
    assert (change.request.status, change.request.joined_to) == (Status.RECEIVED, None)
    assert change.leaves == lead
    assert [e.start_generation for e in change.effects if e.start_generation] == [2]
    assert change.event is not None
    assert change.event.before is None
