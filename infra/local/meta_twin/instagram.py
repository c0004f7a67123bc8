"""A message to an Instagram user, as strict as the Instagram messaging API about it.

Limits: Instagram Platform, "Messaging API", "Quick replies", "Button template", "Generic
template". A text may have 1000 *bytes* in UTF-8. Meta shortens a quick reply's title of more
than 20 characters; the twin refuses it, since half a word is of no use to anyone.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from infra.local.meta_twin.errors import GraphError, instagram_error
from infra.local.meta_twin.wire import Offer, Wire, bracketed, broken_rule, rule_of

TEXT_BYTES = 1000


class Recipient(Wire):
    id: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]


class QuickReply(Wire):
    content_type: Literal["text"]
    title: Annotated[str, Field(min_length=1, max_length=20)]
    payload: Annotated[str, Field(min_length=1, max_length=1000)]
    image_url: str | None = None


class Postback(Wire):
    type: Literal["postback"]
    title: Annotated[str, Field(min_length=1, max_length=20)]
    payload: Annotated[str, Field(min_length=1, max_length=1000)]


class WebLink(Wire):
    type: Literal["web_url"]
    title: Annotated[str, Field(min_length=1, max_length=20)]
    url: Annotated[str, Field(pattern=r"^https?://")]


Button = Annotated[Postback | WebLink, Field(discriminator="type")]


class ButtonTemplate(Wire):
    template_type: Literal["button"]
    text: Annotated[str, Field(min_length=1, max_length=640)]
    buttons: Annotated[list[Button], Field(min_length=1, max_length=3)]


class DefaultAction(Wire):
    type: Literal["web_url"]
    url: Annotated[str, Field(pattern=r"^https?://")]


class Element(Wire):
    title: Annotated[str, Field(min_length=1, max_length=80)]
    subtitle: Annotated[str, Field(max_length=80)] | None = None
    image_url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    default_action: DefaultAction | None = None
    buttons: list[Button] = Field(default_factory=list, max_length=3)


class GenericTemplate(Wire):
    template_type: Literal["generic"]
    elements: Annotated[list[Element], Field(min_length=1, max_length=10)]


class FilePayload(Wire):
    url: Annotated[str, Field(pattern=r"^https?://")]


class FileAttachment(Wire):
    type: Literal["image", "video", "audio", "file"]
    payload: FilePayload


class TemplateAttachment(Wire):
    type: Literal["template"]
    payload: Annotated[ButtonTemplate | GenericTemplate, Field(discriminator="template_type")]


Attachment = Annotated[FileAttachment | TemplateAttachment, Field(discriminator="type")]


class Content(Wire):
    text: str | None = None
    quick_replies: Annotated[list[QuickReply], Field(min_length=1, max_length=13)] | None = None
    attachment: Attachment | None = None
    attachments: Annotated[list[FileAttachment], Field(min_length=1, max_length=10)] | None = None
    metadata: Annotated[str, Field(max_length=1000)] | None = None

    @field_validator("text")
    @classmethod
    def text_fits(cls, text: str | None) -> str | None:
        if text is not None and not text.strip():
            raise broken_rule(100, "Empty text")
        if text is not None and len(text.encode()) > TEXT_BYTES:
            details = f"Length of param message[text] must be less than or equal to {TEXT_BYTES}"
            raise broken_rule(100, details)
        return text

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        if [self.text, self.attachment, self.attachments].count(None) != 2:
            details = "Exactly one of message[text], [attachment] and [attachments] is required"
            raise broken_rule(100, details)
        return self

    @property
    def files(self) -> list[FileAttachment]:
        one = [self.attachment] if isinstance(self.attachment, FileAttachment) else []
        return one + (self.attachments or [])


class ReactionPayload(Wire):
    message_id: Annotated[str, Field(min_length=1)]
    reaction: Literal["love"] | None = None


class OutgoingMessage(Wire):
    """Body of `POST /me/messages`."""

    recipient: Recipient
    message: Content | None = None
    sender_action: Literal["typing_on", "typing_off", "mark_seen", "react", "unreact"] | None = None
    payload: ReactionPayload | None = None
    """With react and unreact: which message."""
    messaging_type: Literal["RESPONSE", "UPDATE", "MESSAGE_TAG"] = "RESPONSE"
    tag: Literal["HUMAN_AGENT"] | None = None

    @model_validator(mode="after")
    def does_one_thing(self) -> Self:
        if (self.message is None) == (self.sender_action is None):
            raise broken_rule(100, "Either message or sender_action is required, not both")
        if (self.sender_action in ("react", "unreact")) != (self.payload is not None):
            raise broken_rule(100, "sender_action react and unreact go with a payload")
        if (self.messaging_type == "MESSAGE_TAG") != (self.tag is not None):
            raise broken_rule(100, "messaging_type MESSAGE_TAG and tag go together")
        return self


def parse(body: dict[str, Any]) -> OutgoingMessage:
    """The request as a model, or the error that Meta answers."""
    try:
        return OutgoingMessage.model_validate(body)
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from error


def _refusal(error: ErrorDetails) -> GraphError:
    if rule := rule_of(error):
        return instagram_error(100, f"(#100) {rule[1]}")
    name = bracketed([str(part) for part in error["loc"]])
    if error["type"] == "missing":
        return instagram_error(100, f"(#100) The parameter {name} is required")
    return instagram_error(100, f"(#100) Invalid parameter {name}: {error['msg']}")


def offers(body: dict[str, Any]) -> list[Offer]:
    """What can be tapped in a message that was accepted."""
    message = body.get("message", {})
    quick = [
        Offer("quick_reply", reply["payload"], reply["title"])
        for reply in message.get("quick_replies") or []
    ]
    payload = (message.get("attachment") or {}).get("payload", {})
    buttons = list(payload.get("buttons", []))
    for element in payload.get("elements", []):
        buttons += element.get("buttons", [])
    return quick + [
        Offer("postback", button["payload"], button["title"])
        for button in buttons
        if button["type"] == "postback"
    ]
