"""Which words of a message say where: one unbroken piece, or none.

Each token gets a score for standing inside a place, at its beginning or outside; the best path goes
before → begin → inside → after. Its probability is that of the path among all paths (a linear chain).
"""

from collections.abc import Iterable, Sequence
from math import exp, log

from aduan.understanding.gazetteer import Match
from aduan.understanding.words import Meanings, Token, lemma_of

LABELS = ("begin", "inside", "outside")
BEGIN, INSIDE, OUTSIDE = range(3)
# The path's states, the label whose score each uses, and whence it may come.
_BEFORE, _FIRST, _WITHIN, _AFTER = range(4)
_LABEL = (OUTSIDE, BEGIN, INSIDE, OUTSIDE)
_FROM = ((_BEFORE,), (_BEFORE,), (_FIRST, _WITHIN), (_FIRST, _WITHIN, _AFTER))
_NEVER = -1e9


def tag_features(
    tokens: Sequence[Token], text: str, lexicon: Meanings, matches: Iterable[Match]
) -> list[list[str]]:
    """For each token what it is, what stands around it, whether a gazetteer knows it."""
    norms = [token.norm for token in tokens]
    known = _known(tokens, matches)
    shapes = [_shape(token, text[token.start : token.end]) for token in tokens]
    lemmas = [lemma_of(norm, lexicon) for norm in norms]
    padded = ["<<", "<", *norms, ">", ">>"]
    said = ["<<", "<", *lemmas, ">", ">>"]
    kinds = ["", "", *known, "", ""]
    features = []
    for i, norm in enumerate(norms):
        at = i + 2
        features.append(
            [
                "1",
                f"w {norm}",
                f"l {lemmas[i]}",
                f"p {norm[:3]}",
                f"s {norm[-3:]}",
                f"x {shapes[i]}",
                f"k {kinds[at]}",
                f"-w {padded[at - 1]}",
                f"-l {said[at - 1]}",
                f"+w {padded[at + 1]}",
                f"+l {said[at + 1]}",
                f"--l {said[at - 2]}",
                f"++l {said[at + 2]}",
                f"-k {kinds[at - 1]}",
                f"+k {kinds[at + 1]}",
                f"++k {kinds[at + 2]}",
                f"-wl {said[at - 1]} {lemmas[i]}",
                f"wl+ {lemmas[i]} {said[at + 1]}",
                f"--k {said[at - 2]} {said[at - 1]}",
                f"-lk {said[at - 1]} {kinds[at]}",
                f"lk+ {lemmas[i]} {kinds[at + 1]}",
                f"kk {kinds[at]} {kinds[at - 1]} {kinds[at + 1]}",
                f"-x {shapes[i - 1] if i else ''} {shapes[i]}",
            ]
        )
    return features


def best_span(scores: Sequence[Sequence[float]]) -> tuple[int, int] | None:
    """The first token and the end of the likeliest place, or None where none is likelier."""
    if not scores:
        return None
    best = [scores[0][OUTSIDE], scores[0][BEGIN], _NEVER, _NEVER]
    back: list[list[int]] = []
    for row in scores[1:]:
        came = [max(origins, key=best.__getitem__) for origins in _FROM]
        best = [best[came[state]] + row[_LABEL[state]] for state in range(4)]
        back.append(came)
    state = max(range(4), key=best.__getitem__)
    path = [state]
    for came in reversed(back):
        state = came[state]
        path.append(state)
    path.reverse()
    inside = [i for i, state in enumerate(path) if state in (_FIRST, _WITHIN)]
    return (inside[0], inside[-1] + 1) if inside else None


def share_of_none(scores: Sequence[Sequence[float]], temperature: float) -> float:
    """The probability that no word says where."""
    if not scores:
        return 1.0
    scaled = [[score / temperature for score in row] for row in scores]
    total = [scaled[0][OUTSIDE], scaled[0][BEGIN], _NEVER, _NEVER]
    for row in scaled[1:]:
        total = [_sum([total[o] for o in _FROM[s]]) + row[_LABEL[s]] for s in range(4)]
    return exp(sum(row[OUTSIDE] for row in scaled) - _sum(total))


def _sum(logs: Sequence[float]) -> float:
    top = max(logs)
    return top + log(sum(exp(each - top) for each in logs))


def _known(tokens: Sequence[Token], matches: Iterable[Match]) -> list[str]:
    known = [""] * len(tokens)
    for match in matches:
        for i in range(match.start, match.end):
            known[i] = match.place.kind if match.exact else "nearly"
    return known


def _shape(token: Token, word: str) -> str:
    if word.isdigit():
        return "9" * min(len(word), 3)
    if not word[0].isalnum():
        return token.norm
    return "X" if word.isupper() else "Xx" if word[0].isupper() else "x"
