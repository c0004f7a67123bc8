"""Meta's refusals: one exception that becomes one JSON body.

Codes, sub-codes and wording as recorded by public client libraries: WhatsApp answers with
`OAuthException` and `error_data.details`, Instagram login with `IGApiException` and neither.
"""

import secrets
from typing import Any

TITLES = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    100: "Invalid parameter",
    130403: "Recipient blocked this business",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match format in the created template",
}

HTTP_STATUS = {
    1: 500,
    2: 503,
    4: 400,
    130429: 429,
    131000: 500,
    131016: 503,
    131048: 429,
    131056: 429,
    131057: 503,
    132001: 404,
}


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


def failed_status_error(code: int) -> dict[str, Any]:
    """An entry of `errors` in a status webhook that says `failed`."""
    title = TITLES.get(code, "Something went wrong")
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": f"{title}."},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def wrong_token() -> GraphError:
    message = "Invalid OAuth access token - Cannot parse access token"
    return GraphError(190, message, http_status=401)


def no_such_object(object_id: str) -> GraphError:
    """The node is not there, or not ours: Meta does not tell which."""
    return GraphError(
        100,
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation.",
        subcode=33,
        error_type="GraphMethodException",
    )
