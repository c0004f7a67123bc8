"""What one plain report costs: AWS calls, queue messages, workflow transitions, messages to the citizen.

Counted on the local stack while the story of a street light is played: the emulator records every
API call that a function makes, as CloudTrail would.
"""

import json
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stories import plain, web
from tests.stories.city import City

PRICES = tomllib.loads((Path(__file__).parent / "prices.toml").read_text(encoding="utf-8"))
# One at least of each function's, so that the reads of all are found.
OPERATIONS = ("TransactWriteItems", "UpdateItem", "Publish", "SendMessageBatch", "GetParameters")
ITEM_WRITE_UNITS = 1  # our items are below 1 kB but for a few
TRANSACTION_FACTOR = (
    2  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """`calls` by service and operation; `writes` are items written, those in transactions apart."""

    calls: Counter[str]
    plain_writes: int
    transaction_writes: int
    transitions: int
    invocations: Counter[str]
    whatsapp_messages: int


def count(city: City) -> Cost:
    """Play one plain report with the recorder on."""
    _record(city, True)
    began, before, billed = int(time.time()), _invocations(city), _billed(city)
    try:
        number = plain.a_street_light_on_whatsapp(city)
    finally:
        _record(city, False)
    events = _events(city, began, int(time.time()))
    calls = Counter(
        f"{event['eventSource'].split('.')[0]} {event['eventName']}" for event in events
    )
    transactions = [e for e in events if e["eventName"] == "TransactWriteItems"]
    return Cost(
        calls=calls,
        plain_writes=calls["dynamodb UpdateItem"] + calls["dynamodb PutItem"],
        transaction_writes=sum(len(e["requestParameters"]["TransactItems"]) for e in transactions),
        transitions=len(city.history(number)) + 1,  # and the end
        invocations=_invocations(city) - before,
        whatsapp_messages=_billed(city) - billed,
    )


def messages_of_each_story(city: City) -> str:
    """How many messages to its citizen each plain story costs, and what Meta bills for them."""
    lines = ["messages to the citizen, by story (a reaction is none; Instagram bills nothing):"]
    for story in plain.STORIES:
        before = _usage(city)
        story(city)
        after = _usage(city)
        number = after["delivered"] - before["delivered"]
        price = after["usd_without_free"] - before["usd_without_free"]
        name = story.__name__.replace("_", " ")
        lines.append(f"  {number:3}  {price:7.4f} US dollars beyond the free thousand  {name}")
    return "\n".join(lines)


def _usage(city: City) -> dict[str, Any]:
    return dict(web.ask(f"{city.stack['twin_url']}/usage"))


def _billed(city: City) -> int:
    return int(_usage(city)["delivered"])


def table(cost: Cost) -> str:
    lines = ["one plain report on WhatsApp, from the first photo to the rating and a `cek`:"]
    lines += [f"  {number:5}  {call}" for call, number in sorted(cost.calls.items())]
    lines += [
        f"  {cost.transitions:5}  Step Functions transitions",
        f"  {cost.invocations.total():5}  function invocations",
        f"  {cost.whatsapp_messages:5}  WhatsApp messages to the citizen",
        "US dollars per 1,000 reports (prices.toml, no free tier):",
    ]
    dollars = per_thousand(cost)
    lines += [f"  {value:8.3f}  {name}" for name, value in dollars.items()]
    aws = sum(value for name, value in dollars.items() if name != "WhatsApp messages")
    return "\n".join(
        [*lines, f"  {aws:8.3f}  AWS in all", f"  {sum(dollars.values()):8.3f}  in all"]
    )


def per_thousand(cost: Cost) -> dict[str, float]:
    """US dollars per 1,000 reports, by what they are for."""
    aws, calls = PRICES["aws"], cost.calls
    writes = (cost.plain_writes + TRANSACTION_FACTOR * cost.transaction_writes) * ITEM_WRITE_UNITS
    reads = calls["dynamodb GetItem"] + calls["dynamodb Query"]
    queue_messages = sum(number for call, number in calls.items() if call.startswith("sqs Send"))
    kms = sum(number for call, number in calls.items() if call.startswith("kms "))
    requests = cost.invocations["receive_webhook"] + cost.invocations["agency_desk"]
    return {
        "Step Functions": cost.transitions * aws["step_functions_transitions_per_1000"],
        "DynamoDB writes": writes * aws["dynamodb_write_units_per_million"] / 1e3,
        "DynamoDB reads": reads * aws["dynamodb_read_units_per_million"] / 1e3,
        "queues (send, receive, delete)": 3
        * queue_messages
        * aws["sqs_requests_per_million"]
        / 1e3,
        "KMS": kms * aws["kms_requests_per_10000"] / 10,
        "SNS publish and one e-mail": aws["sns_publishes_per_million"] / 1e3
        + aws["sns_emails_per_100000"] / 100,
        "schedules": calls["scheduler CreateSchedule"] * aws["schedules_per_million"] / 1e3,
        "S3": calls["s3 PutObject"] * aws["s3_puts_per_1000"]
        + calls["s3 GetObject"] * aws["s3_gets_per_1000"],
        "HTTP API": requests * aws["http_api_per_million"] / 1e3,
        "Lambda": cost.invocations.total()
        * (
            aws["lambda_requests_per_million"]
            + aws["lambda_gb_seconds_per_million"] * aws["lambda_gb_seconds_each"]
        )
        / 1e3,
        "WhatsApp messages": cost.whatsapp_messages * PRICES["whatsapp"]["message"] * 1e3,
    }


def _record(city: City, on: bool) -> None:
    url = f"{city.stack['aws_endpoint_url']}/_ministack/config"
    web.ask(url, {"cloudtrail._recording_enabled": str(on).lower()})


def _events(city: City, began: int, ended: int) -> list[dict[str, Any]]:
    """Calls of the functions: those under the root key are the story's own looking around.

    Asked for second by second, since an answer holds fifty at most; for reads of the table, which the
    story does as well, function by function.
    """
    seconds = range(began, ended + 1)
    others = [
        e
        for second in seconds
        for name in OPERATIONS
        for e in _lookup(city, second, EventName=name)
    ]
    keys = {_caller(event) for event in others} - {"test"}
    reads = [
        e for second in seconds for each in keys for e in _lookup(city, second, AccessKeyId=each)
    ]
    once = {event["eventID"]: event for event in [*others, *reads]}
    return [event for event in once.values() if _caller(event) in keys]


def _lookup(city: City, second: int, **attribute: str) -> list[dict[str, Any]]:
    ((name, value),) = attribute.items()
    answer = city.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": name, "AttributeValue": value}],
        StartTime=second,
        EndTime=second + 1,
    )["Events"]
    assert len(answer) < 50, f"more calls of {name} in a second than the recorder tells"
    return [json.loads(event["CloudTrailEvent"]) for event in answer]


def _caller(event: dict[str, Any]) -> str:
    return str(event["userIdentity"]["accessKeyId"])


def _invocations(city: City) -> Counter[str]:
    """How often each function has run, by its log."""
    logs, runs = city.client("logs"), Counter[str]()
    for folder, name in city.stack["functions"].items():
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{name}", filterPattern="REPORT"
        )
        events = (event["message"] for page in pages for event in page["events"])
        runs[folder] = sum(message.startswith("REPORT") for message in events)
    return runs
