"""Every quarter of an hour: remind once of a report that was begun, and drop it after a day."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws.batch import done
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.items import Item, from_item
from aduan.aws.observability import count, logger, metrics
from aduan.conversation import Conversation
from aduan.conversation.reminder import PATIENCE, look_after
from aduan.errors import StaleUpdateError

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ConversationTable(os.environ["REPORTS_TABLE"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """`at_once` in the event reminds without waiting for three hours or for the morning."""
    now, at_once = datetime.now(UTC), bool(event.get("at_once"))
    before = now if at_once else now - PATIENCE
    drafts = table.query_work("draft", before.isoformat())
    look = partial(_look_after, now=now, at_once=at_once)
    return {"drafts_looked_after": sum(done(item, look, logger) for item in drafts)}


def _look_after(item: Item, *, now: datetime, at_once: bool) -> None:
    turn = look_after(from_item(item, Conversation), city, now, at_any_hour=at_once)
    if turn is None:
        return
    try:
        table.save_conversation(turn.conversation, turn.change, at=now)
    except StaleUpdateError:
        return  # the citizen has just written
    count("DraftReminded" if turn.conversation.draft else "DraftDropped")
