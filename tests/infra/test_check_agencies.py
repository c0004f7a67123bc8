"""Who deploys is told which agencies nobody hears for."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

from infra import check_agencies

if TYPE_CHECKING:
    import pytest


class Lambda:
    """Plays the service: the function answers this."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer, self.called = answer, ""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        self.called = FunctionName
        return self.answer


def run(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> tuple[int, str]:
    service = Lambda(answer)
    monkeypatch.setattr("infra.check_agencies.boto3.client", lambda *_, **__: service)
    monkeypatch.setattr(sys, "argv", ["check_agencies", "--stage", "training"])
    return check_agencies.main(), service.called


def payload(unheard: list[str]) -> dict[str, Any]:
    return {"Payload": io.BytesIO(json.dumps({"unheard": unheard}).encode())}


def test_agencies_without_a_subscription_are_named_and_stop_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, payload(["pln"])) == (0, "aduan-training-check_agencies")
    assert "aduan-training-pln" in capsys.readouterr().out


def test_where_all_are_heard_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, payload([]))

    assert "Every agency" in capsys.readouterr().out


def test_a_check_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}

    assert run(monkeypatch, failed)[0] == 1
