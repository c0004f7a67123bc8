"""The training text: messages written by hand for this project, and what each means."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TEXT = HERE / "text"
COLUMNS = ("text", "service_code", "urgency", "place", "voice")


@dataclass(frozen=True, kw_only=True)
class Example:
    text: str
    service_code: str
    urgency: str
    place: str
    voice: str
    source: str

    @property
    def is_emergency(self) -> bool:
        return self.urgency == "emergency"


def digest() -> str:
    """Of all that a model is learnt from: the text, and the words and places beside it."""
    whole = hashlib.sha256()
    for path in sorted([*TEXT.iterdir(), *(HERE / "words").iterdir()]):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


def read_all() -> list[Example]:
    return [example for path in sorted(TEXT.glob("*.csv")) for example in read(path)]


def read(path: Path) -> list[Example]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Example(**{column: row[column] for column in COLUMNS}, source=path.stem)
            for row in csv.DictReader(file)
        ]
