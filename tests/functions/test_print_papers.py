"""The papers of a month and of one report, as they lie in the bucket."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aduan.aws.clients import client
from aduan.aws.figures_table import FiguresTable
from aduan.command_centre import figures
from tests.builders import CITIZEN, KEDIRI, NUMBER, NUMBERS, a_dispatched_request
from tests.cloud import Cloud
from tests.functions.conftest import Loader
from tests.functions.test_command_centre import asks, buttons, notice

NOW = datetime.now(UTC).replace(microsecond=0)
MONTH = figures.month_of(NOW)


def counted(cloud: Cloud, number: str, at: datetime = NOW, **changes: Any) -> None:
    times = {"requested_datetime": at, "updated_datetime": at}
    cloud.keeps(a_dispatched_request(service_request_id=number, **times | changes))
    FiguresTable(cloud.reports).count(number, KEDIRI, at=NOW)


def paper(cloud: Cloud, key: str) -> str:
    body: str = client("s3").get_object(Bucket=cloud.papers, Key=key)["Body"].read().decode()
    return body


def keys(cloud: Cloud) -> set[str]:
    found = client("s3").list_objects_v2(Bucket=cloud.papers).get("Contents", [])
    return {each["Key"] for each in found}


def test_the_papers_of_a_month_are_made_by_a_button(function: Loader, cloud: Cloud) -> None:
    for number in NUMBERS[:6]:
        counted(cloud, number, area="Pojok", description="lampu mati, hubungi saya")
    printing = function("print_papers")
    to, given = buttons(asks(printing, paper=""))["Buat laporan bulanan"]
    assert to == "print_papers"

    shown = asks(printing, typed={"month": MONTH}, **given)

    assert notice(shown).startswith("Laporan sudah dibuat")
    assert shown.count("<a href=") == 3
    made = {key: paper(cloud, key) for key in keys(cloud)}
    assert set(made) == {
        f"months/{MONTH}/{name}" for name in ("laporan.html", "angka.csv", "data-terbuka.csv")
    }
    assert f"{MONTH},kota,,masuk,6\r\n" in made[f"months/{MONTH}/angka.csv"]
    assert f"{MONTH},Pojok,Lampu jalan (PJU),6," in made[f"months/{MONTH}/data-terbuka.csv"]
    together = "".join(made.values())
    assert not any(each in together for each in (CITIZEN, *NUMBERS[:6], "hubungi", "Veteran"))


def test_the_clock_makes_those_of_the_month_that_is_over(function: Loader, cloud: Cloud) -> None:
    counted(cloud, NUMBER, at=NOW.replace(day=1) - timedelta(days=2))

    function("print_papers")({"scheduled": True})

    (month,) = {key.split("/")[1] for key in keys(cloud)}
    assert month == figures.month_of(NOW.replace(day=1) - timedelta(days=2))
    assert ",kota,,masuk,1\r\n" in paper(cloud, f"months/{month}/angka.csv")


@pytest.mark.parametrize("month", ["", "2019-01", "2026-13", "../../photos", "x" * 100_000])
def test_a_month_that_nobody_offered_is_refused(function: Loader, cloud: Cloud, month: str) -> None:
    shown = asks(function("print_papers"), typed={"month": month}, paper="month")

    assert notice(shown) == "Pilih dulu bulannya."
    assert keys(cloud) == set()


def test_one_report_is_printed_with_its_timeline_and_without_anybody_s_number(
    function: Loader, cloud: Cloud
) -> None:
    counted(cloud, NUMBER, description="<b>lampu</b> mati", area="Mojoroto")
    report = asks(function("command_centre"), view="report", id=NUMBER)
    to, given = buttons(report)["Halaman cetak"]
    assert to == "print_papers"

    shown = asks(function("print_papers"), **given)

    assert "Buka halaman cetak" in shown
    (key,) = keys(cloud)
    assert key.startswith("printed/")
    assert NUMBER not in key
    page = paper(cloud, key)
    assert "1234-5678-9018" in page
    assert "Laporan masuk" in page
    assert "&lt;b&gt;lampu" in page
    assert CITIZEN not in page


def test_nothing_is_printed_of_a_number_that_is_none(function: Loader, cloud: Cloud) -> None:
    for number in ("", "123", "x" * 100_000, NUMBER):
        shown = asks(function("print_papers"), paper="report", id=number)
        assert "gagal dibuka" in notice(shown)
    assert keys(cloud) == set()
