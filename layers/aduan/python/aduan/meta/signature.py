"""Is a webhook Meta's? And the answer to the question whether it is ours.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

import hashlib
import hmac
from collections.abc import Iterable


def is_signed(raw: bytes, signature: str, app_secrets: Iterable[str]) -> bool:
    """Whether `X-Hub-Signature-256` fits the raw bytes under one of the secrets, in constant time.

    Over what is on the wire and nothing else: Meta escapes non-ASCII before it signs. Instagram with
    its own login signs with a secret of its own, so there may be two.
    """
    matches = [
        hmac.compare_digest(signature.encode(), _sign(raw, key).encode()) for key in app_secrets
    ]
    return any(matches)


def _sign(raw: bytes, app_secret: str) -> str:
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()


def challenge(query: dict[str, str], verify_token: str) -> str | None:
    """The challenge to answer when Meta verifies the webhook with our token, else None."""
    token = query.get("hub.verify_token", "")
    known = hmac.compare_digest(token.encode(), verify_token.encode())
    return query.get("hub.challenge") if query.get("hub.mode") == "subscribe" and known else None
