"""What may differ between two deployments: the CDK context, read in one place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs import Node

ROOT = Path(__file__).absolute().parents[1]
REGION = "ap-southeast-3"
"""Jakarta: personal data of a public body stays in Indonesia."""


@dataclass(frozen=True)
class Settings:
    """One deployment. `cdk deploy -c stage=training` makes a second one beside `production`."""

    whatsapp_phone_number_id: str
    stage: str = "production"
    jurisdiction_id: str = "kediri"
    public_url: str = ""
    """Where browsers and Meta reach the HTTP API; empty: the address that API Gateway gives it.

    `{api_id}` in it becomes the API's id, which nobody knows before the deployment.
    """
    whatsapp_api_url: str = "https://graph.facebook.com/v25.0"
    instagram_api_url: str = "https://graph.instagram.com/v25.0"
    media_hosts: str = "lookaside.fbsbx.com,*.fbcdn.net,*.cdninstagram.com"
    """Where a photo may be fetched from: what a webhook names is not trusted."""
    terms_s: str = ""
    """Terms of time in seconds, beside those of `promises.toml`: see `deadline.shortened`."""
    desk_frame_ancestors: str = "'none'"
    """Which pages may show an officer's page in a frame (a CSP source list): the demo page alone."""
    settle_s: int = 4
    """How long an answer waits for what the citizen may still be writing."""
    sms_sender_id: str = ""
    """By which name an SMS comes, once Indonesia's carriers have registered it; empty: what SNS chooses."""
    agencies_with_dashboard: tuple[str, ...] = ("dinsos", "dishub", "dlhkp", "dpupr")
    """Whose head has a dashboard of their own: each costs three US dollars a month beyond the first three."""
    timeouts_s: dict[str, int] = field(default_factory=dict)
    """Seconds, by name of the state of the lifecycle whose own timeout they replace."""

    def __post_init__(self) -> None:
        hours = self._data("promises.toml")["rating"]["close_after_hours"]
        self.timeouts_s.setdefault("AwaitRating", hours * 3600)

    @property
    def is_local(self) -> bool:
        """The stack on this machine: mailboxes instead of e-mail, and nothing kept for ever."""
        return self.stage == "local"

    @property
    def secrets_prefix(self) -> str:
        """The path in the SSM Parameter Store under which this stage's secrets lie."""
        return f"/aduan/{self.stage}/"

    def name(self, what: str) -> str:
        """The name of a resource of this stage, as an administrator meets it in the console."""
        return f"aduan-{self.stage}-{what}"

    def agencies(self) -> dict[str, str]:
        """Agency id → name, as in the jurisdiction's `agencies.toml`."""
        agencies = self._data("agencies.toml")["agencies"]
        return {agency_id: agency["name"] for agency_id, agency in agencies.items()}

    @property
    def command_centre(self) -> str:
        """The agency that decides what nobody else takes."""
        return str(self._data("jurisdiction.toml")["default_agency"])

    def days_kept(self, what: str) -> int:
        """How long something is kept, by its id in the jurisdiction's `retention.toml`."""
        (days,) = (row["days"] for row in self._data("retention.toml")["kept"] if row["id"] == what)
        return int(days)

    def _data(self, name: str) -> dict[str, Any]:
        folder = ROOT / "layers/jurisdictions/python/jurisdictions" / self.jurisdiction_id
        return tomllib.loads((folder / name).read_text("utf-8"))

    def functions(self) -> list[str]:
        """The names of all functions, as in `functions/`."""
        return sorted(handler.parent.name for handler in (ROOT / "functions").glob("*/handler.py"))


def from_context(node: Node) -> Settings:
    """Settings from `-c key=value` and `cdk.json`; the account from the CDK's environment."""

    def given(key: str) -> dict[str, str]:
        value = node.try_get_context(key)
        return {key: str(value)} if value else {}

    stage = str(node.try_get_context("stage") or "production")
    timeouts = {
        state: int(seconds)
        for state, value in (
            ("AwaitRating", "rating_timeout_s"),
            ("AwaitReason", "reason_timeout_s"),
        )
        if (seconds := node.try_get_context(value))
    }
    phone_number_id = str(node.try_get_context("whatsapp_phone_number_id") or "")
    if not phone_number_id:
        raise SystemExit(
            "Say which WhatsApp number sends: -c whatsapp_phone_number_id=<id>"
            " (Meta's dashboard, WhatsApp > API Setup)."
        )
    return Settings(
        whatsapp_phone_number_id=phone_number_id,
        stage=stage,
        timeouts_s=timeouts,
        agencies_with_dashboard=_several(
            node.try_get_context("agency_dashboards"), Settings.agencies_with_dashboard
        ),
        settle_s=int(node.try_get_context("settle_s") or Settings.settle_s),
        **given("jurisdiction_id"),
        **given("public_url"),
        **given("whatsapp_api_url"),
        **given("instagram_api_url"),
        **given("media_hosts"),
        **given("terms_s"),
        **given("sms_sender_id"),
        **given("desk_frame_ancestors"),
    )


def _several(value: object, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """Words between commas; `-` for none at all."""
    if value is None:
        return otherwise
    return tuple(each for each in str(value).replace(" ", "").split(",") if each not in ("", "-"))
