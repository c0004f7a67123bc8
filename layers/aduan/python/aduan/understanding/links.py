"""Coordinates that a citizen pastes: in a map link, in a `geo:` address, or bare."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

# The place itself, in a long link; else a point, which may be only the middle of the screen.
_PLACE = re.compile(r"!3d(-?\d{1,2}\.\d+)!4d(\d{2,3}\.\d+)")
_POINT = re.compile(r"(?<![\d.])(-?\d{1,2}\.\d+)\s*,\s*\+?(\d{2,3}\.\d+)")
_URL = re.compile(r"https?://\S+")
_MAP = re.compile(r"[/.]goo\.gl|[/.]maps\.|/maps")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A point, degrees WGS 84; without one, a short link whose target we cannot see: ask for the place."""

    lat: float | None
    long: float | None


def link_in(text: str) -> Link | None:
    plain = unquote(text)
    if found := _PLACE.search(plain) or _POINT.search(plain):
        lat, long = map(float, found.groups())
        return Link(lat=lat, long=long)
    is_map = any(_MAP.search(url) for url in _URL.findall(text))
    return Link(lat=None, long=None) if is_map else None
