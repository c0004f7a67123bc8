"""A message to a WhatsApp user, as strict as the Cloud API about it.

Limits: WhatsApp Business Platform, "Send messages" and the page of each message type. Where
public sources disagree (body of a list: 4096 or 1024 characters) the smaller limit holds.
"""

import re
from collections import Counter
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from infra.local.meta_twin.errors import GraphError, whatsapp_error
from infra.local.meta_twin.wire import Offer, Wire, bracketed, broken_rule, rule_of

PHONE = re.compile(r"\+?[1-9][0-9]{6,14}")
BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


class Text(Wire):
    body: Annotated[str, Field(min_length=1, max_length=4096)]
    preview_url: bool = False


class File(Wire):
    """A media object: either an id that was uploaded before, or a link for Meta to fetch."""

    id: str | None = None
    link: str | None = None

    @model_validator(mode="after")
    def has_one_source(self) -> Self:
        if bool(self.id) == bool(self.link):
            raise broken_rule(131009, "Exactly one of 'id' and 'link' is required for media")
        return self


class Picture(File):
    """An image or a video."""

    caption: Annotated[str, Field(max_length=1024)] | None = None


class Document(File):
    caption: Annotated[str, Field(max_length=1024)] | None = None
    filename: Annotated[str, Field(max_length=240)] | None = None


class Audio(File):
    voice: bool | None = None


class Location(Wire):
    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)]
    name: str | None = None
    address: str | None = None


class Reaction(Wire):
    message_id: str
    emoji: str


class BodyText(Wire):
    text: Annotated[str, Field(min_length=1, max_length=1024)]


class Footer(Wire):
    text: Annotated[str, Field(min_length=1, max_length=60)]


class Header(Wire):
    type: Literal["text", "image", "video", "document"]
    text: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    image: File | None = None
    video: File | None = None
    document: Document | None = None

    @model_validator(mode="after")
    def holds_what_it_says(self) -> Self:
        if getattr(self, self.type) is None:
            raise broken_rule(131008, f"Header of type '{self.type}' needs '{self.type}'")
        return self


class TextHeader(Wire):
    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=60)]


class Reply(Wire):
    id: Annotated[str, Field(min_length=1, max_length=256)]
    title: Annotated[str, Field(min_length=1, max_length=20)]


class Button(Wire):
    type: Literal["reply"]
    reply: Reply


class ButtonAction(Wire):
    buttons: Annotated[list[Button], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def differ(self) -> Self:
        for what in ("id", "title"):
            if _repeated([getattr(button.reply, what) for button in self.buttons]):
                raise broken_rule(131009, f"Buttons must have unique {what}s")
        return self


class Buttons(Wire):
    type: Literal["button"]
    header: Header | None = None
    body: BodyText
    footer: Footer | None = None
    action: ButtonAction


class Row(Wire):
    id: Annotated[str, Field(min_length=1, max_length=200)]
    title: Annotated[str, Field(min_length=1, max_length=24)]
    description: Annotated[str, Field(max_length=72)] | None = None


class Section(Wire):
    title: Annotated[str, Field(min_length=1, max_length=24)] | None = None
    rows: Annotated[list[Row], Field(min_length=1)]


class ListAction(Wire):
    button: Annotated[str, Field(min_length=1, max_length=20)]
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def fit(self) -> Self:
        ids = [row.id for section in self.sections for row in section.rows]
        if len(ids) > 10:
            raise broken_rule(131009, "Total row count exceed max allowed count: 10")
        if _repeated(ids):
            raise broken_rule(131009, "Rows must have unique ids")
        if len(self.sections) > 1 and not all(section.title for section in self.sections):
            raise broken_rule(131009, "Section title is required when there is more than one")
        return self


class List(Wire):
    type: Literal["list"]
    header: TextHeader | None = None
    body: BodyText
    footer: Footer | None = None
    action: ListAction


class LocationAction(Wire):
    name: Literal["send_location"]


class LocationRequest(Wire):
    type: Literal["location_request_message"]
    body: BodyText
    action: LocationAction


class LinkParameters(Wire):
    display_text: Annotated[str, Field(min_length=1, max_length=20)]
    url: Annotated[str, Field(pattern=r"^https?://", max_length=2000)]


class LinkAction(Wire):
    name: Literal["cta_url"]
    parameters: LinkParameters


class LinkButton(Wire):
    type: Literal["cta_url"]
    header: Header | None = None
    body: BodyText
    footer: Footer | None = None
    action: LinkAction


class ContactAction(Wire):
    name: Literal["request_contact_info"]


class ContactRequest(Wire):
    type: Literal["contact_request"]
    body: BodyText
    action: ContactAction


Interactive = Annotated[
    Buttons | List | LocationRequest | LinkButton | ContactRequest, Field(discriminator="type")
]


class Language(Wire):
    code: str
    policy: Literal["deterministic"] = "deterministic"


class TextParameter(Wire):
    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=1024)]
    parameter_name: str | None = None

    @model_validator(mode="after")
    def is_one_line(self) -> Self:
        if re.search(r"[\n\t]| {4}", self.text):
            details = "Param text cannot have new-line/tab characters or 4 spaces in a row"
            raise broken_rule(132012, details)
        return self


class PayloadParameter(Wire):
    type: Literal["payload"]
    payload: Annotated[str, Field(min_length=1, max_length=256)]


class BodyComponent(Wire):
    type: Literal["body", "header"]
    parameters: list[TextParameter]


class ButtonComponent(Wire):
    type: Literal["button"]
    sub_type: Literal["quick_reply", "url"]
    index: Annotated[str, Field(pattern=r"^[0-9]$")]
    parameters: Annotated[list[PayloadParameter | TextParameter], Field(min_length=1)]


Component = Annotated[BodyComponent | ButtonComponent, Field(discriminator="type")]


class Template(Wire):
    name: Annotated[str, Field(min_length=1, max_length=512)]
    language: Language
    components: list[Component] = Field(default_factory=list)

    def parameters(self, part: Literal["body", "header"]) -> list[str]:
        return [
            parameter.text
            for component in self.components
            if isinstance(component, BodyComponent) and component.type == part
            for parameter in component.parameters
        ]

    def button_places(self) -> list[int]:
        return [
            int(component.index)
            for component in self.components
            if isinstance(component, ButtonComponent)
        ]


class Context(Wire):
    message_id: str


class OutgoingMessage(Wire):
    """Body of `POST /<phone number id>/messages` that sends something."""

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: str | None = None
    recipient: str | None = None
    type: Literal[
        "text",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "interactive",
        "template",
        "reaction",
    ] = "text"
    context: Context | None = None
    biz_opaque_callback_data: Annotated[str, Field(max_length=512)] | None = None
    text: Text | None = None
    image: Picture | None = None
    video: Picture | None = None
    audio: Audio | None = None
    document: Document | None = None
    sticker: File | None = None
    location: Location | None = None
    interactive: Interactive | None = None
    template: Template | None = None
    reaction: Reaction | None = None

    @model_validator(mode="after")
    def is_addressed(self) -> Self:
        if self.to is None and self.recipient is None:
            raise broken_rule(100, "The parameter to is required.")
        if self.to is not None and not PHONE.fullmatch(self.phone):
            details = "The phone number is malformed: Please use the format: +1234567890."
            raise broken_rule(131009, details)
        if self.recipient is not None and not BSUID.fullmatch(self.recipient):
            raise broken_rule(131009, "The recipient is not a valid business-scoped user id")
        return self

    @model_validator(mode="after")
    def holds_what_it_says(self) -> Self:
        if getattr(self, self.type) is None:
            details = f"Parameter '{self.type}' is mandatory for type '{self.type}'"
            raise broken_rule(131008, details)
        return self

    @property
    def phone(self) -> str:
        """The number as Meta reads it: blanks, dashes and brackets do not matter."""
        return re.sub(r"[ ()-]", "", self.to or "")

    @property
    def files(self) -> list[tuple[str, File]]:
        """What is to be delivered besides words, and as what."""
        holders: list[Any] = [self]
        if isinstance(self.interactive, Buttons | LinkButton):
            holders.append(self.interactive.header)
        kinds = ("image", "video", "audio", "document", "sticker")
        found = [(kind, getattr(holder, kind, None)) for holder in holders for kind in kinds]
        return [(kind, file) for kind, file in found if file is not None]


class TypingIndicator(Wire):
    type: Literal["text"]


class ReadReceipt(Wire):
    """Body of `POST /<phone number id>/messages` that marks a message as read."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: str
    typing_indicator: TypingIndicator | None = None

    @model_validator(mode="after")
    def names_a_message(self) -> Self:
        if not self.message_id.startswith("wamid."):
            raise broken_rule(131009, "Invalid message ID")
        return self


def parse(body: dict[str, Any]) -> OutgoingMessage | ReadReceipt:
    """The request as a model, or the error that Meta answers."""
    model = ReadReceipt if "status" in body else OutgoingMessage
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from error


LENGTHS = {
    "interactive/action/buttons/reply/title": "Button title length invalid. Min length: 1, "
    "Max length: 20",
    "interactive/action/buttons/reply/id": "Button id length invalid. Min length: 1, "
    "Max length: 256",
    "interactive/action/buttons": "Invalid buttons count. Min allowed buttons: 1, "
    "Max allowed buttons: 3",
    "interactive/body/text": "Body text length invalid. Min length: 1, Max length: 1024",
    "interactive/footer/text": "Footer text length invalid. Min length: 1, Max length: 60",
    "interactive/header/text": "Header text length invalid. Min length: 1, Max length: 60",
    "interactive/action/button": "List button length invalid. Min length: 1, Max length: 20",
    "interactive/action/sections": "Invalid sections count. Min allowed: 1, Max allowed: 10",
    "interactive/action/sections/title": "Section title length invalid. Max length: 24",
    "interactive/action/sections/rows/title": "Row title is too long. Max length is 24",
    "interactive/action/sections/rows/id": "Row id is too long. Max length is 200",
    "interactive/action/sections/rows/description": "Row description is too long. Max length is 72",
}
UNION_TAGS = ("button", "list", "location_request_message", "cta_url", "contact_request")


def _refusal(error: ErrorDetails) -> GraphError:
    if rule := rule_of(error):
        code, details = rule
        return GraphError(100, f"(#100) {details}") if code == 100 else whatsapp_error(*rule)
    path = _path(error)
    kind, name = error["type"], bracketed(path)
    if kind == "missing" and len(path) == 1:
        return GraphError(100, f"(#100) The parameter {name} is required.")
    if kind == "missing":
        return whatsapp_error(131008, f"Parameter {name} is required")
    if kind == "extra_forbidden":
        parent = bracketed(path[:-1]) or "message"
        return GraphError(100, f'(#100) Unexpected key "{path[-1]}" on param "{parent}".')
    if path[:2] == ["template", "components"]:
        return _template_refusal(path, kind, error)
    if path == ["text", "body"]:
        return GraphError(100, f"(#100) Param text['body'] must be {_wanted_text(kind)}.")
    if kind in ("literal_error", "union_tag_invalid") and path[-1] == "type":
        return whatsapp_error(131051, f"{name}: {error['msg']}")
    if kind == "literal_error":
        return GraphError(100, f"(#100) Param {name} must be one of {error['ctx']['expected']}.")
    steps = "/".join(step for step in path if not step.isdigit())
    return whatsapp_error(131009, LENGTHS.get(steps, f"{name}: {error['msg']}"))


def _template_refusal(path: list[str], kind: str, error: ErrorDetails) -> GraphError:
    """Parameters that the template cannot take; an empty one counts as missing."""
    if kind == "string_too_short" and path[-1] == "text":
        return whatsapp_error(131008, "Parameter of type text is missing text value")
    return whatsapp_error(132012, f"{bracketed(path)}: {error['msg']}")


def _path(error: ErrorDetails) -> list[str]:
    """Where it is in the request, without the tag that pydantic puts after a union's place."""
    path = [str(part) for part in error["loc"]]
    if path[0] == "interactive" and len(path) > 1 and path[1] in UNION_TAGS:
        del path[1]
    if path[:2] == ["template", "components"] and len(path) > 3:
        del path[3]
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        path.append("type")
    return path


def _wanted_text(kind: str) -> str:
    wanted = {"string_type": "a string", "string_too_short": "at least 1 character long"}
    return wanted.get(kind, "at most 4096 characters long")


def _repeated(values: list[str]) -> bool:
    return any(count > 1 for count in Counter(values).values())


def offers(body: dict[str, Any]) -> list[Offer]:
    """What can be tapped in a message that was accepted."""
    action = body.get("interactive", {}).get("action", {})
    buttons = [
        Offer("button", button["reply"]["id"], button["reply"]["title"])
        for button in action.get("buttons", [])
    ]
    rows = [
        Offer("row", row["id"], row["title"], row.get("description") or "")
        for section in action.get("sections", [])
        for row in section["rows"]
    ]
    return buttons + rows
