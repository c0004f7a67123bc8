"""Personal numbers and addresses in a text are hidden before anyone but the machine reads it."""

import re

HIDDEN = "[disamarkan]"
# An e-mail address; a NIK or KK number (16 digits); an Indonesian phone number, mobile (08…, +62 8…)
# or fixed (0354 …). Report numbers (12 digits, the first 1 to 5) stay.
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|(?<!\d)\d(?:[ .-]?\d){15}(?!\d)"
    r"|(?<!\d)(?:\+?62|0)[ .-]?\d(?:[ .)-]{0,2}\d){6,11}(?!\d)"
    r"|(?<!\d)8\d(?:[ .-]?\d){7,10}(?!\d)"
)


def mask(text: str) -> str:
    return _PERSONAL.sub(HIDDEN, text)
