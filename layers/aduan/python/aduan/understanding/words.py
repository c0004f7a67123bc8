"""The words of a message as people type them, made comparable, and what they say.

Case, stretched letters ("tolonggg"), Javanese dh and th, and the 2 of a doubled word ("anak2") are taken
away.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# A link; letters with an inner apostrophe; a number; a line break; any other sign.
_TOKEN = re.compile(r"https?://\S+|[^\W\d_]+(?:['’`][^\W\d_]+)*|\d+|\n|[^\w\s]|_")
_TWICE = re.compile(r"([^\W\d])\1+")
_SUFFIXES = (
    "nipun",
    "ipun",
    "nya",
    "kan",
    "ane",
    "lah",
    "kah",
    "ne",
    "ku",
    "mu",
    "an",
    "in",
    "e",
    "i",
)
_PREFIXES = (
    "meng",
    "mem",
    "men",
    "peng",
    "ber",
    "ter",
    "me",
    "di",
    "ke",
    "se",
    "ng",
    "ny",
    "n",
    "m",
)
_SHORTEST = 4  # letters that must be left of a word without its ending
_BONES = 4  # consonants that tell a word
_VOWELS = str.maketrans("", "", "aiueo")
LINK, NEW_LINE = "https", "¶"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign; `start` and `end` as in the text, `norm` made comparable."""

    norm: str
    start: int
    end: int
    glued: bool  # nothing stands between it and the token before


def tokens_of(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(text):
        start, previous = match.start(), end
        end = match.end()
        tokens.append(Token(normal(match.group()), start, end, start == previous))
    return tokens


def normal(word: str) -> str:
    """A word in small letters, each once in a row: "TOLONGGG" and "tolong" are the same."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word)
    word = word.lower()
    if word == "\n":
        return NEW_LINE
    if word.startswith(("http://", "https://")):
        return LINK
    if len(word) > 2:  # "gg" is a lane, "g" is not
        word = _TWICE.sub(r"\1", word)
    return word.replace("dh", "d").replace("th", "t") if len(word) > 3 else word


def words_of(tokens: Sequence[Token]) -> list[str]:
    """Only what is read: no signs, no link, no word twice in a row, no 2 that says "twice"."""
    words: list[str] = []
    for token in tokens:
        word = token.norm
        doubled = word == "2" and token.glued and words and len(words[-1]) > 2
        again = words and words[-1] == word
        if word[0].isalnum() and word != LINK and not doubled and not again:
            words.append(word)
    return words


class Meanings(dict[str, list[str]]):
    """What words say, looked up also where a word has an affix ("lampune") or lacks vowels ("lmpu").

    A few words tied by a blank have a meaning together.
    """

    def __init__(self, meanings: Mapping[str, list[str]]) -> None:
        super().__init__(meanings)
        self._short: dict[str, list[str]] = {}
        for word, said in meanings.items():
            if " " not in word:
                self._short.setdefault(skeleton(word), said)

    def __missing__(self, word: str) -> list[str]:
        found = next((self[stem] for stem in stems(word) if stem in self), None)
        self[word] = found = found or self._shortened(word)
        return found

    def _shortened(self, word: str) -> list[str]:
        bones = skeleton(word)
        few_vowels = len(word) - len(bones) <= len(bones) // 3
        return self._short.get(bones, []) if few_vowels and len(bones) >= _BONES else []


def lemma_of(word: str, lexicon: Meanings) -> str:
    """The Indonesian word for a word, else the word itself."""
    return next(iter(lexicon[word]), word)


def skeleton(word: str) -> str:
    """A word as people shorten it: its first letter and its consonants."""
    return word[:1] + word[1:].translate(_VOWELS)


def stems(word: str) -> Iterator[str]:
    """What may be left of a word without the endings and beginnings that people put to it."""
    bare = [word.removesuffix(ending) for ending in _SUFFIXES if word.endswith(ending)]
    yield from (stem for stem in bare if len(stem) >= _SHORTEST)
    if word.endswith(("nya", "ku")):
        yield word.removesuffix("nya").removesuffix("ku")  # "apinya"
    for stem in (word, *bare):
        for beginning in _PREFIXES:
            if stem.startswith(beginning) and len(stem) - len(beginning) >= _SHORTEST:
                yield stem.removeprefix(beginning)
