"""`make explain TEXT="..."`: what was understood, and how much each word, pair and topic said for it."""

import os
from collections.abc import Sequence

from aduan import jurisdiction
from aduan.understanding import knowledge, understand
from aduan.understanding.features import features_of, urgency_features
from aduan.understanding.linear import Linear
from aduan.understanding.words import tokens_of

JURISDICTION = "kediri"
SHOWN = 12


def explain(text: str) -> str:
    understood = understand(text, jurisdiction.load(JURISDICTION))
    known, models = knowledge.words(JURISDICTION), knowledge.models(JURISDICTION)
    features = features_of(tokens_of(text), known)
    first, second = (candidate.service_code for candidate in understood.ranked[:2])
    urgent = urgency_features(features, first)
    where = understood.where
    return "\n".join(
        [
            f"service code  {', '.join(f'{c.service_code} {c.confidence:.2f}' for c in understood.ranked[:3])}",
            f"second matter {understood.second.service_code if understood.second else '-'}",
            f"urgency       {understood.urgency:.2f}, emergency from {models.urgency.settings['emergency']}",
            f"place         {where.text if where else '-'}",
            f"kelurahan     {', '.join(where.areas) if where else ''} {where.because if where else ''}",
            *_said(
                f"for {first} rather than {second}",
                _rather(models.service_code, features, first, second),
            ),
            *_said("for an emergency", models.urgency.shares(urgent, "emergency")),
        ]
    )


def _rather(model: Linear, features: Sequence[str], first: str, second: str) -> dict[str, float]:
    other = model.shares(features, second)
    return {name: share - other[name] for name, share in model.shares(features, first).items()}


def _said(title: str, shares: dict[str, float]) -> list[str]:
    telling = sorted(shares, key=lambda feature: -abs(shares[feature]))[:SHOWN]
    return ["", title, *(f"{shares[feature]:+8.3f}  {feature}" for feature in telling)]


if __name__ == "__main__":
    print(explain(os.environ["TEXT"]))
