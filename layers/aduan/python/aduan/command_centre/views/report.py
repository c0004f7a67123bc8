"""One report with its whole timeline, and the acts that fit it now."""

from dataclasses import dataclass
from html import escape
from typing import Any

from aduan import wording
from aduan.change import Event
from aduan.command_centre import city_map
from aduan.command_centre.operator import Act, acts_possible
from aduan.command_centre.views.common import (
    ACT,
    PRINT,
    REVEAL,
    SHOW,
    day_and_clock,
    event_line,
    reporter,
)
from aduan.command_centre.views.common import number as open_number
from aduan.command_centre.widget import (
    Context,
    area,
    button,
    hidden,
    notice,
    page,
    select,
    table,
    tag,
    text,
)
from aduan.jurisdiction import Jurisdiction
from aduan.privacy import mask
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest
from aduan.turn_of import turn_of


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A report as it is looked at. `muted`: its reporter gets no answers at present.

    `followers` are some of those that joined it, `alike` other reports that may be about the same.
    """

    request: ServiceRequest
    events: tuple[Event, ...]
    because: tuple[str, ...] = ()
    photo_links: tuple[str, ...] = ()
    recording_links: tuple[str, ...] = ()
    proof_link: str | None = None
    before_link: str | None = None
    now_links: tuple[str, ...] = ()
    execution_url: str | None = None
    muted: bool = False
    followers: tuple[ServiceRequest, ...] = ()
    alike: tuple[ServiceRequest, ...] = ()
    notice: str = ""
    refused: bool = False


def render(shown: Shown, city: Jurisdiction, context: Context) -> str:
    texts, request = city.command_centre, shown.request
    urgent = (
        tag(texts["report"]["urgent"], "alarm") if request.urgent and not request.is_over else ""
    )
    why = "".join(tag(texts["reasons"][each], "warn") for each in shown.because)
    service = city.services[request.service_code].service_name
    back = button(context, texts["triage"]["back"], SHOW, {"view": "triage"})
    updated = str(texts["triage"]["updated"]).format(
        at=wording.date_and_time(request.updated_datetime)
    )
    return page(
        context,
        f'<div class="acts">{back}{_print(shown, city, context)}</div>',
        notice(shown.notice, refused=shown.refused),
        f"<h2>{urgent}{escape(spoken(request.service_request_id))} · {escape(service)}</h2>",
        f"<p>{why} <small>{escape(updated)}</small></p>",
        '<div class="cols">',
        f"<div>{_facts(shown, city, context)}{_photos(shown, city)}{_timeline(shown, city)}</div>",
        f'<div class="narrow">{_map(shown, city, context)}</div>',
        f"<div>{_acts(shown, city, context)}</div>",
        "</div>",
    )


def _print(shown: Shown, city: Jurisdiction, context: Context) -> str:
    parameters = {"paper": "report", "id": shown.request.service_request_id}
    return button(context, city.command_centre["report"]["print"], PRINT, parameters)


def _together(shown: Shown, city: Jurisdiction, context: Context) -> list[tuple[str, str]]:
    """Which others it belongs together with, each to be opened."""
    names, request = city.command_centre["report"], shown.request
    rows = []
    if request.joined:
        many = str(names["many"]).format(count=request.reporters)
        rows.append((names["joined"], escape(many)))
    others = (
        ("joined_to", [request.joined_to]),
        ("followers", [each.service_request_id for each in shown.followers]),
        ("continues", [request.continues]),
        ("likely_same", [each.service_request_id for each in shown.alike]),
    )
    for name, numbers in others:
        opened = [open_number(context, each) for each in numbers if each]
        rows += [(names[name], " ".join(opened))] if opened else []
    if request.recurrence:
        times = str(names["times"]).format(**wording.recurrence(request, city))
        rows.append((names["recurrence"], escape(times)))
    return rows


def _facts(shown: Shown, city: Jurisdiction, context: Context) -> str:
    names, request = city.command_centre["report"], shown.request
    where = escape(wording.place_of(request, city))
    if url := wording.map_url(request):
        where += f' – <a href="{escape(url)}" target="_blank" rel="noreferrer">{escape(names["map"])}</a>'
    reason = [(names["said_after"], escape(request.reason))] if request.reason else []
    channel = city.command_centre["channels"].get(request.channel, request.channel)
    parts = [
        (city.agency_name(part.agency), escape(str(city.agency_texts["parts"][part.status])))
        for part in request.companions
    ]
    rows = [
        (names["state"], escape(city.agency_texts["states"][request.status])),
        (names["turn"], escape(city.command_centre["turns"][turn_of(request)])),
        (names["agency"], escape(city.agency_name(request.agency_responsible))),
        (names["because"], escape(request.because or "–")),
        *parts,
        (names["place"], where),
        (names["channel"], escape(str(channel))),
        (names["reporter"], reporter(context, request.citizen_id)),
        *reason,
        *_together(shown, city, context),
    ]
    words = escape(request.description or names["open_words"])
    link = ""
    if shown.execution_url:
        url = escape(shown.execution_url)
        link = f'<p><a href="{url}" target="_blank">{escape(names["execution"])}</a></p>'
    facts = table(("", ""), [(f"<small>{escape(name)}</small>", value) for name, value in rows])
    return f'{facts}<h3>{escape(names["words"])}</h3><p class="words">{words}</p>{link}'


def _photos(shown: Shown, city: Jurisdiction) -> str:
    names = city.command_centre["report"]
    images = "".join(
        f'<a href="{escape(link)}" target="_blank"><img src="{escape(link)}" alt="{n}"></a>'
        for n, link in enumerate(shown.photo_links, start=1)
    )
    recordings = "".join(
        f'<p><a href="{escape(link)}" target="_blank">▶ {n}</a></p>'
        for n, link in enumerate(shown.recording_links, start=1)
    )
    proof = "".join(
        f'<div><h3>{escape(name)}</h3><img src="{escape(link)}" alt="{escape(name)}"></div>'
        for link, name in (
            (shown.before_link, names["before"]),
            (shown.proof_link, names["proof"]),
            *((link, names["now"]) for link in shown.now_links),
        )
        if link
    )
    proof = f'<div class="cols">{proof}</div>' if proof else ""
    if not (images or recordings or proof):
        return ""
    head = f"<h3>{escape(names['photos'])}</h3>" if images or recordings else ""
    return f'<div class="photos">{head}{images}{recordings}{proof}</div>'


def _timeline(shown: Shown, city: Jurisdiction) -> str:
    rows = []
    newest = shown.request.updated_datetime
    for event in sorted(shown.events, key=lambda each: each.at):
        line = event_line(event, city) or event.what
        said = what_was_said(event) or _agreed(event, city)
        who = f" <small>({escape(event.by)})</small>" if event.by else ""
        words = f"<br><small>{escape(said)}</small>" if said else ""
        when = f'<small title="{escape(event.invocation or "")}">{day_and_clock(event.at, newest)}</small>'
        rows.append((when, f"{escape(line)}{who}{words}"))
    return f"<h3>{escape(city.command_centre['report']['timeline'])}</h3>{table(('', ''), rows)}"


def what_was_said(event: Event) -> str:
    """Why it happened, in the words of whoever did it, without anybody's number."""
    shown = event.what in ("refused", "rejected", "rated", "solved")
    return wording.shorten(mask(event.why or (event.notes if shown else "")), 300)


def _agreed(event: Event, city: Jurisdiction) -> str:
    """What a caller agreed to, in the words of the operator who asked."""
    agreed = city.command_centre["agreed"]
    kept = event.notes.split() if event.what == "received" else []
    return "; ".join(str(agreed[each]) for each in kept if each in agreed)


def _map(shown: Shown, city: Jurisdiction, context: Context) -> str:
    area_name = shown.request.area
    if area_name is None:
        return ""
    drawn = city_map.outline(city, (area_name,), dark=context.theme == "dark", width=280)
    return f"{drawn}<p class=soft>{escape(area_name)}</p>"


def _acts(shown: Shown, city: Jurisdiction, context: Context) -> str:
    """One form for all: initials and reason above, then a line for each act that fits."""
    texts, request = city.command_centre, shown.request
    possible = acts_possible(request, shown.events)
    typed = context.typed if shown.refused else {}
    keep = typed.get
    lines = []
    fields = _fields(request, city, keep)
    plain = []
    for act in Act:
        if act not in possible:
            continue
        pressed = _button(shown, act, city, context)
        if act in fields:
            lines.append(f'<div class="act"><div>{fields[act]}</div>{pressed}</div>')
        else:
            plain.append(pressed)
    plain.append(_contact(request, city, context))
    plain.append(_button(shown, "unmute" if shown.muted else "mute", city, context))
    if request.is_with_agency:
        plain += [_button(shown, act, city, context) for act in ("revoke_link", "revoke_overview")]
    lines.append(f'<div class="acts">{"".join(plain)}</div>')
    names = texts["report"]
    return (
        f"<h3>{escape(names['act'])}</h3><form>"
        f"{text('initials', names['initials'], context.typed.get('initials', ''), longest=4)}"
        f"{area('why', names['reason'], str(keep('why', '')), rows=2, longest=500)}"
        f"{hidden('version', str(request.version))}{hidden('click', context.click)}"
        f"{''.join(lines)}</form>"
    )


def _contact(request: ServiceRequest, city: Jurisdiction, context: Context) -> str:
    """Shown to all, since a widget is not told who looks; IAM lets the role "contact" alone press it."""
    words = city.command_centre["contact"]
    about = {"id": request.service_request_id}
    return button(context, words["act"], REVEAL, about, confirm=words["confirm"])


def _fields(request: ServiceRequest, city: Jurisdiction, keep: Any) -> dict[Act, str]:
    """What an act needs beside initials and reason. Every name is used once: forms come back as one."""
    names = city.command_centre["fields"]
    nothing = ("", names["choose"])
    services = [nothing, *((s.service_code, s.service_name) for s in city.services.values())]
    likely = city.services[request.service_code].also_responsible
    agencies = [
        nothing,
        *(
            (each, f"{city.agencies[each].name} – {city.agencies[each].does}")
            for each in dict.fromkeys((*likely, *city.agencies))
            if each != request.agency_responsible
        ),
    ]
    areas = [nothing, *((a.name, a.name) for a in sorted(city.areas, key=lambda each: each.name))]
    return {
        Act.SET_SERVICE: select("service", names["service"], services, keep("service", "")),
        Act.SEND_TO: select("agency", names["agency"], agencies, keep("agency", "")),
        Act.OPEN_AGAIN: select("agency", names["agency"], agencies, keep("agency", "")),
        Act.SET_PLACE: text("address", names["address"], keep("address", request.address or ""))
        + select("area", names["area"], areas, keep("area", request.area or "")),
        Act.MERGE: text("lead", names["lead"], keep("lead", ""), longest=20),
        Act.ANSWER: area("answer", names["answer"], keep("answer", ""), rows=2, longest=300),
    }


def _button(shown: Shown, act: str, city: Jurisdiction, context: Context) -> str:
    texts = city.command_centre
    return button(
        context,
        texts["acts"][act],
        ACT,
        {"act": str(act), "id": shown.request.service_request_id},
        confirm=str(texts["confirm"].get(act, "")),
    )
