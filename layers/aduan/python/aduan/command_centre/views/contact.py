"""The answer to “hubungi pelapor”: one number, this once, and the way back."""

from html import escape

from aduan.command_centre.views.common import CALL, SHOW
from aduan.command_centre.widget import Context, button, notice, page
from aduan.jurisdiction import Jurisdiction
from aduan.report_number import spoken


def render(
    number: str,
    service_request_id: str | None,
    city: Jurisdiction,
    context: Context,
    *,
    refused: str = "",
) -> str:
    """Without a report it is a caller of the call-back list; without a number, the reason why there is none."""
    words = city.command_centre["contact"]
    about = spoken(service_request_id) if service_request_id else words["caller"]
    shown = (
        f'<p class="contact"><b>{escape(number)}</b></p><p>{escape(words["once"])}</p>'
        if number
        else ""
    )
    back = (
        button(context, words["back"], SHOW, {"view": "report", "id": service_request_id})
        if service_request_id
        else button(context, words["back_to_list"], CALL, {"step": "open"})
    )
    return page(
        context,
        f"<h2>{escape(words['title'])} · {escape(str(about))}</h2>",
        notice(refused, refused=True),
        shown,
        f'<div class="acts">{back}</div>',
    )
