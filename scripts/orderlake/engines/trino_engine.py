"""Trino over its HTTP protocol: post a statement, follow `nextUri`, cancel when you stop waiting.

It needs no client library. Source of the protocol: Trino's developer guide, "Trino client REST
API". Values arrive as JSON, decimals and dates as text.
"""

import base64
import contextlib
import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from athena_sql.answer import (
    Answer,
    Column,
    Row,
    Value,
)
from athena_sql.athena_text import to_athena
from athena_sql.catalog import TableName
from athena_sql.errors import QueryFailed

from orderlake.engines import QueryRequest
from orderlake.engines.values import parse_value, type_text
from orderlake.local_aws.trino import own_certificate

REQUEST_TIMEOUT_SECONDS = 60.0
RETRY_STATUS = (502, 503, 504)
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class TrinoEngine:
    """A Trino server, and the catalog and schema that hold the tables.

    The Trino beside the local AWS asks for its token, which also names the user.
    """

    url: str
    catalog: str
    schema: str
    aliases: Mapping[str, TableName]
    look_at_data: Callable[[], str]
    user: str = "orderlake"
    name: str = "trino"
    token: str = ""

    def fingerprint(self) -> str:
        """Return the fingerprint that the user gives, because Trino cannot compute one."""
        return self.look_at_data()

    def answer(self, request: QueryRequest) -> Answer:
        """Run a query and return its answer, streaming; raises QueryFailed in Trino's words."""
        sql, literals = to_athena(request.sql, self.aliases, request.values)
        if literals:
            text = sql.replace("'", "''")
            sql = f"execute immediate '{text}' using {', '.join(literals)}"
        pages = self.pages(sql)
        seen: list[Mapping[str, Any]] = []
        for page in pages:
            seen.append(page)
            if page.get("columns"):
                break
        described = seen[-1].get("columns") or ()
        columns = tuple(
            Column(c["name"], type_text(c["type"].replace(", ", ","))) for c in described
        )
        return Answer(columns, read_rows(columns, chain(seen, pages)))

    def pages(self, sql: str) -> Iterator[Mapping[str, Any]]:
        """Yield the server's answers until the last one; left early, the query is cancelled."""
        page = self.call("POST", f"{self.url.rstrip('/')}/v1/statement", sql.encode())
        try:
            while True:
                if error := page.get("error"):
                    raise QueryFailed("trino", str(error.get("message")))
                yield page
                if "nextUri" not in page:
                    return
                page = self.call("GET", page["nextUri"])
        except (GeneratorExit, KeyboardInterrupt):
            if "nextUri" in page:
                with contextlib.suppress(QueryFailed):
                    self.call("DELETE", page["nextUri"])
            raise

    def call(self, method: str, url: str, body: bytes | None = None) -> Mapping[str, Any]:
        """Make one request; a busy server is asked again. Raises QueryFailed."""
        identity = {"X-Trino-User": self.user}
        if self.token:
            identity = {"Authorization": f"Bearer {self.token}"}
        headers = identity | {
            "X-Trino-Catalog": self.catalog,
            "X-Trino-Schema": self.schema,
            "X-Trino-Source": "orderlake",
        }
        if not url.startswith(("http://", "https://")):
            raise QueryFailed("trino", f"{url} is not an http address", "give --trino-url")
        # The scheme is checked just above.
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310
        for attempt in range(ATTEMPTS):
            try:
                return send(request, own_certificate() if self.token else None)
            except urllib.error.HTTPError as error:
                if error.code not in RETRY_STATUS or attempt == ATTEMPTS - 1:
                    raise QueryFailed("trino", f"HTTP {error.code} from {url}") from error
            time.sleep(0.1 * 2**attempt)
        raise AssertionError("the last attempt returns or raises")


def send(
    request: urllib.request.Request, context: ssl.SSLContext | None = None
) -> Mapping[str, Any]:
    """Return the JSON that answers a request; raises HTTPError for a status, or QueryFailed."""
    url = request.full_url
    try:
        # `TrinoEngine` has checked the scheme.
        with urllib.request.urlopen(  # noqa: S310
            request, timeout=REQUEST_TIMEOUT_SECONDS, context=context
        ) as answer:
            text = answer.read()
        return dict(json.loads(text)) if text else {}
    except urllib.error.HTTPError:
        raise
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        step = (
            "start a Trino server whose catalog (--trino-catalog) holds the same table, "
            "or give the address of one: --trino-url URL"
        )
        raise QueryFailed("trino", f"no answer from {url}: {reason}", step) from error
    except (ValueError, TypeError) as error:
        what = f"the server at {url} is not a Trino"
        raise QueryFailed("trino", what, "give its address: --trino-url") from error


def read_rows(columns: tuple[Column, ...], pages: Iterator[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield the rows of all pages as Python values."""
    for page in pages:
        for row in page.get("data") or ():
            yield tuple(
                json_value(column.type, cell) for column, cell in zip(columns, row, strict=True)
            )


def json_value(kind: str, cell: Any) -> Value:
    """Return the value of a JSON cell: numbers and booleans as they are, the rest by its type."""
    if isinstance(cell, str) and kind == "varbinary":
        return base64.b64decode(cell)
    if isinstance(cell, str):
        return parse_value(kind, cell)
    if isinstance(cell, int) and kind in ("double", "real"):
        return float(cell)
    value: Value = cell
    return value
