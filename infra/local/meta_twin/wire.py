"""What the request models of both channels share: strictness, and rules across fields."""

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails, PydanticCustomError


class Wire(BaseModel):
    """A part of a request: no unknown keys, no "3" for 3."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Offer(NamedTuple):
    """Something a citizen can tap in a message that was sent to them."""

    kind: Literal["button", "row", "template_button", "quick_reply", "postback"]
    id: str
    title: str
    description: str = ""


def broken_rule(code: int, details: str) -> PydanticCustomError:
    """A rule across fields is broken; `code` and `details` go into Meta's answer."""
    return PydanticCustomError("meta_rule", "{details}", {"code": code, "details": details})


def rule_of(error: ErrorDetails) -> tuple[int, str] | None:
    """Code and details of an error that `broken_rule` made."""
    if error["type"] != "meta_rule":
        return None
    context: dict[str, Any] = error.get("ctx", {})
    return context["code"], context["details"]


def bracketed(path: list[str]) -> str:
    """As Meta spells a parameter: `text['body']`."""
    return "".join(f"['{part}']" if place else part for place, part in enumerate(path))
