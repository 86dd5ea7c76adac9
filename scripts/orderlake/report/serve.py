"""Serve the report on this machine; an open page asks the server for news.

It listens on loopback only and answers only to its own names, so that no web page can read it.
"""

import json
import sys
import threading
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from orderlake.errors import WrongUse
from orderlake.report.gather import Report
from orderlake.report.page import draw_figures, draw_page
from orderlake.report.panel import draw_panel

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Shown:
    """The server's answers: the page, and the news for a page that is open."""

    page: bytes
    news: bytes


def show(report: Report, revision: str, problem: str = "") -> Shown:
    """Draw a report; a page with another revision reloads itself, health is replaced in place."""
    parts = {"health-panel": draw_panel(report), "figures": draw_figures(report)}
    health = sha256(json.dumps(parts).encode()).hexdigest()
    news = {"data": revision, "health": health, "parts": parts, "problem": problem}
    return Shown(draw_page(report, revision).encode(), json.dumps(news).encode())


class Server(ThreadingHTTPServer):
    """The server; `replace` gives it a new page."""

    daemon_threads = True

    def __init__(self, port: int, shown: Shown) -> None:
        super().__init__((HOST, port), Handler)
        self.shown = shown

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a browser that closed the connection in the middle of an answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def replace(self, shown: Shown) -> None:
        """Answer with this from now on."""
        self.shown = shown

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which a browser on this machine may call it."""
        return tuple(f"{host}:{self.server_port}" for host in (HOST, "localhost"))

    @property
    def address(self) -> str:
        """The address to type into a browser."""
        return f"http://{self.names[0]}/"


class Handler(BaseHTTPRequestHandler):
    """Answers / and /news, and nothing else."""

    server: Server

    def do_GET(self) -> None:
        """Answer a browser of this machine."""
        # Another name means that a foreign web page made its own name point to this machine.
        if self.headers.get("Host") not in self.server.names:
            self.answer(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"ask for 127.0.0.1\n")
        elif self.path == "/":
            self.answer(HTTPStatus.OK, "text/html; charset=utf-8", self.server.shown.page)
        elif self.path == "/news":
            self.answer(HTTPStatus.OK, "application/json", self.server.shown.news)
        else:
            self.answer(HTTPStatus.NOT_FOUND, "text/plain", b"there are / and /news\n")

    def answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        """Send one answer, which no cache keeps."""
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the terminal quiet: a page asks twice a second."""


def listen(port: int, shown: Shown) -> Server:
    """Return a listening server; port 0 is any free one. Raises WrongUse for a port in use."""
    try:
        server = Server(port, shown)
    except OSError as error:
        raise WrongUse(f"port {port} cannot be used: {error.strerror}", "--port 0: any") from error
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
