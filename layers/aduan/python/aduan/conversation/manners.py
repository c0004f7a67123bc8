"""When the desk keeps silent: too much at once, muted by an administrator, or a person is answering by hand.

Nothing is lost by it: the message is kept for a person to look at, and an emergency always passes.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan.conversation.moment import Moment
from aduan.conversation.state import Conversation, Pace, Turn
from aduan.message import Say
from aduan.time_zone import WIB

DRAFT_KEPT = timedelta(hours=24)


def refreshed(chat: Conversation, now: datetime) -> Conversation:
    """The chat at this moment: one message more in this minute, and without a draft that is a day old."""
    if chat.draft and now - chat.draft.began_at > DRAFT_KEPT:
        chat = replace(chat, draft=None, aside=None, asked=None, dropped=True)
    minute, day = f"{now:%Y-%m-%dT%H:%M}", f"{now.astimezone(WIB):%Y-%m-%d}"
    messages = chat.pace.messages + 1 if chat.pace.minute == minute else 1
    today, reports = (chat.pace.today, chat.pace.reports) if chat.pace.day == day else (0, 0)
    pace = Pace(minute=minute, messages=messages, day=day, today=today + 1, reports=reports)
    return replace(chat, pace=pace)


def silence(m: Moment) -> Turn | None:
    """A turn without an answer, or with one sentence for the whole flood.

    Each answer may cost the city a message: so a day has an end, too.
    """
    chat, most = m.conversation, int(m.city.settings["messages_a_minute"])
    today, most_today = chat.pace.today, int(m.city.settings["messages_a_day"])
    if m.meaning.emergency or m.is_in_emergency:
        return None
    if chat.muted_until and m.now < chat.muted_until:
        return m.turn(kept="muted")
    if chat.operator_until and m.now < chat.operator_until:
        return m.turn(kept="operator")
    if chat.pace.messages <= most and today <= most_today:
        return None
    first = today == most_today + 1 or (today <= most_today and chat.pace.messages == most + 1)
    return m.turn(Say(text="slow_down") if first else None, kept="flood")


def has_reported_enough(m: Moment) -> bool:
    return m.conversation.pace.reports >= int(m.city.settings["reports_a_day"])


def one_more_report(m: Moment) -> Pace:
    pace = m.conversation.pace
    return replace(pace, reports=pace.reports + 1)
