"""What “Terima telepon 112” does beside taking a report: call back, ask a phone where it is."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from aduan import locating as places
from aduan.aws.observability import count, logger
from aduan.change import Change, Event
from aduan.command_centre import call_backs, calls
from aduan.command_centre.call_backs import CallBack, End
from aduan.command_centre.calls import Heard, News
from aduan.command_centre.operator import Act, Deed, RefusedDeedError
from aduan.conversation import Asked, Conversation
from aduan.conversation.state import REPORTS_KEPT, AskedPlace
from aduan.errors import AlreadySeenError, NotFoundError, StaleUpdateError
from aduan.jurisdiction import COMMAND_CENTRE, Jurisdiction
from aduan.locating import Locating
from aduan.message import Channel, Sender
from aduan.service_request import ServiceRequest

if TYPE_CHECKING:
    from aduan.aws.centre_table import CentreTable
    from aduan.aws.vault_table import VaultWriter

ATTEMPTS = 3
ON_THE_LIST, DONE, TWICE = "on_the_list", "done", "twice"
CALLED_BY_OTHER = "called_by_other"


def broke_off(
    table: "CentreTable",
    vault: "VaultWriter",
    heard: Heard,
    click: str,
    invocation: str,
    at: datetime,
) -> str:
    """The caller goes on the list, once for each click; gives the key of what is said."""
    calls.require_initials(heard.by)
    sender, deed = calls.reachable(heard.number, News.NONE), _deed(heard, invocation)
    if sender is None:
        raise RefusedDeedError("no_number_typed")
    for attempt in range(ATTEMPTS):
        citizen_id = vault.citizen(sender)
        entry = call_backs.broke_off(_call_back(table, citizen_id), citizen_id, deed.by, at)
        try:
            table.save_call_back(entry, "broke_off", deed, click=f"off-{click}", at=at)
        except AlreadySeenError:
            return TWICE
        except StaleUpdateError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            logger.info("call broke off", citizen_id=citizen_id, by=deed.by)
            count("CallBrokeOff")
            break
    return ON_THE_LIST


def called(
    table: "CentreTable",
    heard: Heard,
    caller: str,
    end: str,
    seen: str,
    invocation: str,
    at: datetime,
) -> str:
    """How a call back went; the second of two operators is told that the first has done it."""
    calls.require_initials(heard.by)
    entry = _call_back(table, caller)
    if entry is None or end not in set(End) or not seen.isdecimal():
        raise RefusedDeedError("not_possible")
    tried = call_backs.tried(replace(entry, version=int(seen)), End(end), at)
    what, click = f"called_back/{end}", f"called-{caller}-{seen}"
    try:
        table.save_call_back(tried, what, _deed(heard, invocation), click=click, at=at)
    except (StaleUpdateError, AlreadySeenError):
        return CALLED_BY_OTHER
    logger.info("called back", citizen_id=caller, end=end, by=heard.by)
    count(f"CalledBack.{end}")
    return DONE


def locate(
    table: "CentreTable",
    vault: "VaultWriter",
    heard: Heard,
    city: Jurisdiction,
    click: str,
    invocation: str,
    at: datetime,
) -> Locating:
    """Ask a caller's phone where it is while the call is still taken down."""
    calls.require_initials(heard.by)
    if not calls.is_mobile(heard.number):
        raise RefusedDeedError("no_mobile")
    number = calls.phone(heard.number)
    known = vault.known(Sender(channel=Channel.WHATSAPP, wa_id=number))
    chat = table.conversation(known) if known else None
    by_chat = chat is not None and places.may_write_to(chat.last_inbound_at, at)
    on_the_line = Sender(channel=Channel.CALL, wa_id=number)
    asked = places.ask(
        click,
        citizen_id=known if known and by_chat else vault.citizen(on_the_line),
        by_chat=by_chat,
        by=heard.by.strip().upper(),
        invocation=invocation,
        at=at,
    )
    if chat and by_chat:
        wanted = AskedPlace(place_id=asked.place_id, until=asked.expires)
        chat = replace(chat, locating=wanted)
    return _ask(table, asked, Change(), chat if by_chat else None, city, click, at)


def locate_report(
    table: "CentreTable",
    request: ServiceRequest,
    heard: Heard,
    city: Jurisdiction,
    click: str,
    invocation: str,
    at: datetime,
) -> Locating:
    """The same for a report that was filed: the answer moves its pin. Who wrote is asked in the chat."""
    calls.require_initials(heard.by)
    if request.channel is not Channel.CALL or request.is_over:
        raise RefusedDeedError("not_possible")
    chat, by = table.conversation(request.citizen_id), heard.by.strip().upper()
    by_chat = chat is not None and places.may_write_to(chat.last_inbound_at, at)
    asked = places.ask(
        click,
        citizen_id=request.citizen_id,
        by_chat=by_chat,
        by=by,
        invocation=invocation,
        at=at,
        service_request_id=request.service_request_id,
    )
    line = Event(what="place_asked", who=COMMAND_CENTRE, at=at, by=by, invocation=invocation)
    change = Change(request=request, event=line)
    if chat and by_chat:
        chat = replace(chat, asked=Asked.PLACE, about=request.service_request_id)
    return _ask(table, asked, change, chat if by_chat else None, city, click, at)


def _ask(
    table: "CentreTable",
    asked: Locating,
    change: Change,
    chat: Conversation | None,
    city: Jurisdiction,
    click: str,
    at: datetime,
) -> Locating:
    whole = replace(change, effects=(places.question(asked, city),))
    try:
        table.ask_place(asked, f"place-{click}", change=whole, chat=chat, at=at)
    except AlreadySeenError:
        return table.locating(asked.place_id)
    logger.info("caller asked for their place", channel=asked.channel, by=asked.by)
    count(f"CallerAskedForPlace.{asked.channel}")
    return asked


def chats_of(
    table: "CentreTable",
    chat: Conversation | None,
    locating: Locating | None,
    request: ServiceRequest,
    at: datetime,
) -> tuple[Conversation, ...]:
    """The chats that know of a report from now on: the caller's, and the one in which they still look for
    their pin. It is the same person, under the name they have on WhatsApp."""
    waits = locating is not None and locating.channel is Channel.WHATSAPP and locating.is_open(at)
    if not (waits and locating):
        return (chat,) if chat else ()
    number = request.service_request_id
    asked = chat if chat and chat.citizen_id == locating.citizen_id else None
    asked = asked or table.conversation(locating.citizen_id)
    if asked is None:
        return (chat,) if chat else ()
    also = (request.citizen_id,) if request.citizen_id != asked.citizen_id else ()
    asked = replace(
        asked,
        locating=None,
        asked=Asked.PLACE,
        about=number,
        reports=tuple(dict.fromkeys((number, *asked.reports)))[:REPORTS_KEPT],
        also=tuple(dict.fromkeys((*asked.also, *also))),
    )
    return (asked,) if chat is None or chat.citizen_id == asked.citizen_id else (chat, asked)


def area_of(locating: Locating | None, city: Jurisdiction) -> str:
    area = locating.area(city) if locating else None
    return area.name if area else ""


def _call_back(table: "CentreTable", citizen_id: str) -> CallBack | None:
    try:
        return table.call_back(citizen_id)
    except NotFoundError:
        return None


def _deed(heard: Heard, invocation: str) -> Deed:
    """Nobody asks why a caller is called back."""
    return Deed(act=Act.REVIEWED, by=heard.by.strip().upper(), why="", invocation=invocation)
