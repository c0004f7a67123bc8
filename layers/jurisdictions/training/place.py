"""Learning which words say where: an averaged perceptron over whole paths (Collins 2002)."""

import random
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence

from aduan.understanding.linear import NOTHING, Linear
from aduan.understanding.tagger import BEGIN, INSIDE, LABELS, OUTSIDE, best_span
from aduan.understanding.words import Token

ROUNDS = 8
SEED = 112
STEPS = 127  # of int8
SMALLEST = 2  # steps that a feature must weigh
Weights = Mapping[str, Sequence[float]]
Sentence = tuple[list[list[str]], list[int]]  # the features of each token, and its label


def labels_of(tokens: Sequence[Token], text: str, place: str) -> list[int]:
    start = text.index(place) if place else 0
    end = start + len(place)
    inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
    return _labels(len(tokens), (inside[0], inside[-1] + 1) if inside else None)


def _labels(length: int, span: tuple[int, int] | None) -> list[int]:
    labels = [OUTSIDE] * length
    if span:
        labels[span[0] : span[1]] = [BEGIN, *[INSIDE] * (span[1] - span[0] - 1)]
    return labels


def learn(sentences: Sequence[Sentence]) -> Linear:
    weights: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(LABELS))
    late: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(LABELS))
    order, shuffler, turn = list(range(len(sentences))), random.Random(SEED), 1  # noqa: S311, no secret
    for _ in range(ROUNDS):
        shuffler.shuffle(order)
        for features, labels in (sentences[i] for i in order):
            guess = _labels(len(labels), best_span(_scores(features, weights)))
            for found, right, wrong in zip(features, labels, guess, strict=True):
                if right != wrong:
                    for feature in found:
                        weights[feature][right] += 1
                        weights[feature][wrong] -= 1
                        late[feature][right] += turn
                        late[feature][wrong] -= turn
            turn += 1
    averaged = {
        feature: [weight - later / turn for weight, later in zip(row, late[feature], strict=True)]
        for feature, row in sorted(weights.items())
    }
    return _linear(averaged)


def _scores(features: Sequence[Sequence[str]], weights: Weights) -> list[list[float]]:
    scores = []
    for found in features:
        rows = [weights[feature] for feature in found if feature in weights]
        scores.append([sum(row[label] for row in rows) for label in range(len(LABELS))])
    return scores


def _linear(weights: Weights) -> Linear:
    step = max(abs(weight) for row in weights.values() for weight in row) / STEPS
    steps = {f: [round(weight / step) for weight in row] for f, row in weights.items()}
    kept = {feature: row for feature, row in steps.items() if max(map(abs, row)) >= SMALLEST}
    columns = [[0, *(row[label] for row in kept.values())] for label in range(len(LABELS))]
    return Linear(
        labels=LABELS,
        rows={feature: row for row, feature in enumerate([NOTHING, *kept])},
        columns=[array("b", column) for column in columns],
        lengths=None,
        step=step,
        settings={"temperature": 4.0},
    )
