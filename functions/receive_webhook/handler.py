"""Meta's webhook: prove that it is Meta's, put every message on the inbox queue, answer 200.

Meta wants the answer within 250 ms at the median, so this function thinks about nothing else and
imports no SDK. 5xx when the queue refuses: then Meta sends it again.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws import inbox
from aduan.aws.observability import count, logger, metrics
from aduan.aws.secrets import Secrets
from aduan.errors import TryAgainError
from aduan.meta.signature import challenge, is_signed
from aduan.meta.webhook import Delivery, Letter, split

INBOX_QUEUE_URL = os.environ["INBOX_QUEUE_URL"]
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview/
MAX_BYTES = 3_000_000

secrets = Secrets(
    os.environ["SECRETS_PREFIX"], "whatsapp-app-secret", "instagram-app-secret", "verify-token"
)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event["requestContext"]["http"]["method"] == "GET":
        return _verify(event.get("queryStringParameters") or {})
    raw = _raw(event)
    if raw is None or len(raw) > MAX_BYTES:
        count("WebhookTooLarge")
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    signature = event["headers"].get("x-hub-signature-256", "")
    try:
        if not is_signed(raw, signature, _app_secrets()):
            count("WebhookRefused")
            return _answer(HTTPStatus.UNAUTHORIZED)
        _accept(_split(raw))
    except TryAgainError as error:
        logger.error("webhook not taken", because=str(error))
        count("WebhookNotTaken")
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
    return _answer(HTTPStatus.OK)


def _verify(query: dict[str, str]) -> dict[str, Any]:
    answer = challenge(query, secrets["verify-token"])
    return _answer(HTTPStatus.FORBIDDEN) if answer is None else _answer(HTTPStatus.OK, answer)


def _raw(event: dict[str, Any]) -> bytes | None:
    """The bytes as Meta sent and signed them; None when they cannot be had."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return None


def _split(raw: bytes) -> Delivery:
    """What is signed but is no JSON gets 200 as well: Meta would only repeat it for a week."""
    try:
        return split(json.loads(raw))
    except (ValueError, RecursionError):
        return split(None)


def _accept(delivery: Delivery) -> None:
    inbox.put(INBOX_QUEUE_URL, [_letter(letter) for letter in delivery.letters])
    if delivery.letters:
        count("MessageReceived", len(delivery.letters))
    for kind, number in delivery.ignored.items():
        count(f"Ignored.{kind}", number)


def _letter(letter: Letter) -> inbox.Letter:
    """Grouped by a hash of the sender under a secret: no number or account is in the queue's metadata."""
    sender = f"{letter.channel}:{letter.user_id or letter.wa_id}"
    key = f"inbox group {secrets['whatsapp-app-secret']}".encode()
    return inbox.Letter(
        group=hmac.new(key, sender.encode(), hashlib.sha256).hexdigest(),
        deduplication_id=hashlib.sha256(letter.message_id.encode()).hexdigest(),
        body=asdict(letter),
    )


def _app_secrets() -> list[str]:
    return [secrets["whatsapp-app-secret"], secrets["instagram-app-secret"]]


def _answer(status: HTTPStatus, body: str = "") -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "text/plain"}, "body": body}
