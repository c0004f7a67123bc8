"""Small pieces of Indonesian that sentences are filled with: places, dates, states."""

from datetime import datetime

from aduan.jurisdiction import Agency, Jurisdiction, Service
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB

_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
_LONGEST = 200


def day(at: datetime) -> str:
    local = at.astimezone(WIB)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def date_and_time(at: datetime) -> str:
    return f"{day(at)} pukul {at.astimezone(WIB):%H.%M} WIB"


def shorten(text: str, longest: int = _LONGEST) -> str:
    """One line of at most `longest` characters; what is cut is shown by …"""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def place(address: str | None, area: str | None, lat: float | None, city: Jurisdiction) -> str:
    """Where it is, as a citizen or officer would say it."""
    wording = city.messages["place"]
    if address:
        kelurahan = f" (Kelurahan {area})" if area and area.lower() not in address.lower() else ""
        return shorten(address) + kelurahan
    if lat is None:
        return str(wording["unknown"])
    return str(wording["pin_in"]).format(area=area) if area else str(wording["pin"])


def place_of(request: ServiceRequest, city: Jurisdiction) -> str:
    return place(request.address, request.area, request.lat, city)


def map_url(request: ServiceRequest) -> str | None:
    """https://developers.google.com/maps/documentation/urls/get-started#search-action"""
    if request.lat is None or request.long is None:
        return None
    return f"https://www.google.com/maps/search/?api=1&query={request.lat},{request.long}"


def asking(service: Service, city: Jurisdiction) -> dict[str, str]:
    """The fields of the question where it is, and of the wish for a photo where one can be taken."""
    return {
        "service": service.service_name,
        "question": service.ask_place or str(city.messages["place"]["question"]),
        "photo": str(city.messages["photos"]["ask"]) if service.needs_photo else "",
    }


def promise(request: ServiceRequest, city: Jurisdiction) -> str | None:
    """How long it may take and who says so; None where nobody has promised anything.

    The agency's own promise in hours, from two days on in days, else the law's limit: which is no
    measure for an emergency, and not the city's to promise for those outside its government.
    """
    wordings = city.messages["promise"]
    hours = city.services[request.service_code].hours_to_solve
    if hours is not None:
        days = round(hours / 24)
        return str(wordings["hours" if hours <= 48 else "days"]).format(hours=hours, days=days)
    if request.urgent or not _agency(request, city).is_of_the_city:
        return None
    return str(wordings["working_days"]).format(**city.settings["deadline"])


def what_to_expect(request: ServiceRequest, city: Jurisdiction) -> str:
    """The promise as the citizen is told it, or whose the matter is; empty where there is nothing to say."""
    wordings, agency = city.messages["promise"], _agency(request, city)
    if promised := promise(request, city):
        return str(wordings["citizen"]).format(promise=promised)
    if agency.is_of_the_city:
        return ""
    keys = ("outside", "contact") if agency.contact else ("outside",)
    fields = {"agency": agency.name, "contact": agency.contact}
    return " ".join(str(wordings[key]).format(**fields) for key in keys)


def _agency(request: ServiceRequest, city: Jurisdiction) -> Agency:
    """The agency that has it, or before it is routed will most likely have it."""
    service = city.services[request.service_code]
    agency_id = request.agency_responsible or service.agency_responsible
    return city.agencies.get(agency_id) or city.agencies[city.default_agency]


def about(request: ServiceRequest, city: Jurisdiction) -> dict[str, str]:
    """The fields that most sentences about a report need."""
    return {
        "number": spoken(request.service_request_id),
        "service": city.services[request.service_code].service_name,
        "agency": city.agency_name(request.agency_responsible),
        "place": place_of(request, city),
    }
