"""Every quarter of an hour, and by hand: find what no queue remembers, and set it going again.

Effects that were written but not carried out, answers that the workflow has not got, promises that no
schedule watches, and reports whose workflow is missing or dead: those get a next execution, which begins
where the report stands.
"""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws import lifecycle_execution
from aduan.aws.batch import done
from aduan.aws.carrying_out import CarryingOut
from aduan.aws.deadline_schedule import DeadlineSchedules
from aduan.aws.effect_table import EffectTable
from aduan.aws.items import from_item
from aduan.aws.observability import count, logger, metrics
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Watch, start_lifecycle
from aduan.deadline import watches
from aduan.service_request import ServiceRequest

PATIENCE = timedelta(minutes=5)  # what is younger may still be on its way
SOON_DUE = timedelta(days=1)  # a schedule that is missing is looked for when it comes near

table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
effects = EffectTable(os.environ["REPORTS_TABLE"])
STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]
schedules = DeadlineSchedules(
    group=os.environ["DEADLINE_GROUP"],
    target_arn=os.environ["WATCH_DEADLINE_ARN"],
    role_arn=os.environ["DEADLINE_ROLE_ARN"],
    failed_queue_arn=os.environ["FAILED_DEADLINES_ARN"],
)
carrying_out = CarryingOut(
    table=os.environ["REPORTS_TABLE"],
    outbox_queue_url=os.environ["OUTBOX_QUEUE_URL"],
    settling_queue_url=os.environ["SETTLING_QUEUE_URL"],
    photo_queue_url=os.environ["PHOTO_QUEUE_URL"],
    notice_queue_url=os.environ["NOTICE_QUEUE_URL"],
    erasure_queue_url=os.environ["ERASURE_QUEUE_URL"],
    followers_queue_url=os.environ["FOLLOWERS_QUEUE_URL"],
    state_machine_arn=STATE_MACHINE_ARN,
    schedules=schedules,
)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """`patience_s` in the event waits less or more than five minutes."""
    now = datetime.now(UTC)
    before = now - timedelta(seconds=event.get("patience_s", PATIENCE.total_seconds()))
    # Reports before effects: of a report that comes between the two looks, the workflow is not missed.
    requests = [
        from_item(item, ServiceRequest) for item in effects.unfinished("request", before=before)
    ]
    left_over = effects.unfinished("effect", before=before)
    carried_out = [done(item, partial(carrying_out.item, at=now), logger) for item in left_over]
    dead = [request for request in requests if not _is_alive(request)]
    started = [done(request, partial(_start_anew, now=now), logger) for request in dead]
    unanswered = [
        wait for request in requests for wait in effects.unanswered(request.service_request_id)
    ]
    answered = [done(wait, partial(carrying_out.answer, at=now), logger) for wait in unanswered]
    near = [request for request in requests if _has_near_deadline(request, now)]
    watched = [done(request, partial(_watch, now=now), logger) for request in near]

    count("WorkflowStartedAnew", sum(started))
    found = {
        "effects_carried_out": sum(carried_out),
        "workflows_started_anew": sum(started),
        "answers_given": sum(answered),
        "reports_watched": sum(watched),
    }
    logger.info("reconciled", extra=found)
    return found


def _has_near_deadline(request: ServiceRequest, now: datetime) -> bool:
    return any(watch.at < now + SOON_DUE for watch in _watches(request))


def _watch(request: ServiceRequest, now: datetime) -> None:
    """A schedule for each open promise; those that are there stay as they are."""
    for watch in _watches(request):
        if schedules.create(request.service_request_id, watch, at=now):
            logger.warning("schedule was missing", schedule=watch.name)
            count("DeadlineScheduledAnew")


def _watches(request: ServiceRequest) -> list[Watch]:
    return [effect.watch for effect in watches(request) if effect.watch]


def _is_alive(request: ServiceRequest) -> bool:
    return lifecycle_execution.is_running(
        STATE_MACHINE_ARN, request.service_request_id, request.generation
    )


def _start_anew(request: ServiceRequest, now: datetime) -> None:
    following = request.next_generation()
    table.save(Change(request=following, effects=(start_lifecycle(following),)), at=now)
