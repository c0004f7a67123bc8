"""“Terima telepon 112”: typed while the caller speaks, checked once, filed once."""

from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from aduan import wording
from aduan.command_centre.call_backs import CallBack
from aduan.command_centre.calls import Checked, Heard, News, is_mobile
from aduan.command_centre.figures import Kind
from aduan.command_centre.views import call_backs, call_list, call_place
from aduan.command_centre.views.common import CALL, lasting
from aduan.command_centre.widget import (
    Context,
    area,
    button,
    choice,
    hidden,
    notice,
    page,
    select,
    table,
    text,
)
from aduan.jurisdiction import OTHER, Jurisdiction
from aduan.locating import Locating
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest

if TYPE_CHECKING:
    from aduan.command_centre.call_list import CallList


@dataclass(frozen=True, kw_only=True)
class Call:
    """The form as it is to be shown: what was typed, and once it was checked what came of it."""

    at: datetime
    heard: Heard = field(default_factory=Heard)
    checked: Checked | None = None
    nearby: tuple[ServiceRequest, ...] = ()
    tally: dict[str, int] = field(default_factory=dict)
    call_backs: tuple[CallBack, ...] = ()
    locating: Locating | None = None
    listed: "CallList | None" = None
    replaced: bool = False  # an earlier list of that day
    notice: str = ""
    refused: bool = False
    filed: ServiceRequest | None = None
    joined: bool = False  # to a report that was there before


def render(call: Call, city: Jurisdiction, context: Context) -> str:
    if call.filed:
        return page(context, _filed(call, call.filed, city, context))
    return page(
        context,
        notice(call.notice, refused=call.refused),
        f'<form><div class="cols"><div>{_form(call, city)}{_buttons(call, city, context)}</div>',
        f"<div>{_checked(call, city, context) if call.checked else _empty(call, city, context)}</div></div>",
        "" if call.checked else call_backs.render(call.call_backs, call.at, city, context),
        hidden("click", context.click),
        "</form>",
    )


def _form(call: Call, city: Jurisdiction) -> str:
    words, heard = city.command_centre["call"], call.heard
    nothing = ("", words["area_none"])
    areas = [nothing, *((a.name, a.name) for a in sorted(city.areas, key=lambda each: each.name))]
    told = call.checked.areas if call.checked else ()
    elsewhere = "" if heard.area in call_place.spots(call.locating, told, city) else heard.area
    return (
        text("initials", city.command_centre["report"]["initials"], heard.by, longest=4)
        + text("caller", words["number"], heard.number, longest=20)
        + area("what", words["what"], heard.what)
        + text("where", words["where"], heard.where)
        + select("area", words["area"], areas, elsewhere)
        + hidden("place_id", call.locating.place_id if call.locating else heard.place_id)
        + area("remarks", words["remarks"], heard.remarks, rows=2, longest=1000)
    )


def _buttons(call: Call, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["call"]
    checked = call.checked is not None
    check = button(context, words["check"], CALL, {"step": "check"}, primary=not checked)
    send = button(context, words["file"], CALL, {"step": "file"}, primary=True) if checked else ""
    locate = button(context, words["locate"], CALL, {"step": "locate"}, confirm=words["consents"])
    broke_off = button(context, words["broke_off"], CALL, {"step": "broke_off"})
    again = button(context, words["again"], CALL, {"step": "open"})
    return f'<div class="acts">{send}{check}{locate}{broke_off}{again}</div>'


def _empty(call: Call, city: Jurisdiction, context: Context) -> str:
    """Before the check: the calls that are none, one click each, and a short way for what cannot wait."""
    words, kinds = city.command_centre["call"], city.command_centre["calls"]
    clicks = "".join(
        button(context, kinds[kind], CALL, {"step": "tally", "kind": kind, "click": context.click})
        for kind in Kind
    )
    rows = [(escape(str(kinds[kind])), str(call.tally.get(kind, 0))) for kind in Kind]
    emergencies = [
        ("", city.command_centre["fields"]["choose"]),
        *(
            (service.service_code, service.service_name)
            for service in city.services.values()
            if service.urgency == "emergency"
        ),
    ]
    short = select("service", words["service"], emergencies, call.heard.service_code)
    send = button(context, words["file_now"], CALL, {"step": "file", "urgent": "1"})
    return (
        f"{call_place.answer(call.locating, call.at, city)}"
        f"<h3>{escape(words['not_a_report'])}</h3><div class=acts>{clicks}</div>"
        f"<h3>{escape(words['tally'])}</h3>{table(('', ''), rows, frozenset({1}))}"
        f"<h3>{escape(city.command_centre['report']['urgent'])}</h3>"
        f'<div class="act"><div>{short}</div>{send}</div>'
        f"{call_list.render(call.listed, city, context, replaced=call.replaced)}"
    )


def _checked(call: Call, city: Jurisdiction, context: Context) -> str:
    assert call.checked is not None
    words, checked = city.command_centre["call"], call.checked
    best = call.heard.service_code or checked.service_codes[0]
    services = [(code, city.services[code].service_name) for code in checked.service_codes]
    others = [
        ("", city.command_centre["fields"]["choose"]),
        *((s.service_code, s.service_name) for s in city.services.values()),
    ]
    yes_no = (("1", words["yes"]), ("0", words["no"]))
    agreed = [(each, words["agreed"][each]) for each in News]
    urgent = choice("urgent", yes_no, "1" if checked.urgent else "0")
    news = choice("news", agreed, call.heard.news)
    return (
        f"<h3>{escape(words['likely'])}</h3>{choice('likely', services, best)}"
        f"{select('service', words['service'], others)}"
        f"<label>{escape(words['urgent'])}</label>{urgent}"
        f"<label>{escape(words['news'])}</label>{news}"
        f"{call_place.render(call.locating, checked.areas, call.heard.area, call.at, city, context)}"
        f"{_protocol(best, city)}{_nearby(call, city, context)}"
    )


def _protocol(service_code: str, city: Jurisdiction) -> str:
    words, asked = city.command_centre["call"], city.command_centre["protocol"]
    advice = city.messages["advice"]
    questions = "".join(
        f"<li>{escape(each)}</li>" for each in asked.get(service_code, asked[OTHER])
    )
    tell = escape(advice.get(service_code, advice[OTHER]))
    return (
        f"<h3>{escape(words['ask'])}</h3><ul>{questions}</ul>"
        f'<h3>{escape(words["tell"])}</h3><p class="words">{tell}</p>'
    )


def _nearby(call: Call, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["call"]
    if not call.nearby:
        return f"<h3>{escape(words['nearby'])}</h3><p class=soft>{escape(words['nearby_none'])}</p>"
    rows = (
        [
            f'<span class="number">{spoken(request.service_request_id)}</span>',
            escape(wording.shorten(wording.place_of(request, city), 80)),
            f"<small>{escape(wording.shorten(request.description, 100))}</small>",
            escape(city.agency_texts["states"][request.status]),
            escape(lasting(call.at - request.requested_datetime, city)),
            button(
                context,
                words["join"],
                CALL,
                {"step": "join", "id": request.service_request_id},
            ),
        ]
        for request in call.nearby
    )
    return f"<h3>{escape(words['nearby'])}</h3>{table(('',) * 6, rows)}"


def _filed(call: Call, request: ServiceRequest, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["call"]
    number = spoken(request.service_request_id)
    service = city.services[request.service_code].service_name
    more = str(words["filed_more"]).format(service=service, spoken=number)
    about = {"id": request.service_request_id}
    look = button(context, words["look"], CALL, {"step": "filed", **about}) if call.locating else ""
    ask = ""
    if not call.locating and request.lat is None and is_mobile(call.heard.number):
        step = {"step": "locate", **about}
        ask = button(context, words["locate"], CALL, step, confirm=words["consents"])
    place_id = call.locating.place_id if call.locating else ""
    onward = button(
        context, words["next"], CALL, {"step": "open", "by": call.heard.by}, primary=True
    )
    return (
        notice(str(words["joined" if call.joined else "filed"]).format(number=number))
        + f"<p>{escape(more)}</p>{call_place.answer(call.locating, call.at, city)}"
        + _protocol(request.service_code, city)
        + f"<form>{hidden('initials', call.heard.by)}{hidden('click', context.click)}"
        + f"{hidden('place_id', place_id)}<div class=acts>{onward}{look}{ask}</div></form>"
    )
