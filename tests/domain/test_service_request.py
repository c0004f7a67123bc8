from dataclasses import FrozenInstanceError

import pytest

from aduan.errors import IllegalTransitionError
from aduan.service_request import ALLOWED, OVER, Gathered, Said, Status, within_bounds
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
