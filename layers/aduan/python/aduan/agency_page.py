"""The page behind an officer's link: for a phone in the field, without a login.

One answer holds it all but the photos. A script makes photos small; everything works without it.
"""

from html import escape

from aduan import agency_forms, area_map, wording
from aduan.agency_view import Upload, View, details, document, heading, paragraph, picture
from aduan.change import Event
from aduan.companions import others_of
from aduan.jurisdiction import Jurisdiction
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest, Status
from aduan.shrinking import SCRIPT
from aduan.timeline import words_of

__all__ = ["Upload", "View", "render"]


def render(view: View, city: Jurisdiction) -> str:
    """The report as it stands and the forms that may be sent now."""
    texts, request = city.agency_texts["page"], view.request
    about = wording.about(request, city)
    state = city.agency_texts["states"][request.status]
    if request.status is Status.SOLVED and any(each.is_open for each in others_of(request)):
        state = texts["part_done"]
    urgent = f'<span class="urgent">{escape(texts["urgent"])}</span> ' if request.urgent else ""
    parts = [
        _notice(view, city),
        f"<h1>{urgent}{escape(about['service'])}</h1>",
        f'<p class="soft">{escape(texts["title"].format(number=about["number"]))}</p>',
        f'<p class="state">{escape(state)}</p>',
        _delay(request, city),
        _facts(view, city),
        _talk(view, texts),
        _others_said(view, texts),
        _earlier(view, texts),
        _photos(view, texts),
        _proof(view, city),
        agency_forms.render(view, city),
        _others(view, city),
        _timeline(view, city),
        f"<p><small>{escape(texts['secret'])}</small></p>",
    ]
    script = f"<script>{SCRIPT}</script>" if view.upload or view.upload_before else ""
    return document(texts["title"].format(number=about["number"]), "".join(parts) + script, city)


def _notice(view: View, city: Jurisdiction) -> str:
    """What became of the form just sent; when somebody was faster, what they did, and what was typed."""
    texts = city.agency_texts["page"]
    if view.notice is None:
        return ""
    if view.notice == "done":
        return f'<p class="notice" role="status">{escape(texts["done"])}</p>'
    refusal = city.agency_texts["refusals"][view.notice]
    title, text = escape(refusal["title"]), escape(refusal["text"])
    latest = ""
    if view.notice == "stale" and (told := _told(view, city)):
        event, words = told[-1]
        at = wording.date_and_time(event.at)
        latest = paragraph(texts["just_now"].format(what=words, at=at))
    typed = agency_forms.typed_but_homeless(view, city)
    return f'<div class="notice" role="alert"><strong>{title}</strong><p>{text}</p>{latest}{typed}</div>'


def _delay(request: ServiceRequest, city: Jurisdiction) -> str:
    if request.delayed_until is None:
        return ""
    until = wording.day(request.delayed_until)
    return paragraph(city.agency_texts["page"]["delayed_until"].format(until=until))


def _facts(view: View, city: Jurisdiction) -> str:
    texts, request = city.agency_texts["page"], view.request
    place = escape(wording.place_of(request, city))
    if url := wording.map_url(request):
        place += f' – <a href="{escape(url)}" rel="noreferrer">{escape(texts["open_map"])}</a>'
    because = f"{texts['because'].format(agency=view.agency)} {request.because}"
    rows = [(texts["place"], place)]
    if walking := area_map.walking_words(request, city):
        rows.append((texts["walking"], escape(walking)))
    if request.lat is not None:
        rows.append((texts["coordinates"], f"{request.lat:.5f}, {request.long:.5f}"))
    drawn = area_map.draw(request, city)
    said = [(texts["description"], escape(request.description or texts["no_description"]))]
    if limits := wording.limits(request, city):
        said.append((texts["promise"], escape("\n".join(limits))))
    where, what = (
        "".join(f"<h2>{escape(name)}</h2><p class=quote>{value}</p>" for name, value in each)
        for each in (rows, said)
    )
    again = ""
    if request.reopened:
        reason = f"{texts['reason']}: {request.reason}" if request.reason else ""
        words = f"{texts['reopened']} {reason}"
        again = f'<p class="notice">{escape(words)}</p>'
    if request.recurrence:
        words = texts["pattern"].format(**wording.recurrence(request, city))
        again += f'<p class="notice">{escape(words)}</p>'
    return f"<section>{again}{where}{drawn}{what}<p><small>{escape(because)}</small></p></section>"


def _talk(view: View, texts: dict[str, str]) -> str:
    """What officers asked and a reporter answered, as far as the words are still in the report."""
    request = view.request
    if not request.questions:
        return ""
    lines = ""
    said = [each for one in (request, *view.followers) for each in one.said]
    for question in request.questions:
        answer = next((each.text for each in said if each.by == question.answered_by), None)
        if answer is None:
            answer = texts["answered_photo" if question.answered_at else "not_answered"]
        asked = question.text or texts["not_found_title"]
        lines += f"<dt>{escape(asked)}</dt><dd class=quote>{escape(answer)}</dd>"
    return f"<section>{heading(texts['talk'])}<dl>{lines}</dl></section>"


def _others_said(view: View, texts: dict[str, str]) -> str:
    """How many have reported it, and what those say who joined; none of them is told apart."""
    request = view.request
    if not request.joined:
        return ""
    count = paragraph(texts["many"].format(count=request.reporters))
    words = (each.description for each in view.followers if each.description)
    lines = "".join(f"<li class=quote>{escape(each)}</li>" for each in words)
    said = details(texts["others_said"], f"<ul>{lines}</ul>") if lines else ""
    return f"<section>{count}{said}</section>"


def _earlier(view: View, texts: dict[str, str]) -> str:
    """The report that this one continues: what was done about it then."""
    earlier = view.earlier
    if earlier is None:
        return ""
    number = spoken(earlier.service_request_id)
    closed = wording.day(earlier.updated_datetime)
    title = heading(texts["continues"].format(number=number, closed=closed))
    note = texts["continues_note"].format(note=earlier.status_notes or "-")
    shown = picture(view.earlier_proof_link, texts["proof"]) if view.earlier_proof_link else ""
    said = f'<p class="quote">{escape(earlier.description)}</p>'
    return f"<section>{title}{said}{paragraph(note)}{shown}</section>"


def _photos(view: View, texts: dict[str, str]) -> str:
    shown = "".join(
        picture(link, f"{texts['photos']} {number}")
        for number, link in enumerate(view.photo_links, start=1)
    )
    played = "".join(
        f'<video src="{escape(link)}" controls preload="none" '
        f'aria-label="{escape(texts["recording"])} {number}"></video>'
        for number, link in enumerate(view.recording_links, start=1)
    )
    files = shown + played or paragraph(texts["no_photos"])
    return f"<section>{heading(texts['photos'])}{files}</section>"


def _proof(view: View, city: Jurisdiction) -> str:
    """Before and after, side by side, and what speaks against the proof."""
    texts = city.agency_texts["page"]
    shown = "".join(
        f"<figure>{picture(link, name)}<figcaption>{escape(name)}</figcaption></figure>"
        for link, name in (
            (view.before_link, texts["before_shown"]),
            (view.proof_link, texts["after_shown"]),
            *((link, texts["now_shown"]) for link in view.now_links),
        )
        if link
    )
    if not shown:
        return ""
    doubts = ", ".join(city.agency_texts["doubts"][each] for each in view.request.proof_doubts)
    doubtful = paragraph(texts["doubtful"].format(doubt=doubts)) if doubts else ""
    return f'<section>{heading(texts["proof"])}<div class="pair">{shown}</div>{doubtful}</section>'


def _others(view: View, city: Jurisdiction) -> str:
    """How far every other agency is, and its last deed, so that nobody works past another."""
    last = {
        event.who: (event, words)
        for event, words in _told(view, city)
        if event.who in city.agencies and event.who != view.request.agency_responsible
    }
    parts = _parts(view, city)
    if not last and not parts:
        return ""
    lines = "".join(f"<li>{escape(part)}</li>" for part in parts)
    lines += "".join(
        f"<li>{escape(words)}<br><small>{wording.date_and_time(event.at)}</small></li>"
        for event, words in last.values()
    )
    return f"<section>{heading(city.agency_texts['page']['others'])}<ul>{lines}</ul></section>"


def _parts(view: View, city: Jurisdiction) -> list[str]:
    """Who else has a part in it: its state, whom it waits for, whether it is only told."""
    texts, states = city.agency_texts["page"], city.agency_texts["parts"]
    found = []
    for part in others_of(view.request):
        words = str(states[part.status])
        if part.status is Status.ROUTED and part.after:
            before = ", ".join(city.agency_name(agency) for agency in part.after)
            words = str(texts["waits_for"]).format(agency=before)
        if not part.required:
            words += f" ({texts['told_only']})"
        found.append(f"{city.agency_name(part.agency)}: {words}")
    return found


def _timeline(view: View, city: Jurisdiction) -> str:
    lines = "".join(
        f"<li>{escape(words)}<br><small>{wording.date_and_time(event.at)}</small></li>"
        for event, words in _told(view, city)
    )
    return details(city.agency_texts["page"]["timeline"], f"<ol>{lines}</ol>")


def _told(view: View, city: Jurisdiction) -> list[tuple[Event, str]]:
    wordings = city.agency_texts["events"]
    return [(event, words) for event in view.events if (words := words_of(event, wordings, city))]
