"""`make evaluate MESSAGES=<csv> [OUT=<json>]`: how well messages with known answers are understood."""

import csv
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from aduan import jurisdiction
from aduan.understanding import Understanding, understand

DEVELOPMENT_SET = Path(__file__).parents[3] / "tests/messages/development.csv"
BINS = 10
COST_IN_DANGER, COST_UNHEARD = 20, 3
Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message and what it means, by hand; `place` empty where it says none."""

    id: str
    text: str
    service_code: str
    urgency: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    id: str
    service_code: str
    top3: tuple[str, ...]
    confidence: float
    urgency: str
    urgency_confidence: float
    place: str


def read(path: Path) -> list[Message]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Message(**{name: row[name] for name in Message.__dataclass_fields__})
            for row in csv.DictReader(file)
        ]


def answer(message: Message, understood: Understanding) -> Answer:
    best = understood.ranked[0]
    return Answer(
        id=message.id,
        service_code=best.service_code,
        top3=tuple(candidate.service_code for candidate in understood.ranked[:3]),
        confidence=round(best.confidence, 4),
        urgency="emergency" if understood.emergency else "normal",
        urgency_confidence=round(understood.urgency, 4),
        place=understood.where.text if understood.where else "",
    )


def figures(messages: Sequence[Message], answers: Sequence[Answer]) -> dict[str, Any]:
    pairs = list(zip(messages, answers, strict=True))
    hits = [m.service_code == a.service_code for m, a in pairs]
    emergencies = [m.urgency == "emergency" for m in messages]
    called = [a.urgency == "emergency" for a in answers]
    met = [bool(a.place) and _overlap(m, a) for m, a in pairs]
    return {
        "messages": len(pairs),
        "top1": _share(hits),
        "top1_interval": _interval(sum(hits), len(hits)),
        "top3": _share([m.service_code in a.top3 for m, a in pairs]),
        "emergency_recall": _ratio(_both(emergencies, called), sum(emergencies)),
        "emergency_precision": _ratio(_both(emergencies, called), sum(called)),
        "place_recall": _ratio(sum(met), sum(bool(m.place) for m in messages)),
        "place_precision": _ratio(sum(met), sum(bool(a.place) for a in answers)),
        "place_right": _share([_overlap(m, a) for m, a in pairs]),
        "calibration_error": _calibration_error([a.confidence for a in answers], hits),
        "emergency_calibration_error": _calibration_error(
            [a.urgency_confidence for a in answers], emergencies
        ),
        "reliability": _reliability([a.confidence for a in answers], hits),
        "codes": _by_code(pairs),
        "confusions": _confusions(pairs),
    }


def _overlap(message: Message, answer: Answer) -> bool:
    """Whether the answer shares a stretch of the text with the marked words, or both are empty."""
    if not message.place or not answer.place:
        return message.place == answer.place
    marked, given = (message.text.find(place) for place in (message.place, answer.place))
    return given < marked + len(message.place) and marked < given + len(answer.place)


def _by_code(pairs: Sequence[tuple[Message, Answer]]) -> dict[str, dict[str, float]]:
    meant = Counter(m.service_code for m, _ in pairs)
    given = Counter(a.service_code for _, a in pairs)
    right = Counter(m.service_code for m, a in pairs if m.service_code == a.service_code)
    return {
        code: {
            "messages": meant[code],
            "precision": _ratio(right[code], given[code]),
            "recall": _ratio(right[code], meant[code]),
        }
        for code in sorted(meant | given)
    }


def _confusions(pairs: Sequence[tuple[Message, Answer]]) -> list[tuple[str, str, int, int]]:
    """Codes taken for another: how often, and at what cost."""
    count: Counter[tuple[str, str]] = Counter()
    cost: Counter[tuple[str, str]] = Counter()
    for message, given in pairs:
        if message.service_code != given.service_code:
            confusion = (message.service_code, given.service_code)
            count[confusion] += 1
            cost[confusion] += _cost(message, given)
    return [(*confusion, count[confusion], total) for confusion, total in cost.most_common(10)]


def _cost(message: Message, given: Answer) -> int:
    """Of a wrong code: an hour lost where someone is in danger, a report unheard, a letter readdressed."""
    if message.urgency == "emergency":
        return COST_IN_DANGER if given.urgency == "normal" else COST_UNHEARD
    return COST_UNHEARD if "not_a_report" in (message.service_code, given.service_code) else 1


def _reliability(
    confidences: Sequence[float], hits: Sequence[bool]
) -> list[tuple[float, float, int]]:
    """For each tenth: the mean confidence, how often it was right, how many messages."""
    bins: list[list[int]] = [[] for _ in range(BINS)]
    for i, confidence in enumerate(confidences):
        bins[min(int(confidence * BINS), BINS - 1)].append(i)
    return [
        (
            round(sum(confidences[i] for i in members) / len(members), 3),
            _share([hits[i] for i in members]),
            len(members),
        )
        for members in bins
        if members
    ]


def _calibration_error(confidences: Sequence[float], hits: Sequence[bool]) -> float:
    """Expected calibration error over ten bins (Naeini, Cooper and Hauskrecht 2015)."""
    bins = _reliability(confidences, hits)
    return _round(sum(abs(said - was) * count for said, was, count in bins) / len(hits))


def _interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval, 95 %."""
    share, weight = hits / of, Z * Z / of
    middle = (share + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * sqrt(share * (1 - share) / of + weight / (4 * of))
    return _round(middle - half), _round(middle + half)


def _both(first: Iterable[bool], second: Iterable[bool]) -> int:
    return sum(a and b for a, b in zip(first, second, strict=True))


def _share(hits: Sequence[bool]) -> float:
    return _ratio(sum(hits), len(hits))


def _ratio(part: int, whole: int) -> float:
    return _round(part / whole) if whole else 1.0


def _round(share: float) -> float:
    return round(share, 4)


def report(found: dict[str, Any]) -> str:
    low, high = found["top1_interval"]
    lines = [
        f"{found['messages']} messages, {found['ms_per_message']} ms each",
        f"service code   top-1 {found['top1']:.1%} ({low:.1%} to {high:.1%})   top-3 {found['top3']:.1%}",
        f"emergency      recall {found['emergency_recall']:.1%}   precision {found['emergency_precision']:.1%}",
        f"place          recall {found['place_recall']:.1%}   precision {found['place_precision']:.1%}",
        f"calibration    error {found['calibration_error']:.3f}",
        f"               of emergencies {found['emergency_calibration_error']:.3f}",
        "",
        "said  was   messages",
        *(f"{said:.2f}  {was:.2f}  {count:5}" for said, was, count in found["reliability"]),
        "",
        f"{'service code':24} messages precision recall",
        *(
            f"{code:24} {row['messages']:8} {row['precision']:9.2f} {row['recall']:6.2f}"
            for code, row in found["codes"].items()
        ),
        "",
        "confusions that cost most (cost, messages):",
        *(
            f"{cost:5} {count:3}  {meant} for {given}"
            for meant, given, count, cost in found["confusions"]
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    path = Path(os.environ.get("MESSAGES") or DEVELOPMENT_SET)
    messages, city = read(path), jurisdiction.load("kediri")
    understand(messages[0].text, city)  # reads the models
    began = time.perf_counter()
    answers = [answer(message, understand(message.text, city)) for message in messages]
    took = (time.perf_counter() - began) / len(messages)
    found = {"ms_per_message": round(took * 1000, 3), **figures(messages, answers)}
    print(report(found))
    if out := os.environ.get("OUT"):
        rows = [asdict(each) for each in answers]
        Path(out).write_text(json.dumps({**found, "messages": rows}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
