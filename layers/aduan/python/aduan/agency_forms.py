"""The forms of an officer's page: what may be done now, the likeliest first; each serves once."""

from datetime import timedelta
from html import escape

from aduan.agency_view import Upload, View, details, heading, paragraph, picture
from aduan.jurisdiction import Jurisdiction
from aduan.officer import MAX_DELAY, MAX_NOTE, Act, acts_possible
from aduan.time_zone import WIB

Texts = dict[str, str]


def render(view: View, city: Jurisdiction) -> str:
    texts, possible = city.agency_texts["page"], acts_possible(view.request)
    parts = []
    if Act.ACCEPT in possible:
        parts.append(_next(view, Act.ACCEPT, texts["accept"]))
    if Act.GO in possible:
        parts.append(_next(view, Act.GO, texts["on_the_way"]))
    if Act.BEFORE in possible and view.uploaded_before:
        parts.append(_before(view, texts))
    if Act.SOLVE in possible:
        parts.append(_solve(view, texts))
    more = "".join(
        form(view, city)
        for act, form in (
            (Act.BEFORE, _upload_before),
            (Act.PARTLY, _partly),
            (Act.ASK, _ask),
            (Act.NOT_FOUND, _not_found),
            (Act.DELAY, _delay),
            (Act.REFUSE, _refuse),
            (Act.REJECT, _reject),
        )
        if act in possible
    )
    if more:
        parts.append(f'<div class="more">{heading(texts["next_steps"])}{more}</div>')
    return "".join(parts)


def typed_but_homeless(view: View, city: Jurisdiction) -> str:
    """What was typed into a form that is not there any more, to be copied."""
    words = view.typed.get("words", "")
    if not words.strip() or view.typed.get("act") in acts_possible(view.request):
        return ""
    label = escape(city.agency_texts["page"]["typed"])
    return f"<label>{label}<textarea rows=3 readonly>{escape(words)}</textarea></label>"


def _next(view: View, act: Act, label: str) -> str:
    """The likeliest act: always under the thumb, however long the report is."""
    return f'<section class="next">{_form(view, act, "", label)}</section>'


def _solve(view: View, texts: Texts) -> str:
    title = heading(texts["solve_title"])
    upload = _upload(view.upload, "upload", texts) if view.upload else ""
    if view.uploaded is None:
        return f'<section class="solve">{title}{upload}</section>'
    fields = _photo_field(view.uploaded, texts) + _words(view, Act.SOLVE, texts["note"])
    form = _form(view, Act.SOLVE, fields, texts["solve"])
    another = details(texts["another_photo"], upload)
    return f'<section class="solve">{title}{form}{another}</section>'


def _before(view: View, texts: Texts) -> str:
    assert view.uploaded_before is not None
    fields = _photo_field(view.uploaded_before, texts, "")
    form = _form(view, Act.BEFORE, fields, texts["before"])
    return f'<section class="solve">{heading(texts["before_title"])}{form}</section>'


def _upload_before(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    if view.upload_before is None or view.request.before_key:
        return ""
    upload = _upload(view.upload_before, "upload_before", texts)
    return details(texts["before_title"], upload)


def _photo_field(uploaded: tuple[str, str], texts: Texts, ready: str | None = None) -> str:
    key, link = uploaded
    said = texts["photo_ready"] if ready is None else ready
    return (
        picture(link, texts["photo_ready"])
        + (paragraph(said) if said else "")
        + f'<input type="hidden" name="photo" value="{escape(key)}">'
    )


def _upload(upload: Upload, what: str, texts: Texts) -> str:
    """Straight to the bucket. The type is what the bucket's policy asks for; the bytes are looked at later."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in upload.fields.items()
    )
    said = {name: texts[name] for name in ("shrinking", "sending", "again", "unreadable")}
    data = "".join(
        f' data-{name}="{escape(text)}"'
        for name, text in {"then": upload.then, "stale": texts["stale_upload"], **said}.items()
    )
    return (
        f'<form method="post" action="{escape(upload.url)}" enctype="multipart/form-data"{data}>'
        f'{hidden}<input type="hidden" name="Content-Type" value="image/jpeg">'
        f"<label>{escape(texts[f'{what}_label'])}"
        f'<input type="file" name="file" accept="image/jpeg,image/png" required></label>'
        f"<button>{escape(texts[what])}</button><output></output></form>"
    )


def _ask(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    fields = _words(view, Act.ASK, texts["ask_label"], required=True)
    return _folded(view, Act.ASK, texts["ask_title"], fields, texts["ask"])


def _not_found(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    fields = _words(view, Act.NOT_FOUND, texts["not_found_label"])
    return _folded(view, Act.NOT_FOUND, texts["not_found_title"], fields, texts["not_found"])


def _delay(view: View, city: Jurisdiction) -> str:
    """The last day is written as browsers and people without a date picker both can: 2026-12-03."""
    texts = city.agency_texts["page"]
    days = ""
    if view.events:
        today = view.events[-1].at.astimezone(WIB).date()
        days = f' min="{today + timedelta(days=1)}" max="{today + MAX_DELAY}"'
    until = escape(view.typed.get("until", "")) if view.typed.get("act") == Act.DELAY else ""
    fields = (
        f"<label>{escape(texts['delay_until'])}"
        f'<input type="date" name="until" value="{until}"{days} required></label>'
        + _words(view, Act.DELAY, texts["delay_label"])
    )
    return _folded(view, Act.DELAY, texts["delay_title"], fields, texts["delay"])


def _partly(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    fields = _words(view, Act.PARTLY, texts["partly_label"], required=True)
    return _folded(view, Act.PARTLY, texts["partly_title"], fields, texts["partly"])


def _reject(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    fields = _words(view, Act.REJECT, texts["reject_reason"], required=True)
    return _folded(view, Act.REJECT, texts["reject_title"], fields, texts["reject"])


def _refuse(view: View, city: Jurisdiction) -> str:
    texts = city.agency_texts["page"]
    likely = city.services[view.request.service_code].also_responsible
    others = (
        city.agencies[agency_id]
        for agency_id in dict.fromkeys((*likely, *city.agencies))
        if agency_id not in (view.request.agency_responsible, *view.request.refused_by)
    )
    chosen = view.typed.get("better_agency")
    options = "".join(
        f'<option value="{agency.agency_id}"{" selected" * (agency.agency_id == chosen)}>'
        f"{escape(f'{agency.name} – {agency.does}')}</option>"
        for agency in others
    )
    fields = (
        _words(view, Act.REFUSE, texts["not_ours_reason"], required=True)
        + f"<label>{escape(texts['better_agency'])}<select name=better_agency>"
        f'<option value="">{escape(texts["better_unknown"])}</option>{options}</select></label>'
    )
    return _folded(view, Act.REFUSE, texts["not_ours_title"], fields, texts["not_ours"])


def _folded(view: View, act: Act, title: str, fields: str, label: str) -> str:
    """Open where something was typed into it already."""
    form = _form(view, act, fields, label, second=True)
    return details(title, form, is_open=view.typed.get("act") == act)


def _form(view: View, act: Act, fields: str, label: str, *, second: bool = False) -> str:
    look = ' class="second"' if second else ""
    return (
        f'<form method="post"><input type="hidden" name="act" value="{act}">'
        f'<input type="hidden" name="form_token" value="{escape(view.form_token)}">'
        f"{fields}<button{look}>{escape(label)}</button></form>"
    )


def _words(view: View, act: Act, label: str, *, required: bool = False) -> str:
    typed = escape(view.typed.get("words", "")) if view.typed.get("act") == act else ""
    must = " required" if required else ""
    return (
        f"<label>{escape(label)}"
        f'<textarea name="words" rows=3 maxlength={MAX_NOTE}{must}>{typed}</textarea></label>'
    )
