"""One city: what can be reported, who serves where, and every sentence. Data of `jurisdictions/<id>/`."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from aduan.geo import border_distance_m, inside
from aduan.message import Channel


@dataclass(frozen=True, kw_only=True)
class Service:
    """What can be reported; names as in Open311 GeoReport v2, "GET Service List".

    `hours_to_solve` is the promise told to the citizen; `strong` and `keywords` are lower-case words
    or phrases, matched whole.
    """

    service_code: str
    service_name: str
    description: str
    agency_responsible: str
    urgency: str
    hours_to_solve: int
    strong: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Agency:
    agency_id: str
    name: str
    full_name: str
    does: str


@dataclass(frozen=True, kw_only=True)
class Area:
    """A kelurahan and its code of the Interior Ministry; `polygons` are GeoJSON rings, [long, lat]."""

    code: str
    name: str
    polygons: list[list[list[list[float]]]]

    def contains(self, lat: float, long: float) -> bool:
        return any(inside(lat, long, polygon) for polygon in self.polygons)

    def distance_m(self, lat: float, long: float) -> float:
        """Metres from a point to the area, 0 inside."""
        if self.contains(lat, long):
            return 0.0
        return min(border_distance_m(lat, long, polygon) for polygon in self.polygons)


@dataclass(frozen=True)
class Jurisdiction:
    """A city's configuration: `settings` is `jurisdiction.toml`, the last three are all the sentences."""

    settings: dict[str, Any]
    services: dict[str, Service]
    agencies: dict[str, Agency]
    messages: dict[str, Any]
    agency_texts: dict[str, Any]
    templates: dict[str, Any]

    @property
    def jurisdiction_id(self) -> str:
        return str(self.settings["jurisdiction_id"])

    @property
    def danger_words(self) -> list[str]:
        """Words and phrases that speak of danger to people, lower-case, matched whole."""
        return list(self.settings["danger_words"])

    @property
    def words_of_past(self) -> list[str]:
        """Words and phrases that say that something is over, or was never meant."""
        return list(self.settings["words_of_past"])

    @property
    def default_agency(self) -> str:
        return str(self.settings["default_agency"])

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The 46 kelurahan, read when the first pin arrives: most functions never need them."""
        features = json.loads(read(self.jurisdiction_id, "areas.geojson"))["features"]
        return tuple(
            Area(
                code=feature["properties"]["code"],
                name=feature["properties"]["name"],
                polygons=_polygons(feature["geometry"]),
            )
            for feature in features
        )

    def area_at(self, lat: float, long: float) -> Area | None:
        """The kelurahan of a point, or None outside the city."""
        return next((area for area in self.areas if area.contains(lat, long)), None)

    def agency_name(self, agency_id: str | None) -> str:
        agency = self.agencies.get(agency_id or "")
        return agency.name if agency else "dinas yang berwenang"

    def sentence(self, text: str, channel: Channel) -> str:
        """A citizen's sentence by its key, in the wording of the channel where it has its own."""
        wording = self.messages["texts"][text]
        chosen = wording if isinstance(wording, str) else wording[channel]
        return str(chosen).strip()

    def label(self, key: str) -> str:
        return str(self.messages["labels"][key])

    def promise(self, hours: int) -> str:
        """How a promise is told: in hours up to two days, then in days."""
        wording = self.messages["promise"]
        if hours <= 48:
            return str(wording["hours"]).format(hours=hours)
        return str(wording["days"]).format(days=round(hours / 24))


@cache
def load(jurisdiction_id: str) -> Jurisdiction:
    """Read a jurisdiction's data. Its shape is proved by `tests/jurisdictions`, not at each cold start."""
    services = _toml(jurisdiction_id, "services.toml")["services"]
    agencies = _toml(jurisdiction_id, "agencies.toml")["agencies"]
    return Jurisdiction(
        settings=_toml(jurisdiction_id, "jurisdiction.toml"),
        services={row["service_code"]: _service(row) for row in services},
        agencies={
            agency_id: Agency(agency_id=agency_id, **row) for agency_id, row in agencies.items()
        },
        messages=_toml(jurisdiction_id, "messages.id.toml"),
        agency_texts=_toml(jurisdiction_id, "agency.id.toml"),
        templates=_toml(jurisdiction_id, "templates.id.toml"),
    )


def _service(row: dict[str, Any]) -> Service:
    return Service(**row | {"strong": tuple(row["strong"]), "keywords": tuple(row["keywords"])})


def _polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _toml(jurisdiction_id: str, name: str) -> dict[str, Any]:
    return tomllib.loads(read(jurisdiction_id, name).decode())


def read(jurisdiction_id: str, name: str) -> bytes:
    """A file of the jurisdiction's folder."""
    return (files("jurisdictions") / jurisdiction_id / name).read_bytes()
