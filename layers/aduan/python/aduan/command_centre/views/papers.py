"""“Laporan bulanan”: a month chosen, its papers made, and the links to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from aduan import wording
from aduan.command_centre.views.common import PRINT
from aduan.command_centre.widget import Context, button, notice, page, select
from aduan.jurisdiction import Jurisdiction


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The months that may be asked for, and what was just made: name of the paper → link."""

    months: Sequence[str]
    month: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    refused: bool = False


def render(papers: Papers, city: Jurisdiction, context: Context) -> str:
    words = city.command_centre["papers"]
    months = [(each, wording.month(each)) for each in papers.months]
    made = "".join(
        f'<li><a href="{escape(link)}" target="_blank">{escape(words["files"][name])}</a></li>'
        for name, link in papers.links.items()
    )
    return page(
        context,
        notice(papers.notice, refused=papers.refused),
        f"<p>{escape(words['what_it_is'])}</p><form>",
        select("month", words["month_label"], months, papers.month),
        f'<div class="acts">{button(context, words["make"], PRINT, {"paper": "month"}, primary=True)}</div>',
        f"</form><ul>{made}</ul>" if made else "</form>",
    )


def link_to_print(link: str, city: Jurisdiction, context: Context) -> str:
    """Where one report lies, ready to be printed."""
    words = city.command_centre["papers"]
    return page(
        context,
        notice(words["printed"]),
        f'<p><a href="{escape(link)}" target="_blank">{escape(words["open_printed"])}</a></p>',
    )
