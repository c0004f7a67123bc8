"""A call to 112: what the operator types while the caller speaks, checked once, filed once.

Three round trips from the open widget to dispatch: `Periksa` shows what was understood, `Kirim` files it.
An emergency that is plain can be sent without the check.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from aduan.change import Change, Event, start_lifecycle, tell_agency
from aduan.command_centre.operator import RefusedDeedError
from aduan.jurisdiction import OTHER, Area, Jurisdiction
from aduan.locating import Locating
from aduan.message import Channel, Sender
from aduan.privacy import mask
from aduan.service_request import Gathered, Said, ServiceRequest
from aduan.understanding import knowledge, understand
from aduan.understanding.where import areas_told
from aduan.understanding.words import tokens_of

MAX_WORDS = 2000
_INITIALS = re.compile(r"[A-Za-z]{2,4}")
_MOBILE = "628"


class News(StrEnum):
    """Whether a caller agrees to hear of their report; by SMS also where WhatsApp does not reach them."""

    WHATSAPP = "1"
    SMS = "sms"
    NONE = "0"


AGREED = {News.WHATSAPP: "agreed_to_whatsapp", News.SMS: "agreed_to_sms"}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was typed. `place_id` names what the caller's phone was asked about where it is."""

    by: str = ""
    number: str = ""
    what: str = ""
    where: str = ""
    area: str = ""
    service_code: str = ""
    urgent: bool = False
    news: News = News.NONE
    remarks: str = ""
    place_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What we make of it: services best first, kelurahan that the words may mean, how urgent it is."""

    service_codes: tuple[str, ...]
    areas: tuple[str, ...]
    urgent: bool


def check(heard: Heard, city: Jurisdiction) -> Checked:
    meaning = understand(f"{heard.what} {heard.where}", city)
    likely = [each.service_code for each in meaning.candidates if each.service_code != OTHER][:3]
    best = likely[0] if likely else OTHER
    chosen = [heard.service_code] if heard.service_code in city.services else []
    codes = tuple(dict.fromkeys((*chosen, *likely, OTHER)))
    emergency = city.services[chosen[0] if chosen else best].urgency == "emergency"
    return Checked(
        service_codes=codes,
        areas=tuple(
            area.name for area in areas_in(heard.where, city) or areas_in(heard.what, city)
        ),
        urgent=emergency or meaning.danger,
    )


def areas_in(words: str, city: Jurisdiction, most: int = 6) -> tuple[Area, ...]:
    """Kelurahan in which the places of the words may lie: named themselves, or by a street, a market, a
    school, spelled more or less right."""
    known = knowledge.words(city.jurisdiction_id)
    codes = areas_told(known.gazetteer.find(tokens_of(words)))
    return tuple(area for area in city.areas if area.code in codes)[:most]


def phone(typed: str) -> str | None:
    """A number as shown on the operator's telephone, in digits with the country first; None for none."""
    digits = re.sub(r"\D", "", typed)
    if not digits:
        return None
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    if not 8 <= len(digits) <= 15:
        raise RefusedDeedError("number")
    return digits


def reachable(typed: str, news: News) -> Sender | None:
    """How the caller is kept in the vault: by WhatsApp if they agreed and it is a mobile number."""
    number = phone(typed)
    if number is None:
        return None
    by_chat = news is News.WHATSAPP and number.startswith(_MOBILE)
    return Sender(channel=Channel.WHATSAPP if by_chat else Channel.CALL, wa_id=number)


def is_mobile(typed: str) -> bool:
    return (phone(typed) or "").startswith(_MOBILE)


def as_far_as_reachable(heard: Heard) -> Heard:
    """Nobody is told anything on a telephone that can show nothing."""
    return heard if is_mobile(heard.number) else replace(heard, news=News.NONE)


def file_report(
    heard: Heard,
    city: Jurisdiction,
    *,
    number: str,
    citizen_id: str,
    invocation: str,
    at: datetime,
    locating: Locating | None = None,
) -> Change:
    """The report that a call makes: the same as one from a chat, with the same life and promises.

    Where the caller's phone is gives the pin; the operator's kelurahan stands before that of the pin.
    """
    require_initials(heard.by)
    if heard.service_code not in city.services:
        raise RefusedDeedError("no_such_service")
    words = _words(heard)
    if not words:
        raise RefusedDeedError("no_words")
    request = request_of(
        heard,
        heard.service_code,
        city,
        at,
        number=number,
        citizen_id=citizen_id,
        locating=locating,
    )
    request = replace(request, said=(Said(by=f"call-{number}", at=at, text=words),))
    agreed = [AGREED[heard.news]] if heard.news in AGREED else []
    event = Event(
        what="received",
        who="citizen",
        at=at,
        notes=" ".join([*agreed, *(["agreed_to_location"] if locating else [])]),
        by=heard.by.strip().upper(),
        invocation=invocation,
    )
    return Change(request=request, event=event, effects=(start_lifecycle(request),))


def request_of(
    heard: Heard,
    service_code: str,
    city: Jurisdiction,
    at: datetime,
    *,
    number: str = "",
    citizen_id: str = "",
    locating: Locating | None = None,
) -> ServiceRequest:
    """What was typed as a report, by which others of the same matter are found as well."""
    area = heard.area if heard.area in {each.name for each in city.areas} else None
    found = locating.area(city) if locating else None
    return ServiceRequest(
        service_request_id=number,
        jurisdiction_id=city.jurisdiction_id,
        citizen_id=citizen_id,
        channel=Channel.CALL,
        service_code=service_code,
        requested_datetime=at,
        updated_datetime=at,
        urgent=heard.urgent or city.services[service_code].urgency == "emergency",
        address=mask(heard.where).strip()[:200] or None,
        area=area or (found.name if found else None),
        lat=locating.lat if locating else None,
        long=locating.long if locating else None,
    )


def add_to_report(
    request: ServiceRequest, heard: Heard, *, invocation: str, at: datetime
) -> Change:
    """The matter is known already: what this caller says goes to whoever works on it."""
    require_initials(heard.by)
    words = _words(heard)
    if request.is_over or not words:
        raise RefusedDeedError("not_possible" if words else "no_words")
    said = Said(by=f"call-{invocation}", at=at, text=words)
    event = Event(
        what="words_added",
        who="citizen",
        at=at,
        by=heard.by.strip().upper(),
        invocation=invocation,
    )
    return Change(
        request=request.with_more(Gathered(said=(said,)), at),
        event=event,
        effects=tell_agency(request, "words") if request.urgent else (),
    )


def _words(heard: Heard) -> str:
    together = "\n".join(each for each in (heard.what, heard.remarks) if each)
    return mask(together).strip()[:MAX_WORDS]


def require_initials(by: str) -> None:
    if not _INITIALS.fullmatch(by.strip()):
        raise RefusedDeedError("initials")
