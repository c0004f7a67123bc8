"""Which agency is responsible for a report, and why. The most specific rule wins.

Rules and roads are data: `services.toml`, `roads.toml`. Whose a road is says more than where it lies: its signs
and lamps follow it by law (PP 79/2013, article 27).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aduan.jurisdiction import COMMAND_CENTRE, Jurisdiction, Road, RoadStatus, Rule
from aduan.service_request import Part, ServiceRequest, Status

ROAD_NAMES = {
    RoadStatus.NATIONAL: "jalan nasional",
    RoadStatus.PROVINCIAL: "jalan provinsi",
    RoadStatus.CITY: "jalan kota",
}


@dataclass(frozen=True, kw_only=True)
class Routing:
    agency_responsible: str
    because: str


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What rules ask of a report: the kelurahan by name, the road if it is not the city's, the words said."""

    area: str | None = None
    road: Road | None = None
    words: frozenset[str] = frozenset()

    @property
    def status(self) -> RoadStatus:
        """Of the road. One whose status nobody has published is the city's until it is confirmed."""
        return self.road.status if self.road and not self.road.to_confirm else RoadStatus.CITY


def route(request: ServiceRequest, jurisdiction: Jurisdiction) -> Routing:
    """The agency named by whoever sent it on, else that of the most specific rule, else the command centre.

    Whoever refused is out; after `refusals_before_command_centre` refusals, or when two name each other, the
    command centre decides.
    """
    refused = set(request.refused_by)
    too_many = len(request.refused_by) >= jurisdiction.settings["refusals_before_command_centre"]
    if too_many:
        because = f"{len(request.refused_by)} instansi menyatakan bukan wewenangnya"
        return Routing(agency_responsible=jurisdiction.default_agency, because=because)

    suggested = request.suggested_agency
    if suggested in jurisdiction.agencies and suggested not in refused:
        if suggested == request.agency_responsible:  # what it closed has come back
            because = f"pernah ditangani {jurisdiction.agency_name(suggested)}"
            return Routing(agency_responsible=suggested, because=because)
        last = request.refused_by[-1] if request.refused_by else COMMAND_CENTRE
        by = jurisdiction.agency_name(last)
        return Routing(agency_responsible=suggested, because=f"ditunjuk oleh {by}")

    if suggested in refused:  # whom the last one names has refused as well
        names = [jurisdiction.agency_name(each) for each in (suggested, request.refused_by[-1])]
        because = f"{names[0]} dan {names[1]} saling menunjuk"
        return Routing(agency_responsible=jurisdiction.default_agency, because=because)

    by_rule = choices(request.service_code, spot_of(request, jurisdiction), jurisdiction)
    for choice in by_rule:
        if choice.agency_responsible not in refused:
            return choice
    because = f"dikembalikan {jurisdiction.agency_name(request.refused_by[-1])}"
    return Routing(agency_responsible=jurisdiction.default_agency, because=because)


def choices(service_code: str, spot: Spot, city: Jurisdiction) -> Iterator[Routing]:
    """Who is responsible for a service at a spot: by the most specific rule first, by the service last."""
    service = city.services[service_code]
    holding = (rule for rule in city.rules if _holds(rule, service_code, spot))
    for rule in sorted(holding, key=lambda rule: (not rule.words, not rule.road, not rule.areas)):
        because = _because(service.service_name, spot, rule)
        yield Routing(agency_responsible=rule.agency, because=because)
    yield Routing(
        agency_responsible=service.agency_responsible,
        because=_because(service.service_name, spot),
    )


def likely_agency(request: ServiceRequest, city: Jurisdiction) -> str:
    """Whose a report will most likely be."""
    return next(choices(request.service_code, spot_of(request, city), city)).agency_responsible


def with_companions(
    request: ServiceRequest, before: ServiceRequest, city: Jurisdiction
) -> ServiceRequest:
    """A report that was just routed, with its companions: those of its kind, or those it has already.

    Opened again, all begin anew that had not left. Where another agency leads now, it is no companion, and
    whoever waited for the former waits for it.
    """
    former, leader = before.agency_responsible, request.agency_responsible or ""
    parts = before.companions or _parts(request, city)
    if before.status is Status.REOPENED:
        parts = tuple(_anew(part) for part in parts if part.status is not Status.REJECTED)
    waiting = tuple(
        replace(part, after=tuple(leader if a == former else a for a in part.after))
        for part in parts
        if part.agency != leader
    )
    return replace(request, companions=waiting)


def further_parts(request: ServiceRequest, city: Jurisdiction) -> tuple[Part, ...]:
    """The companions that what is known by now calls for, and that have nothing to do with it yet."""
    known = {request.agency_responsible, *request.refused_by}
    known |= {part.agency for part in request.companions}
    return tuple(part for part in _parts(request, city) if part.agency not in known)


def _anew(part: Part) -> Part:
    return Part(agency=part.agency, because=part.because, required=part.required, after=part.after)


def _parts(request: ServiceRequest, city: Jurisdiction) -> tuple[Part, ...]:
    """One for each agency; the first row of the data that holds counts."""
    spot, found = spot_of(request, city), dict[str, Part]()
    for row in city.companions:
        said = not row.words or not spot.words.isdisjoint(row.words)
        if request.service_code in row.service_codes and said:
            part = Part(
                agency=row.agency, because=row.because, required=row.required, after=row.after
            )
            found.setdefault(row.agency, part)
    return tuple(found.values())


def spot_of(request: ServiceRequest, city: Jurisdiction) -> Spot:
    """Where the report is, found out only where a rule asks for it."""
    asking = {code for rule in city.rules for code in rule.service_codes}
    asking |= {code for row in city.companions for code in row.service_codes}
    if request.service_code not in asking:
        return Spot(area=request.area)
    from aduan import spot  # the names of all streets: few reports need them

    return Spot(
        area=spot.area_of(request, city),
        road=spot.road_of(request, city),
        words=spot.words_of_report(request, city),
    )


def _holds(rule: Rule, service_code: str, spot: Spot) -> bool:
    return (
        service_code in rule.service_codes
        and (not rule.words or not spot.words.isdisjoint(rule.words))
        and (not rule.areas or spot.area in rule.areas)
        and rule.road in (None, spot.status)
    )


def _because(service: str, spot: Spot, rule: Rule | None = None) -> str:
    """The rule in words: what of the spot it asks for, and what may speak for another."""
    words = f"jenis laporan {service}"
    if rule and rule.words:
        said = ", ".join(word for word in rule.words if word in spot.words)
        words += f", warga menyebut {said}"
    if rule and rule.areas:
        words += f" di Kelurahan {spot.area}"
    if rule and rule.road:
        road = f" ({spot.road.name})" if spot.road and spot.road.status is rule.road else ""
        words += f" di {ROAD_NAMES[rule.road]}{road}"
    elif spot.road and spot.road.to_confirm:
        status = ROAD_NAMES[spot.road.status]
        words += f"; {spot.road.name} mungkin {status}, belum dipastikan kota"
    return words
