"""Functions as Lambda runs them: freshly imported, with their environment, on moto and a playing Meta."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Protocol

import pytest

from aduan.aws.clients import client
from aduan.aws.observability import logger
from aduan.meta import graph_api
from tests.cloud import ACCOUNT, REGION, Cloud
from tests.local_server import LocalServer, a_local_server

FUNCTIONS = Path(__file__).parents[2] / "functions"

WITH_KEYS = ("converse", "send_message", "take_call", "reveal_contact")
Handler = Callable[[dict[str, Any]], Any]


class Loader(Protocol):
    def __call__(self, name: str, alias: str = "", **environment: str) -> Handler: ...


@dataclass
class Context:
    """What Powertools reads of Lambda's context."""

    function_name: str
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:ap-southeast-3:123456789012:function:test"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"


class Output:
    """All that a function has written: log lines, and metrics in CloudWatch's embedded format."""

    def __init__(self, logs: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
        self._logs, self._capsys, self._printed = logs, capsys, ""

    @property
    def text(self) -> str:
        captured = self._capsys.readouterr()
        self._printed += captured.out + captured.err
        return self._printed + self._logs.getvalue()

    @property
    def counted(self) -> dict[str, float]:
        """What was counted, added up by name."""
        totals: dict[str, float] = {}
        for line in self.text.splitlines():
            entry = json.loads(line) if line.startswith("{") else {}
            for metric in entry.get("_aws", {}).get("CloudWatchMetrics", []):
                for each in metric["Metrics"]:
                    name = each["Name"]
                    totals[name] = totals.get(name, 0) + sum(entry[name])
        return totals

    @property
    def lines(self) -> list[dict[str, Any]]:
        entries = [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]
        return [entry for entry in entries if "_aws" not in entry]


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Iterator[Output]:
    logs = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(logs)
    yield Output(logs, capsys)
    handler.setStream(before or handler.stream)


@pytest.fixture
def function(cloud: Cloud, output: Output, monkeypatch: pytest.MonkeyPatch) -> Loader:
    """`function("converse")` is that function's handler; keyword arguments change its environment."""
    monkeypatch.setattr("aduan.aws.inbox.call", through_boto3)
    monkeypatch.setattr("aduan.aws.secrets.call", through_boto3)

    def load(name: str, alias: str = "", **environment: str) -> Handler:
        keys = cloud.keys if name in WITH_KEYS else {}
        for variable, value in (cloud.environment | keys | environment).items():
            monkeypatch.setenv(variable, value)
        spec = spec_from_file_location(f"function_{name}", FUNCTIONS / name / "handler.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)

        def handle(event: dict[str, Any]) -> Any:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="No application metrics to publish")
                arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:aduan-test-{name}{alias}"
                return module.handler(event, Context(name, invoked_function_arn=arn))

        return handle

    return load


@pytest.fixture
def meta() -> Iterator[LocalServer]:
    """The Graph API, which takes every message, and the files of citizens."""
    with a_local_server() as server:
        yield server
        graph_api._http.clear()


def through_boto3(service: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
    """`signed_request.call` as moto can answer it; the real one has its own tests."""
    operations: dict[str, Callable[..., Any]] = {
        "AmazonSQS.SendMessageBatch": client("sqs").send_message_batch,
        "AmazonSSM.GetParameters": client("ssm").get_parameters,
    }
    answer: dict[str, Any] = operations[target](**body)
    return answer
