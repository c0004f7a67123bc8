"""What is known of a jurisdiction beforehand; `make train` writes both files."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from aduan import jurisdiction
from aduan.understanding.gazetteer import Gazetteer, Place
from aduan.understanding.linear import Linear, parse
from aduan.understanding.words import Meanings

WORDS, MODEL = "understanding.words.json", "understanding.model"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was written by hand: the Indonesian word for a word, its topics, the places of the city."""

    lexicon: Meanings
    topics: Meanings
    gazetteer: Gazetteer


@dataclass(frozen=True, kw_only=True)
class Models:
    """What was learnt from the training text."""

    service_code: Linear
    urgency: Linear
    place: Linear


@cache
def words(jurisdiction_id: str) -> Words:
    written = json.loads(jurisdiction.read(jurisdiction_id, WORDS))
    return Words(
        lexicon=Meanings(written["lexicon"]),
        topics=Meanings(written["topics"]),
        gazetteer=Gazetteer(_place(row) for row in written["places"]),
    )


@cache
def models(jurisdiction_id: str) -> Models:
    return Models(**parse(jurisdiction.read(jurisdiction_id, MODEL)))


def _place(row: dict[str, Any]) -> Place:
    called = tuple(tuple(name.split()) for name in row["called"])
    return Place(**row | {"areas": tuple(row["areas"]), "called": called})
