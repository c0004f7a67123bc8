"""The button under “Kesehatan sistem”: put what failed back on its queue, once its cause is mended."""

import json
import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws import queues, widgets
from aduan.aws.observability import count, logger, metrics
from aduan.command_centre.operator import Act, Deed, RefusedDeedError
from aduan.command_centre.views import health
from aduan.command_centre.views.health import Health, QueueState
from aduan.command_centre.widget import Context

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
QUEUES: dict[str, list[str]] = json.loads(os.environ["QUEUES"])
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    name, now = str(event.get("queue", "")), datetime.now(UTC)

    def show(told: Context) -> str:
        try:
            moved = _redrive(name, told, context.aws_request_id)
        except RefusedDeedError as error:
            said, refused = str(city.command_centre["refusals"][error.why]), True
        else:
            said, refused = (
                str(city.command_centre["notices"]["redriven"]).format(count=moved),
                False,
            )
        shown = Health(at=now, queues=_states(), notice=said, refused=refused)
        return health.render(shown, city, told)

    return widgets.answer(event, city, context, endpoints, show)


def _redrive(name: str, told: Context, invocation: str) -> int:
    deed = Deed(
        act=Act.REVIEWED,
        by=told.typed.get("initials", ""),
        why=told.typed.get("why", ""),
        invocation=invocation,
    ).checked()
    if name not in QUEUES:
        raise RefusedDeedError("not_possible")
    url, failed_url = QUEUES[name]
    moved = queues.move_back(failed_url, url)
    logger.warning("failures redriven", queue=name, moved=moved, by=deed.by)
    count("FailuresRedriven", moved)
    return moved


def _states() -> tuple[QueueState, ...]:
    states = []
    for name, (url, failed_url) in QUEUES.items():
        depth, failed = queues.depth(url), queues.depth(failed_url)
        states.append(
            QueueState(
                name=name,
                waiting=depth.waiting,
                handled=depth.handled,
                failed=failed.waiting + failed.handled,
            )
        )
    return tuple(states)
