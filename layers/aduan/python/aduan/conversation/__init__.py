"""The chat with a citizen: one message in, the next conversation and all that must follow out.

`reply` is pure. What it may need to know of the citizen's reports is named by `mentioned` and read
by the caller beforehand; a number for a report that it may open is drawn beforehand, too.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from aduan import joining, report_number
from aduan.change import Waiting
from aduan.conversation import (
    additions,
    called,
    commands,
    emergencies,
    files,
    kinds,
    manners,
    officer_question,
    rating,
    report,
    taps,
)
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Conversation, Sent, Turn
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound
from aduan.service_request import ServiceRequest

__all__ = ["Asked", "Conversation", "Sent", "Turn", "mentioned", "reply"]

_LATEST = 3
_TAPS_ABOUT_REPORTS = ("rate", "status", "edit", "withdraw")


def mentioned(
    conversation: Conversation, message: Inbound, said_before: Sent | None = None
) -> tuple[str, ...]:
    """The reports that the answer to this message may depend on."""
    tapped = (message.choice or "").split(":")
    named = [conversation.about, said_before.service_request_id if said_before else None]
    if tapped[0] in _TAPS_ABOUT_REPORTS and len(tapped) > 1:
        named.append(tapped[1])
    if tapped[0] == "join":
        named.append(tapped[-1])
    number = report_number.find(message.text or "")
    if number and report_number.is_valid(number):
        named.append(number)
    if conversation.draft:
        named.append(conversation.draft.same_as)
    latest = conversation.reports[:_LATEST]
    return tuple(dict.fromkeys(each for each in (*named, *latest) if each))


def reply(
    conversation: Conversation,
    message: Inbound,
    city: Jurisdiction,
    *,
    requests: Mapping[str, ServiceRequest],
    number: str,
    now: datetime,
    said_before: Sent | None = None,
    waiting: tuple[Waiting, ...] = (),
    nearby: tuple[ServiceRequest, ...] = (),
) -> Turn:
    """What a message leads to. `number` is the report number to use should a report be opened.

    `said_before` is what is on record of the message it refers to; `waiting` what could not be said before.
    `requests` hold those as well that the citizen's own follow. `nearby`: if it leads to a new report, what
    others have reported there.
    """
    mine = {
        key: joining.seen_by_reporter(request, requests)
        for key, request in requests.items()
        if conversation.is_theirs(request.citizen_id)
    }
    chat = manners.refreshed(conversation, now)
    moment = Moment(chat, message, city, mine, number, now, said_before, waiting, requests, nearby)
    turns = (step(moment) for step in STEPS)
    turn = next((turn for turn in turns if turn), None) or report.gather(moment)
    turn = files.tidied(conversation, mine, turn)
    return replace(turn, change=joining.kept(turn.change, requests))


# Asked in this order; the first that has an answer gives it. Whatever is left is part of a report.
STEPS = (
    kinds.about_a_message,
    emergencies.first,
    called.place,
    manners.silence,
    taps.tap,
    taps.yes_or_no,
    rating.rating_in_words,
    officer_question.answer,
    commands.command,
    rating.reason,
    kinds.without_words,
    additions.more_files,
    additions.place,
    additions.addition,
)
