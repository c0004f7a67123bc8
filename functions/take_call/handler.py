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

from aduan import jurisdiction, report_number
from aduan.aws import widgets
from aduan.aws.centre_table import CentreTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.vault_table import VaultWriter
from aduan.command_centre import call_backs, calls, figures
from aduan.command_centre.call_backs import CallBack, End
from aduan.command_centre.calls import Heard, Kind
from aduan.command_centre.operator import Act, Deed, RefusedDeedError
from aduan.command_centre.views import call
from aduan.command_centre.views.call import Call
from aduan.command_centre.widget import Context
from aduan.conversation import Conversation
from aduan.errors import AlreadySeenError, NotFoundError, NumberTakenError, StaleUpdateError
from aduan.message import Channel
from aduan.service_request import ServiceRequest

ATTEMPTS = 3
REPORTS_KEPT = 10

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
            return _filed(heard, told.typed.get("click") or told.click, told.click, now)
        case "join":
            click = told.typed.get("click") or told.click
            return _joined(heard, str(event.get("id", "")), click, told.click, now)
        case "broke_off":
            return _broke_off(heard, told, now)
        case "called":
            return _called(event, heard, told, now)
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
        area=typed.get("area", ""),
        service_code=typed.get("service") or typed.get("likely", ""),
        urgent=urgent,
        news=typed.get("news") == "1",
        remarks=typed.get("remarks", ""),
    )


def _checked(heard: Heard, now: datetime) -> Call:
    """What was understood, with what may be the same matter nearby."""
    if not (heard.what or heard.where):
        return _opened(heard, now)
    checked = calls.check(heard, city)
    area = heard.area or (checked.areas[0] if checked.areas else "")
    nearby = table.nearby(checked.service_codes[0], area) if area else []
    return Call(
        at=now,
        heard=heard,
        checked=checked,
        nearby=tuple(table.requests(nearby).values()),
    )


def _filed(heard: Heard, click: str, invocation: str, now: datetime) -> Call:
    """The report, once for each click of `Kirim`, however often it arrives."""
    calls.require_initials(heard.by)
    if number := table.filed(click):
        return Call(at=now, heard=heard, filed=table.request(number))
    sender = calls.reachable(heard.number, news=heard.news)
    by_chat = sender is not None and sender.channel is Channel.WHATSAPP
    heard = replace(heard, news=by_chat)
    for attempt in range(ATTEMPTS):
        citizen_id = vault().citizen(sender) if sender else uuid.uuid4().hex
        change = calls.file_report(
            heard,
            city,
            number=report_number.new(),
            citizen_id=citizen_id,
            invocation=invocation,
            at=now,
        )
        assert change.request is not None
        chat = _chat(citizen_id, change.request) if by_chat else None
        try:
            table.file(change, click, conversation=chat, at=now)
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
    return Call(at=now, heard=heard, filed=request)


def _joined(heard: Heard, number: str, click: str, invocation: str, now: datetime) -> Call:
    """What the caller says, added once to a report that somebody made before."""
    calls.require_initials(heard.by)
    for attempt in range(ATTEMPTS):
        if table.filed(click):
            break
        request = table.request(number)
        change = calls.add_to_report(request, heard, invocation=invocation, at=now)
        try:
            table.file(change, click, conversation=None, at=now)
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
    """The caller goes on the list, once for each click."""
    calls.require_initials(heard.by)
    sender, notices = calls.reachable(heard.number, news=False), city.command_centre["notices"]
    if sender is None:
        raise RefusedDeedError("no_number_typed")
    deed = _deed(heard, told)
    for attempt in range(ATTEMPTS):
        try:
            citizen_id = vault().citizen(sender)
            call_back = call_backs.broke_off(_call_back(citizen_id), citizen_id, deed.by, now)
            click = told.typed.get("click") or told.click
            table.save_call_back(call_back, "broke_off", deed, click=f"off-{click}", at=now)
        except AlreadySeenError:
            return _opened(Heard(by=heard.by), now, str(notices["twice"]))
        except StaleUpdateError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            break
    logger.info("call broke off", citizen_id=citizen_id, by=deed.by)
    count("CallBrokeOff")
    return _opened(Heard(by=heard.by), now, str(notices["on_the_list"]))


def _called(event: dict[str, Any], heard: Heard, told: Context, now: datetime) -> Call:
    """How a call back went; the second of two operators is told that the first has done it."""
    calls.require_initials(heard.by)
    notices, caller = city.command_centre["notices"], str(event.get("caller", ""))
    call_back, end, seen = _call_back(caller), event.get("end"), str(event.get("version"))
    if call_back is None or end not in set(End) or not seen.isdecimal():
        raise RefusedDeedError("not_possible")
    tried = call_backs.tried(replace(call_back, version=int(seen)), End(end), now)
    click = f"called-{caller}-{seen}"
    try:
        table.save_call_back(tried, f"called_back/{end}", _deed(heard, told), click=click, at=now)
    except (StaleUpdateError, AlreadySeenError):
        return _opened(heard, now, str(notices["called_by_other"]), refused=True)
    logger.info("called back", citizen_id=caller, end=end, by=heard.by)
    count(f"CalledBack.{end}")
    return _opened(heard, now, str(notices["done"]))


def _call_back(citizen_id: str) -> CallBack | None:
    try:
        return table.call_back(citizen_id)
    except NotFoundError:
        return None


def _deed(heard: Heard, told: Context) -> Deed:
    """Nobody asks why a caller is called back."""
    return Deed(act=Act.REVIEWED, by=heard.by.strip().upper(), why="", invocation=told.click)


def _tally(now: datetime) -> dict[str, int]:
    day = figures.day_of(now)
    return dict(table.days(day, day, figures.CALLS).get(day, Counter()))
