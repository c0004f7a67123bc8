"""What a citizen's words mean: which service, how sure, whether it is an emergency, and where.

Keywords of `services.toml`, matched as whole words: honest rather than clever. Where it is not sure,
the citizen chooses from a list.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from aduan.jurisdiction import Service

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
    """`candidates` best first, empty where nothing was recognised; `place` as the citizen wrote it."""

    candidates: tuple[Candidate, ...]
    emergency: bool
    place: str | None

    @property
    def service_code(self) -> str | None:
        """The service, where the words leave no doubt."""
        sure = self.candidates and self.candidates[0].confidence >= SURE
        return self.candidates[0].service_code if sure else None


def understand(text: str, services: Iterable[Service]) -> Understanding:
    services = tuple(services)
    words = [word.lower() for word in _WORD.findall(text)]
    points = {service.service_code: _points(words, service) for service in services}
    candidates = _ranked({code: score for code, score in points.items() if score > 0})
    understood = Understanding(candidates=candidates, emergency=False, place=place_in(text))
    code = understood.service_code
    urgent = any(s.service_code == code and s.urgency == "emergency" for s in services)
    certain = code is not None and points[code] >= STRONG
    return Understanding(
        candidates=candidates, emergency=urgent and certain, place=understood.place
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
