"""The places of the city as people call them, and the kelurahan in which they lie."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from aduan.understanding.words import Token, skeleton

OUTSIDE = "outside the city"
STREET = "jl"
STREETS = frozenset(("jl", "jln", "jalan", "dalan", "ndalan", "margi"))
_FORGIVING = 5  # letters from which a slip of the finger is forgiven
_BONES = 3


@dataclass(frozen=True, kw_only=True)
class Place:
    """`areas` are the codes of the kelurahan in which it may lie, none where that is not known;
    `called`: the words of its names."""

    name: str
    kind: str
    areas: tuple[str, ...]
    is_sure: bool
    called: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Match:
    """A place named by the tokens from `start` up to `end`, letter by letter or nearly."""

    place: Place
    start: int
    end: int
    exact: bool


class Gazetteer:
    def __init__(self, places: Iterable[Place]) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], Place]]] = defaultdict(list)
        for place in places:
            for words in place.called:
                self._phrases[words[0]].append((words, place))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        self._names = {
            w for phrases in self._phrases.values() for words, _ in phrases for w in words
        }
        self._long: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names):
            if len(name) >= _FORGIVING:
                self._long[name[0]].append(name)
        self._nearest = cache(self._search)

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """The places that a text names, from left to right, the longest name first."""
        at = [i for i, token in enumerate(tokens) if token.norm[0].isalnum()]
        return [
            replace(match, start=at[match.start], end=at[match.end - 1] + 1)
            for match in self._named([tokens[i].norm for i in at])
        ]

    def _named(self, words: Sequence[str]) -> list[Match]:
        spelt = [STREET if word in STREETS else word for word in words]
        meant = [word if word in self._names else self._nearest(word) for word in spelt]
        matches: list[Match] = []
        at = 0
        while at < len(words):
            match = self._match(spelt, at, exact=True) or self._match(meant, at, exact=False)
            if match:
                matches.append(match)
            at = match.end if match else at + 1
        return matches

    def _match(self, words: Sequence[str], at: int, *, exact: bool) -> Match | None:
        for phrase, place in self._phrases.get(words[at], ()):
            end = at + len(phrase)
            if tuple(words[at:end]) == phrase:
                return Match(place=place, start=at, end=end, exact=exact)
        joined = "".join(words[at : at + 2])  # "ngadi rejo"
        for phrase, place in self._phrases.get(joined, ()):
            if len(phrase) == 1 and len(joined) >= _FORGIVING and at + 2 <= len(words):
                return Match(place=place, start=at, end=at + 2, exact=exact)
        return None

    def _search(self, word: str) -> str:
        """A name that differs by its vowels or by one letter, else the word itself."""
        if len(word) < _FORGIVING:
            return word
        near = [name for name in self._long[word[0]] if abs(len(name) - len(word)) <= 2]
        bones = skeleton(word)
        for name in near:
            if len(bones) >= _BONES and skeleton(name) == bones:
                return name
        return next((name for name in near if _one_slip(word, name)), word)


def _one_slip(word: str, name: str) -> bool:
    """Whether one letter is too much, missing, wrong, or two are swapped."""
    if len(word) > len(name):
        word, name = name, word
    at = next((i for i, letter in enumerate(word) if letter != name[i]), len(word))
    if len(word) < len(name):
        return len(name) - len(word) == 1 and word[at:] == name[at + 1 :]
    swapped = word[at : at + 2] == name[at : at + 2][::-1] and word[at + 2 :] == name[at + 2 :]
    return swapped or word[at + 1 :] == name[at + 1 :]
