"""`make train`: from the training text to `understanding.model`, the same bytes each time."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from aduan.understanding import knowledge
from aduan.understanding.features import features_of, urgency_features
from aduan.understanding.linear import Linear, dump
from aduan.understanding.tagger import tag_features
from aduan.understanding.words import tokens_of
from layers.jurisdictions.training import place, vocabulary
from layers.jurisdictions.training.courtesies import with_courtesies
from layers.jurisdictions.training.examples import Example, digest, read_all
from layers.jurisdictions.training.fit import SEED, Fitter, Variants, temperature, unseen_scores

JURISDICTION = "kediri"
FOLDER = Path(__file__).parents[1] / "python/jurisdictions" / JURISDICTION
# From which probability an emergency is dispatched at once, and from which the citizen is told of 112.
EMERGENCY, DANGER = 0.15, 0.04

CODE = Fitter(
    make=lambda: LinearSVC(C=0.5, random_state=SEED),
    at_least=2,
    at_most=60_000,
    boost={"t": 2.0, "c": 0.6},
)
URGENCY = Fitter(
    make=lambda: LogisticRegression(C=50, solver="liblinear", random_state=SEED),
    at_least=2,
    at_most=30_000,
    boost={"t": 2.0, "d": 2.0, "c": 0.5},
)


def models_of(examples: Sequence[Example], known: knowledge.Words) -> dict[str, Linear]:
    with ProcessPoolExecutor(1, get_context("spawn")) as other_core:
        places = other_core.submit(_places, examples)
        return {**_kinds_and_urgency(examples, known), "place": places.result()}


def _kinds_and_urgency(examples: Sequence[Example], known: knowledge.Words) -> dict[str, Linear]:
    features = [
        [features_of(tokens_of(way), known) for way in ways]
        for ways in with_courtesies([example.text for example in examples], SEED)
    ]
    codes = [example.service_code for example in examples]
    code = CODE.fit(features, codes)
    unseen = unseen_scores(CODE, features, codes)
    likeliest = [code.labels[best] for best in unseen.argmax(axis=1)]
    return {
        "service_code": code.linear({"temperature": temperature(unseen, codes, code.labels)}),
        "urgency": _urgency(examples, features, likeliest),
    }


def _places(examples: Sequence[Example]) -> Linear:
    known = knowledge.words(JURISDICTION)
    tokens = [tokens_of(example.text) for example in examples]
    sentences = [
        (
            tag_features(found, example.text, known.lexicon, known.gazetteer.find(found)),
            place.labels_of(found, example.text, example.place),
        )
        for found, example in zip(tokens, examples, strict=True)
    ]
    return place.learn(sentences)


def _urgency(examples: Sequence[Example], features: Variants, likeliest: Sequence[str]) -> Linear:
    """Learnt with the services that a model said which had not seen the message, as it will be."""
    together = [
        [urgency_features(way, code) for way in ways]
        for ways, code in zip(features, likeliest, strict=True)
    ]
    urgencies = [example.urgency for example in examples]
    fitted = URGENCY.fit(together, urgencies)
    unseen = unseen_scores(URGENCY, together, urgencies)
    both = np.hstack([unseen, np.zeros_like(unseen)])
    heat = temperature(both, urgencies, [*fitted.labels, "normal"])
    return fitted.linear({"temperature": heat, "emergency": EMERGENCY, "danger": DANGER})


def main() -> None:
    began = time.monotonic()
    examples = read_all()
    (FOLDER / knowledge.WORDS).write_text(vocabulary.written(), encoding="utf-8")
    models = models_of(examples, knowledge.words(JURISDICTION))
    (FOLDER / knowledge.MODEL).write_bytes(dump(models, learnt_from=digest()))
    print(f"learnt from {len(examples)} messages in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
