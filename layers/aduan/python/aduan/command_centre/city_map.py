"""The kelurahan of a city as SVG, the darker the more is open there; drawn without script or `use`."""

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape

from aduan.jurisdiction import Area, Jurisdiction, load

_Projection = Callable[[list[float]], tuple[float, float]]
WIDTH = 320
_STEPS = 5
# From hardly to most, on light and on dark ground; zero has no colour of its own.
_LIGHT = ("#e4e9ed", "#cfe3f1", "#9cc7e3", "#5fa3cf", "#2a7ab3", "#0b4f7d")
_DARK = ("#232f3e", "#1d4a68", "#226893", "#2f8bc0", "#5fb0dd", "#a5d6f2")


def draw(
    city: Jurisdiction, counts: Mapping[str, int], *, dark: bool = False, width: int = WIDTH
) -> str:
    """Each kelurahan with its number: the colour alone would tell nothing to whoever cannot see it."""
    return _svg(city, counts, dark=dark, width=width, with_numbers=True)


def _svg(
    city: Jurisdiction, counts: Mapping[str, int], *, dark: bool, width: int, with_numbers: bool
) -> str:
    shapes, height = _shapes(city.jurisdiction_id, width)
    most = max(counts.values(), default=0)
    colours = _DARK if dark else _LIGHT
    drawn, numbers = [], []
    for name, path, (x, y) in shapes:
        count = counts.get(name, 0)
        step = 0 if not count else max(1, math.ceil(_STEPS * count / most))
        line = "#0f1b2a" if dark else "#ffffff"
        drawn.append(
            f'<path d="{path}" fill="{colours[step]}" stroke="{line}" stroke-width="1">'
            f"<title>{escape(name)}: {count}</title></path>"
        )
        if count and with_numbers:
            ink = (
                ("#0f141a" if dark else "#ffffff")
                if step >= 4
                else ("#ffffff" if dark else "#0f141a")
            )
            numbers.append(
                f'<text x="{x:.0f}" y="{y:.0f}" font-size="10" text-anchor="middle" '
                f'style="fill:{ink}">{count}</text>'
            )
    named = ", ".join(name for name, count in counts.items() if count) or city.settings["name"]
    return (
        f'<svg viewBox="0 0 {width} {height:.0f}" width="100%" style="max-width:{width}px" role="img" '
        f'aria-label="{escape(named)}">'
        f"{''.join(drawn)}{''.join(numbers)}</svg>"
    )


def outline(
    city: Jurisdiction,
    areas: Iterable[str],
    *,
    dark: bool = False,
    width: int = 200,
    pin: tuple[float, float] | None = None,
) -> str:
    """A small map on which some kelurahan stand out, and a pin (lat, long), if one is known."""
    drawn = _svg(city, dict.fromkeys(areas, 1), dark=dark, width=width, with_numbers=False)
    if pin is None:
        return drawn
    place, _ = _projection(city.jurisdiction_id, width)
    x, y = place([pin[1], pin[0]])
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#c5221f" stroke="#fff" stroke-width="2"/>'
    return drawn.replace("</svg>", f"{dot}</svg>")


@cache
def _projection(jurisdiction_id: str, width: int) -> tuple[_Projection, float]:
    """From [long, lat] to the map, and its height; flat enough for one scale (7.8 degrees south)."""
    areas = load(jurisdiction_id).areas
    points = [
        point for area in areas for polygon in area.polygons for ring in polygon for point in ring
    ]
    west, north = min(p[0] for p in points), max(p[1] for p in points)
    east, south = max(p[0] for p in points), min(p[1] for p in points)
    squeeze = math.cos(math.radians((north + south) / 2))
    scale = width / ((east - west) * squeeze)

    def place(point: list[float]) -> tuple[float, float]:
        return (point[0] - west) * squeeze * scale, (north - point[1]) * scale

    return place, (north - south) * scale


@cache
def _shapes(
    jurisdiction_id: str, width: int
) -> tuple[tuple[tuple[str, str, tuple[float, float]], ...], float]:
    """Name, path and middle of every kelurahan, and the map's height."""
    place, height = _projection(jurisdiction_id, width)
    areas = load(jurisdiction_id).areas
    return tuple((a.name, _path(a, place), _middle(a, place)) for a in areas), height


def _path(area: Area, place: _Projection) -> str:
    """Whole pixels are enough, and points that fall together are one."""
    rings = []
    for polygon in area.polygons:
        for ring in polygon:
            spots = [f"{x:.1f},{y:.1f}" for x, y in map(place, ring)]
            rings.append("M" + "L".join(dict.fromkeys(spots)) + "Z")
    return "".join(rings)


def _middle(area: Area, place: _Projection) -> tuple[float, float]:
    """The centroid of the largest ring, by the shoelace formula."""
    ring = max((polygon[0] for polygon in area.polygons), key=len)
    spots = [place(point) for point in ring]
    twice, x, y = 0.0, 0.0, 0.0
    for (x1, y1), (x2, y2) in zip(spots, [*spots[1:], spots[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        twice, x, y = twice + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if not twice:
        return spots[0]
    return x / (3 * twice), y / (3 * twice) + 3
