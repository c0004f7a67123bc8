"""Is a point inside an area, and how far is it from one?"""

from itertools import pairwise
from math import cos, hypot, radians

Ring = list[list[float]]
_M_PER_DEGREE = 6_371_008.8 * radians(1)  # mean radius of the earth, IUGG (Moritz 2000)


def inside(lat: float, long: float, rings: list[Ring]) -> bool:
    """Whether a point (degrees WGS 84) lies in a GeoJSON polygon: in its first ring, in no hole.

    Ray casting; GeoJSON rings are [long, lat] (RFC 7946, 3.1.1). A point on a border may fall on
    either side, which is as exact as the borders are.
    """
    return (
        bool(rings)
        and _in_ring(lat, long, rings[0])
        and not any(_in_ring(lat, long, hole) for hole in rings[1:])
    )


def _in_ring(lat: float, long: float, ring: Ring) -> bool:
    crossings = 0
    for (long1, lat1), (long2, lat2) in pairwise(ring):
        if (lat1 > lat) != (lat2 > lat):
            crossing = long1 + (lat - lat1) / (lat2 - lat1) * (long2 - long1)
            crossings += long < crossing
    return crossings % 2 == 1


def border_distance_m(lat: float, long: float, rings: list[Ring]) -> float:
    """Metres from a point to the nearest border of a GeoJSON polygon, whichever side it is on.

    On a plane that touches the earth at the point: off by less than 0.1 % within a city.
    """
    per_long = _M_PER_DEGREE * cos(radians(lat))
    distances = []
    for ring in rings:
        flat = [((x - long) * per_long, (y - lat) * _M_PER_DEGREE) for x, y in ring]
        distances += [_from_origin(start, end) for start, end in pairwise(flat)]
    return min(distances)


def _from_origin(start: tuple[float, float], end: tuple[float, float]) -> float:
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, -(x * dx + y * dy) / length)) if length else 0.0
    return hypot(x + along * dx, y + along * dy)
