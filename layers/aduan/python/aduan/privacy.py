"""Personal numbers and addresses in a text are hidden before anyone but the machine reads it."""

import re

HIDDEN = "[disamarkan]"
# An e-mail address; a NIK or KK number (16 digits); an Indonesian phone number, mobile (08…, +62 8…)
# or fixed (0354 …). Report numbers (12 digits, the first 1 to 5), dates and times of day stay.
# Every repetition has a bound or cannot begin in its own midst: the time taken grows with the length alone.
_DATE = r"\d{1,2}([-/. ])\d{1,2}\1(?:19|20)\d\d(?!\d)"
_HOURS = r"\d\d[.:]\d\d ?- ?\d\d[.:]\d\d(?![ .-]?\d)"
_PERSONAL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+"
    r"|(?<!\d)\d(?:[ .-]?\d){15}(?!\d)"
    rf"|(?<!\d)(?!{_DATE}|{_HOURS})"
    r"(?:\+?62|0)[ .-]?\d(?:(?:[ .)-]{0,2}|[/_,])\d){6,11}(?!\d)"
    r"|(?<!\d)8\d(?:[ .-]?\d){7,10}(?!\d)"
)


def mask(text: str) -> str:
    return _PERSONAL.sub(HIDDEN, text)
