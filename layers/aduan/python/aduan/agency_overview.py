"""All that an agency has open: the page behind its own link, and the digest that brings the link daily."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from aduan import wording
from aduan.agency_notice import AgencyNotice, ascii_subject
from aduan.agency_view import document
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest

SHOWN_AT_MOST = (
    100  # on the page; a twelfth of a megabyte would be more than a bad connection takes
)
MAILED_AT_MOST = 30


@dataclass(frozen=True, kw_only=True)
class Entry:
    request: ServiceRequest
    link: str


def open_reports(requests: Iterable[ServiceRequest], agency: str) -> list[ServiceRequest]:
    """Those that wait for the agency, urgent ones first, then the oldest."""
    mine = (each for each in requests if each.is_with_agency and each.agency_responsible == agency)
    return sorted(mine, key=lambda each: (not each.urgent, each.requested_datetime))


def render(
    agency: str, entries: list[Entry], city: Jurisdiction, now: datetime, *, count: int
) -> str:
    """`count` is how many there are; no description: it stands behind each report's own link."""
    texts, name = city.agency_texts["overview"], city.agency_name(agency)
    title = texts["title"].format(agency=name)
    told = texts["count"].format(count=count, agency=name) if count else texts["none"]
    read_at = texts["read_at"].format(at=wording.date_and_time(now))
    cards = "".join(f"<li>{_card(entry, city, now)}</li>" for entry in entries)
    listed = f'<ul class="cards">{cards}</ul>' if cards else ""
    body = f"<h1>{escape(title)}</h1><p>{escape(told)}</p>{listed}<p><small>{escape(read_at)}</small></p>"
    return document(title, body, city)


def _card(entry: Entry, city: Jurisdiction, now: datetime) -> str:
    request, texts = entry.request, city.agency_texts
    about = wording.about(request, city)
    urgent = (
        f'<span class="urgent">{escape(texts["page"]["urgent"])}</span> ' if request.urgent else ""
    )
    since = texts["overview"]["since"].format(
        since=wording.date_and_time(request.requested_datetime)
    )
    state = "; ".join((texts["states"][request.status], *_waiting(request, city, now)))
    return (
        f'<section><h2><a href="{escape(entry.link)}">{urgent}{escape(about["service"])}, '
        f"{escape(about['number'])}</a></h2><p>{escape(about['place'])}</p>"
        f"<p>{escape(state)}<br><small>{escape(since)}</small></p></section>"
    )


def _waiting(request: ServiceRequest, city: Jurisdiction, now: datetime) -> list[str]:
    texts, found = city.agency_texts["overview"], []
    if request.joined:
        found.append(str(texts["many"]).format(count=request.reporters))
    if request.open_question:
        found.append(str(texts["asked"]))
    elif request.questions:
        found.append(str(texts["answered"]))
    if request.delayed_until:
        key = "late" if is_late(request, now) else "delayed"
        found.append(str(texts[key]).format(until=wording.day(request.delayed_until)))
    return found


def is_late(request: ServiceRequest, now: datetime) -> bool:
    """Whether the day that the agency itself announced is over."""
    return request.delayed_until is not None and request.delayed_until < now


def write_digest(
    agency: str,
    requests: list[ServiceRequest],
    city: Jurisdiction,
    now: datetime,
    *,
    link: str,
    expires: datetime,
) -> AgencyNotice:
    texts, count = city.agency_texts["digest"], len(requests)
    fields = {"agency": city.agency_name(agency), "count": count, "link": link}
    lines = [
        str(texts["line"]).format(
            **wording.about(each, city),
            state=city.agency_texts["states"][each.status].lower(),
            since=wording.day(each.requested_datetime),
        )
        for each in requests[:MAILED_AT_MOST]
    ]
    late = sum(is_late(each, now) for each in requests)
    more = str(texts["more"]).format(count=count - len(lines)) if count > len(lines) else ""
    return AgencyNotice(
        subject=ascii_subject(str(texts["subject"]).format(**fields)),
        text=str(texts["text"])
        .strip()
        .format(
            **fields,
            late=str(texts["late"]).format(count=late) if late else "",
            lines="\n".join(lines),
            more=more,
            expires=wording.date_and_time(expires),
            desk=city.settings["desk"],
        ),
        sms=str(texts["sms"]).format(**fields),
        urgent=False,
    )
