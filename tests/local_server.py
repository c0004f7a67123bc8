"""A small HTTP server on this machine that records what is asked and answers as told."""

import contextlib
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`drops`: the connection is closed instead. `hangs_up`: it is closed afterwards, without a word."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    drops: bool = False
    hangs_up: bool = False


def says(value: object, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(value).encode())


class LocalServer:
    """`answers` are given in turn, then the last one again and again; each after `pause_s`."""

    def __init__(self) -> None:
        self.pause_s = 0.0
        self.asked: list[Asked] = []
        self.connections: list[socket.socket] = []
        self._answers: deque[Answer] = deque([Answer()])
        self._http = _Http(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def answers(self, *answers: Answer) -> None:
        self._answers = deque(answers)

    def next_answer(self) -> Answer:
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()


@contextlib.contextmanager
def a_local_server() -> Iterator[LocalServer]:
    server = LocalServer()
    try:
        yield server
    finally:
        server.close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: LocalServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.server.owner.connections.append(self.connection)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.owner.asked.append(Asked(self.command, self.path, headers, body))
        answer = self.server.owner.next_answer()
        time.sleep(self.server.owner.pause_s)
        self.close_connection = answer.drops or answer.hangs_up
        if answer.drops:
            return
        with contextlib.suppress(ConnectionError):  # the other side may have heard enough
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
