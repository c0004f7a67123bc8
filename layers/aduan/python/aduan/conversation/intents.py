"""What a citizen wants in a few words: the orders and short answers of `orders.id.toml`.

What is told about a report is for `aduan.understanding`.
"""

import re
from enum import StrEnum
from functools import cache

from aduan import jurisdiction
from aduan.jurisdiction import Jurisdiction

Words = dict[str, frozenset[str]]


class Intent(StrEnum):
    YES = "yes"
    NO = "no"
    GREETING = "greeting"
    THANKS = "thanks"
    SOLVED = "solved"
    CANCEL = "cancel"
    START_OVER = "start_over"
    STATUS = "status"
    MY_REPORTS = "my_reports"
    ADD = "add"
    AGAIN = "again"
    WITHDRAW = "withdraw"
    RATE = "rate"
    HELP = "help"
    WHO = "who"
    SILENCE = "silence"
    SPEAK = "speak"
    MY_DATA = "my_data"
    ERASE = "erase"


_WORD = re.compile(r"[\w'/-]+|[👍👌✅🙏❤🥰😊]\ufe0f?|\?")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
MOST_WORDS = 12

MOST_OF_A_RATING = 20
_RATING = re.compile(
    r"(?:nilai|rating|bintang)?\s*([1-5])\s*(?:/\s*5|bintang)?\s*[.!]?|((?:⭐\ufe0f?|🌟){1,5})"
)


def words_of(text: str) -> list[str]:
    return _WORD.findall(_STRETCHED.sub(r"\1", text.lower()))


def intent_of(text: str, city: Jurisdiction) -> Intent | None:
    """What is wanted, where the words leave no doubt; None for anything that may be part of a report."""
    orders, words = _orders(city.jurisdiction_id), words_of(text)
    if not words or len(words) > MOST_WORDS:
        return None
    words = [word for word in words if word != "?"] or words
    plain = [word for word in words if word not in orders["polite"]] or words
    if answer := _yes_or_no(words, orders):
        return answer
    for candidate in (" ".join(plain), " ".join(words)):
        for intent, pattern in _patterns(city.jurisdiction_id):
            if pattern.fullmatch(candidate):
                return intent
    said, thanks = set(plain), orders["thanks"]
    if said & thanks and said <= thanks | orders["thanks_too"] | orders["greeting"]:
        return Intent.THANKS
    if said <= orders["alone_is_thanks"]:
        return Intent.THANKS
    is_greeting = said <= orders["greeting"] | orders["greeting_too"]
    return Intent.GREETING if is_greeting else None


def _yes_or_no(words: list[str], orders: Words) -> Intent | None:
    """A yes or no, with or without courtesies: "iya benar pak", "nggih mbak", "bukan, salah"."""
    said, polite = set(words), orders["polite"]
    for intent in (Intent.YES, Intent.NO):
        says, around = orders[intent], orders[f"{intent}_too"]
        if said & says and said <= says | around | polite:
            return intent
    return None


def rating_in(text: str) -> str | None:
    """A rating said in words or stars: "4", "nilai 4", "4/5", ⭐⭐⭐⭐."""
    text = text.strip()
    said = _RATING.fullmatch(text) if len(text) <= MOST_OF_A_RATING else None
    if said is None:
        return None
    return said.group(1) or str(said.group(2).count("⭐") + said.group(2).count("🌟"))


@cache
def _orders(jurisdiction_id: str) -> Words:
    words = jurisdiction.load(jurisdiction_id).orders["words"]
    return {name: frozenset(listed.split()) for name, listed in words.items()}


@cache
def _patterns(jurisdiction_id: str) -> tuple[tuple[Intent, re.Pattern[str]], ...]:
    patterns = jurisdiction.load(jurisdiction_id).orders["patterns"]
    return tuple(
        (Intent(name), re.compile(f"(?:{'|'.join(listed)})[ .!?]*"))
        for name, listed in patterns.items()
    )


def says(what: str, text: str, city: Jurisdiction) -> bool:
    """Whether a sign of `orders.id.toml` stands anywhere in a text: calls_off, changes_place."""
    return bool(_signs(city.jurisdiction_id)[what].search(text.lower()))


@cache
def _signs(jurisdiction_id: str) -> dict[str, re.Pattern[str]]:
    signs = jurisdiction.load(jurisdiction_id).orders["signs"]
    return {name: re.compile("|".join(listed)) for name, listed in signs.items()}
