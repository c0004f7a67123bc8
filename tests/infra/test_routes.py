"""The table of who has what where is whole, and says the same as the routing."""

from dataclasses import replace

from aduan.jurisdiction import Rule
from infra.routes import companion_rows, road_rows, rows, table, word_rows
from tests.builders import KEDIRI


def test_a_clerk_finds_every_service_and_who_has_it_on_which_road() -> None:
    lines = list(rows(KEDIRI))

    assert {line[0] for line in lines} == {s.service_name for s in KEDIRI.services.values()}
    holes = [line[1:] for line in lines if line[0] == "Jalan rusak"]
    assert holes == [
        ("jalan nasional", "semua", "BBPJN Jawa Timur-Bali", "DPUPR"),
        ("jalan provinsi", "semua", "Bina Marga Jawa Timur", "DPUPR"),
        ("jalan kota", "semua", "DPUPR", "Command Center"),
    ]


def test_a_kelurahan_of_its_own_rule_stands_apart() -> None:
    rule = Rule(service_codes=("fallen_tree",), agency="dlhkp", areas=("Pojok",))
    lines = [line for line in rows(replace(KEDIRI, rules=(rule,))) if line[0] == "Pohon tumbang"]

    assert ("Pohon tumbang", "semua jalan", "Pojok", "DLHKP", "BPBD") in lines
    (others,) = (line for line in lines if line[3] == "BPBD")
    assert "Pojok" not in others[2]
    assert len(others[2].split(", ")) == 45


def test_a_clerk_sees_who_has_it_by_a_word_and_who_works_on_it_as_well() -> None:
    assert any(line[:2] == ("Pohon tumbang", "PLN") for line in word_rows(KEDIRI))
    parts = list(companion_rows(KEDIRI))
    assert any(line[:4] == ("Pohon tumbang", "DLHKP", "wajib", "setelah PLN") for line in parts)
    assert ("Kecelakaan", "Dishub", "diberi tahu", "bersamaan", "selalu") in parts


def test_a_clerk_sees_which_road_is_still_to_be_confirmed() -> None:
    shown = table(list(road_rows(KEDIRI)))

    assert "Jembatan Semampir" in shown
    assert shown.count("belum dipastikan") == sum(road.to_confirm for road in KEDIRI.roads)
