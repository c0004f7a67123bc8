"""What rules ask of a report: its road and kelurahan, from its words and its pin; and the words themselves."""

import re

from aduan.geo import border_distance_m, distance_m
from aduan.jurisdiction import Jurisdiction, Road
from aduan.service_request import ServiceRequest
from aduan.understanding import knowledge
from aduan.understanding.gazetteer import Match
from aduan.understanding.words import lemma_of, tokens_of, words_of

NEAR_M = 40  # from the middle of a road: half a crossroads, and as far as a phone's pin is off
_CLAUSE = re.compile(r"[.,;!?\n]+|\b(?:tapi|tetapi|tp|cuma|namun|nanging)\b", re.IGNORECASE)
_DENIALS = ("tidak", "bukan", "tanpa")
_DENIED = 3  # words after a denial that it may be about
_ROADS = ("street", "bridge", "junction")  # kinds of places that say on which road something is


def road_of(request: ServiceRequest, city: Jurisdiction) -> Road | None:
    """The first road that the words name; without one, the road on whose line the pin is.

    "Jl. Veteran, dekat Jembatan Semampir" is on Jl. Veteran, which is none of these: then None.
    """
    named = next((match.place.name for match in _named(request, city) if _is_on_road(match)), None)
    if named:
        return next((road for road in city.roads if named in road.places), None)
    return _under_the_pin(request, city)


def area_of(request: ServiceRequest, city: Jurisdiction) -> str | None:
    """The kelurahan by its name: the pin's, else the only one in which all that is named can lie."""
    if request.area:
        return request.area
    areas = [set(m.place.areas) for m in _named(request, city) if m.place.areas]
    common = set.intersection(*areas) if areas else set()
    names = [area.name for area in city.areas if area.code in common] if common else []
    return names[0] if len(names) == 1 else None


def words_of_report(request: ServiceRequest, city: Jurisdiction) -> frozenset[str]:
    """All that was said and given as its place: each word as it is written, and in Indonesian.

    Without what is said not to be so: "tidak ada korban luka".
    """
    lexicon = knowledge.words(city.jurisdiction_id).lexicon
    found: set[str] = set()
    for clause in _CLAUSE.split(f"{request.description}\n{request.address or ''}"):
        denied_until = 0
        for at, word in enumerate(words_of(tokens_of(clause))):
            meant = lemma_of(word, lexicon)
            if meant in _DENIALS:
                denied_until = at + 1 + _DENIED
            if at >= denied_until:
                found |= {word, meant}
    return frozenset(found)


def _named(request: ServiceRequest, city: Jurisdiction) -> list[Match]:
    """The places in the words, as the gazetteer knows them: misspelt ones, too."""
    words = request.address or request.description
    gazetteer = knowledge.words(city.jurisdiction_id).gazetteer
    return gazetteer.find(tokens_of(words))


def _is_on_road(match: Match) -> bool:
    """Whether a road is named; "Merican" alone is a neighbourhood, and not its crossroads."""
    is_short = match.place.kind == "junction" and match.end - match.start == 1
    return match.place.kind in _ROADS and not is_short


def _under_the_pin(request: ServiceRequest, city: Jurisdiction) -> Road | None:
    if request.lat is None or request.long is None:
        return None
    near = [
        (_distance_m(road, request.lat, request.long), road) for road in city.roads if road.line
    ]
    distance, road = min(near, key=lambda each: each[0], default=(NEAR_M + 1.0, None))
    return road if distance <= NEAR_M else None


def _distance_m(road: Road, lat: float, long: float) -> float:
    if len(road.line) == 1:
        return distance_m(lat, long, *road.line[0])
    return border_distance_m(lat, long, [[[long_, lat_] for lat_, long_ in road.line]])
