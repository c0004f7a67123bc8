"""AWS's place on this machine: MiniStack, with its access control on and its state kept."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from infra import cdk
from infra.local.processes import Background
from infra.settings import REGION

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "000000000000"
# MiniStack, looking at schedules every second: of its own it does every ten, and deadlines of seconds wait.
_PROGRAM = """
from ministack import app
from ministack.services import scheduler

assert hasattr(scheduler, "_SCHEDULE_TICK_INTERVAL")
scheduler._SCHEDULE_TICK_INTERVAL = 1
app.main()
"""
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True)
class Emulator:
    """One MiniStack, on a port, with its state in a folder."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The numbers, not `localhost`: no name to resolve, and never the IPv6 address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> Background:
        return Background(self.folder / "emulator.pid", self.folder / "emulator.log")

    def start(self) -> bool:
        """Start it unless it runs; tells whether it came back with the state of an earlier run."""
        if self.process.pid is not None:
            return False
        temporary = self.folder / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        state = self.folder / "state"
        came_back = (state / "services").exists()
        _forget_stream_positions(state / "services" / "lambda.json")
        # Functions inherit this environment: nothing of the person's own AWS accounts is in it.
        kept = {key: os.environ[key] for key in ("HOME", "LANG", "PATH") if key in os.environ}
        env = cdk.environment(kept) | CREDENTIALS
        env |= {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state / "s3"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "TMPDIR": str(temporary),
        }
        command = [sys.executable, "-c", _PROGRAM]
        self.process.start(
            command, marker="ministack", env=env, port=self.port, answers="/_ministack/ready"
        )
        return came_back

    def client(self, service: str) -> Any:
        """A client as the account's root: the emulator's access control lets it do anything."""
        create: Any = boto3.client  # its overloads know a service by its literal name only
        return create(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )


def _forget_stream_positions(file: Path) -> None:
    """Let the readers of streams begin anew with the streams, which the emulator does not keep.

    It keeps only how far they had read (1.5.33), and would pass over as many records again. What
    was in a stream unread, `reconcile` finds in the table.
    """
    if file.exists():
        saved = json.loads(file.read_text("utf-8"))
        saved.get("payload", saved).pop("dynamodb_stream_positions", None)
        file.write_text(json.dumps(saved), "utf-8")
