"""The outbox: put a sentence into words, find out where the citizen is, send it through Meta or as an SMS.

Two queues lead here: one in order for what must be said now, one that lets answers settle for a few
seconds. What a newer answer has overtaken meanwhile is not sent.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction
from aduan.aws import queues
from aduan.aws.batch import Failures, handle_queue
from aduan.aws.effect_table import Contact, EffectTable
from aduan.aws.observability import count, gauge, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.secrets import Secrets
from aduan.aws.vault_table import VaultReader
from aduan.change import Effect
from aduan.errors import AnswerLostError, NotFoundError, TryAgainError, UndeliverableError
from aduan.message import Channel, Say, Sender
from aduan.message_digest import digest_of, digest_of_words
from aduan.meta import graph_api
from aduan.meta.error_codes import OUT_OF_REACH, OUTSIDE_WINDOW
from aduan.meta.rendering import bodies, instagram_text, reaction
from aduan.meta.templates import template_body

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
effects = EffectTable(os.environ["REPORTS_TABLE"])
vault = VaultReader(os.environ["VAULT_TABLE"], key_id=os.environ["VAULT_KEY_ID"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "whatsapp-token", "instagram-token", "link-key")
PHOTO_BUCKET = os.environ["PHOTO_BUCKET"]
PLACE_URL, SMS_SENDER_ID = os.environ["PLACE_URL"], os.environ["SMS_SENDER_ID"]
QUEUE_URLS = (os.environ["OUTBOX_QUEUE_URL"], os.environ["SETTLING_QUEUE_URL"])
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
    effect, now = msgspec.json.decode(record["body"], type=Effect), datetime.now(UTC)
    delivery = effects.begin_delivery(effect, now)
    if effect.to is None or delivery.is_over:
        return
    if delivery.is_elsewhere:
        raise TryAgainError("another worker has it")
    try:
        to = vault.address(effect.to)
    except NotFoundError:
        effects.record_kept_back(effect, "erased")
        return
    contact = effects.contact(effect.to) if effect.say and _is_news(effect) else Contact()
    if contact.silenced:
        effects.record_kept_back(effect, "silenced")
        count("MessageKeptBack")
        return
    try:
        sent = _send(effect, to, contact, now)
    except UndeliverableError as error:
        _give_up(effect, error.code, to, now)
        return
    except AnswerLostError:
        raise
    except TryAgainError:
        tried = effects.record_not_sent(effect)
        queues.come_back(_queue_of(record), record["receiptHandle"], tried)
        raise
    if sent is None:
        effects.record_kept_back(effect, "by_phone")
        return
    channel, message_id = sent
    digest = digest_of(channel, message_id)
    effects.record_sent(effect, digest, perhaps_twice=delivery.begun, at=now)
    _count(effect, channel, now)


def _is_news(effect: Effect) -> bool:
    """Progress of a report, in contrast to an answer to something the citizen has just written."""
    return effect.name.startswith("say#") and effect.name.count("#") >= 3


def _send(
    effect: Effect, to: Sender, contact: Contact, now: datetime
) -> tuple[Channel, str] | None:
    """The channel it went by, and the id there; None where whoever called is not to be written to."""
    say = effect.say or Say(text="")
    if to.channel is Channel.CALL or say.by_sms:
        return _send_sms(say, to, now) if contact.by_sms or say.place_link else None
    try:
        return to.channel, _send_by_meta(effect, to)
    except UndeliverableError as error:
        with suppress(UndeliverableError):  # then it is Meta's refusal that counts
            if error.code in OUT_OF_REACH and contact.by_sms and (sent := _send_sms(say, to, now)):
                return sent
        raise


def _send_sms(say: Say, to: Sender, now: datetime) -> tuple[Channel, str] | None:
    """None where there is no number, or the news is not worth an SMS. Few messages need these modules."""
    from aduan import desk_link, sms
    from aduan.aws import sms_sender

    link = ""
    if say.place_link:
        place = desk_link.PlaceLink.lasting_an_hour(say.place_link, now)
        link = f"{PLACE_URL}/{place.sign(secrets['link-key'].encode())}"
    text = sms.words(say, city, link=link)
    if text is None or to.wa_id is None:
        return None
    return Channel.CALL, sms_sender.send(to.wa_id, text, sender_id=SMS_SENDER_ID)


def _send_by_meta(effect: Effect, to: Sender) -> str:
    if effect.react and effect.to:
        answers = vault.unseal(effect.to, effect.answers or "")
        return _post(to.channel, reaction(effect.react, answers, to))
    say = effect.say or Say(text="welcome")
    if to.channel is Channel.INSTAGRAM:  # which echoes what we say; WhatsApp does not
        effects.note_words(effect, digest_of_words(instagram_text(say, city)))
    return _say(say, to)


def _say(say: Say, to: Sender) -> str:
    """Send what is to be said, by a template when the citizen's day is over; gives the (last) id."""
    template = template_body(say, to, city)
    if say.by_template and template:
        return _post_template(to.channel, template)
    try:
        return [_post(to.channel, body) for body in bodies(say, to, city, _photo_link)][-1]
    except UndeliverableError as error:
        if error.code != OUTSIDE_WINDOW or template is None:
            raise
        return _post_template(to.channel, template)


def _post_template(channel: Channel, template: dict[str, Any]) -> str:
    """A template that Meta refuses (not approved yet, paused, …) is for us to mend: the news waits."""
    try:
        return _post(channel, template)
    except UndeliverableError as error:
        if error.code in OUT_OF_REACH:
            raise
        logger.warning("template refused by Meta", template=_name(template), code=error.code)
        count("MessageHeldUp")
        raise UndeliverableError(OUTSIDE_WINDOW) from error


def _name(template: dict[str, Any]) -> str:
    return str(template["template"]["name"])


def _give_up(effect: Effect, code: int, to: Sender, now: datetime) -> None:
    """Meta will not take it: said at the next contact if only the day was over, else out of reach."""
    count("MessageUndelivered")
    logger.warning("message refused by Meta", effect=effect.name, code=code)
    if code == OUTSIDE_WINDOW and effect.say:
        effects.record_waiting(effect, code)
        return
    effects.record_undelivered(effect, code)
    if effect.to and code in OUT_OF_REACH:
        effects.record_out_of_reach(effect.to, code, now)
        effects.mark_out_of_reach(effect.to)


def _count(effect: Effect, channel: Channel, now: datetime) -> None:
    """WhatsApp bills what is delivered, beyond a free thousand a month; a reaction is no message."""
    count(f"MessageSent.{channel}")
    if effect.say and channel is Channel.WHATSAPP:
        gauge("WhatsAppMessagesThisMonth", effects.count_message(channel, now))


def _post(channel: Channel, body: dict[str, Any]) -> str:
    return graph_api.send(URLS[channel], secrets[f"{channel}-token"], body)


def _queue_of(record: dict[str, Any]) -> str:
    name = record["eventSourceARN"].rsplit(":", 1)[-1]
    return next(url for url in QUEUE_URLS if url.endswith(f"/{name}"))


def _photo_link(key: str) -> str:
    return _bucket().link(key)


@cache
def _bucket() -> PhotoBucket:
    """Made when a message first shows a photo: most have none."""
    return PhotoBucket(PHOTO_BUCKET)
