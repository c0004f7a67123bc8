from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from aduan.errors import IllegalTransitionError
from aduan.service_request import (
    ALLOWED,
    OVER,
    Gathered,
    Said,
    ServiceRequest,
    Status,
    within_bounds,
)
from tests.builders import NOW, a_dispatched_request, a_service_request, a_solved_request


def test_a_report_goes_from_received_to_closed() -> None:
    report = a_service_request().route_to("dishub", "jenis laporan", NOW).dispatch(NOW)
    report = report.accept(NOW).go(NOW).solve("proof/ab.jpg", "diganti", NOW)

    assert report.rate(5, NOW).close(NOW).status is Status.CLOSED


def test_a_report_that_was_not_dispatched_cannot_be_accepted() -> None:
    with pytest.raises(IllegalTransitionError):
        a_service_request().accept(NOW)


@pytest.mark.parametrize("rating", [1, 2])
def test_a_bad_rating_reopens_a_report_once(rating: int) -> None:
    reopened = a_solved_request().rate(rating, NOW)

    assert (reopened.status, reopened.reopened) == (Status.REOPENED, 1)
    assert a_solved_request(reopened=1).rate(rating, NOW).status is Status.SOLVED


@pytest.mark.parametrize("rating", [3, 4, 5])
def test_a_good_rating_leaves_it_solved_to_be_closed(rating: int) -> None:
    rated = a_solved_request().rate(rating, NOW)

    assert (rated.status, rated.rating) == (Status.SOLVED, rating)


def test_a_report_is_rated_once() -> None:
    with pytest.raises(IllegalTransitionError):
        a_solved_request(rating=5).rate(1, NOW)


def test_a_report_solved_again_may_be_rated_again() -> None:
    again = a_dispatched_request(rating=1, reopened=1).accept(NOW).solve("proof/cd.jpg", "", NOW)

    assert again.rate(4, NOW).rating == 4


def test_an_agency_that_refuses_is_remembered() -> None:
    refused = a_dispatched_request().refuse("jalan lingkungan", "dpkp", NOW)

    assert (refused.refused_by, refused.suggested_agency) == (("dishub",), "dpkp")


def test_nothing_moves_a_report_that_is_over() -> None:
    assert {status for status in Status if not ALLOWED[status]} == OVER
    assert a_service_request(status=Status.CLOSED).is_over


def test_a_report_is_never_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        a_service_request().status = Status.CLOSED  # type: ignore[misc]


def test_a_report_holds_no_more_than_an_item_of_the_table_can() -> None:
    report = a_service_request(description="")
    for number in range(300):
        text = "க" * 3000 if number == 1 else f"{number} " * 20
        said = (Said(by=f"m{number}", at=NOW, text=text),)
        files = (f"m{number}-0",)
        report = report.with_more(Gathered(said=said, photo_ids=files, recording_ids=files), NOW)

    assert report.description.startswith("0 0 ")
    assert len(report.description) <= 4000
    assert (len(report.photo_ids), len(report.recording_ids)) == (10, 10)
    assert len(within_bounds((Said(by="m", at=NOW, text="p"),) * 300)) == 200


LATER = NOW + timedelta(hours=1)
WORKED_ON = a_dispatched_request().accept(NOW)
CHANGES: dict[str, Callable[[], ServiceRequest]] = {
    "accept": lambda: a_dispatched_request().accept(LATER),
    "go": lambda: WORKED_ON.go(LATER),
    "refuse": lambda: a_dispatched_request().refuse("bukan", None, LATER),
    "reject": lambda: a_dispatched_request().reject("bukan", LATER),
    "solve": lambda: WORKED_ON.solve("proof/ab.jpg", "", LATER),
    "ask": lambda: a_dispatched_request().ask("di mana?", LATER),
    "answer": lambda: a_dispatched_request().ask("di mana?", NOW).with_answer("m1", LATER),
    "before": lambda: WORKED_ON.with_before("proof/ab.jpg", LATER),
    "rate badly": lambda: a_solved_request().rate(1, LATER),
    "rate well": lambda: a_solved_request().rate(5, LATER),
    "delay": lambda: WORKED_ON.delay(LATER, LATER),
    "close": lambda: a_solved_request(rating=5).close(LATER),
    "reason": lambda: a_solved_request().with_reason("masih gelap", LATER),
    "withdraw": lambda: a_dispatched_request().withdraw(LATER),
    "reclassify": lambda: a_dispatched_request().reclassify("waste", LATER),
    "direct": lambda: a_dispatched_request(refused_by=("pln",)).direct_to("dlhkp", LATER),
    "open again": lambda: a_service_request(status=Status.CLOSED).open_again("dishub", LATER),
    "urgency": lambda: a_dispatched_request().with_urgency(True, LATER),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_says_when_it_was(change: str) -> None:
    assert CHANGES[change]().updated_datetime == LATER


def test_a_report_sent_elsewhere_forgets_who_refused_it_and_keeps_its_kind() -> None:
    sent = CHANGES["direct"]()

    assert (sent.status, sent.suggested_agency, sent.refused_by) == (Status.RECEIVED, "dlhkp", ())
    assert sent.service_code == "street_light"
    other = a_dispatched_request().direct_to("dlhkp", LATER, service_code="waste")
    assert other.service_code == "waste"


def test_a_report_opened_again_begins_anew() -> None:
    over = a_service_request(status=Status.CLOSED, rating=5, refused_by=("pln",), generation=2)
    again = over.open_again("dishub", LATER)

    assert (again.status, again.rating, again.refused_by) == (Status.REOPENED, None, ())
    assert (again.generation, again.suggested_agency) == (3, "dishub")
    with pytest.raises(IllegalTransitionError, match=over.service_request_id):
        a_dispatched_request().open_again("dishub", LATER)


def test_the_next_workflow_is_one_further() -> None:
    assert a_service_request(generation=4).next_generation().generation == 5
    assert a_service_request().next_generation() == a_service_request(generation=2)


def test_a_message_taken_back_takes_its_words_photos_and_recordings() -> None:
    report = a_service_request(
        said=(Said(by="a", at=NOW, text="x"), Said(by="b", at=NOW, text="y")),
        photo_ids=("a-0", "b-0"),
        recording_ids=("a-r0", "b-r0"),
    ).without_message("a", LATER)

    assert [each.by for each in report.said] == ["b"]
    assert (report.photo_ids, report.recording_ids) == (("b-0",), ("b-r0",))
    assert report.updated_datetime == LATER


def test_what_another_kind_of_report_was_delayed_for_is_over() -> None:
    delayed = WORKED_ON.delay(LATER, NOW)

    assert delayed.reclassify("waste", LATER).delayed_until is None
    assert delayed.refuse("bukan", None, LATER).delayed_until is None
