"""What a flood costs: a million requests by whoever has the address, and an hour of as many as are let in.

The functions' own code runs here and is timed; a function's share of a core, what its lines in the log
weigh and what AWS bills for each are data. Nothing of it reaches a queue or a table.
"""

import base64
import contextlib
import io
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from tests.bench.report_cost import PRICES

FUNCTIONS = Path(__file__).parents[2] / "functions"
MB_OF_A_CORE = 1769  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
METERED_BYTES = 512 * 1024  # of a request to an HTTP API
ADMITTED_A_SECOND = 300  # infra/front_door.py
REPEATS = 40
_SECRETS = dict.fromkeys(
    ("whatsapp-app-secret", "instagram-app-secret", "verify-token", "link-key"), "known to us"
)
_FORGED = "sha256=" + 64 * "0"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as its function sees it: how long, on how much memory, with how many bytes."""

    what: str
    body_bytes: int
    memory_mb: int
    seconds: float
    log_bytes: int

    @property
    def per_million(self) -> float:
        """US dollars."""
        flood, aws = PRICES["flood"], PRICES["aws"]
        billed_s = max(self.seconds * MB_OF_A_CORE / self.memory_mb, 0.001)
        metered = 1 + self.body_bytes // METERED_BYTES
        lines = self.log_bytes + flood["log_bytes_by_aws"]
        return float(
            metered * aws["http_api_per_million"]
            + aws["lambda_requests_per_million"]
            + billed_s * self.memory_mb / 1024 * aws["lambda_gb_seconds_per_million"]
            + lines * 1e6 / 1e9 * flood["logs_per_gb"]
            + flood["traced_share"] * flood["traces_per_million"]
        )

    @property
    def an_hour(self) -> float:
        """US dollars, as fast as the front door lets them in."""
        return self.per_million * ADMITTED_A_SECOND * 3600 / 1e6


def measure() -> list[Request]:
    webhook, desk = _load("receive_webhook"), _load("agency_desk")
    link = {"requestContext": {"http": {"method": "GET"}}, "pathParameters": {"link": "1-1-abc-0"}}
    return [
        _timed("webhook, not signed", 2_000, 512, lambda: webhook(_post(2_000, ""))),
        _timed("webhook, signed-looking", 2_000, 512, lambda: webhook(_post(2_000, _FORGED))),
        _timed("the same, of three megabytes", 3_000_000, 512, lambda: webhook(_post(3_000_000))),
        _timed("an officer's link, made up", 0, 1024, lambda: desk(link)),
    ]


def table(requests: list[Request]) -> str:
    lines = ["US dollars of a flood: per million requests, and an hour at 300 a second:"]
    lines += [f"  {r.per_million:7.2f} {r.an_hour:7.2f}  {r.what}" for r in requests]
    return "\n".join(lines)


def _post(size: int, signed: str = _FORGED) -> dict[str, Any]:
    return {
        "requestContext": {"http": {"method": "POST"}},
        "headers": {"x-hub-signature-256": signed},
        "body": base64.b64encode(bytes(size)).decode(),
        "isBase64Encoded": True,
    }


def _timed(what: str, size: int, memory_mb: int, run: Callable[[], Any]) -> Request:
    """The median of many runs; of the log what one run writes."""
    times, written = [], io.StringIO()
    with contextlib.redirect_stdout(written):
        for _ in range(REPEATS):
            began = time.perf_counter()
            answer = run()
            times.append(time.perf_counter() - began)
            assert answer["statusCode"] in (401, 404)
    return Request(
        what=what,
        body_bytes=size,
        memory_mb=memory_mb,
        seconds=median(times),
        log_bytes=len(written.getvalue()) // REPEATS,
    )


def _load(name: str) -> Callable[[dict[str, Any]], Any]:
    """The function, with secrets that it need not fetch."""
    os.environ |= {
        "AWS_REGION": "ap-southeast-3",
        "AWS_DEFAULT_REGION": "ap-southeast-3",
        "AWS_ACCESS_KEY_ID": "AKIAFORTESTSONLY",
        "AWS_SECRET_ACCESS_KEY": "for tests only",
        "JURISDICTION_ID": "kediri",
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "Aduan112",
        "INBOX_QUEUE_URL": "https://queue.example/inbox.fifo",
        "SECRETS_PREFIX": "/aduan/bench/",
        "REPORTS_TABLE": "reports",
        "PHOTO_BUCKET": "photos",
        "DESK_URL": "https://desk.example/desk",
        "FRAME_ANCESTORS": "'none'",
    }
    spec = spec_from_file_location(f"flooded_{name}", FUNCTIONS / name / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.secrets = _SECRETS  # type: ignore[attr-defined]
    context = SimpleNamespace(
        function_name=name,
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:ap-southeast-3:123456789012:function:{name}",
        aws_request_id="52fdfc07-2182-154f-163f-5f0f9a621d72",
    )

    def handle(event: dict[str, Any]) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No application metrics to publish")
            return module.handler(event, context)

    return handle


if __name__ == "__main__":
    sys.exit(print(table(measure())))
