"""One city: what can be reported, who serves where, and every sentence. Data of `jurisdictions/<id>/`."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, time
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from aduan.geo import border_distance_m, inside
from aduan.message import Channel
from aduan.service_request import ServiceRequest
from aduan.working_time import Span, WorkingTime

OTHER = "other"  # the service code of what fits no other
COMMAND_CENTRE = "command_centre"  # who acts where no agency does


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = {"desk": "desk", "city": "name", "privacy_url": "privacy_url"}


@dataclass(frozen=True, kw_only=True)
class Service:
    """What can be reported; names as in Open311 GeoReport v2, "GET Service List".

    `also_responsible` may have to help or have it instead; `ask_place` asks where it is in words of its
    own; `needs_photo` tells whether a photo is asked for; `tell` names the news of the
    work that the citizen hears. Reports of it within `near_m` metres and `near_hours` hours may be about the
    same matter (0: never); `urgent_from` so many reporters it is urgent (0: never for that alone).
    """

    service_code: str
    service_name: str
    description: str
    agency_responsible: str
    urgency: str
    group: str | None = None
    also_responsible: tuple[str, ...] = ()
    needs_photo: bool = True
    ask_place: str | None = None
    tell: tuple[str, ...] = ("solved",)
    near_m: int = 0
    near_hours: int = 0
    urgent_from: int = 0


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
class Term:
    """Within what time something must have happened: see `promises.toml`. Only a sourced one is told."""

    what: str
    span: Span
    service_codes: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    urgency: str | None = None
    by: str = ""
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Who hears next that a promise is broken: the agency or the command centre, and whose it is there."""

    to: str
    role: str
    authorities: tuple[str, ...] = ()


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
    terms: tuple[Term, ...]
    ladder: tuple[Rung, ...]
    working_time: WorkingTime

    @property
    def jurisdiction_id(self) -> str:
        return str(self.settings["jurisdiction_id"])

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
        features = json.loads(read(self.jurisdiction_id, "areas.geojson"))["features"]
        return tuple(
            Area(
                code=feature["properties"]["code"],
                name=feature["properties"]["name"],
                polygons=_polygons(feature["geometry"]),
            )
            for feature in features
        )

    @cached_property
    def command_centre(self) -> dict[str, Any]:
        """Every sentence of the command centre, read where it is shown."""
        return _toml(self.settings["jurisdiction_id"], "command_centre.id.toml")

    @cached_property
    def calls(self) -> dict[str, Any]:
        """How the telephone system's list of calls is read, where one is."""
        return _toml(self.settings["jurisdiction_id"], "calls.toml")

    def area_at(self, lat: float, long: float) -> Area | None:
        """The kelurahan of a point, or None outside the city."""
        return next((area for area in self.areas if area.contains(lat, long)), None)

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

    def agency_of(self, request: ServiceRequest) -> Agency:
        """The agency that has a report, or before it is routed will most likely have it."""
        service = self.services[request.service_code]
        agency_id = request.agency_responsible or service.agency_responsible
        return self.agencies.get(agency_id) or self.agencies[self.default_agency]

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
    promises = _toml(jurisdiction_id, "promises.toml")
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
        terms=tuple(_term(row) for row in promises["terms"]),
        ladder=tuple(Rung(**_with_tuples(row)) for row in promises["ladder"]),
        working_time=_working_time(_toml(jurisdiction_id, "calendar.toml")),
    )


def _service(row: dict[str, Any]) -> Service:
    return Service(**_with_tuples(row))


def _term(row: dict[str, Any]) -> Term:
    span = {field.name: row[field.name] for field in fields(Span) if field.name in row}
    rest = {name: value for name, value in row.items() if name not in (*span, "to_confirm")}
    return Term(span=Span(**span), **_with_tuples(rest))


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _working_time(calendar: dict[str, Any]) -> WorkingTime:
    days_off = [
        date.fromisoformat(day)
        for year in calendar["years"]
        for kind in ("holidays", "joint_leave", "added")
        for day in year.get(kind, {})
    ]
    hours = {
        number: (time.fromisoformat(opens), time.fromisoformat(closes))
        for number, day in enumerate(_WEEKDAYS)
        for opens, closes in [calendar["hours"].get(day, (None, None))]
        if opens
    }
    return WorkingTime(hours=hours, days_off=frozenset(days_off))


def _polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _toml(jurisdiction_id: str, name: str) -> dict[str, Any]:
    return tomllib.loads(read(jurisdiction_id, name).decode())


def read(jurisdiction_id: str, name: str) -> bytes:
    """A file of the jurisdiction's folder."""
    return (files("jurisdictions") / jurisdiction_id / name).read_bytes()
