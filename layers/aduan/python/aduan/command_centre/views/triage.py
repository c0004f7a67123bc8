"""“Perlu diputus”: what the machine leaves to people, the oldest first."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from aduan import wording
from aduan.command_centre.views.common import (
    ACT,
    SHOW,
    kind,
    lasting,
    number,
    place,
    reporter,
    signature,
)
from aduan.command_centre.widget import Context, button, notice, page, table, tag, text
from aduan.jurisdiction import Jurisdiction
from aduan.service_request import ServiceRequest


@dataclass(frozen=True, kw_only=True)
class ToDecide:
    request: ServiceRequest
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KeptMessage:
    """A message that was not acted on; its words are masked, its writer an opaque id."""

    citizen_id: str
    name: str
    because: str
    text: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Unreachable:
    citizen_id: str
    code: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Pile:
    """All that waits for a decision; the notice says what became of the last one."""

    at: datetime
    reports: tuple[ToDecide, ...] = ()
    kept: tuple[KeptMessage, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    notice: str = ""
    refused: bool = False


def render(pile: Pile, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["triage"]
    count = len(pile.reports) + len(pile.kept) + len(pile.unreachable)
    look_up = (
        f'<form><div class="act"><div>{text("number", words["look_up"], "", longest=20)}</div>'
        f"{button(context, words['look'], SHOW, {'view': 'report'})}"
        f"{button(context, words['find'], SHOW, {'view': 'find'})}</div></form>"
    )
    total = str(words["count"]).format(count=count) if count else words["nothing"]
    return page(
        context,
        notice(pile.notice, refused=pile.refused),
        f"<h2>{escape(total)}</h2>",
        _reports(pile, city, context),
        _citizens(pile, city, context),
        look_up,
    )


def _reports(pile: Pile, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["triage"]
    if not pile.reports:
        return ""
    rows = (
        [
            number(context, each.request.service_request_id),
            "".join(tag(city.command_centre["reasons"][why], "warn") for why in each.because),
            (tag(city.command_centre["report"]["urgent"], "alarm") if each.request.urgent else "")
            + kind(each.request, city),
            place(each.request, city),
            f"<small>{escape(wording.shorten(each.request.description, 120))}</small>",
            escape(lasting(pile.at - each.request.requested_datetime, city)),
        ]
        for each in pile.reports
    )
    head = (
        words["number"],
        words["why"],
        words["kind"],
        words["place"],
        words["words"],
        words["since"],
    )
    return f"<h3>{escape(words['reports'])}</h3>{table(head, rows, frozenset({5}))}"


def _citizens(pile: Pile, city: Jurisdiction, context: Context) -> str:
    """What is not about a report: one signature for all the buttons in it."""
    if not (pile.kept or pile.unreachable):
        return ""
    lists = f"{_kept(pile, city, context)}{_unreachable(pile, city, context)}"
    return f"<form>{signature(context, city)}{lists}</form>"


def _kept(pile: Pile, city: Jurisdiction, context: Context) -> str:
    words, whys = city.command_centre["triage"], city.command_centre["kept"]
    if not pile.kept:
        return ""
    rows = (
        [
            reporter(context, each.citizen_id),
            tag(str(whys.get(each.because, whys["other"])), "warn"),
            escape(wording.shorten(each.text, 300)),
            escape(lasting(pile.at - each.since, city)),
            _buttons(each.citizen_id, each.name, city, context),
        ]
        for each in pile.kept
    )
    head = (words["citizen"], words["why"], words["words"], words["since"], "")
    return f"<h3>{escape(words['kept'])}</h3>{table(head, rows)}"


def _unreachable(pile: Pile, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["triage"]
    if not pile.unreachable:
        return ""
    rows = (
        [
            reporter(context, each.citizen_id),
            escape(str(words["unreachable_note"]).format(code=each.code)),
            escape(lasting(pile.at - each.since, city)),
            _dismiss({"act": "dismiss_unreachable", "citizen": each.citizen_id}, city, context),
        ]
        for each in pile.unreachable
    )
    head = (words["citizen"], words["why"], words["since"], "")
    return f"<h3>{escape(words['unreachable'])}</h3>{table(head, rows)}"


def _buttons(citizen_id: str, name: str, city: Jurisdiction, context: Context) -> str:
    mute = button(
        context,
        city.command_centre["acts"]["mute"],
        ACT,
        {"act": "mute", "citizen": citizen_id, "kept": name},
        confirm=str(city.command_centre["confirm"]["mute"]),
    )
    seen = _dismiss({"act": "dismiss_kept", "citizen": citizen_id, "kept": name}, city, context)
    return f'<div class="acts">{seen}{mute}</div>'


def _dismiss(parameters: dict[str, str], city: Jurisdiction, context: Context) -> str:
    return button(context, city.command_centre["acts"]["dismiss"], ACT, parameters)
