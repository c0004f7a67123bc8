"""Where a pin is: in which kelurahan, on the border of two, or outside the city."""

from collections.abc import Collection
from dataclasses import dataclass

from aduan.jurisdiction import Area, Jurisdiction

BORDER_M = 20  # as exact as the borders are, which often run along streets
FAR_M = 300  # from which words and pin cannot mean the same place
NEIGHBOUR_M = 5_000  # within which what is not the city is the regency around it


@dataclass(frozen=True, kw_only=True)
class Pin:
    """`areas`: the kelurahan in which the point lies, first the one that holds it; none outside the city.

    `outside_m`: how far outside the city it is, 0 inside.
    """

    lat: float
    long: float
    areas: tuple[Area, ...]
    outside_m: float
    because: str

    def disagrees_with(self, areas: Collection[str], city: Jurisdiction) -> bool:
        """Whether words that name these kelurahan mean another part of the city than where the pin is."""
        named = [area for area in city.areas if area.code in areas]
        return bool(named) and min(a.distance_m(self.lat, self.long) for a in named) > FAR_M


def pin_at(lat: float, long: float, city: Jurisdiction) -> Pin:
    distances = [(area.distance_m(lat, long), area) for area in city.areas]
    nearest_m, nearest = min(distances, key=lambda each: each[0])
    areas = [area for distance_m, area in distances if distance_m <= BORDER_M]
    if not areas:
        return Pin(
            lat=lat,
            long=long,
            areas=(),
            outside_m=nearest_m,
            because=_outside(nearest_m, nearest, city),
        )
    areas.sort(key=lambda area: not area.contains(lat, long))
    names = " dan ".join(area.name for area in areas)
    because = f"di {names}" if len(areas) == 1 else f"di batas {names}"
    return Pin(lat=lat, long=long, areas=tuple(areas), outside_m=0.0, because=because)


def _outside(distance_m: float, nearest: Area, city: Jurisdiction) -> str:
    region = f", wilayah {city.settings['neighbour']}" if distance_m < NEIGHBOUR_M else ""
    return f"{distance_m:.0f} m di luar {city.settings['name']}{region}, terdekat {nearest.name}"
