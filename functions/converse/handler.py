"""The inbox queue: think about one message of a citizen and write all that follows from it, once."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import joining, jurisdiction, report_number
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.effect_table import EffectTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.vault_table import Moved, VaultWriter
from aduan.change import Change, Effect
from aduan.conversation import Conversation, Sent, Turn, mentioned, reply
from aduan.errors import AlreadyLeftError, AlreadySeenError, NumberTakenError, StaleUpdateError
from aduan.message import Inbound, Kind, Say
from aduan.message_digest import digest, digest_of, digest_of_words
from aduan.meta.error_codes import OUT_OF_REACH, OUTSIDE_WINDOW
from aduan.meta.inbound import parse

ATTEMPTS = 4

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ConversationTable(os.environ["REPORTS_TABLE"])
effects = EffectTable(os.environ["REPORTS_TABLE"])
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
    left, who = False, None
    for attempt in range(ATTEMPTS):
        try:
            who = who or _who(message)
            if who.citizen_id is None:
                count("NewsOfNobody")
                return
            turn = _take_turn(message, who.citizen_id, who.also, left=left)
        except AlreadySeenError:
            count("MessageRepeated")
            return
        except AlreadyLeftError:
            left = True
        except (StaleUpdateError, NumberTakenError):
            if attempt == ATTEMPTS - 1:
                raise
        else:
            _log(message, turn)
            return


def _take_turn(message: Inbound, citizen_id: str, also: str | None, *, left: bool) -> Turn:
    """Load, decide, save. `left`: the answer before is on its way and cannot be overtaken."""
    now, channel = datetime.now(UTC), message.sender.channel
    conversation = table.conversation(citizen_id) or Conversation(
        citizen_id=citizen_id, channel=channel
    )
    other = table.conversation(also) if also else None
    if other:
        conversation = conversation.joined_with(other)
    if left:
        conversation = replace(conversation, held=None)
    refers_to = message.refers_to and digest_of(channel, message.refers_to)
    said_before = table.sent(refers_to) if refers_to else None
    if message.kind is Kind.OPERATOR and said_before is None:
        said_before = _said_just_now(message, citizen_id, now)
    read = table.with_leads(table.requests(mentioned(conversation, message, said_before)))
    think = partial(
        reply,
        conversation,
        message,
        city,
        requests=read,
        number=report_number.new(),
        now=now,
        said_before=said_before,
        waiting=table.waiting(citizen_id),
    )
    turn = think()
    if work := joining.work_begun(turn.change, read):  # has anybody reported the same there?
        spots = table.spots(joining.spot_keys(work, city))
        nearby = table.around(spots)
        turn = think(nearby=nearby) if nearby else turn
        if work := joining.work_begun(turn.change, read):
            turn = replace(turn, change=joining.at_spots(turn.change, work, spots))
    if message.kind is Kind.FAILED and said_before:
        turn = _after_failure(message, turn, said_before.effect, now)
    turn = replace(_sealed(turn, message), joined=other)
    table.save_turn(turn, message_digest=digest(message), at=now)
    return turn


def _who(message: Inbound) -> Moved:
    """The citizen that a message is of; of news about somebody whom we know no more, nobody."""
    if message.formerly:
        return vault.move(message.formerly, message.sender)
    look_up = vault.known if message.is_news else vault.citizen
    return Moved(citizen_id=look_up(message.sender))


def _said_just_now(message: Inbound, citizen_id: str, now: datetime) -> Sent | None:
    """An echo of ours can be faster than the record of what was sent; anything else a person has written."""
    said = digest_of_words(message.text) if message.text else None
    return Sent(effect="") if effects.has_just_said(citizen_id, said, now) else None


def _after_failure(message: Inbound, turn: Turn, name: str, now: datetime) -> Turn:
    """Meta took a message of ours and could not deliver it: by template, later, or out of reach."""
    citizen_id = turn.conversation.citizen_id
    failed, code = effects.effect(citizen_id, name), message.error or 0
    if failed is None or failed.say is None:
        return turn
    count("MessageUndelivered")
    if code in OUT_OF_REACH:
        effects.record_undelivered(failed, code)
        effects.record_out_of_reach(citizen_id, code, now)
        turn = replace(turn, conversation=replace(turn.conversation, out_of_reach=True))
        if failed.say.by_sms or not effects.contact(citizen_id).by_sms:
            return turn
        return _said_again(turn, failed, replace(failed.say, by_sms=True), "sms")
    if code != OUTSIDE_WINDOW or failed.say.by_template:
        logger.warning("message refused by Meta for a reason of ours", effect=name, code=code)
        count("MessageHeldUp")
        effects.record_waiting(failed, code)
        return turn
    effects.record_undelivered(failed, code)
    return _said_again(turn, failed, replace(failed.say, by_template=True), "template")


def _said_again(turn: Turn, failed: Effect, say: Say, how: str) -> Turn:
    """The same in another way: by template, or by SMS to a caller who agreed to it."""
    again = Effect(
        name=f"{failed.name}#{how}",
        say=say,
        to=turn.conversation.citizen_id,
        service_request_id=failed.service_request_id,
    )
    change: Change = replace(turn.change, effects=(*turn.change.effects, again))
    return replace(turn, change=change)


def _sealed(turn: Turn, message: Inbound) -> Turn:
    """A reaction needs Meta's id of the citizen's message, and that is for the sender's eyes only."""
    if not any(effect.react for effect in turn.change.effects):
        return turn
    sealed = vault.seal(turn.conversation.citizen_id, message.message_id)
    following = tuple(
        replace(effect, answers=sealed) if effect.react else effect
        for effect in turn.change.effects
    )
    return replace(turn, change=replace(turn.change, effects=following))


def _log(message: Inbound, turn: Turn) -> None:
    event, request, kept = turn.change.event, turn.change.request, turn.change.kept
    count(f"Message.{message.kind}")
    if kept:
        logger.warning(
            "message kept for review", because=kept.because, citizen_id=turn.change.citizen_id
        )
        count(f"MessageKept.{kept.because}")
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
