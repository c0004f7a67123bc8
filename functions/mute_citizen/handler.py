"""By hand, for an administrator: give a citizen no answers for a time, emergencies excepted.

Test event in the console: {"citizen_id": "…", "hours": 24, "reason": "…"}; hours 0 ends it.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws.conversation_table import ConversationTable
from aduan.aws.observability import logger
from aduan.change import Change

MOST_HOURS = 30 * 24

table = ConversationTable(os.environ["REPORTS_TABLE"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    citizen_id, reason = str(event.get("citizen_id", "")), str(event.get("reason", "")).strip()
    hours = event.get("hours")
    if not isinstance(hours, int | float) or not 0 <= hours <= MOST_HOURS:
        return {"error": f"hours must be a number from 0 to {MOST_HOURS}"}
    if not reason:
        return {"error": "say the reason: it is written down"}
    conversation = table.conversation(citizen_id)
    if conversation is None:
        return {"error": "no citizen has this id; it stands in their reports as citizen_id"}
    now = datetime.now(UTC)
    until = now + timedelta(hours=hours)
    table.save_conversation(replace(conversation, muted_until=until), Change(), at=now)
    logger.info("citizen muted", citizen_id=citizen_id, until=until.isoformat(), because=reason)
    return {"citizen_id": citizen_id, "muted_until": until.isoformat()}
