"""Courtesies around a message, so that a model learns that they change nothing.

Few lines of the training text have them, and most of these are thanks, which are no report.
"""

import random
from collections.abc import Iterator, Sequence

EVERY = 3
BEFORE = (
    "halo min", "assalamualaikum", "selamat pagi", "permisi pak", "mohon maaf", "nyuwun sewu", "tolong",
    "min", "terima kasih", "matur nuwun", "makasih ya", "pak", "mbak wali", "hello", "",
)  # fmt: skip
AFTER = (
    "terima kasih", "makasih", "matur nuwun", "suwun pak", "tolong", "mohon maaf", "min", "pak", "thanks",
    "please", "mohon ditindaklanjuti", "nggih", "",
)  # fmt: skip


def with_courtesies(texts: Sequence[str], seed: int) -> Iterator[list[str]]:
    """Each text; every third also with courtesies around it."""
    draw = random.Random(seed)  # noqa: S311, no secret
    for number, text in enumerate(texts):
        polite = f"{draw.choice(BEFORE)}, {text}. {draw.choice(AFTER)}"
        yield [text, polite] if number % EVERY == 0 else [text]
