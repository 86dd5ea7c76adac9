"""A proxy on loopback before a local AWS in which a share of all S3 calls fails, as on a bad day.

A call fails before the server has it, or after: then the work is done, and the client does not
know that. Everything that may fail is drawn from one seed.
"""

import contextlib
import http.client
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAILURES = ("500 before", "503 before", "reset before", "500 after", "reset after")
ERRORS = {500: "InternalError", 503: "SlowDown"}
# What belongs to one connection, not to the message.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "expect", "content-length"}
TIMEOUT_SECONDS = 120
# A socket that is closed with this option sends a reset, not an end.
RESET = struct.pack("ii", 1, 0)


@dataclass
class BadDay:
    """Which calls fail: a `share` of them, drawn from a seed; `counts` says how each one ended."""

    to_port: int
    share: float
    chance: random.Random
    port: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint_url(self) -> str:
        """Where the proxy listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def failed(self) -> int:
        """How many calls failed so far."""
        return self.counts.total() - self.counts["answered"]

    def draw(self) -> str:
        """Return how the next call ends: `answered`, or one of FAILURES."""
        with self.lock:
            is_failing = self.chance.random() < self.share
            ending = self.chance.choice(FAILURES) if is_failing else "answered"
            self.counts[ending] += 1
            return ending


class Handler(BaseHTTPRequestHandler):
    """One client's calls; the server that it hands them to is that of its `day`."""

    protocol_version = "HTTP/1.1"
    day: BadDay

    def handle_one_request(self) -> None:
        """Take a call, and ignore a client that goes away during it."""
        with contextlib.suppress(ConnectionError):
            super().handle_one_request()

    def forward(self) -> None:
        """Read a call, and answer it, or fail."""
        body = self.read_body()
        ending = self.day.draw()
        what, _, when = ending.partition(" ")
        answer = None if when == "before" else self.ask(body)
        if answer and ending == "answered":
            self.reply(*answer)
        elif what == "reset":
            self.reset()
        else:
            self.refuse(int(what) if what.isdigit() else 503)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward  # noqa: N815 (http.server's names)

    def read_body(self) -> bytes:
        """Return the call's body, whether its length was given or it comes in chunks."""
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Return the server's status, headers and body, None if it does not answer."""
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
        # The host stays the proxy's: the signature is over it.
        headers |= {"Content-Length": str(len(body))}
        server = http.client.HTTPConnection("127.0.0.1", self.day.to_port, timeout=TIMEOUT_SECONDS)
        try:
            server.request(self.command, self.path, body, headers)
            answer = server.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            server.close()

    def reply(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Pass the server's answer on."""
        self.send_response_only(status)
        given = dict(headers)
        length = next((v for k, v in given.items() if k.lower() == "content-length"), "0")
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status: int) -> None:
        """Answer as S3 does on a bad day."""
        code = ERRORS[status]
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self.reply(status, [("Content-Type", "application/xml")], body)

    def reset(self) -> None:
        """Break the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    """Closes a broken-off connection at once, so that its client hears a reset and not an end."""

    daemon_threads = True

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close without the farewell that would hide the reset."""
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients go away on a bad day."""


@contextlib.contextmanager
def failing_s3(to_port: int, share: float, seed: int) -> Iterator[BadDay]:
    """Yield a proxy to the local AWS on a port, in which a share of the calls fails."""
    day = BadDay(to_port, share, random.Random(seed))
    handler = type("DayHandler", (Handler,), {"day": day})
    with Server(("127.0.0.1", 0), handler) as server:
        day.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield day
        finally:
            server.shutdown()
            thread.join()
