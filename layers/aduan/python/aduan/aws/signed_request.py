"""AWS calls without the SDK: a JSON request, signed with Signature Version 4, over one kept connection.

Only for what Meta waits for: importing boto3 and making one client takes some twenty times as long
as this file (`make bench`). Everything else uses boto3. The signature is proved against botocore's
own signer in tests/adapters.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import http.client
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from aduan.errors import TryAgainError

_TIMEOUT_S = 3.0
_ATTEMPTS = 2
_connections: dict[str, http.client.HTTPConnection] = {}


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """As Lambda puts them into the environment."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None


def call(service: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST one operation of the AWS JSON protocol, e.g. ("sqs", "AmazonSQS.SendMessageBatch", …).

    Tried twice; TryAgainError when AWS did not take it, with its error code and nothing of the body.
    """
    region = os.environ["AWS_REGION"]
    endpoint = os.environ.get("AWS_ENDPOINT_URL", f"https://{service}.{region}.amazonaws.com")
    content = json.dumps(body).encode()
    failure = "no answer"
    for _ in range(_ATTEMPTS):
        headers = sign(
            service=service,
            region=region,
            host=urlsplit(endpoint).netloc,
            target=target,
            content=content,
            credentials=_credentials(),
            at=datetime.now(UTC),
        )
        try:
            status, answer = _post(endpoint, headers, content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if broken := _connections.pop(endpoint, None):
                broken.close()
            failure = type(error).__name__
            continue
        if status == http.HTTPStatus.OK:
            return answer
        failure = str(answer.get("__type", status)).rsplit("#", 1)[-1]
    raise TryAgainError(f"{target}: {failure}")


def sign(
    *,
    service: str,
    region: str,
    host: str,
    target: str,
    content: bytes,
    credentials: Credentials,
    at: datetime,
) -> dict[str, str]:
    """The headers of a POST to / with a signature over all of them and the content."""
    timestamp = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": host,
        "x-amz-date": timestamp,
        "x-amz-target": target,
    }
    if credentials.session_token:
        headers["x-amz-security-token"] = credentials.session_token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    digest = hashlib.sha256(content).hexdigest()
    canonical = f"POST\n/\n\n{lines}\n{names}\n{digest}"
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{_sha256(canonical)}"
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _post(endpoint: str, headers: dict[str, str], content: bytes) -> tuple[int, dict[str, Any]]:
    connection = _connections.get(endpoint)
    if connection is None:
        url = urlsplit(endpoint)
        secure = url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = _connections[endpoint] = kind(url.netloc, timeout=_TIMEOUT_S)
    connection.request("POST", "/", body=content, headers=headers)
    answer = connection.getresponse()
    parsed = json.loads(answer.read() or b"{}")
    return answer.status, parsed if isinstance(parsed, dict) else {}


def _credentials() -> Credentials:
    return Credentials(
        access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        session_token=os.environ.get("AWS_SESSION_TOKEN"),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
