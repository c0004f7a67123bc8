"""What is said by SMS, to whoever called 112 and agreed to it. Each part costs, so it is short."""

from aduan.jurisdiction import Jurisdiction
from aduan.message import Say
from aduan.wording import shorten

LONGEST = 306  # two parts of 153 letters, if all are letters of GSM 03.38
_FIELD = 90
_PLAIN = str.maketrans({"…": "...", "“": '"', "”": '"', "–": "-", "’": "'"})


def words(say: Say, city: Jurisdiction, *, link: str = "") -> str | None:
    """The sentence, in plain letters; None for news that is not worth an SMS."""
    sentence = city.messages["sms"].get(say.text)
    if sentence is None:
        return None
    short = {name: shorten(value, _FIELD) for name, value in say.fields.items()}
    text = str(sentence).format(**{**city.names, **short}, link=link).translate(_PLAIN)
    plain = " ".join(text.encode("ascii", "ignore").decode().split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 3] + "..."
