"""Where a day's list of calls from the telephone system is pasted, and what was read of the last one."""

from html import escape
from typing import TYPE_CHECKING

from aduan import wording
from aduan.command_centre.views.common import CALL
from aduan.command_centre.widget import LIST, MAX_LIST, Context, area, button, notice
from aduan.jurisdiction import Jurisdiction

if TYPE_CHECKING:
    from aduan.command_centre.call_list import CallList

_BAD_TOLD = 20


def render(read: "CallList | None", city: Jurisdiction, context: Context, *, replaced: bool) -> str:
    """`replaced`: an earlier list of that day was there."""
    words = city.command_centre["call_list"]
    told = _told(read, city, replaced=replaced) if read else ""
    pasted = area(LIST, words["paste"], "", rows=2, longest=MAX_LIST)
    press = button(context, words["count_them"], CALL, {"step": "list"})
    opened = " open" if read else ""
    return (
        f"<details{opened}><summary>{escape(words['title'])}</summary>{told}{pasted}"
        f'<div class="acts">{press}</div></details>'
    )


def _told(read: "CallList", city: Jurisdiction, *, replaced: bool) -> str:
    words, kinds = city.command_centre["call_list"], city.command_centre["calls"]
    counted = ", ".join(
        f"{kinds.get(kind) or words[kind]} {number}" for kind, number in read.counts.items()
    )
    said = str(words["replaced" if replaced else "read"])
    bad = [str(words[why]).format(line=line, said=word) for line, why, word in read.bad]
    if len(bad) > _BAD_TOLD:
        bad[_BAD_TOLD:] = [str(words["more"]).format(count=len(bad) - _BAD_TOLD)]
    lines = "".join(f"<li>{escape(each)}</li>" for each in bad)
    told = notice(said.format(day=wording.date_of(read.day), counted=counted))
    return told + (f"<ul>{lines}</ul>" if lines else "")
