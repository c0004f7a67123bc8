"""The page behind an officer's link: for a phone in the field, without a login and without scripts."""

from dataclasses import dataclass, field
from html import escape
from typing import Any

from aduan import wording
from aduan.change import Event
from aduan.jurisdiction import Jurisdiction
from aduan.officer import MAX_NOTE, Act, acts_possible
from aduan.service_request import ServiceRequest

_STYLE = """
:root{color-scheme:light dark;--ground:#eef2f1;--card:#fff;--ink:#14211d;--soft:#52605b;--line:#d6dedc;
--main:#0b5d4e;--on:#fff;--tint:#e0f2ea;--warn:#b3261e}
@media(prefers-color-scheme:dark){:root{--ground:#0c1210;--card:#161f1c;--ink:#e7eeea;--soft:#a3b1ab;
--line:#2e3a36;--main:#62d3ac;--on:#06231a;--tint:#12392d}}*{box-sizing:border-box}
body{font:1.05rem/1.5 system-ui,sans-serif;margin:0;background:var(--ground);color:var(--ink)}
header{padding:.7rem 1rem;background:#0b5d4e;color:#fff;font-weight:600}
main{max-width:40rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem;line-height:1.25;margin:0}
h2{font-size:.85rem;color:var(--soft);margin:.7rem 0 0}h2:first-child{margin-top:0}
section.solve h2{font-size:1.1rem;color:inherit}
section,details{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:.9rem 1rem;
margin:.8rem 0}details{padding-block:.2rem}
summary{font-weight:600;padding:.6rem 0;min-height:2.75rem;cursor:pointer}
p{margin:.1rem 0 .5rem;overflow-wrap:anywhere}p:last-child{margin-bottom:0}.quote{white-space:pre-line}
img,video{width:100%;border-radius:.6rem;display:block;margin:.4rem 0}
button,input,textarea,select{font:inherit;color:inherit;width:100%;padding:.7rem;margin:.3rem 0;
border-radius:.7rem}input,textarea,select{border:1px solid var(--soft);background:var(--card)}
button{background:var(--main);color:var(--on);border:0;font-weight:600;min-height:3rem;cursor:pointer}
button.second{background:none;color:var(--main);border:2px solid}
section.next{position:sticky;bottom:0;margin:.8rem -1rem;border-width:1px 0 0;border-radius:0;
padding:.6rem 1rem}
.notice{border-left:.35rem solid var(--main);background:var(--tint);border-radius:.6rem;padding:.8rem 1rem;
margin:0 0 .8rem}
.state{display:inline-block;padding:.15rem .8rem;border-radius:1rem;font-size:.95rem;background:var(--tint);
color:var(--main);font-weight:600}
.urgent{background:var(--warn);color:#fff;padding:.1rem .5rem;border-radius:.4rem}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}a{color:var(--main)}
ol{padding-left:1.2rem;margin:.3rem 0}small,.soft{color:var(--soft);font-size:.9rem}
"""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A form that carries a photo straight to the bucket: its URL and the hidden fields it needs."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a page shows. `notice` is a key of `refusals`, or `done`; `typed` what must not be lost.

    `photo_links` and `recording_links` are the citizen's; `uploaded` is the officer's photo, key and link,
    once it is up.
    """

    request: ServiceRequest
    agency: str
    events: list[Event]
    photo_links: list[str]
    form_token: str
    recording_links: list[str] = field(default_factory=list)
    upload: Upload | None = None
    uploaded: tuple[str, str] | None = None
    proof_link: str | None = None
    notice: str | None = None
    typed: dict[str, str] = field(default_factory=dict)


def render(view: View, city: Jurisdiction) -> str:
    """The report as it stands and the forms that may be sent now."""
    texts, request = city.agency_texts["page"], view.request
    about = wording.about(request, city)
    urgent = f'<span class="urgent">{escape(texts["urgent"])}</span> ' if request.urgent else ""
    parts = [
        _notice(view.notice, city),
        f"<h1>{urgent}{escape(about['service'])}</h1>",
        f'<p class="soft">{escape(texts["title"].format(number=about["number"]))}</p>',
        f'<p class="state">{escape(city.agency_texts["states"][request.status])}</p>',
        _facts(view, city),
        _photos(view, texts),
        *_forms(view, city),
        _timeline(view, city),
        f"<p><small>{escape(texts['secret'])}</small></p>",
    ]
    return _document(texts["title"].format(number=about["number"]), "".join(parts), city)


def render_refusal(reason: str, city: Jurisdiction) -> str:
    """A page that says why nothing can be done here, and what to do instead."""
    refusal = city.agency_texts["refusals"][reason]
    body = f"<h1>{escape(refusal['title'])}</h1><p>{escape(refusal['text'])}</p>"
    return _document(refusal["title"], body, city)


def _notice(notice: str | None, city: Jurisdiction) -> str:
    if notice is None:
        return ""
    if notice == "done":
        return f'<p class="notice" role="status">{escape(city.agency_texts["page"]["done"])}</p>'
    refusal = city.agency_texts["refusals"][notice]
    title, text = escape(refusal["title"]), escape(refusal["text"])
    return f'<div class="notice" role="alert"><strong>{title}</strong><p>{text}</p></div>'


def _facts(view: View, city: Jurisdiction) -> str:
    texts, request = city.agency_texts["page"], view.request
    place = escape(wording.place_of(request, city))
    if url := wording.map_url(request):
        place += f' – <a href="{escape(url)}" rel="noreferrer">{escape(texts["open_map"])}</a>'
    because = f"{texts['because'].format(agency=view.agency)} {request.because}"
    rows = [
        (texts["place"], place),
        (texts["description"], escape(request.description or texts["no_description"])),
    ]
    if limits := wording.limits(request, city):
        rows.append((texts["promise"], escape("\n".join(limits))))
    facts = "".join(f"<h2>{escape(name)}</h2><p class=quote>{value}</p>" for name, value in rows)
    again = ""
    if request.reopened:
        reason = f"{texts['reason']}: {request.reason}" if request.reason else ""
        words = f"{texts['reopened']} {reason}"
        again = f'<p class="notice">{escape(words)}</p>'
    return f"<section>{again}{facts}<p><small>{escape(because)}</small></p></section>"


def _photos(view: View, texts: dict[str, str]) -> str:
    shown = "".join(
        f'<img src="{escape(link)}" alt="{escape(texts["photos"])} {number}">'
        for number, link in enumerate(view.photo_links, start=1)
    )
    played = "".join(
        f'<video src="{escape(link)}" controls preload="none" '
        f'aria-label="{escape(texts["recording"])} {number}"></video>'
        for number, link in enumerate(view.recording_links, start=1)
    )
    files = shown + played or _p(texts["no_photos"])
    return f"<section><h2>{escape(texts['photos'])}</h2>{files}</section>"


def _forms(view: View, city: Jurisdiction) -> list[str]:
    texts, possible = city.agency_texts["page"], acts_possible(view.request)
    forms = []
    if Act.ACCEPT in possible:
        forms.append(_next(view, Act.ACCEPT, texts["accept"]))
    if Act.GO in possible:
        forms.append(_next(view, Act.GO, texts["on_the_way"]))
    if Act.SOLVE in possible:
        forms.append(_solve(view, texts))
    if Act.REFUSE in possible:
        forms.append(_refuse(view, city))
    if Act.REJECT in possible:
        reason = _textarea("words", texts["reject_reason"], view, required=True)
        form = _form(view, Act.REJECT, reason, texts["reject"], second=True)
        forms.append(_details(texts["reject_title"], form))
    if view.proof_link:
        proof = f'<img src="{escape(view.proof_link)}" alt="{escape(texts["proof"])}">'
        forms.append(f"<section><h2>{escape(texts['proof'])}</h2>{proof}</section>")
    return forms


def _next(view: View, act: Act, label: str) -> str:
    """The likeliest act: always under the thumb, however long the report is."""
    return f'<section class="next">{_form(view, act, "", label)}</section>'


def _solve(view: View, texts: dict[str, str]) -> str:
    title = f"<h2>{escape(texts['solve_title'])}</h2>"
    upload = _upload(view, texts) if view.upload else ""
    if view.uploaded is None:
        return f'<section class="solve">{title}{upload}</section>'
    key, link = view.uploaded
    fields = (
        f'<img src="{escape(link)}" alt="{escape(texts["photo_ready"])}">'
        f"<p>{escape(texts['photo_ready'])}</p>"
        f'<input type="hidden" name="photo" value="{escape(key)}">'
        + _textarea("words", texts["note"], view)
    )
    form = _form(view, Act.SOLVE, fields, texts["solve"])
    another = _details(texts["another_photo"], upload)
    return f'<section class="solve">{title}{form}{another}</section>'


def _upload(view: View, texts: dict[str, str]) -> str:
    """Straight to the bucket. The type is what the bucket's policy asks for; the bytes are looked at later."""
    assert view.upload is not None
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in view.upload.fields.items()
    )
    return (
        f'<form method="post" action="{escape(view.upload.url)}" enctype="multipart/form-data">'
        f'{hidden}<input type="hidden" name="Content-Type" value="image/jpeg">'
        f"<label>{escape(texts['upload_label'])}"
        f'<input type="file" name="file" accept="image/jpeg,image/png" required></label>'
        f"<button>{escape(texts['upload'])}</button></form>"
    )


def _refuse(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    likely = city.services[view.request.service_code].also_responsible
    others = (
        city.agencies[agency_id]
        for agency_id in dict.fromkeys((*likely, *city.agencies))
        if agency_id not in (view.request.agency_responsible, *view.request.refused_by)
    )
    options = "".join(
        f'<option value="{agency.agency_id}">{escape(f"{agency.name} – {agency.does}")}</option>'
        for agency in others
    )
    fields = (
        _textarea("words", texts["not_ours_reason"], view, required=True)
        + f"<label>{escape(texts['better_agency'])}<select name=better_agency>"
        f'<option value="">{escape(texts["better_unknown"])}</option>{options}</select></label>'
    )
    form = _form(view, Act.REFUSE, fields, texts["not_ours"], second=True)
    return _details(texts["not_ours_title"], form)


def _timeline(view: View, city: Jurisdiction) -> str:
    wordings = city.agency_texts["events"]
    lines = "".join(
        f"<li>{escape(wordings[event.what].format(agency=_agency_of(event, city)))}"
        f"<br><small>{wording.date_and_time(event.at)}</small></li>"
        for event in view.events
        if event.what in wordings
    )
    return _details(city.agency_texts["page"]["timeline"], f"<ol>{lines}</ol>")


def _agency_of(event: Event, city: Jurisdiction) -> str:
    """Whose deed it was; for what the system did, to whom."""
    return city.agency_name(event.notes if event.who == "system" else event.who)


def _form(view: View, act: Act, fields: str, label: str, *, second: bool = False) -> str:
    look = ' class="second"' if second else ""
    return (
        f'<form method="post"><input type="hidden" name="act" value="{act}">'
        f'<input type="hidden" name="form_token" value="{escape(view.form_token)}">'
        f"{fields}<button{look}>{escape(label)}</button></form>"
    )


def _textarea(name: str, label: str, view: View, *, required: bool = False) -> str:
    typed = escape(view.typed.get(name, ""))
    must = " required" if required else ""
    return (
        f"<label>{escape(label)}"
        f'<textarea name="{name}" rows=3 maxlength={MAX_NOTE}{must}>{typed}</textarea></label>'
    )


def _details(summary: str, inner: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"


def _p(text: Any) -> str:
    return f"<p>{escape(str(text))}</p>"


def _document(title: str, body: str, city: Jurisdiction) -> str:
    desk = escape(city.settings["desk"])
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><header>{desk}</header><main>{body}</main></body></html>"
    )
