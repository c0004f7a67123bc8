"""The telephone system's list of calls: read as it comes, and what cannot be read is named."""

from datetime import date

import pytest

from aduan.command_centre.call_list import CallList, read
from aduan.command_centre.operator import RefusedDeedError
from tests.builders import KEDIRI

TODAY = date(2026, 11, 24)
FEW = """Tanggal;Nomor;Jenis Panggilan
24/11/2026 08:01;62811-0000-0001;Ghost Call
24/11/2026 08:02;62811-0000-0002;Iseng
24/11/2026 08:05;;Minta informasi
24/11/2026 08:09;;salah sambung
24/11/2026 08:10;;Laporan
"""


def listed(text: str) -> CallList:
    return read(text, KEDIRI.calls, TODAY)


def test_calls_are_counted_by_what_they_were() -> None:
    found = listed(FEW)

    assert found.day == TODAY
    assert found.counts == {
        "ghost": 1,
        "prank": 1,
        "information": 1,
        "wrong_number": 1,
        "report": 1,
    }
    assert (found.none_of_ours, found.bad) == (4, ())


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_separator_and_any_end_of_line_will_do(separator: str, end: str) -> None:
    text = "\ufeff" + FEW.replace(";", separator).replace("\n", end)

    assert listed(text) == listed(FEW)


@pytest.mark.parametrize(
    "text",
    [
        "KATEGORI,tgl\nkosong,24-11-26\n",
        'no,"Kategori","Waktu Panggilan"\n1,"Telepon kosong","2026-11-24 00:13:00"\n',
        "call_date|category|agent\n24.11.2026|GHOST_CALL|RN\n",
        "kategori;jumlah\ntelepon kosong;1\n",
    ],
)
def test_columns_stand_in_any_order_under_any_of_their_names(text: str) -> None:
    found = listed(text)

    assert (found.day, found.counts, found.bad) == (TODAY, {"ghost": 1}, ())


def test_a_list_may_count_already() -> None:
    found = listed("Kategori;Jumlah\nIseng;120\nTelepon kosong;255\n")

    assert (found.counts, found.none_of_ours) == ({"prank": 120, "ghost": 255}, 375)


def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_counts() -> None:
    found = listed(
        "tanggal;kategori;jumlah\n24/11/2026;iseng;1\n24/11/2026;entahlah;1\n31/31/2026;iseng;1\n"
        "24/11/2026;iseng;banyak\n\n23/11/2026;iseng;1\n24/11/2026;kosong;1\n24/11/2026\n"
    )

    assert found.counts == {"prank": 1, "ghost": 1}
    assert found.bad == (
        (3, "kind", "entahlah"),
        (4, "day", "31/31/2026"),
        (5, "count", "banyak"),
        (7, "other_day", "23/11/2026"),
        (9, "kind", ""),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "list_empty"),
        ("tanggal;kategori", "list_empty"),
        ("tanggal;nomor\n24/11/2026;1\n", "list_without_kind"),
        ("tanggal;kategori\nx;y\n", "list_without_rows"),
        ("tanggal;kategori\n25/11/2026;iseng\n", "list_of_tomorrow"),
        ("kategori\n" + "iseng\n" * 5001, "list_too_long"),
        ("kategori\n" + "\x00\n", "list_without_rows"),
    ],
)
def test_a_list_that_is_none_is_refused_with_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(RefusedDeedError) as refused:
        listed(text)
    assert refused.value.why == why


def test_every_refusal_and_every_fault_has_its_sentence() -> None:
    assert {"kind", "day", "count", "other_day"} <= KEDIRI.command_centre["call_list"].keys()
