"""What officers' pages are made from: how they look, and the small pieces of markup that they share."""

from dataclasses import dataclass, field
from html import escape

from aduan.change import Event
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest

_STYLE = """
:root{color-scheme:light dark;--ground:#eef2f1;--card:#fff;--ink:#14211d;--soft:#52605b;--line:#d6dedc;
--main:#0b5d4e;--on:#fff;--tint:#e0f2ea;--warn:#b3261e}
@media(prefers-color-scheme:dark){:root{--ground:#0c1210;--card:#161f1c;--ink:#e7eeea;--soft:#a3b1ab;
--line:#2e3a36;--main:#62d3ac;--on:#06231a;--tint:#12392d}}*{box-sizing:border-box}
body{font:1.05rem/1.5 system-ui,sans-serif;margin:0;overflow-wrap:anywhere;
background:var(--ground);color:var(--ink)}
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
.map{display:block;width:100%;border:1px solid var(--line);border-radius:.6rem;margin:.4rem 0;
background:var(--ground)}
.map path{fill:none;stroke:var(--soft);stroke-width:1}.map .here{fill:var(--tint)}
.map .pin{fill:var(--warn);stroke:#fff}.map text{font-size:11px;text-anchor:middle;fill:var(--ink)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9rem,100%),1fr));gap:.6rem}figure{margin:0}
figcaption{font-size:.9rem;color:var(--soft)}dl{margin:0}dt{font-weight:600}dd{margin:0 0 .5rem}
output{display:block}ul{padding:0;margin:0;list-style:none}
"""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A form that carries a photo straight to the bucket: its URL and the hidden fields it needs.

    `then` is where the browser is led with the photo's key.
    """

    url: str
    fields: dict[str, str]
    then: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a page shows. `notice` is a key of `refusals`, or `done`; `typed` what must not be lost.

    `photo_links` and `recording_links` are the citizen's; `uploaded` is the officer's photo, key and link,
    once it is up, `uploaded_before` the same for one of how it looked before the work. `followers` are some of
    those who joined it, `earlier` is the report that it continues.
    """

    request: ServiceRequest
    agency: str
    events: list[Event]
    photo_links: list[str]
    form_token: str
    recording_links: list[str] = field(default_factory=list)
    upload: Upload | None = None
    upload_before: Upload | None = None
    uploaded: tuple[str, str] | None = None
    uploaded_before: tuple[str, str] | None = None
    proof_link: str | None = None
    before_link: str | None = None
    now_links: list[str] = field(default_factory=list)
    followers: tuple[ServiceRequest, ...] = ()
    earlier: ServiceRequest | None = None
    earlier_proof_link: str | None = None
    notice: str | None = None
    typed: dict[str, str] = field(default_factory=dict)


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def details(summary: str, inner: str, *, is_open: bool = False) -> str:
    shown = " open" if is_open else ""
    return f"<details{shown}><summary>{escape(summary)}</summary>{inner}</details>"


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def picture(link: str, what: str) -> str:
    return f'<img src="{escape(link)}" alt="{escape(what)}">'


def document(title: str, body: str, city: Jurisdiction) -> str:
    desk = escape(city.settings["desk"])
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><header>{desk}</header><main>{body}</main></body></html>"
    )


def render_refusal(reason: str, city: Jurisdiction) -> str:
    """A page that says why nothing can be done here, and what to do instead."""
    refusal = city.agency_texts["refusals"][reason]
    body = f"<h1>{escape(refusal['title'])}</h1><p>{escape(refusal['text'])}</p>"
    return document(refusal["title"], body, city)
