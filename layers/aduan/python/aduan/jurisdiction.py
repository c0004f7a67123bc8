"""One city: what can be reported, who serves where, and every sentence. Data of `jurisdictions/<id>/`."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from aduan.geo import inside
from aduan.message import Channel

OTHER = "other"  # the service code of what fits no other
COMMAND_CENTRE = "command_centre"  # who acts where no agency does


_NAMES = {"desk": "desk", "city": "name", "privacy_url": "privacy_url"}


@dataclass(frozen=True, kw_only=True)
class Service:
    """What can be reported; names as in Open311 GeoReport v2, "GET Service List".

    `also_responsible` may have to help or have it instead; `ask_place` asks where it is in words of its
    own; `needs_photo` tells whether a photo is asked for; `tell` names the news of the
    work that the citizen hears; `hours_to_solve` is a promise that the agency
    has published, if it has; `strong` and `keywords` are lower-case words or phrases, matched whole.
    """

    service_code: str
    service_name: str
    description: str
    agency_responsible: str
    urgency: str
    strong: tuple[str, ...]
    keywords: tuple[str, ...]
    group: str | None = None
    also_responsible: tuple[str, ...] = ()
    hours_to_solve: int | None = None
    needs_photo: bool = True
    ask_place: str | None = None
    tell: tuple[str, ...] = ("solved",)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Services among which a citizen chooses, where all of them are too many for one list."""

    group_id: str
    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An office that works on reports. `contact` is its own public number, where a citizen needs it."""

    agency_id: str
    name: str
    full_name: str
    authority: str
    does: str
    contact: str | None = None

    @property
    def is_of_the_city(self) -> bool:
        """Whether the city's government can promise something for it."""
        return self.authority in ("city", "city_company")


@dataclass(frozen=True, kw_only=True)
class Area:
    """A kelurahan; `polygons` are GeoJSON rings, [long, lat]."""

    name: str
    polygons: list[list[list[list[float]]]]


@dataclass(frozen=True)
class Jurisdiction:
    """A city's configuration: `settings` is `jurisdiction.toml`, then come all the sentences, and the
    words that citizens order with."""

    settings: dict[str, Any]
    services: dict[str, Service]
    groups: dict[str, Group]
    agencies: dict[str, Agency]
    messages: dict[str, Any]
    agency_texts: dict[str, Any]
    templates: dict[str, Any]
    orders: dict[str, Any]

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
    def names(self) -> dict[str, str]:
        """What the desk and the city are called in a sentence."""
        return {key: str(self.settings[name]) for key, name in _NAMES.items()}

    @property
    def default_agency(self) -> str:
        return str(self.settings["default_agency"])

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The 46 kelurahan, read when the first pin arrives: most functions never need them."""
        features = json.loads(_file(self.settings["jurisdiction_id"], "areas.geojson"))["features"]
        return tuple(
            Area(name=feature["properties"]["name"], polygons=_polygons(feature["geometry"]))
            for feature in features
        )

    @cached_property
    def command_centre(self) -> dict[str, Any]:
        """Every sentence of the command centre, read where it is shown."""
        return _toml(self.settings["jurisdiction_id"], "command_centre.id.toml")

    def area_at(self, lat: float, long: float) -> Area | None:
        """The kelurahan of a point, or None outside the city."""
        for area in self.areas:
            if any(inside(lat, long, polygon) for polygon in area.polygons):
                return area
        return None

    def services_to_offer(self, likely: Iterable[str] = ()) -> tuple[Service, ...]:
        """The likely services, at most three and "other", else those that are reported most."""
        codes = [code for code in likely if code != OTHER][:3]
        offered = [*codes, OTHER] if codes else self.settings["offered_first"]
        return tuple(self.services[code] for code in offered)

    def services_of(self, group_id: str) -> tuple[Service, ...]:
        """The services of a group, and "other": whoever chooses can always choose something."""
        found = [each for each in self.services.values() if each.group == group_id]
        return (*found, self.services[OTHER])

    def agency_name(self, agency_id: str | None) -> str:
        if agency_id == COMMAND_CENTRE:
            return str(self.settings["command_centre"])
        agency = self.agencies.get(agency_id or "")
        return agency.name if agency else "instansi yang berwenang"

    def sentence(self, text: str, channel: Channel) -> str:
        """A citizen's sentence by its key, in the wording of the channel where it has its own."""
        wording = self.messages["texts"][text]
        chosen = wording if isinstance(wording, str) else wording[channel]
        return str(chosen).strip()

    def label(self, key: str) -> str:
        return str(self.messages["labels"][key])


@cache
def load(jurisdiction_id: str) -> Jurisdiction:
    """Read a jurisdiction's data. Its shape is proved by `tests/jurisdictions`, not at each cold start."""
    reportable = _toml(jurisdiction_id, "services.toml")
    agencies = _toml(jurisdiction_id, "agencies.toml")["agencies"]
    return Jurisdiction(
        settings=_toml(jurisdiction_id, "jurisdiction.toml"),
        services={row["service_code"]: _service(row) for row in reportable["services"]},
        groups={
            group_id: Group(group_id=group_id, **row)
            for group_id, row in reportable["groups"].items()
        },
        agencies={
            agency_id: Agency(agency_id=agency_id, **row) for agency_id, row in agencies.items()
        },
        messages=_toml(jurisdiction_id, "messages.id.toml"),
        agency_texts=_toml(jurisdiction_id, "agency.id.toml"),
        templates=_toml(jurisdiction_id, "templates.id.toml"),
        orders=_toml(jurisdiction_id, "orders.id.toml"),
    )


def _service(row: dict[str, Any]) -> Service:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Service(**row | lists)


def _polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _toml(jurisdiction_id: str, name: str) -> dict[str, Any]:
    return tomllib.loads(_file(jurisdiction_id, name))


def _file(jurisdiction_id: str, name: str) -> str:
    return (files("jurisdictions") / jurisdiction_id / name).read_text(encoding="utf-8")
