"""One report as a page that is printed: all of its facts and its timeline, no buttons, nobody's number."""

from datetime import datetime
from html import escape

from aduan import wording
from aduan.command_centre import city_map
from aduan.command_centre.views.common import event_line
from aduan.command_centre.views.report import Shown, what_was_said
from aduan.jurisdiction import Jurisdiction
from aduan.report_number import spoken

_LOOK = """
body{font:13px/1.45 "Helvetica Neue",Roboto,Arial,sans-serif;color:#111;max-width:185mm;margin:0 auto;
padding:8mm}h1{font-size:19px;margin:0 0 4px}h2{font-size:14px;margin:14px 0 3px}small{color:#555}
table{border-collapse:collapse;width:100%}
td{border-bottom:1px solid #ccc;padding:3px 10px 3px 0;vertical-align:top}
td:first-child{width:34mm;color:#555}.words{white-space:pre-line;overflow-wrap:anywhere}
img{max-height:70mm;max-width:85mm;margin:0 3mm 3mm 0}.map{float:right;width:46mm;margin:0 0 4mm 6mm}
@page{size:A4;margin:12mm}@media print{body{padding:0}tr,img{break-inside:avoid}}
"""


def render(shown: Shown, city: Jurisdiction, at: datetime) -> str:
    names, request = city.command_centre["report"], shown.request
    service = city.services[request.service_code].service_name
    number = spoken(request.service_request_id)
    expected = request.expected_datetime
    facts = [
        (names["state"], city.agency_texts["states"][request.status]),
        (names["agency"], city.agency_name(request.agency_responsible)),
        (names["because"], request.because or "–"),
        (names["place"], wording.place_of(request, city)),
        (names["channel"], str(city.command_centre["channels"].get(request.channel, "–"))),
        (names["received"], wording.date_and_time(request.requested_datetime)),
        (names["promised"], wording.date_and_time(expected) if expected else "–"),
    ]
    lines = [
        (
            wording.date_and_time(event.at),
            event_line(event, city) or event.what,
            f"{f' ({event.by})' if event.by else ''}",
            what_was_said(event),
        )
        for event in sorted(shown.events, key=lambda each: each.at)
    ]
    drawn = city_map.outline(city, (request.area,), width=170) if request.area else ""
    photos = [*shown.photo_links, *([shown.proof_link] if shown.proof_link else [])]
    images = "".join(f'<img src="{escape(link)}" alt="">' for link in photos)
    printed = str(names["printed_at"]).format(at=wording.date_and_time(at))
    return (
        f'<!doctype html><html lang="id"><meta charset="utf-8"><title>{number}</title>'
        f"<style>{_LOOK}</style>"
        f'<div class="map">{drawn}</div><h1>{number} · {escape(service)}</h1>'
        f"<p><small>{escape(printed)}</small></p>"
        f"<table>{''.join(f'<tr><td>{escape(a)}<td>{escape(b)}' for a, b in facts)}</table>"
        f"<h2>{escape(names['words'])}</h2>"
        f'<p class="words">{escape(request.description or names["open_words"])}</p>{images}'
        f"<h2>{escape(names['timeline'])}</h2><table>"
        + "".join(
            f"<tr><td>{escape(when)}<td>{escape(what)}{escape(who)}<br><small>{escape(said)}</small>"
            for when, what, who, said in lines
        )
        + "</table></html>"
    )
