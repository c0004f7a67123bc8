"""Where each report stands: its timeline, and how far its workflow has come, for the page.

Asked of the stack that runs: events in the reports table, the execution's history, and the
definition that was deployed. What a citizen wrote, who they are and what an officer noted is
not asked for, so that none of it can be shown.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.meta_twin.config import Config

Json = dict[str, Any]
Answer = TypeVar("Answer")
SHOWN = 60
FACTS = ("service_request_id", "service_code", "agency_responsible", "channel", "area")
STANDING = ("status", "urgent", "requested_datetime", "updated_datetime")
ENTERED = "stateEnteredEventDetails"


class Unreachable(Exception):  # noqa: N818 - what the emulator is
    """The emulator does not answer."""


class Reports:
    """What the emulator knows of the reports; its clients are made when they are first used."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._one_at_a_time = asyncio.Lock()
        """Questions are asked in threads, and boto3 makes its clients in one only."""

    async def all(self) -> list[Json]:
        """The reports, the latest first, without their timelines."""
        return await self._ask(self._all)

    async def one(self, service_request_id: str) -> Json | None:
        """A report with its timeline and where its workflow stands."""
        return await self._ask(lambda: self._one(service_request_id))

    async def workflow(self) -> Json:
        """The workflow that is deployed, as a graph."""
        return await self._ask(lambda: self._graph)

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        if not self._config.reports_table:
            raise Unreachable
        try:
            async with self._one_at_a_time:
                return await asyncio.to_thread(question)
        except (BotoCoreError, ClientError) as error:
            raise Unreachable from error

    def _all(self) -> list[Json]:
        pages = self._table.meta.client.get_paginator("scan").paginate(
            TableName=self._config.reports_table,
            FilterExpression="SK = :request",
            ExpressionAttributeValues={":request": "request"},
            **_only(*FACTS, *STANDING),
        )
        found = [self._facts(item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda report: str(report["at"]), reverse=True)[:SHOWN]

    def _one(self, service_request_id: str) -> Json | None:
        key = {"PK": f"request#{service_request_id}", "SK": "request"}
        only = _only(*FACTS, *STANDING, "generation")
        item = self._table.get_item(Key=key, ConsistentRead=True, **only).get("Item")
        if item is None:
            return None
        events = self._table.query(
            KeyConditionExpression="PK = :pk AND begins_with(SK, :event)",
            ExpressionAttributeValues={":pk": key["PK"], ":event": "event#"},
            ConsistentRead=True,
        )["Items"]
        return {
            **self._facts(item),
            "timeline": timeline(events, self._config),
            "workflow": self._execution(f"{service_request_id}-{item.get('generation', 1)}"),
        }

    def _facts(self, item: Json) -> Json:
        facts = {name: item.get(name) for name in FACTS}
        agency = item.get("agency_responsible")
        return {
            **facts,
            "number": spoken(str(item["service_request_id"])),
            "service": self._config.services.get(str(item.get("service_code")), ""),
            "agency": self._config.agencies.get(str(agency), agency) if agency else None,
            "status": str(item.get("status", "")),
            "urgent": bool(item.get("urgent")),
            "since": item.get("requested_datetime"),
            "at": item.get("updated_datetime"),
        }

    def _execution(self, name: str) -> Json:
        machine = self._config.state_machine_arn
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            status = self._steps.describe_execution(executionArn=arn)["status"]
            pages = self._steps.get_paginator("get_execution_history").paginate(executionArn=arn)
            history = [event for page in pages for event in page["events"]]
        except self._steps.exceptions.ExecutionDoesNotExist:
            return {"name": name, "status": "MISSING", "path": [], "current": None}
        return {"name": name, "status": status, **progress(history)}

    @cached_property
    def _graph(self) -> Json:
        """Kept until the twin starts anew, as it does after a deployment that changed anything."""
        machine = self._steps.describe_state_machine(stateMachineArn=self._config.state_machine_arn)
        return graph(json.loads(machine["definition"]))

    @cached_property
    def _table(self) -> Any:
        return boto3.resource("dynamodb", **self._account).Table(self._config.reports_table)

    @cached_property
    def _steps(self) -> Any:
        return boto3.client("stepfunctions", **self._account)

    @property
    def _account(self) -> Any:
        """The emulator's root, as everything that looks on from outside."""
        return {
            "endpoint_url": self._config.aws_endpoint_url,
            "region_name": self._config.region,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }


def timeline(events: Iterable[Json], config: Config) -> list[Json]:
    """What happened, oldest first, without a word of those who did it.

    A note is kept only where it is an agency's id: notes may hold what people wrote.
    """
    lines = []
    for event in events:
        who, notes = str(event["who"]), str(event.get("notes", ""))
        agency = notes if who == "system" else who
        name = config.agencies.get(agency, "")
        words = config.happenings.get(str(event["what"]), str(event["what"]))
        lines.append(
            {
                "what": str(event["what"]),
                "by": who if who in ("citizen", "system") else "agency",
                "agency": name,
                "words": words.replace("{agency}", name),
                "at": str(event["at"]),
            }
        )
    return lines


def progress(history: Iterable[Json]) -> Json:
    """The states that were entered, in order, and the one that the execution is in now."""
    path: list[Json] = []
    for event in history:
        if ENTERED in event:
            path.append({"state": event[ENTERED]["name"], "at": _iso(event["timestamp"])})
            path[-1]["left"] = None
        elif "stateExitedEventDetails" in event and path:
            path[-1]["left"] = _iso(event["timestamp"])
        elif str(event["type"]).startswith("Execution") and event["type"] != "ExecutionStarted":
            for step in path:
                step["left"] = step["left"] or _iso(event["timestamp"])
    # A state that fails into its `Catch` has no exit of its own: the next entry ends it.
    for step, following in pairwise(path):
        step["left"] = step["left"] or following["at"]
    is_inside = path and path[-1]["left"] is None
    return {"path": path, "current": path[-1]["state"] if is_inside else None}


def graph(definition: Json) -> Json:
    """A state machine as nodes and what may follow them; `main` is the plainest way through."""
    states: Json = definition["States"]
    follows = {name: _following(state) for name, state in states.items()}
    main = _main_way([definition["StartAt"]], follows)
    nodes = [
        {
            "name": name,
            "kind": "choice" if state["Type"] == "Choice" else "wait" if _waits(state) else "task",
            "comment": state.get("Comment", ""),
            "to": follows[name],
        }
        for name, state in states.items()
    ]
    return {"start": definition["StartAt"], "main": main, "states": nodes}


def _following(state: Json) -> list[str]:
    """What may come next, the likeliest first: a choice's first answer, then all that goes wrong."""
    nexts = [choice["Next"] for choice in state.get("Choices", [])]
    nexts += [state.get("Next"), state.get("Default")]
    nexts += [catch["Next"] for catch in state.get("Catch", [])]
    return list(dict.fromkeys(name for name in nexts if name))


def _main_way(way: list[str], follows: dict[str, list[str]]) -> list[str]:
    """On from here to an end by the likeliest steps, without meeting a state twice."""
    if not follows[way[-1]]:
        return way
    for name in follows[way[-1]]:
        if name not in way and (found := _main_way([*way, name], follows)):
            return found
    return []


def _waits(state: Json) -> bool:
    return state["Type"] == "Wait" or str(state.get("Resource", "")).endswith(".waitForTaskToken")


def spoken(service_request_id: str) -> str:
    """A report's number as people read it: in groups of four."""
    return "-".join(service_request_id[i : i + 4] for i in range(0, len(service_request_id), 4))


def _iso(at: Any) -> str:
    return at.isoformat() if isinstance(at, datetime) else str(at)


def _only(*names: str) -> Json:
    """Read these attributes and no other; `#` because some of them are reserved words."""
    return {
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
    }
