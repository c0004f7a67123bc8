"""Linear models in one file: readable features, and a column of int8 weights for each label.

The file is a line of JSON (what each model is, and how long), then for each model its features, a line
each, and its columns one after another. It is read whole in a few milliseconds.
"""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import itemgetter
from typing import Any

NOTHING = ""
"""The feature of row 0, which weighs nothing."""


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Weights and lengths are in steps. Where features have a length, a message is brought to length 1:
    ten words say as much as a hundred."""

    labels: tuple[str, ...]
    rows: Mapping[str, int]
    columns: "Sequence[array[int]]"
    lengths: "array[int] | None"
    step: float
    settings: Mapping[str, Any]

    def scores(self, features: Iterable[str]) -> list[float]:
        """How much the known features speak for each label."""
        known = [row for row in map(self.rows.get, features) if row]
        pick = itemgetter(0, 0, *known)  # of one index alone it would give no tuple
        step = self.step / self._length(pick)
        bias = self.settings.get("bias") or [0.0] * len(self.labels)
        return [sum(pick(column)) * step + b for column, b in zip(self.columns, bias, strict=True)]

    def shares(self, features: Iterable[str], label: str) -> dict[str, float]:
        """What each known feature adds to the score of a label."""
        known = {feature: row for feature in features if (row := self.rows.get(feature))}
        step = self.step / self._length(itemgetter(0, 0, *known.values()))
        column = self.columns[self.labels.index(label)]
        return {feature: column[row] * step for feature, row in known.items()}

    def _length(self, pick: "itemgetter[Any]") -> float:
        if self.lengths is None:
            return 1.0
        return sqrt(sum(length * length for length in pick(self.lengths))) or 1.0


def dump(models: Mapping[str, Linear], *, learnt_from: str) -> bytes:
    """The file; `learnt_from` is a digest of the training text, for whoever asks whether it is this."""
    header, body = {}, bytearray()
    for name, model in models.items():
        if any("\n" in feature for feature in model.rows):
            raise ValueError("a feature is a line")
        features = "\n".join(model.rows).encode()
        columns = [*model.columns, *([model.lengths] if model.lengths else [])]
        body += features + b"".join(column.tobytes() for column in columns)
        header[name] = {
            "bytes": len(features),
            "labels": model.labels,
            "has_lengths": model.lengths is not None,
            "step": model.step,
            "settings": model.settings,
        }
    about = {"learnt_from": learnt_from, "models": header}
    return json.dumps(about).encode() + b"\n" + bytes(body)


def learnt_from(data: bytes) -> str:
    return str(_about(data)["learnt_from"])


def parse(data: bytes) -> dict[str, Linear]:
    at, models = data.index(b"\n") + 1, {}
    for name, about in _about(data)["models"].items():
        features = data[at : at + about["bytes"]].decode().split("\n")
        at += about["bytes"]
        columns = []
        for _ in range(len(about["labels"]) + about["has_lengths"]):
            columns.append(array("b", data[at : at + len(features)]))
            at += len(features)
        models[name] = Linear(
            labels=tuple(about["labels"]),
            rows=dict(zip(features, range(len(features)), strict=True)),
            columns=columns[: len(about["labels"])],
            lengths=columns[-1] if about["has_lengths"] else None,
            step=about["step"],
            settings=about["settings"],
        )
    return models


def _about(data: bytes) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(data[: data.index(b"\n")])
    return about
