"""What may be in the way on somebody's machine, and what it is answered with."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from infra.local import emulator as emulator_module
from infra.local import processes
from infra.local import stack as stack_module
from infra.local.emulator import Emulator
from infra.local.processes import Background, LocalStackError, free_port
from infra.local.stack import LocalStack

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stack_module, "LOCAL", tmp_path)
    monkeypatch.setattr(stack_module, "ROOT", tmp_path)
    monkeypatch.setattr(processes, "ROOT", tmp_path)
    (tmp_path / "demo").mkdir()
    return tmp_path / "demo"


def a_background(folder: Path) -> Background:
    return Background(folder / "program.pid", folder / "program.log")


def test_a_port_that_another_program_has_is_said_in_one_sentence(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(LocalStackError, match=f"Port {port} is in use by another program"):
            Emulator(folder, port).start()


def test_ports_stay_those_of_the_first_start(folder: Path) -> None:
    (folder / "ports.json").write_text(json.dumps({"emulator": 4566, "twin": 8112}), "utf-8")

    with pytest.raises(LocalStackError, match="`make clean` first"):
        LocalStack(asked_ports={"emulator": 4600, "twin": 8600}).up()


def test_a_second_start_at_the_same_time_is_told_to_wait(folder: Path) -> None:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(LocalStackError, match="wait until it is done"):
            LocalStack().up()


def test_a_process_number_that_another_program_has_by_now_is_not_ours(folder: Path) -> None:
    ours = a_background(folder)
    noted = {"pid": os.getpid(), "marker": "infra.local.something-else"}
    ours.pid_file.write_text(json.dumps(noted), "utf-8")

    assert ours.pid is None
    ours.stop()  # and it is left alone


def test_a_program_that_dies_at_once_is_said_to_answer_nothing(folder: Path) -> None:
    dying = [sys.executable, "-c", "raise SystemExit(1)"]

    with pytest.raises(LocalStackError, match=r"see demo/program\.log"):
        a_background(folder).start(dying, marker="x", env={}, port=free_port(), answers="/")


def test_a_program_is_started_found_again_and_stopped(folder: Path) -> None:
    port = free_port()
    program = a_background(folder)
    serving = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    program.start(serving, marker="http.server", env={}, port=port, answers="/")

    assert a_background(folder).pid is not None
    program.stop()
    assert a_background(folder).pid is None
    assert processes.is_free(port)


def test_stopping_what_does_not_run_does_nothing(folder: Path) -> None:
    LocalStack().down()
    LocalStack().clean()

    assert not folder.exists()


def test_streams_are_read_from_their_beginning_after_a_restart(folder: Path) -> None:
    state = folder / "lambda.json"
    saved = {"__ministack_format__": 2, "payload": {"dynamodb_stream_positions": 7, "esms": 1}}
    state.write_text(json.dumps(saved), "utf-8")

    emulator_module._forget_stream_positions(state)

    assert json.loads(state.read_text("utf-8"))["payload"] == {"esms": 1}
