"""No message is so odd that it stops the desk: reading takes time by its length, whatever is in it."""

import re
from collections.abc import Callable
from time import process_time

import pytest

from aduan.conversation.intents import intent_of, rating_in, says, words_of
from aduan.privacy import mask
from aduan.report_number import find
from aduan.understanding import understand
from aduan.understanding.links import link_in
from tests.builders import KEDIRI

LENGTH = 65_536  # what a webhook may carry at most in one text, by far
ODD = {
    each: (each * LENGTH)[:LENGTH]
    for each in ("a", " ", "1", ".", "jl ", "0", "a@", "he ", "http://a.")
}
ODD |= {"one": "1" + " " * (LENGTH - 2) + "x", "ratings": "nilai 1" + " " * (LENGTH - 8) + "!"}
TOLERATED = 1000  # times what it takes to look at each character once; quadratic takes thousands
READS: dict[str, Callable[[str], object]] = {
    "mask": mask,
    "rating_in": rating_in,
    "words_of": words_of,
    "link_in": link_in,
    "understand": lambda text: understand(text[:4096], KEDIRI),
    "number": find,
    "intent_of": lambda text: intent_of(text, KEDIRI),
    **{
        what: lambda text, what=what: says(what, text, KEDIRI)  # type: ignore[misc]
        for what in KEDIRI.orders["signs"]
    },
}
PATTERNS = [each for listed in KEDIRI.orders["patterns"].values() for each in listed]


def seconds(read: Callable[[str], object], text: str) -> float:
    """Of this process alone, at best of three."""
    taken = []
    for _ in range(3):
        began = process_time()
        read(text)
        taken.append(process_time() - began)
    return min(taken)


@pytest.fixture(scope="module")
def plain_scan() -> float:
    return seconds(lambda text: sum(map(ord, text)), "a" * LENGTH)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("read", READS)
def test_no_text_takes_long_to_read(plain_scan: float, read: str, odd: str) -> None:
    assert seconds(READS[read], ODD[odd]) < TOLERATED * plain_scan


@pytest.mark.parametrize("odd", ODD)
def test_no_order_takes_long_to_be_looked_for(plain_scan: float, odd: str) -> None:
    for pattern in PATTERNS:
        assert seconds(re.compile(pattern).fullmatch, ODD[odd]) < TOLERATED * plain_scan, pattern
