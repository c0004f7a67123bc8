"""Looking a report up: by number, reporter, words, kelurahan and days."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from aduan import wording
from aduan.command_centre.finding import Wanted
from aduan.command_centre.views.common import SHOW, kind, number, place
from aduan.command_centre.widget import (
    Context,
    button,
    day,
    notice,
    page,
    select,
    table,
    text,
)
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search has brought, the newest first; `more`: there are others."""

    at: datetime
    wanted: Wanted
    requests: tuple[ServiceRequest, ...] = ()
    more: bool = False


def render(found: Found, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["finding"]
    back = button(context, city.command_centre["triage"]["back"], SHOW, {"view": "triage"})
    return page(
        context,
        f'<div class="acts">{back}</div>',
        f"<h2>{escape(words['title'])}</h2>",
        _form(found.wanted, city, context),
        _list(found, city, context),
    )


def _form(wanted: Wanted, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["finding"]
    areas = [
        ("", words["any_area"]),
        *((each, each) for each in sorted(a.name for a in city.areas)),
    ]
    first, last = (str(each or "") for each in (wanted.first, wanted.last))
    return (
        '<form><div class="cols"><div>'
        f"{text('number', words['number'], '', longest=20)}"
        f"{text('find_words', words['words'], context.typed.get('find_words', ''), longest=100)}"
        f"{text('find_citizen', words['citizen'], wanted.citizen_id, longest=60)}</div><div>"
        f"{select('find_area', words['area'], areas, wanted.area)}"
        f"{day('find_first', words['first'], first)}{day('find_last', words['last'], last)}"
        f'</div></div><div class="acts">'
        f"{button(context, words['search'], SHOW, {'view': 'find'}, primary=True)}"
        f"{button(context, words['doubted'], SHOW, {'view': 'find', 'doubted': '1'})}</div></form>"
    )


def _list(found: Found, city: Jurisdiction, context: Context) -> str:
    words, heads = city.command_centre["finding"], city.command_centre["triage"]
    if found.wanted.is_nothing:
        return f"<p class=soft>{escape(words['typed_nothing'])}</p>"
    if not found.requests:
        return notice(words["nothing"])
    said = words["more" if found.more else "found"]
    rows = (
        [
            number(context, each.service_request_id),
            kind(each, city),
            place(each, city),
            f"<small>{escape(wording.shorten(each.description, 120))}</small>",
            escape(city.agency_texts["states"][each.status]),
            escape(city.agency_name(each.agency_responsible)),
            escape(wording.date_and_time(each.requested_datetime)),
        ]
        for each in found.requests
    )
    head = (
        heads["number"],
        heads["kind"],
        heads["place"],
        heads["words"],
        words["state"],
        city.command_centre["report"]["agency"],
        words["at"],
    )
    shown = str(said).format(count=len(found.requests))
    return f'<h3>{escape(shown)}</h3><div class="wide">{table(head, rows)}</div>'
