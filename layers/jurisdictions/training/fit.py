"""Fitting a linear model on sparse features, and writing its weights in small steps."""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.model_selection import StratifiedKFold

from aduan.understanding.linear import NOTHING, Linear

FOLDS = 5
SEED = 112
STEPS = 127  # of int8
Matrix = Any  # numpy and scipy are not typed here
Messages = Sequence[Sequence[str]]
Variants = Sequence[Messages]
"""For each message the features of the ways in which it may be said, first as it was."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The features that are looked at, and how long each makes a message."""

    features: Sequence[str]
    lengths: Matrix

    def matrix(self, messages: Messages) -> Matrix:
        rows = {feature: row for row, feature in enumerate(self.features)}
        known = [[rows[feature] for feature in message if feature in rows] for message in messages]
        indices = np.array([row for message in known for row in message], dtype=np.int32)
        starts = np.cumsum([0, *map(len, known)])
        shape = (len(messages), len(rows))
        values = sparse.csr_matrix((self.lengths[indices], indices, starts), shape=shape)
        norms = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
        return (sparse.diags(1 / np.where(norms > 0, norms, 1)) @ values).tocsr()


@dataclass(frozen=True, kw_only=True)
class Fitted:
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    weights: Matrix  # labels x features
    bias: Matrix

    def scores(self, messages: Messages) -> Matrix:
        return self.vocabulary.matrix(messages) @ self.weights.T + self.bias

    def linear(self, settings: Mapping[str, Any]) -> Linear:
        """The model as it is shipped. What a feature adds is its length times its weight."""
        added = self.weights * self.vocabulary.lengths
        step = float(np.abs(added).max()) / STEPS
        kept = np.abs(added).max(axis=0) >= step / 2
        length_step = float(self.vocabulary.lengths.max()) / STEPS
        lengths = np.rint(self.vocabulary.lengths[kept] / length_step)
        steps = np.rint(added[:, kept] / step)
        features = [f for f, keep in zip(self.vocabulary.features, kept, strict=True) if keep]
        return Linear(
            labels=self.labels,
            rows={feature: row for row, feature in enumerate([NOTHING, *features])},
            columns=[_column(column) for column in steps],
            lengths=_column(lengths),
            step=step / length_step,
            settings={**settings, "bias": [float(each) for each in self.bias]},
        )


def _column(steps: Matrix) -> "array[int]":
    return array("b", [0, *(int(step) for step in steps)])


def vocabulary_of(messages: Messages, *, at_least: int, boost: Mapping[str, float]) -> Vocabulary:
    """Features of several messages: the rarer, the longer (inverse document frequency)."""
    counts = Counter(feature for message in messages for feature in message)
    features = sorted(feature for feature, count in counts.items() if count >= at_least)
    lengths = [
        (1 + np.log(len(messages) / counts[feature])) * boost.get(feature[0], 1.0)
        for feature in features
    ]
    return Vocabulary(features=features, lengths=np.array(lengths))


@dataclass(frozen=True, kw_only=True)
class Fitter:
    """How to fit a classifier of scikit-learn, on features of `at_least` so many messages, some of them longer
    or shorter by `boost`; of these in the end the `at_most` so many that decide most."""

    make: Callable[[], Any]
    at_least: int
    at_most: int
    boost: Mapping[str, float]

    def fit(self, variants: Variants, labels: Sequence[str]) -> Fitted:
        """First on all features, then again on those that decide."""
        first = self.fit_whole(variants, labels)
        every = first.vocabulary
        weight = np.abs(first.weights * every.lengths).max(axis=0)
        chosen = np.sort(np.argsort(-weight, kind="stable")[: self.at_most])
        deciding = Vocabulary(
            features=[every.features[row] for row in chosen], lengths=every.lengths[chosen]
        )
        return _fitted(self.make(), deciding, *_one_by_one(variants, labels))

    def fit_whole(self, variants: Variants, labels: Sequence[str]) -> Fitted:
        """On all features: twice as fast, and hardly another model."""
        messages, each = _one_by_one(variants, labels)
        every = vocabulary_of(messages, at_least=self.at_least, boost=self.boost)
        return _fitted(self.make(), every, messages, each)


def _one_by_one(variants: Variants, labels: Sequence[str]) -> tuple[Messages, Sequence[str]]:
    messages = [message for ways in variants for message in ways]
    return messages, [label for ways, label in zip(variants, labels, strict=True) for _ in ways]


def _fitted(
    model: Any, vocabulary: Vocabulary, messages: Messages, labels: Sequence[str]
) -> Fitted:
    model.fit(vocabulary.matrix(messages), labels)
    classes = tuple(str(each) for each in model.classes_)
    if len(classes) == 2:  # scikit-learn scores the second
        return Fitted(
            vocabulary=vocabulary,
            labels=classes[:1],
            weights=-model.coef_,
            bias=-model.intercept_,
        )
    return Fitted(vocabulary=vocabulary, labels=classes, weights=model.coef_, bias=model.intercept_)


def unseen_scores(fitter: Fitter, variants: Variants, labels: Sequence[str]) -> Matrix:
    """The scores of each message, as it was, by a model that was fitted without it."""
    scores: Matrix = None
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(np.zeros(len(labels)), labels):
        fitted = fitter.fit_whole([variants[i] for i in seen], [labels[i] for i in seen])
        part = fitted.scores([variants[i][0] for i in unseen])
        scores = np.zeros((len(variants), part.shape[1])) if scores is None else scores
        scores[unseen] = part
    return scores


def temperature(scores: Matrix, labels: Sequence[str], classes: Sequence[str]) -> float:
    """By which scores are divided, so that their softmax is right as often as it says."""
    right = np.array([classes.index(label) for label in labels])

    def surprise(heat: float) -> float:
        scaled = scores / heat
        return float(np.mean(logsumexp(scaled, axis=1) - scaled[np.arange(len(right)), right]))

    return round(float(minimize_scalar(surprise, bounds=(0.02, 5), method="bounded").x), 4)
