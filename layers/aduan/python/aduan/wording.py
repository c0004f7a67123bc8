"""Small pieces of Indonesian that sentences are filled with: places, dates, states."""

from datetime import date, datetime

from aduan.deadline import term_of
from aduan.jurisdiction import Jurisdiction, Service, Term
from aduan.message import Choice
from aduan.report_number import spoken
from aduan.service_request import Awaited, ServiceRequest
from aduan.time_zone import WIB

_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
_LONGEST = 200


def day(at: datetime) -> str:
    return date_of(at.astimezone(WIB))


def date_of(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


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
    """How long it may take and who says so; None where nobody has published such a promise."""
    term = term_of(Awaited.SOLVE, request, city)
    return _long(term, city) if term and term.source else None


def what_to_expect(request: ServiceRequest, city: Jurisdiction) -> str:
    """The promise as the citizen is told it, or whose the matter is; empty where there is nothing to say."""
    wordings, agency = city.messages["promise"], city.agency_of(request)
    if promised := promise(request, city):
        return str(wordings["citizen"]).format(promise=promised)
    if agency.is_of_the_city:
        return ""
    keys = ("outside", "contact") if agency.contact else ("outside",)
    fields = {"agency": agency.name, "contact": agency.contact}
    return " ".join(str(wordings[key]).format(**fields) for key in keys)


def limits(request: ServiceRequest, city: Jurisdiction) -> list[str]:
    """What an agency of the city has to keep, with date and time, as its officer is told it.

    No word of it to citizens: what nobody has published is among it, and said to be so.
    """
    texts, lines = city.agency_texts["limits"], []
    if not city.agency_of(request).is_of_the_city:
        return []
    for kept in request.promises:
        term = term_of(kept.what, request, city)
        if kept.what not in texts or not request.waits_for(kept.what) or term is None:
            continue
        by = _long(term, city) if term.source else str(texts["to_confirm"])
        lines.append(str(texts[kept.what]).format(due=date_and_time(kept.due), by=by))
        if kept.level:
            lines.append(str(texts["late"]))
    return lines


def _long(term: Term, city: Jurisdiction) -> str:
    """A term in words: in hours up to two days, then in days, and whose it is where it is not the agency's."""
    wordings, span = city.messages["promise"], term.span
    if span.working_days:
        return str(wordings["working_days"]).format(working_days=span.working_days, by=term.by)
    if span.working_hours:
        return str(wordings["working_hours"]).format(hours=span.working_hours)
    if span.minutes:
        return str(wordings["minutes"]).format(minutes=span.minutes)
    key = "hours" if span.hours <= 48 else "days"
    return str(wordings[key]).format(hours=span.hours, days=round(span.hours / 24))


def recurrence(request: ServiceRequest, city: Jurisdiction) -> dict[str, str]:
    """The how manieth time it is at this spot, and within how many days."""
    return {"times": str(request.recurrence), "days": str(city.settings["pattern_days"])}


def rating_choices(request: ServiceRequest, city: Jurisdiction) -> tuple[Choice, ...]:
    """What can be tapped for a rating; any digit can be typed."""
    return tuple(
        Choice(
            payload=f"rate:{request.service_request_id}:{rating}",
            title=city.label(f"rate_{rating}"),
        )
        for rating in (5, 3, 1)
    )


def about(request: ServiceRequest, city: Jurisdiction) -> dict[str, str]:
    """The fields that most sentences about a report need."""
    return {
        "number": spoken(request.service_request_id),
        "service": city.services[request.service_code].service_name,
        "agency": city.agency_name(request.agency_responsible),
        "place": place_of(request, city),
    }
