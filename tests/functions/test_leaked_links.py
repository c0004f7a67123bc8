"""A link that reached the wrong people opens nothing any more, and it is on record who saw to that."""

from datetime import UTC, datetime, timedelta

import pytest

from aduan.aws.service_request_table import ServiceRequestTable
from tests.builders import NUMBER
from tests.cloud import Cloud
from tests.functions.conftest import Loader
from tests.functions.test_command_centre import SIGNED, a_report, act, asks, buttons, notice

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize("what", ["revoke_link", "revoke_overview"])
def test_a_link_is_revoked_once_with_initials_reason_and_request_id(
    function: Loader, cloud: Cloud, what: str
) -> None:
    request, table = a_report(cloud), ServiceRequestTable(cloud.reports)
    cloud.assigns(request, until=NOW + timedelta(days=1))
    shown = asks(function("command_centre"), view="report", id=NUMBER)
    assert {"Cabut tautan laporan ini", "Cabut tautan semua laporan instansi ini"} < set(
        buttons(shown)
    )

    assert notice(act(function, request, what)) == "Tercatat."
    again = notice(act(function, request, what))  # the same form, pressed by somebody else too

    assert again.startswith("Laporan ini sudah berubah")
    assignment = table.assignment(NUMBER, request.attempt)
    issues = (assignment.issue if assignment else None, table.overview_issue("dishub"))
    assert issues == ((1, 0) if what == "revoke_link" else (0, 1))
    event = table.events(NUMBER)[-1]
    assert (event.by, event.why) == ("RN", SIGNED["why"])
    assert event.invocation


def test_no_link_is_revoked_without_a_name_and_a_reason_or_of_a_report_nobody_has(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud)
    cloud.assigns(request, until=NOW + timedelta(days=1))

    assert "inisial" in notice(act(function, request, "revoke_link", initials=""))
    assert "alasan" in notice(act(function, request, "revoke_overview", why=""))
    over = asks(function("decide_report"), act="close", id=NUMBER, typed={"version": "1", **SIGNED})
    assert notice(over) == "Tercatat."
    closed = ServiceRequestTable(cloud.reports).request(NUMBER)
    refused = notice(act(function, closed, "revoke_link"))
    assert refused.startswith("Tindakan itu tidak bisa")
    assert ServiceRequestTable(cloud.reports).overview_issue("dishub") == 0
