"""Where a report is, without asking a map service: the kelurahan around it drawn, and the way in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians

from aduan.geo import M_PER_DEGREE, Ring, border_distance_m
from aduan.jurisdiction import Area, Jurisdiction
from aduan.service_request import ServiceRequest

WIDTH, HEIGHT = 320, 200  # of the drawing
AROUND_M = 1000  # from a pin to the left and right edge
MARGIN = 1.1  # around a kelurahan without a pin
NEAR_BORDER_M = 400
_LABELS_AT_MOST = 6

Point = tuple[float, float]


@dataclass(frozen=True)
class _Frame:
    """Metres east and south of a centre, scaled to the drawing; flat enough for a city."""

    lat: float
    long: float
    half_width_m: float

    def metres(self, long: float, lat: float) -> Point:
        east = (long - self.long) * cos(radians(self.lat))
        return east * M_PER_DEGREE, (self.lat - lat) * M_PER_DEGREE

    def dot(self, long: float, lat: float) -> tuple[int, int]:
        east, south = self.metres(long, lat)
        scale = WIDTH / 2 / self.half_width_m
        return round(WIDTH / 2 + east * scale), round(HEIGHT / 2 + south * scale)


def draw(request: ServiceRequest, city: Jurisdiction) -> str:
    """An SVG of a few kilobytes; empty where not even the kelurahan is known."""
    area, frame = _area(request, city), _frame(request, city)
    if frame is None:
        return ""
    texts = city.agency_texts["page"]
    shapes, names = "", ""
    labels = 0
    for each in sorted(city.areas, key=lambda each: each is not area):  # its own name first
        path = "".join(_path(ring, frame) for polygon in each.polygons for ring in polygon)
        if not path:
            continue
        here = ' class="here"' if area and each.name == area.name else ""
        shapes += f'<path{here} d="{path}"/>'
        x, y = frame.dot(*_centre(each))
        if 20 < x < WIDTH - 20 and 12 < y < HEIGHT - 6 and labels < _LABELS_AT_MOST:
            names, labels = names + f'<text x="{x}" y="{y}">{escape(each.name)}</text>', labels + 1
    pin = ""
    if request.lat is not None and request.long is not None:
        x, y = frame.dot(request.long, request.lat)
        pin = f'<path class="pin" d="M{x} {y}l-7-12a8 8 0 1 1 14 0z"/>'
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(texts["map_alt"])}">{shapes}{names}{pin}</svg>'
        f"<p><small>{escape(texts['map_note'].format(width=_metres(2 * frame.half_width_m)))}</small></p>"
    )


def walking_words(request: ServiceRequest, city: Jurisdiction) -> str:
    """From the middle of the kelurahan by compass, as people here tell the way; empty without a pin."""
    area = _area(request, city)
    if request.lat is None or request.long is None or area is None:
        return ""
    texts = city.agency_texts["walking"]
    here = _Frame(request.lat, request.long, AROUND_M)
    east, south = here.metres(*_centre(area))
    distance = hypot(east, south)
    direction = texts["directions"][round(degrees(atan2(-east, south)) / 45) % 8]
    key = "from_centre" if distance >= 50 else "in_centre"
    words = texts[key].format(distance=_metres(distance), direction=direction, area=area.name)
    nearest, neighbour = min(
        (border_distance_m(request.lat, request.long, rings), other.name)
        for other in city.areas
        if other is not area
        for rings in other.polygons
    )
    if nearest > NEAR_BORDER_M:
        return str(words)
    return str(words + texts["to_border"].format(distance=_metres(nearest), neighbour=neighbour))


def _area(request: ServiceRequest, city: Jurisdiction) -> Area | None:
    return next((area for area in city.areas if area.name == request.area), None)


def _frame(request: ServiceRequest, city: Jurisdiction) -> _Frame | None:
    if request.lat is not None and request.long is not None:
        return _Frame(request.lat, request.long, AROUND_M)
    area = _area(request, city)
    if area is None:
        return None
    longs, lats = zip(*((long, lat) for ring in _rings(area) for long, lat in ring), strict=True)
    middle = ((min(lats) + max(lats)) / 2, (min(longs) + max(longs)) / 2)
    east, south = _Frame(*middle, 1).metres(max(longs), min(lats))
    return _Frame(*middle, MARGIN * max(east, south * WIDTH / HEIGHT))


def _path(ring: Ring, frame: _Frame) -> str:
    """A closed line in whole dots, relative; nothing where it lies outside the drawing."""
    dots = [frame.dot(long, lat) for long, lat in ring]
    xs, ys = zip(*dots, strict=True)
    if max(xs) < 0 or min(xs) > WIDTH or max(ys) < 0 or min(ys) > HEIGHT:
        return ""
    steps = "".join(
        f"l{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(dots) if (x1, y1) != (x2, y2)
    )
    return f"M{dots[0][0]} {dots[0][1]}{steps}z"


def _rings(area: Area) -> Iterator[Ring]:
    return (ring for polygon in area.polygons for ring in polygon)


def _centre(area: Area) -> Point:
    """The centre of gravity of its largest ring, [long, lat]."""
    ring = max(_rings(area), key=lambda each: abs(_twice_the_size(each)))
    long, lat, double = 0.0, 0.0, _twice_the_size(ring)
    long0, lat0 = ring[0]
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = (x1 - long0) * (y2 - lat0) - (x2 - long0) * (y1 - lat0)
        long += (x1 + x2 - 2 * long0) * cross
        lat += (y1 + y2 - 2 * lat0) * cross
    return long0 + long / (3 * double), lat0 + lat / (3 * double)


def _twice_the_size(ring: Ring) -> float:
    long0, lat0 = ring[0]
    return sum(
        (x1 - long0) * (y2 - lat0) - (x2 - long0) * (y1 - lat0)
        for (x1, y1), (x2, y2) in pairwise(ring)
    )


def _metres(distance: float) -> str:
    rounded = max(50, round(distance / 50) * 50)
    return f"{rounded / 1000:.1f} km".replace(".", ",") if rounded >= 1000 else f"{rounded} m"
