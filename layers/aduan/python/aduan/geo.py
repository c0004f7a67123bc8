"""Is a point inside an area, and how far is it from another?"""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

Ring = list[list[float]]
EARTH_M = 6_371_000


def distance_m(lat1: float, long1: float, lat2: float, long2: float) -> float:
    """Great-circle distance in metres between two WGS 84 points in degrees."""
    north, east = radians(lat2 - lat1), radians(long2 - long1)
    half = sin(north / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))


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
