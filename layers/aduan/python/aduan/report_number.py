"""The number a citizen can say over a phone: twelve digits, the last one a check digit.

Eleven random digits (the first 1 to 5, so that it never looks like 0811… or 62811…) are one of
5 x 10^10: with a hundred thousand reports on file, half a million guesses hit one, and `cek`
still answers its reporter alone. Digits, since letters such as B, D, P and T are mistaken for each
other over a phone. It is the `service_request_id` (Open311).
"""

import re
from random import Random, SystemRandom

# Damm, "Totally anti-symmetric quasigroups for all orders n ≠ 2, 6" (2007): finds every single
# wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_SPOKEN = re.compile(r"(?<!\d)[1-5]\d{3}[ .-]?\d{4}[ .-]?\d{4}(?!\d)")


def new(random: Random | None = None) -> str:
    draw = random or SystemRandom()
    digits = str(draw.randint(1, 5)) + "".join(str(draw.randint(0, 9)) for _ in range(10))
    return digits + _check_digit(digits)


def is_valid(number: str) -> bool:
    return len(number) == 12 and number.isdecimal() and _check_digit(number) == "0"


def spoken(number: str) -> str:
    """As it is written to people: 4839-2716-5043."""
    return f"{number[:4]}-{number[4:8]}-{number[8:]}"


def find(text: str) -> str | None:
    """The first thing in a text that is written like a report number, valid or not."""
    found = _SPOKEN.search(text)
    return re.sub(r"\D", "", found.group()) if found else None


def _check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
