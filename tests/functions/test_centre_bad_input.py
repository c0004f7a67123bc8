"""What the command centre did not ask for, from people and programs: one sentence, and nothing changed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from aduan.aws.centre_table import CentreTable
from aduan.aws.figures_table import FiguresTable
from tests.builders import KEDIRI, NUMBER, a_dispatched_request
from tests.cloud import Cloud
from tests.functions.conftest import Context, Loader, Output
from tests.functions.test_command_centre import SIGNED, a_report, act, asks, notice

NOW = datetime.now(UTC).replace(microsecond=0)
LONG = "kalimat " * 12_500  # 100 kB


def test_a_reason_of_100_kb_is_cut_and_a_page_of_it_stays_small(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud)

    shown = act(function, request, "raise", why=LONG)

    assert notice(shown) == "Tercatat."
    assert len(str(CentreTable(cloud.reports).events(NUMBER)[-1].why)) <= 4000
    assert len(shown) < 100_000


@pytest.mark.parametrize("field", ["initials", "address", "area", "service", "agency", "lead"])
def test_100_kb_in_any_other_field_change_nothing(
    function: Loader, cloud: Cloud, field: str
) -> None:
    request = a_report(cloud)
    acts = {"service": "set_service", "agency": "send_to", "lead": "merge", "area": "set_place"}

    shown = act(function, request, acts.get(field, "raise"), **{"address": "", field: LONG})

    if field != "address":  # raising needs none: what is typed there is not looked at
        assert 'class="notice refused"' in shown
        assert CentreTable(cloud.reports).request(NUMBER).version == request.version
    assert "gagal dibuka" not in shown


def test_of_two_operators_who_press_at_once_one_is_told_that_it_has_moved_on(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud)

    first, second = act(function, request, "raise"), act(function, request, "close")

    assert notice(first) == "Tercatat."
    assert notice(second).startswith("Laporan ini sudah berubah")
    kept = CentreTable(cloud.reports).request(NUMBER)
    assert (kept.urgent, kept.is_over) == (True, False)


@pytest.mark.parametrize("number", ["", "000000000000", "123456789012", LONG, "../x", "<b>"])
def test_a_number_that_is_nobody_s_says_so_and_shows_nothing(
    function: Loader, cloud: Cloud, number: str
) -> None:
    a_report(cloud)
    looked = asks(function("command_centre"), view="report", typed={"number": number})
    acted = asks(function("decide_report"), act="close", id=number, typed=SIGNED)

    assert notice(looked).startswith("Nomor itu tidak ada")
    assert "gagal dibuka" in notice(acted)


@pytest.mark.parametrize("name", ["command_centre", "decide_report", "print_papers"])
def test_a_function_that_fails_says_one_sentence_with_what_finds_it_in_the_logs(
    function: Loader, cloud: Cloud, output: Output, name: str
) -> None:
    handler = function(name, REPORTS_TABLE="no-such-table")
    asked: dict[str, Any] = {"act": "close", "view": "today", "paper": "month", "id": NUMBER}
    month = f"{NOW:%Y-%m}"

    shown = asks(handler, typed={**SIGNED, "version": "1", "month": month}, **asked)

    assert notice(shown).endswith(f"administrator: {Context(name).aws_request_id}")
    (line,) = (each for each in output.lines if each["message"] == "widget failed")
    assert set(line) & {"why", "initials", "html"} == set()
    assert output.counted["WidgetFailed"] == 1


def test_cost_of_the_month_is_told_by_what_was_counted(function: Loader, cloud: Cloud) -> None:
    cloud.keeps(a_dispatched_request(requested_datetime=NOW, updated_datetime=NOW))
    FiguresTable(cloud.reports).count(NUMBER, KEDIRI, at=NOW)

    assert "1 laporan, menurut panggilan yang dihitung" in asks(
        function("command_centre"), view="health"
    )
