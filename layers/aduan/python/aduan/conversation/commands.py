"""What a citizen orders in words: how it stands, stop, help; and greetings and thanks."""

from aduan import report_number
from aduan.conversation import report
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.conversation.status import tell_status
from aduan.conversation.words import CANCEL, GREETINGS, HELP, STATUS, THANKFUL, THANKS
from aduan.message import Say


def command(m: Moment) -> Turn | None:
    text, words, draft = m.message.text or "", m.words, m.conversation.draft
    number = report_number.find(text)
    if number and (STATUS.search(text) or len(words) <= 3):
        if not report_number.is_valid(number):
            return m.turn(Say(text="status_mistyped"))
        return tell_status(m, m.requests.get(number))
    if STATUS.search(text) and len(words) <= 6:
        latest = m.requests.get(next(iter(m.conversation.reports), ""))
        return tell_status(m, latest) if latest else m.turn(Say(text="no_reports"))
    if not words or m.conversation.asked is Asked.REASON:
        return None
    if draft and set(words) <= CANCEL:
        return m.turn(Say(text="cancelled"), draft=None, asked=None)
    if set(words) <= HELP:
        return m.turn(Say(text="help", fields=report.desk(m)))
    if set(words) <= THANKS and set(words) & THANKFUL and not m.message.photos:
        return m.turn(Say(text="thanks", fields=report.desk(m)))
    if not draft and set(words) <= GREETINGS and not m.message.photos:
        return m.turn(report.welcome(m), asked=Asked.KIND)
    return None
