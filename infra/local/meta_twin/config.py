"""What the twin is told when it starts: one JSON file, written by the local stack."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

TemplateStatus = Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"]


class Template(BaseModel, frozen=True):
    """A message template as if Meta had approved it; `{{1}}` stands for the first parameter."""

    name: str
    language: str = "id"
    text: str
    parameters: int = 0
    buttons: tuple[str, ...] = ()
    """Titles of its quick-reply buttons."""
    header_parameters: int = 0
    status: TemplateStatus = "APPROVED"
    category: Literal["utility", "marketing", "authentication"] = "utility"


class Config(BaseModel, frozen=True):
    """The account at Meta that the twin plays, and where its webhooks go."""

    app_secret: str
    instagram_app_secret: str = ""
    """Signs Instagram webhooks; the app secret where it is empty."""
    verify_token: str
    whatsapp_token: str
    instagram_token: str
    phone_number_id: str
    instagram_account_id: str
    webhook_url: str
    aws_endpoint_url: str
    region: str
    mailboxes: dict[str, str] = {}
    """Agency id to the URL of the queue that is its mailbox."""
    agencies: dict[str, str] = {}
    """Agency id to the name shown above its mailbox; the id where it is missing."""
    desk_url: str = ""
    """How the links begin that open the officers' page; the last link of a mail without it."""
    reports_table: str = ""
    state_machine_arn: str = ""
    """With the table, what the page's timelines are read from; none without them."""
    services: dict[str, str] = {}
    """Service code to the name that people know it by."""
    happenings: dict[str, str] = {}
    """What the events of a report are called on the page; `{agency}` becomes a name."""
    areas: Path | None = None
    """GeoJSON of the city's areas, for the map under a pin."""
    data_dir: Path
    base_url: str = ""
    """Where the twin is reached; media links begin with it. `__main__` fills it from the port."""
    whatsapp_business_account_id: str = "102290129340398"
    display_phone_number: str = "6281100000112"
    echo_app_id: str = ""
    """Echoes of what the app sent name it by this id, as Messenger's do; recorded ones of Instagram
    do not, so that only the message id tells them from what a person typed."""
    coexistence: bool = False
    """The number is in the WhatsApp Business app too: then alone Meta tells of edited and deleted
    messages as such. A number of the Cloud API hears of an edit that it is unsupported, and of a
    deletion nothing."""
    unknown_recipients: Literal["accept", "refuse"] = "accept"
    """`refuse` plays a test number with an allow-list (131030). `accept` lets outside programs
    send the webhooks of people the twin has never seen, and still get the answers."""
    templates: tuple[Template, ...] = ()
    usd_per_message: dict[str, float] = {
        "service": 0.0250,
        "utility": 0.0250,
        "authentication": 0.0250,
        "marketing": 0.0411,
    }
    """Indonesia's as third parties reported them early in 2026; service equals utility."""

    @property
    def instagram_secret(self) -> str:
        return self.instagram_app_secret or self.app_secret
