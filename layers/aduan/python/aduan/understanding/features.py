"""What the models look at in a message, each a short readable string.

`w:` a word, `l:` its Indonesian lemma, `b:` two lemmas in a row, `j:` two with one between, `!:` a lemma
after a denial, `k:` a word's consonants ("lampu" and "lmpu"), `c:` its letters in a row, `t:` a topic,
`f:` one that is spoken of at once, `u:` two topics, `s:` a trait of the whole message. For urgency also
`d:` the likeliest service, and `e:` it together with how things stand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from aduan.understanding.gazetteer import Match
from aduan.understanding.knowledge import Words
from aduan.understanding.words import Meanings, Token, lemma_of, skeleton, words_of

DENIALS = frozenset(("tidak", "bukan", "belum", "jangan", "tanpa"))
_REACH = 3  # words that a denial covers
_FIRST = 6  # words with which most people come to the point
_SIGNS = ("?", "!")
# Topics that tell whether it is now, over, feared, asked or wished.
_STANDING = frozenset(
    "past over fear almost now urgent question wish drill victims count done thanks how".split()
)


def features_of(tokens: Sequence[Token], known: Words) -> list[str]:
    lexicon, topics = known.lexicon, known.topics
    words = words_of(_without_names(tokens, known.gazetteer.find(tokens)))
    lemmas = [lemma_of(word, lexicon) for word in words]
    found: set[str] = set()
    found.update(f"w:{word}" for word in words)
    found.update(f"l:{lemma}" for lemma in lemmas)
    found.update(f"b:{first} {second}" for first, second in pairwise(["<", *lemmas, ">"]))
    found.update(f"j:{first} {third}" for first, _, third in _triples(lemmas))
    found.update(f"k:{skeleton(word)}" for word in words if len(word) > 2)
    found.update(_denied(lemmas))
    spoken = _topics(words, lemmas, topics)
    found.update(f"t:{topic}" for topic in spoken)
    found.update(f"u:{a} {b}" for a, b in combinations(sorted(spoken), 2))
    found.update(f"f:{topic}" for topic in _topics(words[:_FIRST], lemmas[:_FIRST], topics))
    for word in words:
        found.update(_letters(f"<{word}>"))
    found.update(_traits(tokens, words))
    return sorted(found)


def _without_names(tokens: Sequence[Token], matches: Iterable[Match]) -> list[Token]:
    """A street's or kelurahan's name tells nothing of what is wrong there: only that it stands."""
    kept: dict[int, Token] = dict(enumerate(tokens))
    for match in matches:
        kind = match.place.kind
        is_area = kind in ("kelurahan", "kecamatan")
        is_street = kind == "street" and match.end - match.start > 1  # "kelapa" may be a tree
        if match.exact and (is_area or is_street):
            for i in range(match.start, match.end):
                del kept[i]
            name = "areaname" if is_area else "streetname"
            kept[match.start] = replace(tokens[match.start], norm=name)
    return [kept[i] for i in sorted(kept)]


def urgency_features(features: Sequence[str], service_code: str) -> list[str]:
    """The features, and what the likeliest service means for how they stand."""
    spoken = {feature[2:] for feature in features if feature[0] == "t"}
    standing = sorted(spoken & _STANDING) or ["-"]
    return [*features, f"d:{service_code}", *(f"e:{service_code} {each}" for each in standing)]


def _denied(lemmas: Sequence[str]) -> Iterable[str]:
    for index, lemma in enumerate(lemmas):
        if lemma in DENIALS:
            yield from (f"!:{denied}" for denied in lemmas[index + 1 : index + 1 + _REACH])


def _topics(words: Sequence[str], lemmas: Sequence[str], topics: Meanings) -> set[str]:
    spoken: set[str] = set()
    for word, lemma in zip(words, lemmas, strict=True):
        spoken.update(topics[word] or topics[lemma])
    phrases = (*pairwise(words), *pairwise(lemmas), *_triples(words), *_triples(lemmas))
    for phrase in phrases:
        spoken.update(topics.get(" ".join(phrase), ()))
    return spoken


def _triples(words: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)


def _letters(word: str) -> Iterable[str]:
    for length in (3, 4, 5):
        for start in range(len(word) - length + 1):
            yield f"c:{word[start : start + length]}"


def _traits(tokens: Sequence[Token], words: Sequence[str]) -> Iterable[str]:
    yield f"s:length {min(len(words) // 4, 6)}"
    signs = {token.norm for token in tokens}
    yield from (f"s:{sign}" for sign in _SIGNS if sign in signs)
