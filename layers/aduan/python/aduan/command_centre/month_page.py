"""A month on one page of A4, for the mayor: HTML and SVG, complete in itself."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from html import escape

from aduan import wording
from aduan.command_centre import city_map
from aduan.command_centre.figures import NO_AREA, ratings
from aduan.command_centre.papers import Month, agency_of, bounds, how_it_went, name_of, parts
from aduan.jurisdiction import Jurisdiction

_PAGE = """
body{font:13px/1.4 "Helvetica Neue",Roboto,Arial,sans-serif;color:#111;max-width:190mm;margin:0 auto;
padding:8mm}h1{font-size:20px;margin:0}h2{font-size:14px;margin:10px 0 3px}p{margin:2px 0}small{color:#555}
table{border-collapse:collapse;width:100%;font-size:11.5px}
th,td{text-align:left;border-bottom:1px solid #ccc;padding:2px 6px 2px 0}
th{color:#555}.n{text-align:right;font-variant-numeric:tabular-nums}
.tiles{display:flex;gap:8px;margin:8px 0}
.tiles div{flex:1;border:1px solid #bbb;border-radius:6px;padding:5px 9px}
.tiles b{display:block;font-size:21px}.cols{display:flex;gap:20px}.cols>div{flex:1}
svg text{fill:#111}@page{size:A4;margin:10mm}@media print{body{padding:0}}
"""


def render(month: Month, city: Jurisdiction) -> str:
    """One page of A4 for the mayor, to be printed or sent; it needs nothing from elsewhere."""
    words, total = city.command_centre["papers"], month.total
    told = ratings(total)
    title = str(words["title"]).format(city=city.names["city"], month=wording.month(month.month))
    tiles = "".join(
        f"<div><small>{escape(words[name])}</small><b>{total[name]}</b></div>"
        for name in ("new", "urgent", "solved", "closed")
    )
    mean = "–" if told.mean is None else f"{told.mean:.1f}".replace(".", ",")
    asked = str(city.command_centre["titles"]["of_answers"]).format(
        answers=told.answers, asked=told.asked
    )
    tiles += f"<div><small>{escape(words['rating'])}</small><b>{mean}</b><small>{escape(asked)}</small></div>"
    placed = {area: n for area, n in parts(total, "area") if area != NO_AREA}
    drawn = city_map.draw(city, placed)
    as_of = str(city.command_centre["titles"]["as_of"]).format(at=wording.date_and_time(month.at))
    so_far = "" if month.is_over else f" · {escape(words['so_far'])}"
    return (
        f'<!doctype html><html lang="id"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_PAGE}</style><h1>{escape(title)}</h1><p><small>{escape(as_of)}{so_far}</small></p>"
        f'<div class="tiles">{tiles}</div><div class="cols">'
        f"<div><h2>{escape(words['map'])}</h2>{drawn}</div>"
        f"<div><h2>{escape(words['days'])}</h2>{_days(month)}"
        f"<h2>{escape(words['kinds'])}</h2>{_kinds(total, city)}</div></div>"
        f"<h2>{escape(words['agencies'])}</h2>{_agencies(month, city)}"
        f"<p><small>{escape(words['times_note'])}</small></p></html>"
    )


def _days(month: Month) -> str:
    """Reports of each day as bars, and those solved inside of them."""
    first, last = (date.fromisoformat(each) for each in bounds(month.month))
    days = [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    counts = [month.days.get(day, {}).get("new", 0) for day in days]
    most = max(counts, default=0) or 1
    bars = "".join(
        f'<rect x="{n * 10 + 1}" y="{70 - 60 * count / most:.1f}" width="8" '
        f'height="{60 * count / most:.1f}" fill="#2a7ab3"><title>{day}: {count}</title></rect>'
        for n, (day, count) in enumerate(zip(days, counts, strict=True))
    )
    marks = "".join(
        f'<text x="{n * 10 + 5}" y="82" font-size="8" text-anchor="middle">{n + 1}</text>'
        for n in range(0, len(days), 5)
    )
    return (
        f'<svg viewBox="0 0 {10 * len(days)} 86" width="100%" role="img">'
        f'<text x="0" y="8" font-size="8">{most}</text>{bars}{marks}</svg>'
    )


def _kinds(total: Mapping[str, int], city: Jurisdiction) -> str:
    return _table(
        ("", ""),
        ((name_of("service", code, city), str(n)) for code, n in parts(total, "service")[:8]),
    )


def _agencies(month: Month, city: Jurisdiction) -> str:
    words = city.command_centre["papers"]
    wanted = ("new", "solved", "median_accept", "median_solve", "ninetieth_solve", "reopened")
    by_size = sorted(month.agencies.items(), key=lambda each: -each[1].get("new", 0))
    rows = []
    for agency, figures in by_size[:16]:
        known = dict(how_it_went(figures))
        rows.append(
            (agency_of(agency, city), *("–" if known[w] == "" else str(known[w]) for w in wanted))
        )
    return _table((words["agency"], *(words[each] for each in wanted)), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def cells(tag: str, values: Iterable[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if n else ''}>{escape(value)}</{tag}>"
            for n, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><tr>{cells('th', head)}</tr>{body}</table>"
