"""The inbox queue: think about one message of a citizen and write all that follows from it, once."""

import json
import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction, report_number
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.vault_table import VaultWriter
from aduan.conversation import Conversation, Turn, mentioned, reply
from aduan.draft import digest
from aduan.errors import AlreadySeenError, NumberTakenError, StaleUpdateError
from aduan.message import Inbound
from aduan.meta.inbound import parse

ATTEMPTS = 3

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ConversationTable(os.environ["REPORTS_TABLE"])
vault = VaultWriter(
    os.environ["VAULT_TABLE"],
    key_id=os.environ["VAULT_KEY_ID"],
    hash_key_id=os.environ["ADDRESS_HASH_KEY_ID"],
)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
    return handle_queue(event, _converse, logger)


def _converse(record: dict[str, Any]) -> None:
    sent_ms = int(record["attributes"]["SentTimestamp"])
    message = parse(json.loads(record["body"]), datetime.fromtimestamp(sent_ms / 1000, UTC))
    if table.was_seen(digest(message)):
        count("MessageRepeated")
        return
    for attempt in range(ATTEMPTS):
        try:
            turn = _take_turn(message)
        except AlreadySeenError:
            count("MessageRepeated")
            return
        except (StaleUpdateError, NumberTakenError):
            if attempt == ATTEMPTS - 1:
                raise
        else:
            _log(turn)
            return


def _take_turn(message: Inbound) -> Turn:
    """Load, decide, save."""
    citizen_id = vault.citizen(message.sender)
    now = datetime.now(UTC)
    conversation = table.conversation(citizen_id) or Conversation(
        citizen_id=citizen_id, channel=message.sender.channel
    )
    turn = reply(
        conversation,
        message,
        city,
        requests=table.requests(mentioned(conversation, message)),
        number=report_number.new(),
        now=now,
    )
    table.save_turn(turn, message_digest=digest(message), at=now)
    return turn


def _log(turn: Turn) -> None:
    event = turn.change.event
    request = turn.change.request
    if event is None or request is None:
        return
    logger.info(
        "citizen changed a report",
        what=event.what,
        service_request_id=request.service_request_id,
        service_code=request.service_code,
        channel=request.channel,
    )
    if event.what == "received":
        count("ServiceRequestReceived")
