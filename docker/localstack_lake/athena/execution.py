"""One query execution as Athena describes it, and the rows that it answered with.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
"""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

type Fields = dict[str, Any]
type Cells = list[str | None]
FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
ROWS_PER_MARK = 1000
# ErrorCategory 2 is a user's error. Athena's list of error types is not public; this is recorded.
INTERRUPT_SECONDS = 0.05
USER_ERROR, ERROR_TYPE = 2, 1006


class StoredRows:
    """Rows of texts in a file, read again from any row on: memory holds one mark per thousand."""

    def __init__(self, path: Path) -> None:
        self.path, self.count, self._marks = path, 0, list[int]()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._out = path.open("w", encoding="utf-8")

    def add(self, cells: Cells) -> None:
        """Append a row."""
        if self.count % ROWS_PER_MARK == 0:
            self._marks.append(self._out.tell())
        self._out.write(json.dumps(cells, ensure_ascii=False) + "\n")
        self.count += 1

    def close(self) -> None:
        """End writing."""
        self._out.close()

    def read(self, start: int, count: int) -> Iterator[Cells]:
        """Yield at most `count` rows from `start` on."""
        if start >= self.count:
            return
        with self.path.open(encoding="utf-8") as lines:
            lines.seek(self._marks[start // ROWS_PER_MARK])
            for number, line in enumerate(lines, start - start % ROWS_PER_MARK):
                if number >= start + count:
                    return
                if number >= start:
                    yield json.loads(line)


@dataclass
class Execution:
    """One execution: the request, the state, and the result."""

    query: str
    work_group: str
    database: str
    catalog: str
    output_location: str
    result_configuration: Fields
    parameters: list[str]
    engine_version: Fields
    scan_limit_bytes: int | None = None
    reuse: Fields = field(default_factory=dict)
    # In whose name data and catalog are read, and the result is written (gateway/acting.py).
    requested_by: str | None = None
    # Further names of the Glue catalog, in small letters.
    other_catalogs: frozenset[str] = frozenset()
    statement_type: str = "DML"
    substatement_type: str = "SELECT"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = "QUEUED"
    reason: str = ""
    submitted: float = field(default_factory=time.time)
    started: float = 0.0
    completed: float = 0.0
    scanned_bytes: int = 0
    manifest: str = ""
    is_reused: bool = False
    columns: list[Fields] = field(default_factory=list)
    has_header: bool = False
    rows: StoredRows | None = None
    update_count: int | None = None
    interrupt: Any = None
    # Whether nothing runs for it any more, or ever will.
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_done(self) -> bool:
        """Whether it has ended, successfully or not."""
        return self.state in FINAL

    def begin(self) -> bool:
        """Go from QUEUED to RUNNING; returns whether it may, or was cancelled before."""
        with self.lock:
            if self.is_done:
                return False
            self.state, self.started = "RUNNING", time.time()
            return True

    def end(self, state: str, reason: str = "") -> None:
        """Go to a final state, unless it is in one."""
        with self.lock:
            if not self.is_done:
                self.state, self.reason, self.completed = state, reason, time.time()

    def cancel(self, reason: str) -> None:
        """Go to CANCELLED, unless it is in a final state, and stop what runs for it."""
        self.end("CANCELLED", reason)
        if self.state == "CANCELLED" and not self.stopped.is_set():
            threading.Thread(target=self._interrupt_until_stopped, daemon=True).start()

    def _interrupt_until_stopped(self) -> None:
        # An interrupt that comes between two statements of a query stops neither.
        while not self.stopped.wait(INTERRUPT_SECONDS):
            if self.interrupt is not None:
                self.interrupt()

    def describe(self) -> Fields:
        """Return it as GetQueryExecution does."""
        described: Fields = {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "SubstatementType": self.substatement_type,
            "ResultConfiguration": {
                **self.result_configuration,
                "OutputLocation": self.output_location,
            },
            "ResultReuseConfiguration": self.reuse
            or {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": {"Database": self.database, "Catalog": self.catalog},
            "Status": self.status(),
            "Statistics": self.statistics(),
            "WorkGroup": self.work_group,
            "EngineVersion": self.engine_version,
        }
        if self.parameters:
            described["ExecutionParameters"] = self.parameters
        return described

    def status(self) -> Fields:
        """Return state, times and, for a failure, why."""
        status: Fields = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.completed:
            status["CompletionDateTime"] = self.completed
        if self.reason:
            status["StateChangeReason"] = self.reason
        if self.state == "FAILED":
            status["AthenaError"] = {
                "ErrorCategory": USER_ERROR,
                "ErrorType": ERROR_TYPE,
                "Retryable": False,
                "ErrorMessage": self.reason,
            }
        return status

    def statistics(self) -> Fields:
        """Return times in milliseconds, and the bytes of the objects that were read."""
        end = self.completed or time.time()
        started = self.started or end
        statistics: Fields = {
            "EngineExecutionTimeInMillis": milliseconds(end - started),
            "DataScannedInBytes": self.scanned_bytes,
            "TotalExecutionTimeInMillis": milliseconds(end - self.submitted),
            "QueryQueueTimeInMillis": milliseconds(started - self.submitted),
            "ServicePreProcessingTimeInMillis": 0,
            "QueryPlanningTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": self.is_reused},
        }
        if self.manifest:
            statistics["DataManifestLocation"] = self.manifest
        return statistics


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds, never fewer than none."""
    return max(round(seconds * 1000), 0)
