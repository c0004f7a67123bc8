"""Where something is, from the words: the span of text, and the kelurahan in which it may lie."""

from collections.abc import Sequence
from dataclasses import dataclass

from aduan.understanding.gazetteer import OUTSIDE, Match
from aduan.understanding.knowledge import Words
from aduan.understanding.linear import Linear
from aduan.understanding.tagger import best_span, share_of_none, tag_features
from aduan.understanding.words import Token


@dataclass(frozen=True, kw_only=True)
class Where:
    """`text` as it was written, from `start` up to `end` of the message; `confidence`: that a place is
    told at all.

    `areas`: codes of the kelurahan in which it may lie, none where the words do not tell; `because`: the
    places of the gazetteer that say so. `is_outside`: only places of the regency are named.
    """

    text: str
    start: int
    end: int
    confidence: float
    areas: tuple[str, ...]
    is_outside: bool
    because: str


def where_of(text: str, tokens: Sequence[Token], known: Words, model: Linear) -> Where | None:
    matches = known.gazetteer.find(tokens)
    features = tag_features(tokens, text, known.lexicon, matches)
    scores = [model.scores(found) for found in features]
    span = best_span(scores)
    if span is None:
        return None
    start, end = tokens[span[0]].start, tokens[span[1] - 1].end
    inside = [match for match in matches if span[0] <= match.start and match.end <= span[1]]
    telling = _telling(inside) or _telling([m for m in matches if m.exact and m.place.is_sure])
    return Where(
        text=text[start:end],
        start=start,
        end=end,
        confidence=1 - share_of_none(scores, model.settings["temperature"]),
        areas=_areas(telling),
        is_outside=bool(inside) and all(match.place.kind == OUTSIDE for match in inside),
        because=", ".join(match.place.name for match in telling),
    )


def areas_told(matches: Sequence[Match]) -> tuple[str, ...]:
    """The codes of the kelurahan that places of the gazetteer tell together."""
    return _areas(_telling(matches))


def _telling(matches: Sequence[Match]) -> list[Match]:
    """The places that tell the kelurahan: all, where they agree; else the surest."""
    placed = [match for match in matches if match.place.areas]
    if not placed or set.intersection(*(set(match.place.areas) for match in placed)):
        return placed
    best = min(map(_doubt, placed))
    return [match for match in placed if _doubt(match) == best]


def _doubt(match: Match) -> tuple[bool, bool, bool]:
    return (not match.exact, match.place.kind != "kelurahan", not match.place.is_sure)


def _areas(matches: Sequence[Match]) -> tuple[str, ...]:
    """The kelurahan that all places have in common, else those of any."""
    areas = [set(match.place.areas) for match in matches]
    return tuple(sorted(set.intersection(*areas) or set.union(*areas))) if areas else ()
