"""“Terima telepon 112”: what the operator typed is checked, and filed as a report like any other.

The one function of the command centre that may hash and encrypt a number into the vault, and it can read
none back.
"""

import os
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import joining, jurisdiction, report_number
from aduan.aws import call_desk, widgets
from aduan.aws.centre_table import CentreTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.vault_table import VaultWriter
from aduan.command_centre import calls, figures
from aduan.command_centre.calls import Heard, News
from aduan.command_centre.figures import Kind
from aduan.command_centre.operator import RefusedDeedError
from aduan.command_centre.views import call
from aduan.command_centre.views.call import Call
from aduan.command_centre.widget import LIST, Context
from aduan.conversation import Conversation
from aduan.errors import AlreadySeenError, NotFoundError, NumberTakenError, StaleUpdateError
from aduan.locating import Locating
from aduan.message import Channel
from aduan.service_request import ServiceRequest
from aduan.time_zone import WIB

ATTEMPTS = 3
REPORTS_KEPT = 10
MOST_ALIKE = 5

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = CentreTable(os.environ["REPORTS_TABLE"])
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])


@cache
def vault() -> VaultWriter:
    """Made when a number is first kept: most that is clicked has none."""
    return VaultWriter(
        os.environ["VAULT_TABLE"],
        key_id=os.environ["VAULT_KEY_ID"],
        hash_key_id=os.environ["ADDRESS_HASH_KEY_ID"],
    )


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    now, step = datetime.now(UTC), str(event.get("step", "open"))

    def show(told: Context) -> str:
        heard = _heard(told, event)
        try:
            shown = _step(step, heard, told, event, now)
        except RefusedDeedError as error:
            sentence = str(city.command_centre["refusals"][error.why])
            shown = replace(_checked(heard, now), notice=sentence, refused=True)
        return call.render(shown, city, told)

    return widgets.answer(event, city, context, endpoints, show)


def _step(step: str, heard: Heard, told: Context, event: dict[str, Any], now: datetime) -> Call:
    match step:
        case "check":
            return _checked(heard, now)
        case "file":
            return _filed(heard, _clicked(told), told.click, now)
        case "join":
            return _joined(heard, str(event.get("id", "")), _clicked(told), told.click, now)
        case "locate":
            return _located(str(event.get("id", "")), heard, told, now)
        case "filed":
            request = table.request(str(event.get("id", "")))
            return Call(at=now, heard=heard, filed=request, locating=_place(heard))
        case "broke_off":
            return _broke_off(heard, told, now)
        case "called":
            return _called(event, heard, told, now)
        case "list":
            return _listed(heard, told, now)
        case "tally":
            return _tallied(str(event.get("kind", "")), str(event.get("click", "")), heard, now)
        case _:
            by = str(event.get("by", "")) or heard.by
            return _opened(Heard(by=by), now)


def _opened(heard: Heard, now: datetime, notice: str = "", *, refused: bool = False) -> Call:
    """An empty form, with what was counted today and who waits to be called back."""
    return Call(
        at=now,
        heard=heard,
        tally=_tally(now),
        call_backs=tuple(table.call_backs()),
        notice=notice,
        refused=refused,
    )


def _heard(told: Context, event: dict[str, Any]) -> Heard:
    typed = told.typed
    urgent = typed.get("urgent") == "1" or event.get("urgent") == "1"
    return Heard(
        by=typed.get("initials", ""),
        number=typed.get("caller", ""),
        what=typed.get("what", ""),
        where=typed.get("where", ""),
        area=typed.get("area") or typed.get("spot", ""),
        service_code=typed.get("service") or typed.get("likely", ""),
        urgent=urgent,
        news=News(typed["news"]) if typed.get("news") in set(News) else News.NONE,
        place_id=typed.get("place_id", ""),
        remarks=typed.get("remarks", ""),
    )


def _checked(heard: Heard, now: datetime) -> Call:
    """What was understood, with what may be the same matter nearby."""
    if not (heard.what or heard.where):
        return _opened(heard, now)
    checked, locating = calls.check(heard, city), _place(heard)
    area = heard.area or call_desk.area_of(locating, city) or (checked.areas or ("",))[0]
    service_code = checked.service_codes[0]
    like = calls.request_of(replace(heard, area=area), service_code, city, now, locating=locating)
    around = table.around(table.spots(joining.spot_keys(like, city)))
    alike = joining.alike(like, around, city, now)[:MOST_ALIKE]
    others = table.requests(table.nearby(service_code, area) if area else [])
    nearby = {each.service_request_id: each for each in (*alike, *others.values())}
    return Call(
        at=now, heard=heard, checked=checked, nearby=tuple(nearby.values()), locating=locating
    )


def _place(heard: Heard) -> Locating | None:
    """What the caller's phone was asked, and has perhaps answered."""
    try:
        return table.locating(heard.place_id) if heard.place_id else None
    except NotFoundError:
        return None


def _filed(heard: Heard, click: str, invocation: str, now: datetime) -> Call:
    """The report, once for each click of `Kirim`, however often it arrives."""
    calls.require_initials(heard.by)
    if number := table.filed(click):
        return Call(at=now, heard=heard, filed=table.request(number))
    sender = calls.reachable(heard.number, heard.news)
    by_chat = sender is not None and sender.channel is Channel.WHATSAPP
    heard = calls.as_far_as_reachable(heard)
    for attempt in range(ATTEMPTS):
        citizen_id = vault().citizen(sender) if sender else uuid.uuid4().hex
        locating = _place(heard)
        change = calls.file_report(
            heard,
            city,
            number=report_number.new(),
            citizen_id=citizen_id,
            invocation=invocation,
            at=now,
            locating=locating,
        )
        assert change.request is not None
        change = table.with_spots(change, change.request, city, at=now)
        assert change.request is not None
        chat = _chat(citizen_id, change.request) if by_chat else None
        chats = call_desk.chats_of(table, chat, locating, change.request, now)
        try:
            table.file(
                change,
                click,
                chats=chats,
                news=heard.news if sender else None,
                locating=locating,
                at=now,
            )
        except AlreadySeenError:
            break
        except (NumberTakenError, StaleUpdateError):
            if attempt == ATTEMPTS - 1:
                raise
        else:
            _tell(change.request)
            break
    request = table.request(table.filed(click) or "")
    table.count(request.service_request_id, city, at=now)
    return Call(at=now, heard=heard, filed=request, locating=_place(heard))


def _joined(heard: Heard, number: str, click: str, invocation: str, now: datetime) -> Call:
    """What the caller says, added once to a report that somebody made before."""
    calls.require_initials(heard.by)
    for attempt in range(ATTEMPTS):
        if table.filed(click):
            break
        request = table.request(number)
        change = calls.add_to_report(request, heard, invocation=invocation, at=now)
        try:
            table.file(change, click, at=now)
        except (AlreadySeenError, StaleUpdateError):
            if attempt == ATTEMPTS - 1:
                raise
        else:
            logger.info("call joined", service_request_id=number)
            count("CallJoined")
    request = table.request(table.filed(click) or number)
    table.count(request.service_request_id, city, at=now)
    return Call(at=now, heard=heard, filed=request, joined=True)


def _chat(citizen_id: str, request: ServiceRequest) -> Conversation:
    """The caller's chat, in which they ask how the report stands and rate it."""
    chat = table.conversation(citizen_id) or Conversation(
        citizen_id=citizen_id, channel=Channel.WHATSAPP
    )
    return replace(chat, reports=(request.service_request_id, *chat.reports)[:REPORTS_KEPT])


def _tell(request: ServiceRequest) -> None:
    logger.info(
        "call filed",
        service_request_id=request.service_request_id,
        service_code=request.service_code,
        urgent=request.urgent,
    )
    count("ServiceRequestReceived")
    count("CallFiled")


def _tallied(kind: str, click: str, heard: Heard, now: datetime) -> Call:
    """A call that is none of ours: one click, and the form is as it was."""
    notices, known = city.command_centre["notices"], city.command_centre["calls"]
    if kind not in set(Kind) or not click:
        raise RefusedDeedError("not_possible")
    try:
        table.count_call(kind, click, at=now)
        said = str(notices["called"]).format(kind=known[kind])
        count(f"CallTallied.{kind}")
    except AlreadySeenError:
        said = str(notices["twice"])
    return _opened(heard, now, said)


def _broke_off(heard: Heard, told: Context, now: datetime) -> Call:
    said = call_desk.broke_off(table, vault(), heard, _clicked(told), told.click, now)
    return _opened(Heard(by=heard.by), now, str(city.command_centre["notices"][said]))


def _called(event: dict[str, Any], heard: Heard, told: Context, now: datetime) -> Call:
    caller, end, seen = (str(event.get(name, "")) for name in ("caller", "end", "version"))
    said = call_desk.called(table, heard, caller, end, seen, told.click, now)
    notice = str(city.command_centre["notices"][said])
    return _opened(heard, now, notice, refused=said == call_desk.CALLED_BY_OTHER)


def _located(number: str, heard: Heard, told: Context, now: datetime) -> Call:
    """The caller's phone is asked where it is; the form, or the report that was filed, stays as it is."""
    if number:
        request = table.request(number)
        asked = call_desk.locate_report(
            table, request, heard, city, _clicked(told), told.click, now
        )
        return Call(at=now, heard=heard, filed=table.request(number), locating=asked)
    asked = call_desk.locate(table, vault(), heard, city, _clicked(told), told.click, now)
    return replace(_checked(heard, now), locating=asked)


def _listed(heard: Heard, told: Context, now: datetime) -> Call:
    """The telephone system's list of a day, pasted: counted in the place of an earlier one."""
    from aduan.command_centre import call_list

    calls.require_initials(heard.by)
    read = call_list.read(told.typed.get(LIST, ""), city.calls, now.astimezone(WIB).date())
    replaced = table.keep_call_list(
        read.counts, heard.by.strip().upper(), told.click, day=f"{read.day:%Y-%m-%d}", at=now
    )
    logger.info("call list read", day=str(read.day), bad=len(read.bad), replaced=replaced)
    count("CallListRead")
    return replace(_opened(heard, now), listed=read, replaced=replaced)


def _clicked(told: Context) -> str:
    """What the form was made by: whatever is pressed on it twice is done once."""
    return told.typed.get("click") or told.click


def _tally(now: datetime) -> dict[str, int]:
    day = figures.day_of(now)
    return dict(table.calls(day, day).get(day, Counter()))
