"""Where a call is about: the kelurahan to pick from, on a small map, and what the caller's phone says."""

from datetime import datetime
from html import escape

from aduan.command_centre import city_map
from aduan.command_centre.views.common import clock
from aduan.command_centre.widget import Context, choice, tag
from aduan.jurisdiction import Jurisdiction
from aduan.locating import Locating


def spots(locating: Locating | None, told: tuple[str, ...], city: Jurisdiction) -> tuple[str, ...]:
    """Where the caller's phone is, then the kelurahan that the words may mean."""
    here = locating.area(city) if locating else None
    return tuple(dict.fromkeys((*((here.name,) if here else ()), *told)))


def render(
    locating: Locating | None,
    told: tuple[str, ...],
    chosen: str,
    at: datetime,
    city: Jurisdiction,
    context: Context,
) -> str:
    """`told` are the kelurahan that the words may mean, `chosen` is what the operator has picked."""
    words, offered = city.command_centre["call"], spots(locating, told, city)
    here = locating.area(city) if locating else None
    sure = here.name if here else offered[0] if len(offered) == 1 else ""
    wanted = chosen or sure
    picked = choice("spot", [(e, e) for e in offered], wanted if wanted in offered else "")
    pin = None
    if locating and locating.lat is not None and locating.long is not None:
        pin = (locating.lat, locating.long)
    shown = offered or ((chosen,) if chosen else ())
    dark = context.theme == "dark"
    drawn = city_map.outline(city, shown, dark=dark, width=220, pin=pin) if shown or pin else ""
    asks = "" if offered else f"<p class=soft>{escape(words['no_spot'])}</p>"
    title = f"<h3>{escape(words['spot'])}</h3>"
    return f"{title}{answer(locating, at, city)}<div>{picked}</div>{asks}{drawn}"


def answer(locating: Locating | None, at: datetime, city: Jurisdiction) -> str:
    """What became of the question where the caller is."""
    if locating is None:
        return ""
    words = city.command_centre["locating"]
    if locating.answered_at is None:
        key = locating.channel if locating.is_open(at) else "expired"
        said = words[key].format(at=clock(locating.asked_at), until=clock(locating.expires))
        return f"<p>{tag(words['waits'], 'warn')} {escape(said)}</p>"
    area, metres = locating.area(city), locating.accuracy_m
    said = words["found"].format(
        at=clock(locating.answered_at),
        area=area.name if area else words["outside"],
        exact=words["exact"].format(metres=metres) if metres else "",
    )
    return f"<p>{tag(words['here'], '' if area else 'warn')} {escape(said)}</p>"
