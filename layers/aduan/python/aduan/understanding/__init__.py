"""What a citizen's words mean: which service, how sure, whether it is an emergency now, and where.

Linear models over words, letters and topics, learnt from the training text of the jurisdiction
(`layers/jurisdictions/training`, with its model card). Every probability is calibrated: of the answers
given with 0.8, four in five are right.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from aduan.jurisdiction import Jurisdiction
from aduan.understanding import knowledge
from aduan.understanding.features import features_of, urgency_features
from aduan.understanding.linear import Linear
from aduan.understanding.links import Link, link_in
from aduan.understanding.where import Where, where_of
from aduan.understanding.words import tokens_of

__all__ = ["Candidate", "Link", "Understanding", "Where", "understand"]

NOT_A_REPORT = "not_a_report"
SURE = 0.65  # from which the likeliest service is taken without asking
REPORT = 0.3  # from which it may be a report, and services are offered
POSSIBLE = 0.05  # from which a service is offered at all
SECOND = 0.85  # from which a clause speaks of another matter
# Where one matter may end and the next begin: signs, and words that add something.
_CLAUSE = re.compile(
    r"[.;!?\n]+|,|\b(?:terus|trus|sekalian|skalian|selain itu|plus|oh iya|sisan|tambahan|sama|dan|lan)\b",
    re.IGNORECASE,
)
_CLAUSE_WORDS = 2


@dataclass(frozen=True, kw_only=True)
class Candidate:
    service_code: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """What one text says; every number is a probability.

    `ranked`: every service code, the likeliest first, what is no report among them; `because`: the words
    that spoke most for the first. `second`: another matter in the same message.
    `urgency`: that someone or something is in danger now; `emergency`: sure enough to dispatch at once;
    `danger`: not to be ruled out, so that the citizen is told of 112.
    """

    ranked: tuple[Candidate, ...]
    because: tuple[str, ...]
    second: Candidate | None
    urgency: float
    emergency: bool
    danger: bool
    where: Where | None
    link: Link | None

    @property
    def report(self) -> float:
        """That it reports something, rather than to greet, thank or ask how it works."""
        return 1 - sum(c.confidence for c in self.ranked if c.service_code == NOT_A_REPORT)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The services it may be about, best first; none where it is surely no report."""
        if self.report < REPORT or not self.because:
            return ()
        possible = (c for c in self.ranked if c.confidence >= POSSIBLE)
        return tuple(c for c in possible if c.service_code != NOT_A_REPORT)

    @property
    def service_code(self) -> str | None:
        """Only where the words leave no doubt."""
        best = next(iter(self.candidates), None)
        return best.service_code if best and best.confidence >= SURE else None

    @property
    def place(self) -> str | None:
        """Where it is, as the citizen wrote it."""
        return self.where.text if self.where else None


def understand(text: str, city: Jurisdiction) -> Understanding:
    known, models = knowledge.words(city.jurisdiction_id), knowledge.models(city.jurisdiction_id)
    return read(text, known, models)


def read(text: str, known: knowledge.Words, models: knowledge.Models) -> Understanding:
    """What a text says to one who knows these words and models."""
    tokens = tokens_of(text)
    features = features_of(tokens, known)
    ranked = _ranked(models.service_code, features)
    urgency = _urgency(models.urgency, features, ranked[0].service_code)
    return Understanding(
        ranked=ranked,
        because=_because(models.service_code, features, ranked[0].service_code),
        second=_second(text, known, models.service_code, ranked),
        urgency=urgency,
        emergency=urgency >= models.urgency.settings["emergency"],
        danger=urgency >= models.urgency.settings["danger"],
        where=where_of(text, tokens, known, models.place),
        link=link_in(text),
    )


def _ranked(model: Linear, features: Sequence[str]) -> tuple[Candidate, ...]:
    scores = model.scores(features)
    heat, top = model.settings["temperature"], max(scores)
    shares = [exp((score - top) / heat) for score in scores]
    total = sum(shares)
    ranked = sorted(zip(shares, model.labels, strict=True), reverse=True)
    return tuple(Candidate(service_code=c, confidence=share / total) for share, c in ranked)


def _urgency(model: Linear, features: Sequence[str], service_code: str) -> float:
    (score,) = model.scores(urgency_features(features, service_code))
    return 1 / (1 + exp(-score / model.settings["temperature"]))


def _because(model: Linear, features: Sequence[str], service_code: str) -> tuple[str, ...]:
    """The three words, pairs of words and topics that say most."""
    telling = (feature for feature in features if feature[0] in "wbt")
    shares = model.shares(telling, service_code)
    best = sorted(shares, key=lambda feature: -shares[feature])[:3]
    return tuple(feature for feature in best if shares[feature] > 0)


def _second(
    text: str, known: knowledge.Words, model: Linear, ranked: Sequence[Candidate]
) -> Candidate | None:
    """A clause that is surely about something else, which the whole message speaks of, too."""
    clauses = [tokens for part in _CLAUSE.split(text) if (tokens := tokens_of(part))]
    others = {c.service_code for c in ranked[1:4]} - {NOT_A_REPORT, "other"}
    found: list[Candidate] = []
    for tokens in clauses if len(clauses) > 1 else []:
        if len(tokens) >= _CLAUSE_WORDS:
            part = _ranked(model, features_of(tokens, known))[0]
            if part.service_code in others and part.confidence >= SECOND:
                found.append(part)
    return max(found, key=lambda c: c.confidence, default=None)
