"""What an agency is told of a new assignment: a text for e-mail and a short one for SMS.

No name, number or account of the reporter is in it: a report does not hold any.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aduan import wording
from aduan.change import Notice
from aduan.deadline import BROKEN
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest

MAX_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
MAX_SMS = 160  # one part in the GSM alphabet
MAX_WORDS = 1500
_LINES = "\n          "  # under each other, where the first begins
_WITH_WORDS = ("words", "answered", "joined", "called_off", "alert", "unheard")


@dataclass(frozen=True, kw_only=True)
class AgencyNotice:
    subject: str
    text: str
    sms: str
    urgent: bool
    role: str = "duty"


def write(
    request: ServiceRequest, city: Jurisdiction, *, link: str, expires: datetime
) -> AgencyNotice:
    email, sms = city.agency_texts["email"], city.agency_texts["sms"]
    fields = _fields(request, city, link=link, expires=expires)
    urgent = {"urgent": email["urgent"] if request.urgent else ""}
    again = str(email["reopened"]).format(reason=wording.shorten(request.reason or ""))
    many = str(email["many"]).format(count=request.reporters)
    pattern = str(email["pattern"]).format(**wording.recurrence(request, city))
    return AgencyNotice(
        subject=ascii_subject(str(email["subject"]).format(**fields, **urgent)),
        text=str(email["text"])
        .strip()
        .format(
            **fields,
            reopened=again if request.reopened else "",
            many=many if request.joined else "",
            pattern=pattern if request.recurrence else "",
        ),
        sms=str(sms["text"]).format(**fields, urgent=sms["urgent"] if request.urgent else ""),
        urgent=request.urgent,
    )


def write_news(
    request: ServiceRequest, city: Jurisdiction, news: Notice, *, link: str = ""
) -> AgencyNotice:
    """News of a report: to the agency that has it, with its link, or to the command centre without one."""
    texts, kind = city.agency_texts["news"], city.agency_texts["notices"][news.what]
    email, sms = city.agency_texts["email"], city.agency_texts["sms"]
    to = city.agency_name(request.agency_responsible)
    description = wording.shorten(request.description, MAX_WORDS)
    words = str(texts["words"]).format(description=description) if description else ""
    fields = wording.about(request, city) | {
        "agency": str(city.agency_texts["roles"][news.role]).format(
            agency=city.agency_name(news.agency)
        ),
        "title": kind["title"],
        "news": str(kind["news"]).format(
            to=to, due=_due(request, news), **wording.recurrence(request, city)
        ),
        "link": link,
        "page": str(texts["page"]).format(link=link) if link else "",
        "map": wording.map_url(request) or city.agency_texts["map"]["none"],
        "words": words if news.what in _WITH_WORDS else "",
        "desk": city.settings["desk"],
    }
    urgent = email["urgent"] if request.urgent else ""
    short = str(kind.get("sms", texts["sms"])).format(
        **fields, urgent=sms["urgent"] if request.urgent else ""
    )
    return AgencyNotice(
        subject=ascii_subject(str(texts["subject"]).format(**fields, urgent=urgent)),
        text=str(texts["text"]).strip().format(**fields),
        sms=wording.shorten(short, MAX_SMS),
        urgent=request.urgent,
        role=news.role,
    )


def write_unheard(agencies: list[str], city: Jurisdiction) -> AgencyNotice:
    """To the command centre: agencies that nobody would hear for."""
    names = ", ".join(city.agency_name(agency) for agency in agencies)
    return _to_command_centre("unheard", city, agencies=names, number=len(agencies))


def write_holidays_unknown(year: int, city: Jurisdiction) -> AgencyNotice:
    """To the command centre: terms of the next year would be counted without its holidays."""
    return _to_command_centre("holidays_unknown", city, year=year)


def _to_command_centre(what: str, city: Jurisdiction, **about: object) -> AgencyNotice:
    texts, fields = city.agency_texts[what], {**about, "desk": city.settings["desk"]}
    return AgencyNotice(
        subject=ascii_subject(str(texts["subject"]).format(**fields)),
        text=str(texts["text"]).strip().format(**fields),
        sms=wording.shorten(str(texts["sms"]).format(**fields), MAX_SMS),
        urgent=False,
    )


def _due(request: ServiceRequest, news: Notice) -> str:
    """By when it should have happened, where the news is that it has not."""
    broken = (request.promise(what) for what, named in BROKEN.items() if named == news.what)
    return next((wording.date_and_time(each.due) for each in broken if each), "")


def _fields(
    request: ServiceRequest, city: Jurisdiction, *, link: str, expires: datetime
) -> dict[str, Any]:
    email, limits = city.agency_texts["email"], wording.limits(request, city)
    return wording.about(request, city) | {
        "because": request.because or "-",
        "map": wording.map_url(request) or city.agency_texts["map"]["none"],
        "limits": str(email["limits"]).format(limits=_LINES.join(limits)) if limits else "",
        "link": link,
        "expires": wording.date_and_time(expires),
        "desk": city.settings["desk"],
    }


def to_hand_on(notice: AgencyNotice, agency: str, city: Jurisdiction) -> AgencyNotice:
    """The notice for an agency as its topic gets it: where that is the command centre's, with a word to it."""
    if city.told_through(agency) == agency:
        return notice
    words = str(city.agency_texts["email"]["hand_on"]).lstrip()
    full_name = city.agencies[agency].full_name
    return replace(notice, text=words.format(full_name=full_name) + notice.text)


def ascii_subject(text: str) -> str:
    """SNS takes ASCII subjects only, and short ones."""
    return text.encode("ascii", "ignore").decode().strip()[:MAX_SUBJECT]
