"""The outbox queue: put a sentence into words, find out where the citizen is, send it through Meta."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.effect_table import EffectTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.secrets import Secrets
from aduan.aws.vault_table import VaultReader
from aduan.change import Effect
from aduan.errors import AnswerLostError, TryAgainError, UndeliverableError
from aduan.message import Channel, Say, Sender
from aduan.meta import graph_api
from aduan.meta.rendering import bodies
from aduan.meta.templates import template_body

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
effects = EffectTable(os.environ["REPORTS_TABLE"])
vault = VaultReader(os.environ["VAULT_TABLE"], key_id=os.environ["VAULT_KEY_ID"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "whatsapp-token", "instagram-token")
PHOTO_BUCKET = os.environ["PHOTO_BUCKET"]
URLS = {
    Channel.WHATSAPP: "{}/{}/messages".format(
        os.environ["WHATSAPP_API_URL"], os.environ["WHATSAPP_PHONE_NUMBER_ID"]
    ),
    Channel.INSTAGRAM: "{}/me/messages".format(os.environ["INSTAGRAM_API_URL"]),
}


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
    return handle_queue(event, _deliver, logger)


def _deliver(record: dict[str, Any]) -> None:
    effect = msgspec.json.decode(record["body"], type=Effect)
    delivery = effects.begin_delivery(effect, datetime.now(UTC))
    if effect.say is None or effect.to is None or delivery.is_over:
        return
    to = vault.address(effect.to)
    try:
        provider_message_id = _send(effect.say, to)
    except UndeliverableError as error:
        effects.record_undelivered(effect, error.code)
        count("MessageUndelivered")
        logger.warning("message refused by Meta", effect=effect.name, code=error.code)
        return
    except AnswerLostError:
        raise
    except TryAgainError:
        effects.record_not_sent(effect)
        raise
    effects.record_sent(effect, provider_message_id, perhaps_twice=delivery.begun)
    count(f"MessageSent.{to.channel}")


def _send(say: Say, to: Sender) -> str:
    """Send what is to be said, by a template when the citizen's day is over; gives the (last) id."""
    try:
        return [_post(to.channel, body) for body in bodies(say, to, city, _photo_link)][-1]
    except UndeliverableError as error:
        template = template_body(say, to, city)
        if error.code != graph_api.OUTSIDE_WINDOW or template is None:
            raise
        return _post(to.channel, template)


def _post(channel: Channel, body: dict[str, Any]) -> str:
    return graph_api.send(URLS[channel], secrets[f"{channel}-token"], body)


def _photo_link(key: str) -> str:
    return _bucket().link(key)


@cache
def _bucket() -> PhotoBucket:
    """Made when a message first shows a photo: most have none."""
    return PhotoBucket(PHOTO_BUCKET)
