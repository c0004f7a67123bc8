"""“Terima telepon 112”: typed while the caller speaks, checked once, filed once."""

from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from aduan import wording
from aduan.command_centre import city_map
from aduan.command_centre.call_backs import CallBack
from aduan.command_centre.calls import Checked, Heard, News, is_mobile
from aduan.command_centre.figures import Kind
from aduan.command_centre.views import call_backs
from aduan.command_centre.views.common import CALL, clock, lasting
from aduan.command_centre.widget import (
    LIST,
    MAX_LIST,
    Context,
    area,
    button,
    choice,
    hidden,
    notice,
    page,
    select,
    table,
    tag,
    text,
)
from aduan.jurisdiction import OTHER, Jurisdiction
from aduan.locating import Locating
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest

if TYPE_CHECKING:
    from aduan.command_centre.call_list import CallList

_BAD_TOLD = 20


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
    elsewhere = "" if heard.area in _spots(call, city) else heard.area
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
        f"<h3>{escape(words['not_a_report'])}</h3><div class=acts>{clicks}</div>"
        f"<h3>{escape(words['tally'])}</h3>{table(('', ''), rows, frozenset({1}))}"
        f"<h3>{escape(city.command_centre['report']['urgent'])}</h3>"
        f'<div class="act"><div>{short}</div>{send}</div>'
        f"{_list(call, city, context)}"
    )


def _list(call: Call, city: Jurisdiction, context: Context) -> str:
    """Where a day's list is pasted, and what was read of the last one."""
    words, kinds = city.command_centre["call_list"], city.command_centre["calls"]
    told = ""
    if read := call.listed:
        counted = ", ".join(
            f"{kinds.get(kind) or words[kind]} {number}" for kind, number in read.counts.items()
        )
        said = words["replaced" if call.replaced else "read"]
        told = notice(said.format(day=wording.date_of(read.day), counted=counted))
        bad = [words[why].format(line=line, said=said) for line, why, said in read.bad]
        more = [words["more"].format(count=len(bad) - _BAD_TOLD)] if len(bad) > _BAD_TOLD else []
        lines = "".join(f"<li>{escape(each)}</li>" for each in [*bad[:_BAD_TOLD], *more])
        told += f"<ul>{lines}</ul>" if lines else ""
    pasted = area(LIST, words["paste"], "", rows=2, longest=MAX_LIST)
    press = button(context, words["count_them"], CALL, {"step": "list"})
    opened = " open" if call.listed else ""
    return (
        f"<details{opened}><summary>{escape(words['title'])}</summary>{told}{pasted}"
        f'<div class="acts">{press}</div></details>'
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
        f"{_where(call, city, context)}{_protocol(best, city)}{_nearby(call, city, context)}"
    )


def _spots(call: Call, city: Jurisdiction) -> tuple[str, ...]:
    """The kelurahan to pick from: where the caller's phone is, then those that the words may mean."""
    located = call.locating.area(city) if call.locating else None
    told = call.checked.areas if call.checked else ()
    return tuple(dict.fromkeys((*((located.name,) if located else ()), *told)))


def _where(call: Call, city: Jurisdiction, context: Context) -> str:
    words, spots, found = city.command_centre["call"], _spots(call, city), call.locating
    pin = (
        (found.lat, found.long)
        if found and found.lat is not None and found.long is not None
        else None
    )
    located = found.area(city) if found else None
    sure = located.name if located else spots[0] if len(spots) == 1 else ""
    wanted = call.heard.area or sure
    chosen = wanted if wanted in spots else ""
    picked = choice("spot", [(each, each) for each in spots], chosen)
    shown = spots or ((call.heard.area,) if call.heard.area else ())
    dark = context.theme == "dark"
    drawn = city_map.outline(city, shown, dark=dark, width=220, pin=pin) if shown or pin else ""
    asks = "" if spots else f"<p class=soft>{escape(words['no_spot'])}</p>"
    return f"<h3>{escape(words['spot'])}</h3>{_answer(call, city)}<div>{picked}</div>{asks}{drawn}"


def _answer(call: Call, city: Jurisdiction) -> str:
    """What became of the question where the caller is."""
    found, words = call.locating, city.command_centre["locating"]
    if found is None:
        return ""
    if found.answered_at is None:
        key = found.channel if found.is_open(call.at) else "expired"
        said = words[key].format(at=clock(found.asked_at), until=clock(found.expires))
        return f"<p>{tag(words['waits'], 'warn')} {escape(said)}</p>"
    area = found.area(city)
    said = words["found"].format(
        at=clock(found.answered_at),
        area=area.name if area else words["outside"],
        exact=words["exact"].format(metres=found.accuracy_m) if found.accuracy_m else "",
    )
    return f"<p>{tag(words['here'], '' if area else 'warn')} {escape(said)}</p>"


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
        + f"<p>{escape(more)}</p>{_answer(call, city)}{_protocol(request.service_code, city)}"
        + f"<form>{hidden('initials', call.heard.by)}{hidden('click', context.click)}"
        + f"{hidden('place_id', place_id)}<div class=acts>{onward}{look}{ask}</div></form>"
    )
