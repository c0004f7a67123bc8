"""What fails in a storm: AWS (by microburst), Meta (by its twin), and the functions' processes.

microburst stands between the functions and the emulator: https://pypi.org/project/microburst/ (MIT).
What the emulator does for itself (workflow steps, schedules, the reading of queues and streams) does not
pass it.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import sys
import threading
import urllib.request
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.processes import Background, free_port
from tests.stories import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.city import City

Json = dict[str, Any]
PROXY = "tests.storm.proxy"
# How each service says that it is asked too much:
# https://docs.aws.amazon.com/general/latest/gr/api-retries.html and each service's "Common Errors".
TOO_MUCH = (
    ("dynamodb", "ProvisionedThroughputExceededException", 400),
    ("sqs", "RequestThrottled", 403),
    ("sns", "Throttling", 400),
    ("kms", "ThrottlingException", 400),
    ("ssm", "ThrottlingException", 400),
    ("stepfunctions", "ThrottlingException", 400),
    ("scheduler", "ThrottlingException", 429),
    ("s3", "SlowDown", 503),
)
# The bucket's objects are also read by the twin and by browsers, which are no part of the system.
HANGING: tuple[tuple[float, Json], ...] = (
    (0.01, {"timeout_ms": 6000, "rate": {"count": 1, "window_s": 60}}),
)
S3_OPERATIONS = ("PutObject", "DeleteObject", "HeadObject", "CopyObject")


def rules(strength: float) -> list[Json]:
    """Of a hundred calls some twelve fail at strength 1, five of them after the deed was done.

    Only a whole storm has calls that hang until the caller gives up: they hold up everything else.
    """
    every: list[Json] = []
    for service, code, status in TOO_MUCH:
        for operation in S3_OPERATIONS if service == "s3" else (None,):
            where = {"service": service} | ({"operation": operation} if operation else {})
            every += [
                where | {"probability": chance * strength, **effect}
                for chance, effect in (
                    *(HANGING if strength >= 1 else ()),
                    (0.02, {"error": {"code": code, "status": status}}),
                    (0.02, {"error": {"code": "InternalServerError", "status": 500}}),
                    (0.01, {"reset": True}),
                    (0.05, {"response": {"abort_frac": 0.3}}),
                    (0.02, {"latency": {"min": 50, "max": 500}}),
                )
            ]
    return every


@dataclass
class Weather:
    """The weather over a running stack: `strength` 1 is a storm, 0 is fine."""

    city: City
    folder: Path
    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    of_meta: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._process = Background(self.folder / "microburst.pid", self.folder / "microburst.log")
        self._port = free_port()
        self._draw = random.Random(self.seed)

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @contextlib.contextmanager
    def between(self) -> Iterator[None]:
        """microburst between all functions and the emulator, for as long as the block lasts."""
        upstream = str(self.city.stack["aws_endpoint_url"])
        command = [sys.executable, "-m", PROXY, "--upstream", upstream, "--port", str(self._port)]
        self._process.start(
            command,
            marker=PROXY,
            env=os.environ | {"SEED": str(self.seed)},
            port=self._port,
            answers="/_microburst/health",
        )
        self._bring_back_sooner()
        try:
            self._let_functions_call(self._url)
            yield
            self._let_functions_call(None)
        finally:
            self._process.stop()

    def _bring_back_sooner(self) -> None:
        """What failed comes back after half a minute instead of six: a storm has no hours to wait.

        Not so what is to be sent: there the pause is what keeps a message from being sent twice.
        """
        sqs = self.city.client("sqs")
        for name in ("photos", "notices", "erasures"):
            url = sqs.get_queue_url(QueueName=f"aduan-local-{name}")["QueueUrl"]
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "30"})

    def _let_functions_call(self, url: str | None) -> None:
        functions = self.city.client("lambda")
        for name in self.city.stack["functions"].values():
            told = functions.get_function_configuration(FunctionName=name)
            variables = dict(told["Environment"]["Variables"])
            variables.pop("AWS_ENDPOINT_URL", None)
            if url:
                variables["AWS_ENDPOINT_URL"] = url
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )

    def blows(self, strength: float, *, meta: bool = True) -> None:
        """From now on this much fails, at AWS and at Meta."""
        web.ask(f"{self._url}/_microburst/rules", rules(strength), "POST")
        twin = self.city.stack["twin_url"]
        self._note_faults_of_meta()
        web.ask(f"{twin}/faults", method="DELETE")
        for fault in faults_of_meta(strength) if meta else ():
            web.ask(f"{twin}/faults", {"times": 1_000_000, **fault})

    def is_fine(self) -> None:
        web.ask(f"{self._url}/_microburst/rules", [], "POST")
        self._note_faults_of_meta()
        web.ask(f"{self.city.stack['twin_url']}/faults", method="DELETE")

    def _note_faults_of_meta(self) -> None:
        for fault in web.ask(f"{self.city.stack['twin_url']}/faults"):
            what = "photo not given" if fault["of_media"] else f"refused ({fault['code']})"
            what = "answer lost" if fault["lose_answer"] else what
            self.of_meta[f"{fault['channel']}: {what}"] += fault["came"]

    @contextlib.contextmanager
    def killing(self, every_s: float) -> Iterator[None]:
        """Now and then the process of a function ends in the middle of its work."""
        over = threading.Event()

        def kill() -> None:
            while not over.wait(self._draw.uniform(0.5, 1.5) * every_s):
                workers = list(self._workers())
                if workers:
                    pid, name = self._draw.choice(workers)
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        self.killed[name] += 1

        thread = threading.Thread(target=kill)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _workers(self) -> Iterator[tuple[int, str]]:
        """The functions' processes, by the names of their functions: children of the emulator alone."""
        emulator = Background(self.folder / "emulator.pid", self.folder / "emulator.log").pid
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parent = int(stat.read_text("utf-8").rpartition(")")[2].split()[1])
                if parent == emulator:
                    environ = (stat.parent / "environ").read_bytes().decode("utf-8", "replace")
                    found = re.search(r"AWS_LAMBDA_FUNCTION_NAME=([\w-]+)", environ)
                    if found:
                        yield int(stat.parent.name), found.group(1).rpartition("-")[2]

    def injected(self) -> dict[str, Counter[str]]:
        """Faults so far, by service and kind."""
        with urllib.request.urlopen(f"{self._url}/_microburst/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for line in lines:
            seen = re.match(
                r'microburst_faults_total\{service="(.*)",operation="(.*)",action="(.*)"\} (\d+)',
                line,
            )
            if seen:
                service, _, action, number = seen.groups()
                found[service][_kind_of(action)] += int(number)
        return dict(found)


def faults_of_meta(strength: float) -> list[Json]:
    """Too much, out of order, an answer that got lost, a photo that is not given."""
    return [
        {"chance": chance * strength, **fault}
        for chance, fault in (
            (0.03, {"channel": "whatsapp", "code": 131056}),
            (0.02, {"channel": "whatsapp", "code": 131000, "http_status": 400}),
            (0.02, {"channel": "whatsapp", "code": 0, "lose_answer": True}),
            (0.05, {"channel": "whatsapp", "code": 131000, "of_media": True}),
            (0.03, {"channel": "instagram", "code": 613}),
            (0.02, {"channel": "instagram", "code": 0, "lose_answer": True}),
            (0.05, {"channel": "instagram", "code": 2, "of_media": True}),
        )
    ]


def _kind_of(action: str) -> str:
    """microburst's word for what it did, as a person would say it."""
    kind, _, what = action.partition(":")
    if kind == "error":
        return "server error" if what == "InternalServerError" else "too much asked"
    return {
        "latency": "slow answer",
        "response": "done, answer lost",
        "reset": "connection reset",
        "timeout": "no answer",
    }.get(kind, action)
