"""The list of callers to be called back, below the form of “Terima telepon 112”. It holds no number."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from aduan.command_centre.call_backs import CallBack, End
from aduan.command_centre.views.common import CALL, REVEAL, day_and_clock, lasting
from aduan.command_centre.widget import Context, button, table, text
from aduan.jurisdiction import Jurisdiction


def render(waiting: Sequence[CallBack], at: datetime, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["call_backs"]
    if not waiting:
        return f"<h3>{escape(words['title'])}</h3><p class=soft>{escape(words['nobody'])}</p>"
    rows = [_row(each, at, city, context) for each in waiting]
    head = (words["caller"], words["since"], words["calls"], words["tries"], "")
    reason = text("why", words["reason"], "", longest=500)
    title = f"{words['title']} ({len(waiting)})"
    return f"<h3>{escape(title)}</h3>{reason}{table(head, rows, frozenset({2, 3}))}"


def _row(each: CallBack, at: datetime, city: Jurisdiction, context: Context) -> list[str]:
    words = city.command_centre["call_backs"]
    asked = {"caller": each.citizen_id}
    act = city.command_centre["contact"]
    contact = button(context, act["act"], REVEAL, asked, primary=True, confirm=act["confirm"])
    ends = "".join(
        button(
            context,
            words[end],
            CALL,
            {"step": "called", "end": end, **asked, "version": each.version},
        )
        for end in End
    )
    waits = lasting(at - each.since, city)
    tried = f"{each.tries}"
    if each.tried_at:
        tried += f" <small>({day_and_clock(each.tried_at, at)})</small>"
    return [
        f'<span class="number" title="{escape(each.citizen_id)}">{escape(each.citizen_id[:8])}</span>',
        f"{day_and_clock(each.since, at)} <small>({escape(waits)}, {escape(each.by)})</small>",
        str(each.calls),
        tried,
        f'<div class="acts">{contact}{ends}</div>',
    ]
