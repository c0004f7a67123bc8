"""The workflow on a table top: the ASL itself, walked with the domain in the place of functions and AWS."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aduan.change import Answer, Change
from aduan.deadline import promises_of, watches
from aduan.errors import IllegalTransitionError
from aduan.routing import route
from aduan.service_request import ServiceRequest, Status
from infra.lifecycle_diagram import workflow
from tests.builders import KEDIRI

STATES: dict[str, dict[str, Any]] = workflow()["States"]
START = workflow()["StartAt"]
_WAIT = re.compile(r"wait#(\w+)#")
_COMPARED = re.compile(r"\$(\w+) (?:in|=) ")


@dataclass
class Execution:
    """Where it is (None: ended) and its variables. `attempt` is of the latest dispatch that it knows."""

    state: str | None = START
    variables: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> "Execution":
        return Execution(self.state, dict(self.variables))

    @property
    def waits_for(self) -> tuple[str, int] | None:
        """The wait, by its key in the table, in which it stands."""
        arguments = STATES.get(self.state or "", {}).get("Arguments", {})
        named = _WAIT.search(str(arguments.get("Key", "")))
        return (named[1], self.variables["attempt"]) if named else None

    def times_out(self) -> bool:
        """Nobody answered: what the ASL catches then; False where it waits without end."""
        state = STATES.get(self.state or "", {})
        if self.waits_for is None or "TimeoutSeconds" not in state:
            return False
        self._fails("States.Timeout")
        return True

    def step(
        self, request: ServiceRequest, answers: dict[tuple[str, int], Answer], at: datetime
    ) -> Change | None:
        """One state on, as far as it can go; what it changes in the report."""
        state = STATES[self.state or ""]
        if state["Type"] == "Choice":
            self.state = next(
                (each["Next"] for each in state["Choices"] if self._is_so(each["Condition"])),
                state["Default"],
            )
            return None
        if state["Type"] == "Succeed":
            self.state = None
            return None
        if self.waits_for:
            self._is_answered(answers)
            return None
        try:
            change = self._task(request, at)
        except IllegalTransitionError:  # tried again eight times, then it has failed
            self.state = None
            return None
        self._assigns(state)
        self.state = state.get("Next")
        return change

    def _task(self, request: ServiceRequest, at: datetime) -> Change | None:
        match self.state:
            case "WhereItStands":
                self.variables |= {"status": request.status, "attempt": request.attempt}
                return None
            case "RouteServiceRequest":
                if request.status is not Status.ROUTED:
                    routing = route(request, KEDIRI)
                    request = request.route_to(routing.agency_responsible, routing.because, at)
                self.variables["attempt"] = request.attempt
                return Change(request=request)
            case "DispatchToAgency":
                if (
                    request.status is not Status.ROUTED
                    and self.variables["attempt"] <= request.attempt
                ):
                    return None  # that assignment is there already
                dispatched = request.dispatch(at, promises_of(request, KEDIRI, at))
                return Change(request=dispatched, effects=watches(dispatched))
            case "CloseServiceRequest":
                return None if request.is_over else Change(request=request.end(at))
            case _:
                raise AssertionError(f"{self.state} is not known on this table top")

    def _is_answered(self, answers: dict[tuple[str, int], Answer]) -> None:
        state, answer = STATES[self.state or ""], answers.get(self.waits_for or ("", 0))
        if answer is None:
            return
        if answer.error:
            self._fails(answer.error)
        else:
            self.variables["outcome"] = answer.outcome
            self.state = state["Next"]

    def _fails(self, error: str) -> None:
        catches = STATES[self.state or ""].get("Catch", [])
        caught = next((each for each in catches if error in each["ErrorEquals"]), None)
        self.state = caught["Next"] if caught else None

    def _assigns(self, state: dict[str, Any]) -> None:
        plain = {k: v for k, v in state.get("Assign", {}).items() if not str(v).startswith("{%")}
        self.variables |= plain

    def _is_so(self, condition: str) -> bool:
        (variable,) = _COMPARED.findall(condition)
        return str(self.variables[variable]) in re.findall(r"'(\w+)'", condition)


def saved(request: ServiceRequest) -> ServiceRequest:
    return replace(request, version=request.version + 1)
