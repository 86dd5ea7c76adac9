"""Trino's HTTP protocol: post a statement, follow `nextUri`, cancel by DELETE.

https://trino.io/docs/current/develop/client-protocol.html
"""

import contextlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from athena_sql.errors import BadQuery

from localstack_lake.trino.server import CATALOG

type Page = dict[str, Any]
REQUEST_SECONDS, START_SECONDS = 60.0, 300.0
BUSY = (502, 503, 504)
STARTING = ("SERVER_STARTING_UP", "NO_NODES_AVAILABLE")


@dataclass(frozen=True, slots=True)
class TrinoClient:
    """A server on loopback. Errors are BadQuery with Trino's code and words, which are Athena's."""

    url: str

    def pages(
        self, sql: str, schema: str, session: Mapping[str, str] | None = None
    ) -> Iterator[Page]:
        """Yield the server's answers until the last; left early, the query is cancelled.

        While the server starts, the statement is sent again until it is taken.
        """
        headers = {
            "X-Trino-User": "athena",
            "X-Trino-Catalog": CATALOG,
            "X-Trino-Schema": schema,
            "X-Trino-Time-Zone": "UTC",
            "X-Trino-Session": ",".join(f"{k}={v}" for k, v in (session or {}).items()),
        }
        deadline = time.monotonic() + START_SECONDS
        while True:
            page = self.call("POST", f"{self.url}/v1/statement", headers, sql.encode(), deadline)
            error = page.get("error") or {}
            if error.get("errorName") not in STARTING or time.monotonic() > deadline:
                break
            time.sleep(0.5)
        try:
            while True:
                if error := page.get("error"):
                    raise BadQuery(f"{error['errorName']}: {error['message']}", "")
                yield page
                if "nextUri" not in page:
                    return
                page = self.call("GET", page["nextUri"], headers)
        except GeneratorExit:
            if "nextUri" in page:
                with contextlib.suppress(BadQuery):
                    self.call("DELETE", page["nextUri"], headers)
            raise

    def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        deadline: float = 0.0,
    ) -> Page:
        """Make one request; until the deadline, a server that does not listen yet is waited for."""
        request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310
        for wait in (0.1, 0.2, 0.5, 1.0, 2.0, *(0.5 for _ in range(600))):
            try:
                with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
                    text = answer.read()
                return dict(json.loads(text)) if text else {}
            except urllib.error.HTTPError as error:
                reason = f"HTTP {error.code}"
                if error.code not in BUSY:
                    break
            except (OSError, http.client.HTTPException) as error:
                reason = str(error)
                if time.monotonic() > deadline:
                    break
            time.sleep(wait)
        raise BadQuery(f"GENERIC_INTERNAL_ERROR: Trino does not answer: {reason}", "")
