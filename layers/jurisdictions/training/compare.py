"""`make compare`: a keyword list, naive Bayes, a plain linear model and ours, on the same messages."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from aduan import jurisdiction
from aduan.understanding import understand
from layers.jurisdictions.training.evaluate import DEVELOPMENT_SET, Message
from layers.jurisdictions.training.evaluate import read as read_messages
from layers.jurisdictions.training.examples import Example, read_all
from layers.jurisdictions.training.fit import SEED

WORDS_A_LABEL = 20
Ranking = Callable[[str], Sequence[str]]
"""The labels of a text, the likeliest first."""


class KeywordList:
    """For each label the words that are told most surely by it; a text is what it has most words of."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        told: dict[str, Counter[str]] = defaultdict(Counter)
        total: Counter[str] = Counter()
        for text, label in zip(texts, labels, strict=True):
            words = set(text.lower().split())
            told[label].update(words)
            total.update(words)
        self.classes_ = sorted(told)
        self._words = [_surest(told[label], total) for label in self.classes_]

    def decision_function(self, texts: Sequence[str]) -> list[list[int]]:
        return [[len(words & set(text.lower().split())) for words in self._words] for text in texts]


def _surest(told: Counter[str], total: Counter[str]) -> set[str]:
    ranked = sorted(told, key=lambda word: (-(told[word] ** 2) / total[word], word))
    return set(ranked[:WORDS_A_LABEL])


METHODS: dict[str, Callable[[], Any]] = {
    "keyword list": KeywordList,
    "naive Bayes on words": lambda: make_pipeline(CountVectorizer(), MultinomialNB(alpha=0.1)),
    "linear on letters": lambda: make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        LinearSVC(C=1, random_state=SEED),
    ),
}


def ranking(make: Callable[[], Any], texts: Sequence[str], labels: Sequence[str]) -> Ranking:
    model = make()
    model.fit(texts, labels)
    score = getattr(model, "decision_function", None) or model.predict_log_proba

    def rank(text: str) -> list[str]:
        scores = np.atleast_1d(score([text])[0])
        if len(scores) == 1:  # of two labels scikit-learn scores the second
            scores = np.array([-scores[0], scores[0]])
        return [str(model.classes_[i]) for i in np.argsort(-scores, kind="stable")]

    return rank


def line(name: str, messages: Sequence[Message], code: Ranking, urgency: Ranking) -> str:
    ranked = [code(message.text) for message in messages]
    called = [urgency(message.text)[0] == "emergency" for message in messages]
    meant = [message.urgency == "emergency" for message in messages]
    right = sum(a and b for a, b in zip(called, meant, strict=True))
    top1 = sum(m.service_code == r[0] for m, r in zip(messages, ranked, strict=True))
    top3 = sum(m.service_code in r[:3] for m, r in zip(messages, ranked, strict=True))
    return (
        f"| {name} | {top1 / len(messages):.1%} | {top3 / len(messages):.1%} "
        f"| {right / sum(meant):.1%} | {right / max(1, sum(called)):.1%} |"
    )


def main() -> None:
    examples: list[Example] = read_all()
    texts = [example.text for example in examples]
    codes, urgencies = (
        [getattr(e, name) for e in examples] for name in ("service_code", "urgency")
    )
    messages = read_messages(Path(os.environ.get("MESSAGES") or DEVELOPMENT_SET))
    print(
        "| method | top-1 | top-3 | emergency recall | precision |\n| --- | --- | --- | --- | --- |"
    )
    for name, make in METHODS.items():
        print(line(name, messages, ranking(make, texts, codes), ranking(make, texts, urgencies)))
    city = jurisdiction.load("kediri")
    print(
        line(
            "ours",
            messages,
            lambda text: [c.service_code for c in understand(text, city).ranked],
            lambda text: ["emergency" if understand(text, city).emergency else "normal"],
        )
    )


if __name__ == "__main__":
    main()
