"""Stopping a function after its nth call to AWS, and a look at everything it may have left behind."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from botocore.client import BaseClient
from urllib3 import PoolManager

from aduan.aws.clients import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cloud import Cloud
    from tests.local_server import LocalServer

_MAKE_API_CALL = "_make_api_call"  # every call of every client goes through it
# What differs between any two runs: moments, drawn numbers and ids, ciphertexts, how often it was tried.
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d[\d:.]*(\+00:00|Z)?)?"
    r"|pukul \d\d\.\d\d|\d{1,2} [A-Z][a-z]+ \d{4}|hour/\d\d|20\d\d-W\d\d"
)
_ID = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)|(?<!\d)\d{4}-\d{4}-\d{4}(?!\d)")
_LINK = re.compile(r"-[0-9a-z]{4}-[0-9a-z]{19}\b")
_COUNTED_TRIES = (
    "attempts",
    "begun_at",
    "perhaps_twice",
    "expires_at",
    "carried_out_at",
    "work_since",
)

_SEALED = ("address", "answers")  # in the vault, and Meta's id of a message to react to


class Crash(BaseException):
    """The process is gone: no `except Exception` sees it."""


@dataclass
class Calls:
    """The calls that were made, by name, in turn."""

    made: list[str] = field(default_factory=list)


@contextmanager
def stopped_after(nth: int | None) -> Iterator[Calls]:
    """The function's process ends after its nth call, whatever came of the call; None: it does not end.

    Calls to Meta count as well: between those and the note of them lies the one moment that nobody can close.
    """
    calls, of_aws = Calls(), BaseClient._make_api_call  # type: ignore[attr-defined]
    of_meta = PoolManager.request

    def call_aws(self: Any, operation: str, parameters: Any) -> Any:
        calls.made.append(f"{self.meta.service_model.service_id}.{operation}")
        try:
            return of_aws(self, operation, parameters)
        finally:
            if len(calls.made) == nth:
                raise Crash

    def call_meta(self: Any, method: str, url: str, **how: Any) -> Any:
        calls.made.append(f"Meta.{method}")
        try:
            return of_meta(self, method, url, **how)
        finally:
            if len(calls.made) == nth:
                raise Crash

    with (
        patch.object(BaseClient, _MAKE_API_CALL, call_aws),
        patch.object(PoolManager, "request", call_meta),
    ):
        yield calls


@dataclass(frozen=True)
class Outside:
    """What people outside have got: messages at Meta, mail at agencies, each as often as it was."""

    said: Counter[str]
    told: Counter[str]

    @property
    def twice(self) -> int:
        return sum(number - 1 for each in (self.said, self.told) for number in each.values())


def outside(cloud: Cloud, meta: LocalServer, mailboxes: list[str]) -> Outside:
    takes_it = meta.next_answer().status < 400
    posts = [asked.body.decode() for asked in meta.asked if asked.method == "POST"]
    said = Counter(map(_smooth, posts if takes_it else ()))
    told = Counter(
        _smooth(json.dumps(message["body"]["Message"]))
        for mailbox in mailboxes
        for message in _all(mailbox)
    )
    return Outside(said, told)


def inside(cloud: Cloud) -> dict[str, Any]:
    """Everything in tables, queues, bucket, workflow and schedules, made comparable.

    In a queue it counts what is there, not how often: whoever works it off expects repeats.
    """
    queues = {
        name: sorted(
            {_smooth(json.dumps(message["body"], sort_keys=True)) for message in _all(url)}
        )
        for name, url in _queues(cloud).items()
    }
    listed = client("s3").list_objects_v2(Bucket=cloud.photos).get("Contents", [])
    return {
        "reports": sorted(map(_item, cloud.items(cloud.reports))),
        "vault": sorted(map(_item, cloud.items(cloud.vault))),
        "queues": queues,
        "executions": sorted(_smooth(name) for name in cloud.executions()),
        "schedules": sorted(_smooth(name) for name in cloud.schedules()),
        "bucket": sorted(_smooth(each["Key"]) for each in listed),
    }


def _queues(cloud: Cloud) -> dict[str, str]:
    urls = client("sqs").list_queues().get("QueueUrls", [])
    return {url.rsplit("/", 1)[-1]: url for url in urls if "mailbox" not in url}


def _all(queue_url: str) -> list[dict[str, Any]]:
    """Everything in a queue, left there."""
    found: dict[str, dict[str, Any]] = {}
    for _ in range(10):
        answer = client("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        found |= {each["MessageId"]: dict(each) for each in answer.get("Messages", [])}
    return [{"body": _read(each["Body"])} for each in found.values()]


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _item(item: dict[str, Any]) -> str:
    kept = {name: value for name, value in item.items() if name not in _COUNTED_TRIES}
    kept |= {name: {"S": "<sealed>"} for name in _SEALED if name in kept}
    return _smooth(json.dumps(kept, sort_keys=True, default=str))


def _smooth(text: str) -> str:
    text = _TIME.sub("<time>", text)
    text = _ID.sub("<id>", text)
    text = _LINK.sub("-<signature>", text)
    return _NUMBER.sub("<number>", text)
