"""The chat with a citizen: one message in, the next conversation and all that must follow out.

`reply` is pure. What it may need to know of the citizen's reports is named by `mentioned` and read
by the caller beforehand; a number for a report that it may open is drawn beforehand, too.
"""

from collections.abc import Mapping
from datetime import datetime

from aduan import report_number
from aduan.conversation import additions, commands, rating, report, taps
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Conversation, Turn
from aduan.conversation.words import STATUS, rating_in
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound
from aduan.service_request import ServiceRequest

__all__ = ["Asked", "Conversation", "Turn", "mentioned", "reply"]


def mentioned(conversation: Conversation, message: Inbound) -> tuple[str, ...]:
    """The reports that the answer to this message may depend on."""
    about = (conversation.about,) if conversation.about else ()
    tapped = (message.choice or "").split(":")
    if tapped[0] in ("rate", "status") and len(tapped) > 1:
        return (*about, tapped[1])
    text = message.text or ""
    number = report_number.find(text)
    latest = conversation.reports[:3]
    if number and report_number.is_valid(number):
        return (*about, number)
    if rating_in(text) or STATUS.search(text) or (message.photos and not conversation.draft):
        return (*about, *latest)
    return about


def reply(
    conversation: Conversation,
    message: Inbound,
    city: Jurisdiction,
    *,
    requests: Mapping[str, ServiceRequest],
    number: str,
    now: datetime,
) -> Turn:
    """What a message leads to. `number` is the report number to use should a report be opened."""
    mine = {
        key: request
        for key, request in requests.items()
        if request.citizen_id == conversation.citizen_id
    }
    moment = Moment(conversation, message, city, mine, number, now)
    for step in STEPS:
        if turn := step(moment):
            return turn
    return report.gather(moment)


# Asked in this order; the first that has an answer gives it. Whatever is left is part of a report.
STEPS = (
    taps.tap,
    commands.command,
    rating.rating_in_words,
    rating.reason,
    additions.place_of_emergency,
    additions.later_photo,
    taps.yes_or_no,
)
