"""Athena: start a query, wait for it, page through its rows; cancel it if the caller stops.

It calls only Athena, through the client that it is given, and prints nothing.
"""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from athena_sql.answer import Answer, Column, Row
from athena_sql.athena_text import to_athena
from athena_sql.catalog import TableName
from athena_sql.errors import QueryFailed
from botocore.exceptions import BotoCoreError, ClientError

from orderlake.aws.errors_explained import (
    THROTTLED,
    error_code,
    one_line,
    reason_of,
)
from orderlake.engines import QueryRequest
from orderlake.engines.values import parse_value, type_text

if TYPE_CHECKING:
    from mypy_boto3_athena.client import AthenaClient

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
TIMEOUT_SECONDS = 1800.0
# Athena's list price in most regions, per 10**12 bytes, rounded up to megabytes, at least ten.
USD_PER_TERABYTE = Decimal(5)
MEGABYTE = 10**6
LEAST_MEGABYTES = 10
# AthenaError's ErrorCategory: 1 is a failure of Athena, 2 of the query, 3 of others.
SYSTEM_ERROR = 1


@dataclass(frozen=True, slots=True)
class AthenaEngine:
    """One work group and database of one account."""

    client: "AthenaClient"
    work_group: str
    database: str
    aliases: Mapping[str, TableName]
    look_at_data: Callable[[], str]
    name: str = "athena"
    timeout_seconds: float = TIMEOUT_SECONDS
    sleep: Callable[[float], None] = field(default=time.sleep)
    clock: Callable[[], float] = field(default=time.monotonic)

    def fingerprint(self) -> str:
        """Return the hash of what the buckets and the catalog hold at this moment."""
        return self.look_at_data()

    def answer(self, request: QueryRequest) -> Answer:
        """Run a query to its end and return its rows, which are fetched page by page.

        Raises QueryFailed in Athena's words. A timeout or Ctrl-C cancels the query in Athena.
        """
        query_id = self.start(request)
        try:
            execution = self.wait(query_id)
        except BaseException:
            self.cancel(query_id)
            raise
        return self.collect(query_id, execution)

    def start(self, request: QueryRequest) -> str:
        """Start a query and return its id; raises QueryFailed for SQL that does not parse."""
        sql, literals = to_athena(request.sql, self.aliases, request.values)
        call: dict[str, Any] = {
            "QueryString": sql,
            "WorkGroup": self.work_group,
            "QueryExecutionContext": {"Database": self.database},
            "ClientRequestToken": str(uuid.uuid4()),
        }
        if literals:
            call["ExecutionParameters"] = literals
        try:
            return str(self.client.start_query_execution(**call)["QueryExecutionId"])
        except KeyboardInterrupt:
            # The request may have reached Athena: the same token is answered with the same query.
            with contextlib.suppress(ClientError, BotoCoreError):
                self.cancel(str(self.client.start_query_execution(**call)["QueryExecutionId"]))
            raise
        except ClientError as error:
            if error_code(error) != "InvalidRequestException":
                raise
            raise QueryFailed("athena", reason_of(error), refusal_step(reason_of(error))) from error

    def wait(self, query_id: str) -> Mapping[str, Any]:
        """Wait for an execution's end and return it; polls ever less often. Raises QueryFailed.

        RUNNING may go back to QUEUED; SUCCEEDED, FAILED and CANCELLED are final.
        """
        pause, deadline = FIRST_PAUSE_SECONDS, self.clock() + self.timeout_seconds
        while True:
            execution = self.look(query_id)
            if execution and execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return execution
            if self.clock() >= deadline:
                raise QueryFailed("athena", f"no answer in {self.timeout_seconds:.0f} s: cancelled")
            self.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)

    def look(self, query_id: str) -> Mapping[str, Any] | None:
        """Return an execution as it is now, or None if Athena throttles the request.

        The query still runs then, so a throttled request is not the end of it.
        """
        try:
            return self.client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        except ClientError as error:
            if error_code(error) not in THROTTLED:
                raise
            return None

    def cancel(self, query_id: str) -> None:
        """Stop a query that nobody waits for; raises QueryFailed if it may go on, and cost."""
        try:
            self.client.stop_query_execution(QueryExecutionId=query_id)
        except (ClientError, BotoCoreError) as error:
            raise QueryFailed(
                "athena",
                f"query {query_id} may still run, it could not be cancelled: {one_line(error)}",
                f"cancel it: aws athena stop-query-execution --query-execution-id {query_id}",
            ) from error

    def collect(self, query_id: str, execution: Mapping[str, Any]) -> Answer:
        """Return the answer of an execution that ended; raises QueryFailed in Athena's words."""
        status = execution["Status"]
        if status["State"] != "SUCCEEDED":
            raise QueryFailed("athena", failure_of(status), failure_step(status))
        scanned = int(execution.get("Statistics", {}).get("DataScannedInBytes", 0))
        pages = self.pages(query_id)
        first = next(pages)
        columns = columns_of(first)
        return Answer(columns, read_rows(columns, first, pages), scanned, cost_usd(scanned))

    def pages(self, query_id: str) -> Iterator[Mapping[str, Any]]:
        """Yield the pages of a result."""
        pages = self.client.get_paginator("get_query_results")
        yield from pages.paginate(QueryExecutionId=query_id, PaginationConfig={"PageSize": 1000})


def columns_of(page: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return the columns that a page of results describes."""
    described = page["ResultSet"].get("ResultSetMetadata", {}).get("ColumnInfo", ())
    return tuple(
        Column(c["Name"], type_text(c["Type"], c.get("Precision", 0), c.get("Scale", 0)))
        for c in described
    )


def read_rows(
    columns: tuple[Column, ...], first: Mapping[str, Any], others: Iterator[Mapping[str, Any]]
) -> Iterator[Row]:
    """Yield the rows of all pages.

    The first row of the first page repeats the columns' names, for a select; other statements
    begin with their data.
    """
    rows = first["ResultSet"].get("Rows", [])
    names = [column.name for column in columns]
    is_headed = bool(rows) and [cell.get("VarCharValue") for cell in rows[0]["Data"]] == names
    for row in rows[1:] if is_headed else rows:
        yield read_row(columns, row)
    for page in others:
        yield from (read_row(columns, row) for row in page["ResultSet"].get("Rows", ()))


def read_row(columns: tuple[Column, ...], row: Mapping[str, Any]) -> Row:
    """Return a row's values; a cell without a text is NULL."""
    cells = row.get("Data", [])
    return tuple(
        parse_value(column.type, cell.get("VarCharValue"))
        for column, cell in zip(columns, cells, strict=True)
    )


def failure_of(status: Mapping[str, Any]) -> str:
    """Return Athena's reason for the end of a query, on one line."""
    detail = status.get("AthenaError", {}).get("ErrorMessage")
    return " ".join(str(status.get("StateChangeReason") or detail or status["State"]).split())


def failure_step(status: Mapping[str, Any]) -> str:
    """Return what to do about a query that Athena ended; empty for an error in the query itself."""
    error = status.get("AthenaError", {})
    if "Bytes scanned limit" in failure_of(status):
        return "ask for fewer days (where dt >= ...), or raise ScanLimitBytes: docs/aws.md"
    if status["State"] == "CANCELLED":
        return "somebody stopped it: run the same command again"
    if error.get("Retryable") or error.get("ErrorCategory") == SYSTEM_ERROR:
        return "Athena's own failure: run the same command again"
    return ""


def refusal_step(reason: str) -> str:
    """Return what to do about a query that Athena did not start, if its text is not the cause."""
    if reason.startswith("WorkGroup"):
        return "deploy first: make deploy"
    return ""


def cost_usd(scanned_bytes: int) -> Decimal:
    """Return the list price of a scan."""
    megabytes = max(-(-scanned_bytes // MEGABYTE), LEAST_MEGABYTES)
    return USD_PER_TERABYTE * megabytes / 10**6
