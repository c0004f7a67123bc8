"""The workflow as moves from state to state, and drawn from them: `make diagram` puts it into the README."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.lifecycle import DEFINITION
from infra.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

END = "[*]"
README = ROOT / "README.md"
_FENCE = re.compile(r"(?<=```mermaid\n)stateDiagram-v2\n.*?(?=```)", re.DOTALL)


@dataclass(frozen=True)
class Move:
    """From a state to what follows it; `errors` lead there, or nothing went wrong. `label` is for people."""

    state: str
    following: str
    errors: tuple[str, ...] = ()
    label: str = ""

    def __str__(self) -> str:
        why = f": {self.label}" if self.label else ""
        return f"{self.state} --> {self.following}{why}"


def workflow() -> dict[str, Any]:
    return dict(json.loads(DEFINITION.read_text("utf-8")))


def moves(definition: Mapping[str, Any]) -> list[Move]:
    """Every move that the workflow may make, in the order of its text."""
    return [move for name, state in definition["States"].items() for move in _moves(name, state)]


def _moves(name: str, state: Mapping[str, Any]) -> Iterable[Move]:
    for choice in state.get("Choices", []):
        yield Move(name, choice["Next"], label=_words(choice["Condition"]))
    if "Default" in state:
        yield Move(name, state["Default"], label="else")
    if "Next" in state:
        yield Move(name, state["Next"])
    for catch in state.get("Catch", []):
        errors = tuple(catch["ErrorEquals"])
        yield Move(name, catch["Next"], errors, ", ".join(errors))
    if state.get("End") or state["Type"] in ("Succeed", "Fail"):
        yield Move(name, END)


def _words(condition: str) -> str:
    """What a condition compares with, which says enough: `$status in ['routed']` is `routed`."""
    return ", ".join(re.findall(r"'(\w+)'", condition)) or re.sub(r"[^\w ]", "", condition).strip()


def taken(history: Iterable[Mapping[str, Any]], definition: Mapping[str, Any]) -> list[Move]:
    """The moves that an execution made, from its history; one that is not drawn is a ValueError.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
    """
    known, made = moves(definition), []
    state, error = "", ""
    for event in history:
        if "stateEnteredEventDetails" in event or event["type"] == "ExecutionSucceeded":
            following = event.get("stateEnteredEventDetails", {}).get("name", END)
            if state:
                made.append(_known(known, state, following, error))
            state, error = following, ""
        elif event["type"] in ("TaskScheduled", "TaskSucceeded"):
            error = ""
        elif event["type"] in ("TaskFailed", "TaskTimedOut"):
            details = event["type"][0].lower() + event["type"][1:] + "EventDetails"
            error = event[details]["error"]
    return made


def _known(known: list[Move], state: str, following: str, error: str) -> Move:
    for move in known:
        if (move.state, move.following) == (state, following) and (
            error in move.errors if error else not move.errors
        ):
            return move
    raise ValueError(f"{state} --> {following} {error}")


def drawn(definition: Mapping[str, Any]) -> str:
    """A Mermaid state diagram; what AWS itself fails at is tried again in the same state, and not drawn."""
    lines = [f"{END} --> {definition['StartAt']}", *(str(move) for move in moves(definition))]
    return "stateDiagram-v2\n" + "".join(f"    {line}\n" for line in lines)


def main() -> None:
    text = README.read_text("utf-8")
    README.write_text(_FENCE.sub(lambda _: drawn(workflow()), text), "utf-8")


if __name__ == "__main__":
    main()
