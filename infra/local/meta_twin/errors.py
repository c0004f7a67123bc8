"""Meta's refusals: one exception that becomes one JSON body.

Codes, sub-codes and wording as recorded by public client libraries: WhatsApp answers with
`OAuthException` and `error_data.details`, Instagram login with `IGApiException` and neither.
"""

import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

PACIFIC = timezone(timedelta(hours=-8))
"""The time that Meta's sentences tell."""

TITLES = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    100: "Invalid parameter",
    368: "Temporarily blocked for policies violations",
    551: "This person isn't available right now.",
    613: "Calls to this api have exceeded the rate limit.",
    80007: "Rate limit issues",
    130403: "Recipient blocked this business",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Business Account locked",
    131042: "Business eligibility payment issue",
    131045: "Incorrect certificate",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    131062: "Business-scoped user ID not allowed for this message",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132005: "Translated text too long",
    132007: "Template format character policy violated",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
    133010: "Account not registered",
    135000: "Generic user error",
}

HTTP_STATUS = {
    0: 401,
    2: 503,
    10: 403,
    190: 401,
    368: 403,
    131000: 500,
    131005: 403,
    131016: 500,
    131031: 403,
    131045: 500,
    131057: 500,
    132001: 404,
}
"""Where it is not 400, the limits of rate among them; Meta says itself that it is no classifier."""


class GraphError(Exception):
    """Meta refuses a call; `graph_api` answers it with `body()`."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        details: str = "",
        subcode: int | None = None,
        error_type: str = "OAuthException",
        http_status: int = 400,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.subcode = subcode
        self.error_type = error_type
        self.http_status = http_status

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "message": self.message,
            "type": self.error_type,
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}


def whatsapp_error(code: int, details: str, *, http_status: int | None = None) -> GraphError:
    """A refusal of the Cloud API with the usual title of its code."""
    title = TITLES.get(code, "Something went wrong")
    status = http_status or HTTP_STATUS.get(code, 400)
    return GraphError(code, f"(#{code}) {title}", details=details, http_status=status)


def instagram_error(
    code: int, message: str, *, subcode: int | None = None, http_status: int = 400
) -> GraphError:
    return GraphError(
        code, message, subcode=subcode, error_type="IGApiException", http_status=http_status
    )


def failed_status_error(code: int, details: str = "") -> dict[str, Any]:
    """An entry of `errors` in a status webhook that says `failed`."""
    title = TITLES.get(code, "Something went wrong")
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or f"{title.removesuffix('.')}."},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def wrong_token() -> GraphError:
    message = "Invalid OAuth access token - Cannot parse access token"
    return GraphError(190, message, http_status=401)


def expired_token(channel: str, now: float) -> GraphError:
    at, since = (
        datetime.fromtimestamp(seconds, PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S PST")
        for seconds in (now, now - 3600)
    )
    message = (
        f"Error validating access token: Session has expired on {since}. The current time is {at}."
    )
    status = 401 if channel == "whatsapp" else 400
    return GraphError(190, message, subcode=463, http_status=status)


def no_such_object(object_id: str) -> GraphError:
    """The node is not there, or not ours: Meta does not tell which."""
    return GraphError(
        100,
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation.",
        subcode=33,
        error_type="GraphMethodException",
    )
