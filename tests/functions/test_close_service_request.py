"""A report is over when the citizen has rated, or has said nothing for long."""

import pytest

from aduan.aws.service_request_table import ServiceRequestTable
from aduan.errors import IllegalTransitionError
from aduan.service_request import Status
from tests.builders import NUMBER, a_service_request, a_solved_request
from tests.cloud import Cloud
from tests.functions.conftest import Loader, Output

EVENT = {"service_request_id": NUMBER, "because": "rated"}


def test_a_solved_report_is_closed(function: Loader, cloud: Cloud, output: Output) -> None:
    cloud.keeps(a_solved_request(rating=5))

    assert function("close_service_request")(EVENT) is None

    table = ServiceRequestTable(cloud.reports)
    assert table.request(NUMBER).status is Status.CLOSED
    assert [event.notes for event in table.events(NUMBER) if event.what == "closed"] == ["rated"]
    assert output.counted == {"ServiceRequestClosed": 1}


@pytest.mark.parametrize("over", [Status.CLOSED, Status.REJECTED])
def test_what_is_over_stays_as_it_is(function: Loader, cloud: Cloud, over: Status) -> None:
    before = cloud.keeps(a_service_request(status=over))

    function("close_service_request")(EVENT)

    assert ServiceRequestTable(cloud.reports).request(NUMBER) == before


@pytest.mark.parametrize("again", [Status.REOPENED, Status.DISPATCHED, Status.ACCEPTED])
def test_a_report_that_was_reopened_meanwhile_is_not_closed(
    function: Loader, cloud: Cloud, again: Status
) -> None:
    """By then an agency may be at work again: a late task of the older workflow must not end that."""
    cloud.keeps(a_service_request(status=again))

    with pytest.raises(IllegalTransitionError):
        function("close_service_request")(EVENT)
