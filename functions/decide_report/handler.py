"""What an operator decides about a report, or about a citizen's messages: load, decide, save, show."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction, report_number
from aduan.aws import centre_reading, widgets
from aduan.aws.centre_table import CentreTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.change import Change, Event
from aduan.command_centre.operator import Act, Deed, RefusedDeedError, decide
from aduan.command_centre.views import report, triage
from aduan.command_centre.widget import Context
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.jurisdiction import COMMAND_CENTRE
from aduan.service_request import ServiceRequest

MUTED_FOR = timedelta(hours=24)

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = CentreTable(os.environ["REPORTS_TABLE"])
PHOTO_BUCKET = os.environ["PHOTO_BUCKET"]
STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])
# The form field that belongs to an act.
VALUES = {
    Act.SET_SERVICE: "service",
    Act.SEND_TO: "agency",
    Act.OPEN_AGAIN: "agency",
    Act.SET_PLACE: "address",
    Act.ANSWER: "answer",
    Act.MERGE: "lead",
}


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    now, act = datetime.now(UTC), str(event.get("act", ""))

    def show(told: Context) -> str:
        if event.get("citizen"):
            return _about_citizen(act, event, told, context.aws_request_id, now)
        return _about_report(act, str(event.get("id", "")), told, context.aws_request_id, now)

    return widgets.answer(event, city, context, endpoints, show)


def _about_report(act: str, number: str, told: Context, invocation: str, now: datetime) -> str:
    """Act on the report as it was when the form was made; if it has moved on, show it as it is."""
    refusals, notices = city.command_centre["refusals"], city.command_centre["notices"]
    said, refused = str(notices["done"]), False
    if not report_number.is_valid(number):
        raise NotFoundError(number)
    try:
        _act(act, number, told, invocation, now)
    except RefusedDeedError as error:
        said, refused = str(refusals[error.why]), True
    except StaleUpdateError:
        said, refused = str(notices["stale"]), True
    shown = centre_reading.show_report(table, _photo_link, STATE_MACHINE_ARN, number, city, now)
    return report.render(replace(shown, notice=said, refused=refused), city, told)


def _act(act: str, number: str, told: Context, invocation: str, now: datetime) -> None:
    request = table.request(number)
    if told.typed.get("version") != str(request.version):
        raise StaleUpdateError(number)
    if act in ("mute", "unmute"):
        deed = _deed(Act.REVIEWED, told, invocation)
        hours = MUTED_FOR if act == "mute" else timedelta()
        seen = replace(request, updated_datetime=now)
        event = Event(
            what=f"{act}d",
            who=COMMAND_CENTRE,
            at=now,
            by=deed.by,
            why=deed.why,
            invocation=invocation,
        )
        change = Change(request=seen, event=event)
        try:
            table.mute(request.citizen_id, now + hours, deed, change=change, kept=None, at=now)
        except NotFoundError as error:  # a caller has no chat to fall silent in
            raise RefusedDeedError("not_possible") from error
    else:
        deed = _deed(Act(act), told, invocation)
        lead = _lead(request, deed)
        table.save(decide(request, table.events(number), deed, city, now, lead), at=now)
        if lead:
            table.count(lead.service_request_id, city, at=now)
    table.count(number, city, at=now)  # the list shows it at once; the stream would in a second
    logger.info("operator decided", act=act, service_request_id=number, by=deed.by)
    count(f"OperatorDecided.{act}")


def _lead(request: ServiceRequest, deed: Deed) -> ServiceRequest | None:
    """The report that this one follows, or is to follow by this deed."""
    typed = (report_number.find(deed.value) or "") if deed.act is Act.MERGE else ""
    return table.requests([request.joined_to or typed]).get(request.joined_to or typed)


def _deed(act: Act, told: Context, invocation: str) -> Deed:
    typed = told.typed
    return Deed(
        act=act,
        by=typed.get("initials", ""),
        why=typed.get("why", ""),
        invocation=invocation,
        value=typed.get(VALUES.get(act, ""), ""),
        area=typed.get("area", "") if act is Act.SET_PLACE else "",
    ).checked()


def _about_citizen(
    act: str, event: dict[str, Any], told: Context, invocation: str, now: datetime
) -> str:
    """A kept message or a citizen out of reach: looked at, or muted for a day."""
    citizen_id, kept = str(event["citizen"]), str(event.get("kept", ""))
    notices, refused = city.command_centre["notices"], False
    said = str(notices["done"])
    try:
        _act_on_citizen(act, citizen_id, kept, _deed(Act.REVIEWED, told, invocation), now)
    except RefusedDeedError as error:
        said, refused = str(city.command_centre["refusals"][error.why]), True
    except (StaleUpdateError, NotFoundError):
        said, refused = str(notices["twice"]), True
    pile = centre_reading.pile(table, city, now, said, refused=refused)
    return triage.render(pile, city, told)


def _act_on_citizen(act: str, citizen_id: str, kept: str, deed: Deed, now: datetime) -> None:
    match act:
        case "mute":
            until = now + MUTED_FOR
            table.mute(citizen_id, until, deed, change=Change(), kept=kept, at=now)
        case "dismiss_unreachable":
            table.dismiss_unreachable(citizen_id, deed, at=now)
        case "dismiss_kept":
            table.dismiss_kept(citizen_id, kept, deed, at=now)
        case _:
            raise RefusedDeedError("not_possible")
    logger.info("operator decided", act=act, citizen_id=citizen_id, by=deed.by)
    count(f"OperatorDecided.{act}")


def _photo_link(key: str) -> str:
    return _bucket().link(key)


@cache
def _bucket() -> PhotoBucket:
    """Made when a photo is first shown: most that is shown has none."""
    return PhotoBucket(PHOTO_BUCKET)
