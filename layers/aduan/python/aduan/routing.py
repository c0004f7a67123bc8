"""Which agency is responsible for a report, and why. The most specific rule wins."""

from dataclasses import dataclass

from aduan.jurisdiction import COMMAND_CENTRE, Jurisdiction
from aduan.service_request import ServiceRequest


@dataclass(frozen=True, kw_only=True)
class Routing:
    agency_responsible: str
    because: str


def route(request: ServiceRequest, jurisdiction: Jurisdiction) -> Routing:
    """The agency named by whoever sent it on, else the service's, else the command centre.

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

    service = jurisdiction.services[request.service_code]
    if service.agency_responsible not in refused:
        because = f"jenis laporan {service.service_name}"
        return Routing(agency_responsible=service.agency_responsible, because=because)
    because = f"dikembalikan {jurisdiction.agency_name(service.agency_responsible)}"
    return Routing(agency_responsible=jurisdiction.default_agency, because=because)
