"""“Terima telepon 112”: what the operator typed is checked, and filed as a report like any other.

The one function of the command centre that may hash and encrypt a number into the vault, and it can read
none back.
"""

import os
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import joining, jurisdiction, report_number
from aduan.aws import widgets
from aduan.aws.centre_table import CentreTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.vault_table import VaultWriter
from aduan.command_centre import calls, figures
from aduan.command_centre.calls import Heard, Kind
from aduan.command_centre.operator import RefusedDeedError
from aduan.command_centre.views import call
from aduan.command_centre.views.call import Call
from aduan.command_centre.widget import Context
from aduan.conversation import Conversation
from aduan.errors import AlreadySeenError, NumberTakenError, StaleUpdateError
from aduan.message import Channel
from aduan.service_request import ServiceRequest

ATTEMPTS = 3
REPORTS_KEPT = 10
MOST_ALIKE = 5

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = CentreTable(os.environ["REPORTS_TABLE"])
vault = VaultWriter(
    os.environ["VAULT_TABLE"],
    key_id=os.environ["VAULT_KEY_ID"],
    hash_key_id=os.environ["ADDRESS_HASH_KEY_ID"],
)
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])


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
        case "tally":
            return _tallied(str(event.get("kind", "")), str(event.get("click", "")), heard, now)
        case _:
            by = str(event.get("by", "")) or heard.by
            return Call(at=now, heard=Heard(by=by), tally=_tally(now))


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
        return Call(at=now, heard=heard, tally=_tally(now))
    checked = calls.check(heard, city)
    area = heard.area or (checked.areas[0] if checked.areas else "")
    service_code = checked.service_codes[0]
    like = calls.request_of(replace(heard, area=area), service_code, city, now)
    around = table.around(table.spots(joining.spot_keys(like, city)))
    alike = joining.alike(like, around, city, now)[:MOST_ALIKE]
    others = table.requests(table.nearby(service_code, area) if area else [])
    nearby = {each.service_request_id: each for each in (*alike, *others.values())}
    return Call(at=now, heard=heard, checked=checked, nearby=tuple(nearby.values()))


def _filed(heard: Heard, click: str, invocation: str, now: datetime) -> Call:
    """The report, once for each click of `Kirim`, however often it arrives."""
    calls.require_initials(heard.by)
    if number := table.filed(click):
        return Call(at=now, heard=heard, filed=table.request(number))
    sender = calls.reachable(heard.number, news=heard.news)
    by_chat = sender is not None and sender.channel is Channel.WHATSAPP
    heard = replace(heard, news=by_chat)
    for attempt in range(ATTEMPTS):
        citizen_id = vault.citizen(sender) if sender else uuid.uuid4().hex
        change = calls.file_report(
            heard,
            city,
            number=report_number.new(),
            citizen_id=citizen_id,
            invocation=invocation,
            at=now,
        )
        assert change.request is not None
        change = table.with_spots(change, change.request, city, at=now)
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
    return Call(at=now, heard=heard, tally=_tally(now), notice=said)


def _tally(now: datetime) -> dict[str, int]:
    day = figures.day_of(now)
    return dict(table.days(day, day, figures.CALLS).get(day, Counter()))
