"""Every night: whoever is gone for as long as `retention.toml` says is forgotten, as if they had asked."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import retention
from aduan.aws.batch import done
from aduan.aws.observability import count, logger, metrics
from aduan.aws.traces import Traces
from aduan.change import Change, Effect

KEPT = retention.load(os.environ["JURISDICTION_ID"])["citizen"]
table = Traces(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    now = datetime.now(UTC)
    forget = partial(_forget, now=now)
    gone = retention.long_gone(table.all(), KEPT, now)
    return {"forgotten": sum(done(citizen_id, forget, logger) for citizen_id in gone)}


def _forget(citizen_id: str, *, now: datetime) -> None:
    """The same effect every night until it is carried out: its name is the day."""
    erase = Effect(name=f"erase#retention#{now:%Y-%m-%d}", erase=True, to=citizen_id)
    table.save(Change(effects=(erase,)), at=now)
    logger.info("citizen is to be forgotten", citizen_id=citizen_id, days=KEPT.days)
    count("CitizenLongGone")
