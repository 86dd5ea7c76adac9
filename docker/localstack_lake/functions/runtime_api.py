"""The public Lambda Runtime API for one function process, on a loopback port of its own.

It hands out one invocation at a time and reports what the runtime does as signals. It knows
nothing of LocalStack, of processes or of time limits.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from threading import Thread
from typing import Any

from localstack_lake.gateway.request_origin import refusal_of

# The most that a synchronous answer may hold.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB and some room)
MAX_ANSWER_BYTES = 6_291_556

_PREFIX = "/2018-06-01/runtime"
_ANSWER_PATH = re.compile(rf"{_PREFIX}/invocation/([^/]+)/(response|error)")


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a function; `deadline_ms` is in milliseconds of Unix time."""

    request_id: str
    event: bytes
    function_arn: str
    trace_id: str
    deadline_ms: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime asks for its next invocation: initialised, or done with the one before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The function's result (`error_type` is None) or the error that its handler raised."""

    payload: bytes
    error_type: str | None


@dataclass(frozen=True, slots=True)
class InitError:
    """The runtime could not load the handler."""

    payload: bytes
    error_type: str


type RuntimeSignal = Ready | Answer | InitError


class RuntimeApi:
    """Serves one runtime from construction until `close`; `report` is called on its threads."""

    def __init__(self, report: Callable[[RuntimeSignal], None]) -> None:
        self.report = report
        self.current_request_id: str | None = None
        self._offered: SimpleQueue[Invocation | None] = SimpleQueue()
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.address = f"{host}:{port}"
        Thread(target=self._accept, name=f"runtime-api-{port}", daemon=True).start()

    def offer(self, invocation: Invocation) -> None:
        """Give the runtime its next invocation, now or as soon as it asks."""
        self._offered.put(invocation)

    def take(self) -> Invocation | None:
        """Wait for the next invocation; None once the API is closed."""
        invocation = self._offered.get()
        self.current_request_id = invocation.request_id if invocation else None
        return invocation

    def close(self) -> None:
        """Stop listening and let go of a runtime that waits. Closing twice is allowed."""
        if self._closed:
            return
        self._closed = True
        self._offered.put(None)
        # a thread blocked in accept() is woken by a connection, on every platform
        socket.create_connection(self._listener.getsockname(), timeout=1).close()

    def _accept(self) -> None:
        with self._listener:
            while True:
                connection, peer = self._listener.accept()
                if self._closed:
                    connection.close()
                    return
                Thread(target=self._serve, args=(connection, peer), daemon=True).start()

    def _serve(self, connection: socket.socket, peer: Any) -> None:
        with connection:
            try:
                # http.server only passes the server through; see _RequestHandler.server.
                _RequestHandler(connection, peer, self)  # type: ignore[arg-type]
            except ConnectionError:
                return  # the process was ended in the middle of a request


class _RequestHandler(BaseHTTPRequestHandler):
    """Translates requests into the API's three verbs: next, answer, init error."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: RuntimeApi  # type: ignore[assignment]  # http.server only passes it through

    def parse_request(self) -> bool:
        """Called by http.server before a verb: refuses what a web page sends to this port."""
        if not super().parse_request():
            return False
        reason = refusal_of(self.headers.get)
        if reason is not None:
            self.close_connection = True
            self._refuse(403, "Forbidden", reason)
        return reason is None

    def do_GET(self) -> None:  # the name that http.server calls
        if self.path != f"{_PREFIX}/invocation/next":
            self._refuse(404, "UnknownPath", self.path)
            return
        self.server.report(Ready())
        invocation = self.server.take()
        if invocation is None:
            self.close_connection = True
            return
        self._reply(200, invocation.event, _invocation_headers(invocation))

    def do_POST(self) -> None:  # the name that http.server calls
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        error_type = self.headers.get("Lambda-Runtime-Function-Error-Type") or "Runtime.Unknown"
        if self.path == f"{_PREFIX}/init/error":
            self.server.report(InitError(body, error_type))
            self._accepted()
        elif match := _ANSWER_PATH.fullmatch(self.path):
            self._take_answer(match[1], body, error_type if match[2] == "error" else None)
        else:
            self._refuse(404, "UnknownPath", self.path)

    def _take_answer(self, request_id: str, body: bytes, error_type: str | None) -> None:
        if request_id != self.server.current_request_id:
            self._refuse(400, "InvalidRequestID", "Invalid request ID")
            return
        self.server.current_request_id = None
        if len(body) > MAX_ANSWER_BYTES:
            refusal = (
                "Response payload size exceeded maximum allowed payload size "
                f"({MAX_ANSWER_BYTES} bytes)."
            )
            too_large = "Function.ResponseSizeTooLarge"
            self.server.report(Answer(_error_json(too_large, refusal), too_large))
            self._refuse(413, "RequestEntityTooLarge", refusal)
            return
        self.server.report(Answer(body, error_type))
        self._accepted()

    def _accepted(self) -> None:
        self._reply(202, b'{"status":"OK"}\n', {})

    def _refuse(self, status: int, error_type: str, message: str) -> None:
        self._reply(status, _error_json(error_type, message), {})

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        fields = {
            **headers,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        lines = [f"{self.protocol_version} {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        # head and body in one segment: two would wait for each other's acknowledgement
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def log_message(self, *_: object) -> None:
        """Requests are not logged: the function's log shows what they did."""


def _invocation_headers(invocation: Invocation) -> dict[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_id,
    }


def _error_json(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
