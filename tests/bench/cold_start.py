"""What each function imports before its first line runs: time and memory of a fresh process.

Ratios only, against two peers measured in the same run, in turn: an empty handler, and a handler
that imports boto3 and makes one client, which is the usual start of a Python function.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
LAYERS = [ROOT / "layers/aduan/python", ROOT / "layers/jurisdictions/python"]
EMPTY, PEER = "an empty handler", "boto3 with one client"
PEERS = {EMPTY: "", PEER: "import boto3; boto3.client('sqs')"}
LIMITS = {"receive_webhook": 0.6}
LIMIT = 1.5
RUNS = 11

# What a handler reads when it is loaded; any value will do.
_NAMES = (
    "INBOX_QUEUE_URL OUTBOX_QUEUE_URL SETTLING_QUEUE_URL PHOTO_QUEUE_URL NOTICE_QUEUE_URL "
    "ERASURE_QUEUE_URL FOLLOWERS_QUEUE_URL REPORTS_TABLE VAULT_TABLE VAULT_KEY_ID "
    "ADDRESS_HASH_KEY_ID PHOTO_BUCKET SECRETS_PREFIX STATE_MACHINE_ARN WHATSAPP_API_URL "
    "FUNCTION_ARN_PREFIX "
    "INSTAGRAM_API_URL WHATSAPP_PHONE_NUMBER_ID MEDIA_HOSTS AGENCY_TOPIC_PREFIX DESK_URL FRAME_ANCESTORS "
    "PLACE_URL SMS_SENDER_ID "
    "DEADLINE_GROUP WATCH_DEADLINE_ARN DEADLINE_ROLE_ARN FAILED_DEADLINES_ARN"
).split()
ENVIRONMENT = dict.fromkeys(_NAMES, "http://127.0.0.1:1/x") | {
    "AWS_REGION": "ap-southeast-3",
    "AWS_DEFAULT_REGION": "ap-southeast-3",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "JURISDICTION_ID": "kediri",
    "QUEUES": "{}",
    "TERMS_S": "",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Aduan112",
}

# Linux tells the peak of this program alone; getrusage would count the one that started it as well.
_PROBE = """
import re, time
began = time.perf_counter()
{code}
took = time.perf_counter() - began
try:
    with open("/proc/self/status") as status:
        peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read()).group(1))
except OSError:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("[%f, %d]" % (took, peak))
"""


@dataclass(frozen=True, kw_only=True)
class Start:
    """Medians over the runs: seconds of importing, peak memory in KiB."""

    seconds: float
    memory_kib: float


def measure(runs: int = RUNS) -> dict[str, Start]:
    """All functions and both peers, one after another, round after round."""
    codes = {**PEERS, **dict.fromkeys(FUNCTIONS, "import handler")}
    for name, code in codes.items():
        _start(name, code)  # the first run compiles
    rounds = [{name: _start(name, code) for name, code in codes.items()} for _ in range(runs)]
    return {
        name: Start(
            seconds=statistics.median(each[name][0] for each in rounds),
            memory_kib=statistics.median(each[name][1] for each in rounds),
        )
        for name in codes
    }


def over_the_limit(starts: Mapping[str, Start]) -> list[str]:
    peer = starts[PEER].seconds
    return [
        f"{name}: {starts[name].seconds / peer:.2f} of {PEER}, at most {LIMITS.get(name, LIMIT)}"
        for name in FUNCTIONS
        if starts[name].seconds / peer > LIMITS.get(name, LIMIT)
    ]


def table(starts: Mapping[str, Start]) -> str:
    empty, peer = starts[EMPTY], starts[PEER]
    lines = [
        f"{'what a fresh process imports':32} {'time / peer':>12} {'memory / peer':>14} {'/ empty':>9}"
    ]
    for name, start in starts.items():
        lines.append(
            f"{name:32} {start.seconds / peer.seconds:12.2f} "
            f"{start.memory_kib / peer.memory_kib:14.2f} {start.memory_kib / empty.memory_kib:9.2f}"
        )
    return "\n".join([*lines, f"(peer: {PEER}; medians of {RUNS} processes each, taken in turn)"])


def _start(name: str, code: str) -> tuple[float, int]:
    folders = [*LAYERS, ROOT / "functions" / name]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        **ENVIRONMENT,
    }
    command = [sys.executable, "-c", _PROBE.format(code=code)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, memory = json.loads(answer.stdout)
    return float(seconds), int(memory)
