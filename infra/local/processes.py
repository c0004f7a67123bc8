"""A program that goes on in the background, remembered in a file by its process id."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 30.0
_children: list[subprocess.Popen[bytes]] = []
"""Kept, since Python warns of a child that goes on when its object is gone; these are meant to."""


class LocalStackError(Exception):
    """Something on this machine is in the way; the message says what to do about it."""


@dataclass(frozen=True)
class Background:
    """One program: where its process id is noted, and where it writes its log."""

    pid_file: Path
    log: Path

    @property
    def pid(self) -> int | None:
        """The process id while it runs; a number that another program has by now is none."""
        try:
            noted = json.loads(self.pid_file.read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        pid: int = noted["pid"]
        return pid if _is_running(pid, noted["marker"]) else None

    def start(
        self,
        command: Sequence[str],
        *,
        marker: str,
        env: Mapping[str, str],
        port: int,
        answers: str,
    ) -> None:
        """Start it in a session of its own, so that Ctrl-C in this one does not end it.

        `marker`: what of the command line tells it from others. `answers`: the path at which it
        answers on `port` once it is ready.
        """
        if not is_free(port):
            raise LocalStackError(
                f"Port {port} is in use by another program: stop that one, or choose others with"
                " `make clean` and `make up PORT=4600 PAGE_PORT=8600`."
            )
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=env,
                start_new_session=True,
            )
        _children.append(process)
        self.pid_file.write_text(json.dumps({"pid": process.pid, "marker": marker}), "utf-8")
        url = f"http://127.0.0.1:{port}{answers}"
        deadline = time.monotonic() + READY_WITHIN_S
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=5).close()
                return
            time.sleep(0.05)
        raise LocalStackError(f"Nothing answers at {url}: see {shown(self.log)}, then try again.")

    def stop(self) -> None:
        """End it kindly (the emulator writes its state down then); if that fails, unkindly."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOPPED_WITHIN_S
            while self.pid is not None and time.monotonic() < deadline:
                time.sleep(0.05)
            if self.pid is not None:
                os.killpg(pid, signal.SIGKILL)
            for child in _children:
                if child.pid == pid:
                    child.wait()
        self.pid_file.unlink(missing_ok=True)


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of the machine itself."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def shown(path: Path) -> str:
    """A path as one types it in the project's folder."""
    return str(path.relative_to(ROOT))


def _is_running(pid: int, marker: str) -> bool:
    """Whether a process of this number lives, and is the program that `marker` tells."""
    proc = Path("/proc") / str(pid)
    if not Path("/proc/self/stat").exists():  # not Linux
        ps = ["ps", "-o", "command=", "-p", str(pid)]
        return marker in subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    try:
        state = (proc / "stat").read_text("utf-8").rpartition(")")[2].split()[0]
        command_line = (proc / "cmdline").read_text("utf-8").replace("\0", " ")
    except OSError:
        return False
    # On its way in and on its way out a process has no command line, but its ports already.
    return state not in "ZX" and (not command_line or marker in command_line)
