"""A report is given to the agency that is responsible for it."""

import json

from aduan.aws.service_request_table import ServiceRequestTable
from aduan.service_request import Status
from tests.builders import NUMBER, a_service_request
from tests.cloud import Cloud
from tests.functions.conftest import Loader, Output

EVENT = {"service_request_id": NUMBER}


def test_a_street_light_is_the_traffic_agencys(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    cloud.keeps(a_service_request())

    routing = function("route_service_request")(EVENT)

    assert routing == {"service_request_id": NUMBER, "agency_responsible": "dishub", "attempt": 1}
    table = ServiceRequestTable(cloud.reports)
    request = table.request(NUMBER)
    assert (request.status, request.agency_responsible) == (Status.ROUTED, "dishub")
    assert request.because
    assert [event.what for event in table.events(NUMBER)] == ["received", "routed"]
    assert output.counted == {"ServiceRequestRouted": 1}


def test_a_lamp_on_a_national_road_is_the_national_agencys_and_why_is_kept(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_service_request(address="tengah jembatan Semampir"))

    assert function("route_service_request")(EVENT)["agency_responsible"] == "bbpjn"
    because = ServiceRequestTable(cloud.reports).request(NUMBER).because
    assert because == "jenis laporan Lampu jalan (PJU) di jalan nasional (Jembatan Semampir)"


def test_a_second_try_of_the_workflow_gives_the_same(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_service_request())
    handler = function("route_service_request")

    first, second = handler(EVENT), handler(EVENT)

    assert first == second
    assert len(ServiceRequestTable(cloud.reports).events(NUMBER)) == 2


def test_a_reopened_report_is_the_same_agencys_second_attempt(
    function: Loader, cloud: Cloud
) -> None:
    reopened = a_service_request(status=Status.REOPENED, agency_responsible="dishub", attempt=1)
    cloud.keeps(reopened)

    routing = function("route_service_request")(EVENT)

    assert (routing["agency_responsible"], routing["attempt"]) == ("dishub", 2)


def test_who_refused_is_not_asked_again(function: Loader, cloud: Cloud) -> None:
    refused = a_service_request(refused_by=("dishub",), suggested_agency="dpkp", attempt=1)
    cloud.keeps(refused)

    assert function("route_service_request")(EVENT)["agency_responsible"] == "dpkp"


def test_the_workflow_gets_nothing_of_what_the_citizen_wrote(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    cloud.keeps(a_service_request(description="rahasia", address="Jl. Veteran"))

    routing = json.dumps(function("route_service_request")(EVENT))

    for text in (routing, output.text):
        assert "rahasia" not in text
        assert "Veteran" not in text
