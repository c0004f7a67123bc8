"""The whole system on this machine: `python -m infra.local.stack up` (down, clean, status, logs).

The emulator stands in AWS's place with its access control on, the twin in Meta's; what is
deployed between them is the very template that goes to AWS. State lies in `.local/<name>/` and
outlives `down`; a second instance (`--name test`) disturbs the first in nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.local import deployment
from infra.local.emulator import Emulator
from infra.local.processes import Background, LocalStackError, free_port, shown
from infra.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOCAL = ROOT / ".local"
DEMO = "demo"
DEMO_PORTS = {"emulator": 4566, "twin": 8112}
DEMO_CONSOLE_PORT = 8113
TWIN = "infra.local.meta_twin"
CONSOLE = "infra.local.console_twin"
QUEUES_DRY_WITHIN_S = 5.0
TOLD_TO_TWIN = (
    "app_secret",
    "instagram_app_secret",
    "verify_token",
    "instagram_account_id",
    "webhook_url",
    "desk_url",
    "aws_endpoint_url",
    "region",
    "mailboxes",
    "reports_table",
    "state_machine_arn",
)
TWIN_SOURCES = ("infra/local/meta_twin/**/*",)


@dataclass
class LocalStack:
    """One instance: its folder, its ports, and the two programs that play AWS and Meta."""

    name: str = DEMO
    asked_ports: Mapping[str, int] | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    """Further CDK context, such as `reason_timeout_s` for a story that cannot wait."""

    def __post_init__(self) -> None:
        self.folder = LOCAL / self.name
        self.stack_json = (LOCAL if self.name == DEMO else self.folder) / "stack.json"
        self._twin = Background(self.folder / "twin.pid", self.folder / "twin.log")
        self._console = Background(self.folder / "console.pid", self.folder / "console.log")

    @property
    def is_up(self) -> bool:
        return bool(self._twin.pid and self._emulator.process.pid and self.stack_json.exists())

    def up(self) -> dict[str, Any]:
        """Start what does not run and deploy what has changed; returns what `stack.json` holds."""
        with self._alone():
            ports = self._ports(note=True)
            emulator = Emulator(self.folder, ports["emulator"])
            twin_url = f"http://127.0.0.1:{ports['twin']}"
            came_back = emulator.start()
            deployment.deploy(emulator, twin_url, self.context)
            stack = deployment.describe(emulator, twin_url)
            self._start_twin(emulator, ports["twin"], stack)
            stack["console_url"] = self._start_console(stack)
            self.stack_json.write_text(json.dumps(stack, indent=2) + "\n", "utf-8")
            if came_back:
                self._reconcile(emulator, stack)
            return stack

    def down(self) -> None:
        """Stop both programs; what they know is kept."""
        if self.is_up:
            self._let_queues_run_dry()
        self._stop()

    def clean(self) -> None:
        """Stop both programs and forget everything."""
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self, function: str = "") -> Iterator[str]:
        """What the functions wrote, oldest first; of one function, or of all."""
        client = self._emulator.client("logs")
        prefix = f"/aws/lambda/{deployment.SETTINGS.name(function)}"
        groups = client.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
        pages = client.get_paginator("filter_log_events")
        events = [
            (event["timestamp"], group["logGroupName"].rpartition("-")[2], event["message"])
            for group in groups
            for page in pages.paginate(logGroupName=group["logGroupName"])
            for event in page["events"]
        ]
        for _, name, message in sorted(events, key=lambda event: event[0]):
            yield f"{name}: {message.rstrip()}"

    def _stop(self) -> None:
        self.stack_json.unlink(missing_ok=True)
        self._console.stop()
        self._twin.stop()
        self._emulator.process.stop()

    def _let_queues_run_dry(self) -> None:
        """Wait a little for messages in a function's hands: cut short, they come back after minutes."""
        sqs = self._emulator.client("sqs")
        urls = json.loads(self.stack_json.read_text("utf-8"))["queues"].values()
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        deadline = time.monotonic() + QUEUES_DRY_WITHIN_S
        while time.monotonic() < deadline:
            found = [
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
                for url in urls
            ]
            if not any(int(queue[count]) for queue in found for count in counts):
                return
            time.sleep(0.1)

    @property
    def _emulator(self) -> Emulator:
        return Emulator(self.folder, self._ports(note=False)["emulator"])

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalStackError(
                    f"Another `up` of the instance {self.name!r} is at work: wait until it is done."
                ) from None
            yield

    def _ports(self, *, note: bool) -> Mapping[str, int]:
        """The ports of the first `up`: they stand in the addresses of queues that are kept."""
        noted = self.folder / "ports.json"
        if noted.exists():
            ports: Mapping[str, int] = json.loads(noted.read_text("utf-8"))
            if self.asked_ports and ports != self.asked_ports:
                raise LocalStackError(
                    f"This instance was made on the ports {ports['emulator']} and {ports['twin']}:"
                    " `make clean` first, then `make up` with others."
                )
            return ports
        ports = self.asked_ports or (
            DEMO_PORTS if self.name == DEMO else {"emulator": free_port(), "twin": free_port()}
        )
        if note:
            noted.write_text(json.dumps(ports), "utf-8")
        return ports

    def _start_twin(self, emulator: Emulator, port: int, stack: Mapping[str, Any]) -> None:
        """Start Meta's twin, or start it anew where what it is made of or told has changed."""
        secrets = deployment.provide_secrets(emulator)
        config = {
            **{key: stack[key] for key in TOLD_TO_TWIN},
            "phone_number_id": stack["whatsapp_phone_number_id"],
            "whatsapp_token": secrets["whatsapp-token"],
            "instagram_token": secrets["instagram-token"],
            **deployment.words(),
            "templates": deployment.templates(),
            "data_dir": str(self.folder / "twin"),
            "made_of": deployment.digest_of({}, TWIN_SOURCES),
        }
        text = json.dumps(config, indent=2) + "\n"
        file = self.folder / "twin.json"
        if self._twin.pid and file.exists() and file.read_text("utf-8") == text:
            return
        self._twin.stop()
        file.write_text(text, "utf-8")
        (self.folder / "twin").mkdir(exist_ok=True)
        command = [sys.executable, "-m", TWIN, "--port", str(port), "--config", str(file)]
        self._twin.start(command, marker=TWIN, env=os.environ, port=port, answers="/")

    def _start_console(self, stack: Mapping[str, Any]) -> str:
        """Start the console's twin anew, which keeps nothing; gives the address of its page."""
        self._console.stop()
        noted = self.folder / "console.json"
        known = json.loads(noted.read_text("utf-8")) if noted.exists() else {}
        wanted = DEMO_CONSOLE_PORT if self.name == DEMO else free_port()
        port = int(known.get("port", wanted))
        told = {key: stack[key] for key in ("aws_endpoint_url", "region")} | {"port": port}
        noted.write_text(json.dumps(told), "utf-8")
        command = [sys.executable, "-m", CONSOLE, "--port", str(port), "--config", str(noted)]
        self._console.start(command, marker=CONSOLE, env=os.environ, port=port, answers="/")
        return f"http://127.0.0.1:{port}/"

    def _reconcile(self, emulator: Emulator, stack: Mapping[str, Any]) -> None:
        """Reports in flight lost their executions with the emulator: start them again, at once.

        Awaited, so that nothing new overtakes what was still to be said before.
        """
        answer = emulator.client("lambda").invoke(
            FunctionName=stack["functions"]["reconcile"], Payload=b'{"patience_s": 0}'
        )
        if "FunctionError" in answer:
            raise LocalStackError("`reconcile` failed after the restart: `make logs OF=reconcile`.")


@contextlib.contextmanager
def running(
    name: str = "test", context: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """An instance for as long as the block lasts; gives what its `stack.json` holds.

    One that runs already is brought up to date, used and left running; any other is made from
    nothing and stopped at the end.
    """
    stack = LocalStack(name, context=context or {})
    if stack.is_up:
        yield stack.up()
        return
    if name != DEMO:
        stack.clean()
    try:
        yield stack.up()
    finally:
        stack.down()


def demo(stack: LocalStack) -> None:
    """Run until Ctrl-C (or the terminal is closed), and say where to look."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit())
    try:
        addresses = stack.up()
        page_url, console_url = addresses["page_url"], addresses["console_url"]
        print(
            f"\n  Buka {page_url} di peramban: bermainlah sebagai warga, baca kotak surat instansi,"
            "\n  dan buka tautan petugas."
            f"\n  Command Center, seperti di konsol CloudWatch: {console_url}"
            f"\n\n  Open {page_url} in a browser: play the citizens, read the agencies' mailboxes,"
            f"\n  open the officers' links. All addresses: {shown(stack.stack_json)}"
            f"\n  The command centre, as in the CloudWatch console: {console_url}"
            "\n\n  Ctrl-C stops it; everything is kept until `make clean`.\n",
            flush=True,
        )
        while stack.is_up:
            time.sleep(1)
    except KeyboardInterrupt:
        print("\n  Stopping …", flush=True)
    finally:
        stack.down()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.stack", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "clean", "status", "logs", "demo"])
    parser.add_argument("function", nargs="?", default="", help="whose logs")
    parser.add_argument("--name", default=DEMO, help="the instance; each has its own state")
    parser.add_argument("--port", type=int, help="the emulator's port, at the first `up`")
    parser.add_argument("--page-port", type=int, help="the page's port, at the first `up`")
    arguments = parser.parse_intermixed_args()
    asked = None
    if arguments.port or arguments.page_port:
        asked = {
            "emulator": arguments.port or DEMO_PORTS["emulator"],
            "twin": arguments.page_port or DEMO_PORTS["twin"],
        }
    stack = LocalStack(arguments.name, asked)
    try:
        if arguments.command == "up":
            print(f"{stack.up()['page_url']}  (all addresses: {shown(stack.stack_json)})")
        elif arguments.command == "demo":
            demo(stack)
        elif arguments.command == "logs":
            print(*stack.logs(arguments.function), sep="\n")
        elif arguments.command == "status":
            print(f"Up: see {shown(stack.stack_json)}" if stack.is_up else "Nothing runs.")
        else:
            getattr(stack, arguments.command)()
    except LocalStackError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped half-way: the same again goes on, `make down` ends it.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
