"""Looking reports up at the command centre: each by a list it is kept on, never by a scan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aduan.aws.citizen_table import CitizenTable
from aduan.aws.clients import client
from aduan.aws.figures_table import FiguresTable
from aduan.change import Change
from aduan.report_number import spoken
from tests.builders import CITIZEN, KEDIRI, NUMBERS, a_dispatched_request, a_solved_request
from tests.cloud import Cloud
from tests.functions.conftest import Handler, Loader
from tests.functions.test_command_centre import asks, buttons

NOW = datetime.now(UTC).replace(microsecond=0)
LAMP, TREE, WASTE = NUMBERS[:3]


def counted(cloud: Cloud, number: str, **changes: Any) -> None:
    at = changes.pop("at", NOW)
    times = {"requested_datetime": at, "updated_datetime": at}
    cloud.keeps(a_dispatched_request(service_request_id=number, **times | changes))
    FiguresTable(cloud.reports).count(number, KEDIRI, at=NOW)


@pytest.fixture
def show(function: Loader, cloud: Cloud) -> Handler:
    """The command centre, over three reports."""
    counted(cloud, LAMP, description="lampunya mati", area="Mojoroto", address="Jl. Veteran")
    counted(
        cloud,
        TREE,
        description="pohon tumbang",
        address="Jl. Dhoho",
        area="Mojoroto",
        at=NOW - timedelta(days=2),
    )
    counted(
        cloud,
        WASTE,
        description="sampah, lampunya pun mati",
        area="Pojok",
        address="Pasar Pahing",
        citizen_id="another",
        at=NOW - timedelta(days=40),
    )
    return function("command_centre")


def found(show: Handler, **typed: str) -> set[str]:
    shown = asks(show, view="find", typed=typed)
    assert "gagal dibuka" not in shown
    return {number for number in NUMBERS[:3] if f"{number[:4]}-{number[4:8]}-{number[8:]}" in shown}


def test_reports_are_found_by_words_reporter_kelurahan_and_day(show: Handler) -> None:
    assert found(show, find_words="LAMPU") == {LAMP, WASTE}
    assert found(show, find_words="lampu veteran") == {LAMP}
    assert found(show, find_words="lampu", find_area="Pojok") == {WASTE}
    assert found(show, find_citizen=CITIZEN) == {LAMP, TREE}
    assert found(show, find_area="Mojoroto") == {LAMP, TREE}
    two_days_ago = str((NOW - timedelta(days=3)).date())
    assert found(show, find_first=two_days_ago) == {LAMP, TREE}
    assert found(show, find_area="Mojoroto", find_last=two_days_ago) == set()
    assert found(show, find_words="banjir") == set()


def test_a_whole_number_opens_its_report(show: Handler) -> None:
    shown = asks(show, view="find", typed={"number": f"{TREE[:4]} {TREE[4:8]} {TREE[8:]}"})

    assert "Perjalanan laporan" in shown
    assert "states/home" in shown  # the way to its workflow


def test_the_other_reports_of_a_reporter_are_one_click_away(show: Handler) -> None:
    shown = asks(show, view="find", citizen=CITIZEN, typed={"find_words": "left over"})

    assert shown.count("pohon tumbang") == 1
    assert "sampah" not in shown


def test_nothing_typed_finds_nothing_and_says_what_to_do(show: Handler) -> None:
    assert "Isi paling sedikit satu kolom" in asks(show, view="find")
    assert found(show) == set()


@pytest.mark.parametrize("typed", ["x" * 100_000, '"><script>alert(1)</script>', "'; --", "日本"])
def test_whatever_is_typed_is_looked_for_and_no_more(show: Handler, typed: str) -> None:
    names = ("number", "find_words", "find_citizen", "find_area", "find_first", "find_last")
    shown = asks(show, view="find", typed=dict.fromkeys(names, typed))

    assert "<script" not in shown
    assert "gagal dibuka" not in shown


def test_words_that_were_taken_back_and_people_who_are_forgotten_are_found_no_more(
    show: Handler, cloud: Cloud
) -> None:
    table = CitizenTable(cloud.reports)
    table.forget_reporter(table.request(LAMP), at=NOW)
    request = table.request(TREE)
    table.save(Change(request=replace(request, said=())), at=NOW)
    for number in (LAMP, TREE):
        FiguresTable(cloud.reports).count(number, KEDIRI, at=NOW)

    assert found(show, find_words="lampu") == {WASTE}
    assert found(show, find_words="pohon") == set()
    assert found(show, find_citizen=CITIZEN) == {TREE}
    assert found(show, find_words="veteran") == {LAMP}  # the place stays, as in the report


def test_reports_whose_photo_of_the_work_is_doubtful_are_one_click_away(
    show: Handler, cloud: Cloud
) -> None:
    doubted = a_solved_request(
        service_request_id=NUMBERS[3], proof_doubts=("used_before",), requested_datetime=NOW
    )
    cloud.keeps(doubted)
    FiguresTable(cloud.reports).count(NUMBERS[3], KEDIRI, at=NOW)
    _, given = buttons(asks(show, view="find"))["Foto hasil yang diragukan"]

    shown = asks(show, typed={"find_words": "lampu"}, **given)

    assert "1 laporan, yang terbaru di atas" in shown
    assert spoken(NUMBERS[3]) in shown


def test_looking_up_reads_lists_and_never_the_whole_table(
    show: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real = client("dynamodb")._make_api_call  # type: ignore[attr-defined]

    def noting(operation: str, parameters: dict[str, Any]) -> Any:
        done.append(operation)
        return real(operation, parameters)

    monkeypatch.setattr(client("dynamodb"), "_make_api_call", noting)
    assert found(show, find_words="lampu mati", find_area="Mojoroto") == {LAMP}
    assert done == ["Query", "Query", "BatchGetItem"]
