"""Who has what where, as a table for a clerk to check: `make routes`.

Every kind of report, in every kelurahan, on roads of every status; kelurahan with the same answer together.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from aduan import jurisdiction
from aduan.jurisdiction import Jurisdiction, Road, RoadStatus
from aduan.routing import ROAD_NAMES, Spot, choices

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = "Jenis laporan", "Jalan", "Kelurahan", "Instansi", "Bila bukan wewenangnya"
ANY_ROAD, ALL_AREAS = "semua jalan", "semua"


def rows(city: Jurisdiction) -> Iterator[tuple[str, ...]]:
    """The table's lines: for each service those answers that differ."""
    areas = [area.name for area in city.areas]
    for code, service in city.services.items():
        found: dict[tuple[str, ...], dict[RoadStatus, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for status in RoadStatus:
            for area in areas:
                found[agencies(code, area, status, city)][status].append(area)
        for answer, where in found.items():
            names = [city.agency_name(agency) for agency in answer]
            then = ", ".join(names[1:]) or city.settings["command_centre"]
            for roads, inside in _together(where):
                listed = ALL_AREAS if inside == areas else ", ".join(inside)
                yield service.service_name, roads, listed, names[0], then


def agencies(
    service_code: str, area: str, status: RoadStatus, city: Jurisdiction
) -> tuple[str, ...]:
    """Who has a service there, and who after whom if it is not theirs."""
    road = Road(name="", status=status, places=())
    found = choices(service_code, Spot(area=area, road=road), city)
    return tuple(dict.fromkeys(choice.agency_responsible for choice in found))


def _together(where: dict[RoadStatus, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Roads of all statuses with the same answer in the same kelurahan are one line."""
    first = next(iter(where.values()))
    if len(where) == len(RoadStatus) and all(inside == first for inside in where.values()):
        yield ANY_ROAD, first
        return
    for status, inside in where.items():
        yield ROAD_NAMES[status], inside


def table(lines: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join(padded) + "\n"


def road_rows(city: Jurisdiction) -> Iterator[tuple[str, ...]]:
    for road in city.roads:
        source = road.source or "belum dipastikan kota: laporan tetap ke instansi kota"
        yield road.name, ROAD_NAMES[road.status], source


def word_rows(city: Jurisdiction) -> Iterator[tuple[str, ...]]:
    """Who has it instead where a citizen says certain words."""
    for rule in city.rules:
        for code in rule.service_codes if rule.words else ():
            service = city.services[code].service_name
            yield service, city.agency_name(rule.agency), ", ".join(rule.words)


def companion_rows(city: Jurisdiction) -> Iterator[tuple[str, ...]]:
    """Who works on it as well."""
    for row in city.companions:
        for code in row.service_codes:
            after = ", ".join(city.agency_name(agency) for agency in row.after)
            yield (
                city.services[code].service_name,
                city.agency_name(row.agency),
                "wajib" if row.required else "diberi tahu",
                f"setelah {after}" if after else "bersamaan",
                ", ".join(row.words) or "selalu",
            )


def main() -> None:
    city = jurisdiction.load("kediri")
    said = "Bila warga menyebut"
    parts = "Jenis laporan", "Instansi lain", "Perannya", "Urutannya", said
    for lines in (
        [COLUMNS, *rows(city)],
        [("Jenis laporan", "Instansi", said), *word_rows(city)],
        [parts, *companion_rows(city)],
        [("Jalan", "Status", "Sumber"), *road_rows(city)],
    ):
        sys.stdout.write(table(lines) + "\n")


if __name__ == "__main__":
    main()
