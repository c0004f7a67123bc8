"""Where it is, in the citizen's words."""

import re

from aduan.conversation.intents import says
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked
from aduan.draft import Draft
from aduan.understanding import understand

_WORDS_OF_A_PLACE = 10

_CLAUSES = re.compile(
    r"[,;]|\b(?:tapi|tp|ning|nanging|melainkan|yang benar|sing bener)\b", re.IGNORECASE
)


def said_in(m: Moment) -> str | None:
    """The place in the words: all of them where they are an answer; of "bukan X, tapi Y" the second."""
    if says("changes_place", m.text, m.city):
        last = _CLAUSES.split(m.text)[-1]
        return understand(last, m.city).place or m.meaning.place
    is_answer = m.conversation.asked is Asked.PLACE and len(m.words) <= _WORDS_OF_A_PLACE
    whole = m.names_a_place or (is_answer and m.meaning.service_code is None)
    return m.text.strip() if m.meaning.place and whole else m.meaning.place


def settled_in_words(m: Moment, draft: Draft) -> Draft | None:
    """ "Sesuai peta" to the question which of words and pin is right."""
    if not draft.place_settled or draft.lat is None:
        return None
    if says("by_pin", m.text, m.city):
        return draft.with_pin_alone()
    return draft.with_words_alone() if says("by_words", m.text, m.city) else None
