"""“Hubungi pelapor”: the one act by which a person learns a number, once, for a reason that is kept.

What is written about it comes first, and never holds the number.
"""

from dataclasses import dataclass
from datetime import datetime

from aduan.change import Change, Event
from aduan.command_centre.operator import Deed, RefusedDeedError
from aduan.jurisdiction import COMMAND_CENTRE
from aduan.message import Channel, Sender
from aduan.service_request import ServiceRequest

REVEALED = "contact_revealed"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many numbers one person, and the desk together, may see on a day."""

    of_one: int
    of_all: int


def reveal(request: ServiceRequest, deed: Deed, at: datetime) -> Change:
    """The line in the report's timeline; nothing else about the report changes."""
    if request.channel is Channel.INSTAGRAM:
        raise RefusedDeedError("no_number")
    event = Event(
        what=REVEALED,
        who=COMMAND_CENTRE,
        at=at,
        notes=deed.why,
        by=deed.by,
        invocation=deed.invocation,
        why=deed.why,
    )
    return Change(request=request, event=event)


def number_of(sender: Sender) -> str:
    """As one dials it: 0811-0000-1234. Somebody who hides their number from WhatsApp has none here."""
    if sender.wa_id is None:
        raise RefusedDeedError("no_number")
    digits = sender.wa_id
    local = f"0{digits[2:]}" if digits.startswith("62") else f"+{digits}"
    return "-".join(local[n : n + 4] for n in range(0, len(local), 4))
