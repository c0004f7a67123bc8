"""What a citizen's words mean: which service, how sure, whether it is an emergency, and where.

Keywords of `services.toml`, matched as whole words: honest rather than clever. Where it is not sure,
the citizen chooses from a list.
"""

import re
from dataclasses import dataclass

from aduan.jurisdiction import Jurisdiction, Service

STRONG, WEAK = 3.0, 1.0
SURE = 0.6  # share of the points that the first service must have to be taken without asking
NEGATIONS = frozenset("bukan dudu bkn sanes ora gak ga nggak tidak tdk mboten".split())
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Words that open a description of a place, up to the end of the clause.
_PLACE = re.compile(
    r"\b(?:jl|jln|jalan raya|gg|gang|kel|kelurahan|desa|perum|perumahan|rt|rw|depan|dpn|ngarep|"
    r"belakang|mburi|dekat|deket|dkt|cedhak|sebelah|sblh|samping|simpang|perempatan|prapatan|"
    r"pertigaan|protelon|pasar|stasiun|terminal|alun-alun|alun2|taman|jembatan)\b\.?[^,;!?\n]{2,80}",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    service_code: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """What one text says. `candidates` best first, empty where nothing was recognised.

    `service_code` only where the words leave no doubt. `emergency`: it is one that we dispatch at once;
    `danger`: there are words of danger to people, whatever it is. `place` as the citizen wrote it.
    """

    candidates: tuple[Candidate, ...]
    service_code: str | None
    emergency: bool
    danger: bool
    place: str | None


def understand(text: str, city: Jurisdiction) -> Understanding:
    words = [word.lower() for word in _WORD.findall(text)]
    points = {code: _points(words, service) for code, service in city.services.items()}
    candidates = _ranked({code: score for code, score in points.items() if score > 0})
    best = candidates[0] if candidates and candidates[0].confidence >= SURE else None
    urgent = best is not None and city.services[best.service_code].urgency == "emergency"
    past = any(_says(words, phrase) for phrase in city.words_of_past)
    emergency = best is not None and urgent and not past and points[best.service_code] >= STRONG
    danger = urgent or any(_says(words, phrase) for phrase in city.danger_words)
    # Weak words make no emergency, and where people are in danger a guess is not good enough.
    certain = emergency or (not urgent and not danger)
    return Understanding(
        candidates=candidates,
        service_code=best.service_code if best and certain else None,
        emergency=emergency,
        danger=danger,
        place=place_in(text),
    )


def place_in(text: str) -> str | None:
    found = _PLACE.search(text)
    return found.group().strip(" .") if found else None


def _points(words: list[str], service: Service) -> float:
    strong = sum(STRONG for phrase in service.strong if _says(words, phrase))
    weak = sum(WEAK for phrase in service.keywords if _says(words, phrase))
    return strong + weak


def _says(words: list[str], phrase: str) -> bool:
    """Whether the phrase stands in the words, not denied right before it ("bukan kebakaran")."""
    wanted = phrase.split()
    for start in range(len(words) - len(wanted) + 1):
        denied = start > 0 and words[start - 1] in NEGATIONS
        if words[start : start + len(wanted)] == wanted and not denied:
            return True
    return False


def _ranked(points: dict[str, float]) -> tuple[Candidate, ...]:
    total = sum(points.values()) + WEAK  # one weak word alone is never sure
    ranked = sorted(points.items(), key=lambda item: -item[1])
    return tuple(Candidate(service_code=c, confidence=round(p / total, 3)) for c, p in ranked)
