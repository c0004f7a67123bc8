"""A report that was begun and not finished: one gentle reminder, and after a day it is dropped."""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan import wording
from aduan.change import Change, Effect
from aduan.conversation import files
from aduan.conversation.manners import DRAFT_KEPT
from aduan.conversation.state import Conversation, Turn
from aduan.jurisdiction import Jurisdiction
from aduan.message import Say
from aduan.time_zone import WIB

PATIENCE = timedelta(hours=3)


def look_after(
    chat: Conversation, city: Jurisdiction, now: datetime, *, at_any_hour: bool = False
) -> Turn | None:
    """What becomes of a draft that has lain for a while; None as long as nothing does."""
    draft = chat.draft
    if draft is None:
        return None
    if now - draft.began_at > DRAFT_KEPT:
        left = replace(chat, draft=None, aside=None, asked=None, about=None, dropped=True)
        return files.tidied(chat, {}, Turn(conversation=left, change=Change()))
    hour = now.astimezone(WIB).hour
    waking = int(city.settings["quiet_until"]) <= hour < int(city.settings["quiet_from"])
    if draft.reminded or chat.silenced or not (waking or at_any_hour):
        return None
    service = city.services.get(draft.service_code or "")
    words = (
        f"“{wording.shorten(draft.description, 60)}”"
        if draft.said
        else city.messages["photos"]["alone"]
    )
    what = service.service_name if service else str(words)
    effect = Effect(
        name=f"say#{draft.draft_id}#reminder",
        say=Say(text="draft_reminder", fields={"what": what}),
        to=chat.citizen_id,
    )
    reminded = replace(chat, draft=replace(draft, reminded=True))
    return Turn(conversation=reminded, change=Change(effects=(effect,)))
