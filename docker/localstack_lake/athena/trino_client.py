"""Trino's HTTP protocol: post a statement, follow `nextUri`, cancel by DELETE.

https://trino.io/docs/current/develop/client-protocol.html
"""

import contextlib
import http.client
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from athena_sql.errors import BadQuery

from localstack_lake.trino.server import CATALOG

type Page = dict[str, Any]
REQUEST_SECONDS, START_SECONDS = 60.0, 300.0
# A page may be asked for again, for example where the server closed an idle connection.
PAGE_SECONDS = 5.0
BUSY = (502, 503, 504)
STARTING = ("SERVER_STARTING_UP", "NO_NODES_AVAILABLE")


@dataclass(frozen=True, slots=True)
class TrinoClient:
    """A server, and the token that it asks for, if any.

    Errors are BadQuery with Trino's code and words, which are Athena's.
    """

    url: str
    token: str = ""

    def pages(
        self, sql: str, schema: str, session: Mapping[str, str] | None = None
    ) -> Iterator[Page]:
        """Yield the server's answers until the last; left early, the query is cancelled.

        While the server starts, the statement is sent again until it is taken.
        """
        headers = self.identity() | {
            "X-Trino-Catalog": CATALOG,
            "X-Trino-Schema": schema,
            "X-Trino-Time-Zone": "UTC",
            "X-Trino-Session": ",".join(f"{k}={v}" for k, v in (session or {}).items()),
        }
        with closing(self.connect()) as connection:
            page = self.post(connection, headers, sql.encode())
            try:
                while True:
                    if error := page.get("error"):
                        raise BadQuery(f"{error['errorName']}: {error['message']}", "")
                    yield page
                    if "nextUri" not in page:
                        return
                    path, deadline = path_of(page["nextUri"]), time.monotonic() + PAGE_SECONDS
                    page = call(connection, "GET", path, headers, deadline=deadline)
            except GeneratorExit:
                if "nextUri" in page:
                    with contextlib.suppress(BadQuery):
                        call(connection, "DELETE", path_of(page["nextUri"]), headers)
                raise

    def identity(self) -> dict[str, str]:
        """Return the headers that say who asks; a token names its user itself."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {"X-Trino-User": "athena"}

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection, which opens at its first request and again after an error."""
        parts = urlsplit(self.url)
        if parts.scheme != "https":
            return http.client.HTTPConnection(parts.netloc, timeout=REQUEST_SECONDS)
        # Trino makes its certificate by itself at each start: there is nobody to vouch for it. The
        # token is of use to this Trino only.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(parts.netloc, timeout=REQUEST_SECONDS, context=context)

    def post(
        self, connection: http.client.HTTPConnection, headers: Mapping[str, str], body: bytes
    ) -> Page:
        """Send a statement until a server that starts takes it."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            page = call(connection, "POST", "/v1/statement", headers, body, deadline)
            error = page.get("error") or {}
            if error.get("errorName") not in STARTING or time.monotonic() > deadline:
                return page
            time.sleep(0.5)


def call(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    deadline: float = 0.0,
) -> Page:
    """Make one request; until the deadline, a server that does not listen is asked again."""
    for wait in (0.1, 0.2, 0.5, 1.0, 2.0, *(0.5 for _ in range(600))):
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            reason = str(error)
            if time.monotonic() > deadline:
                break
        else:
            if answer.status < http.client.BAD_REQUEST:
                return dict(json.loads(text)) if text else {}
            reason = f"HTTP {answer.status}"
            if answer.status not in BUSY:
                break
        time.sleep(wait)
    raise BadQuery(f"GENERIC_INTERNAL_ERROR: Trino does not answer: {reason}", "")


def path_of(uri: str) -> str:
    """Return the path of an address on the server that gave it."""
    return urlsplit(uri).path
