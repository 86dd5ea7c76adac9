"""The driver's lines: what was planned, how far it is, each failure, and the end.

Each is one JSON object on standard output. Workers report file by file through an accumulator.
"""

import json
import time
from collections.abc import Callable
from threading import Lock

from order_jobs.backfilling.deliver import TaskResult

SECONDS_BETWEEN = 2.0


def tell(message: str, **facts: object) -> None:
    """Write one line."""
    print(json.dumps({"message": message, **facts}, ensure_ascii=False), flush=True)


class ToldProgress:
    """Adds up what ends and tells it every two seconds at most.

    Spark runs a task again that was lost with its worker: its files then count twice here. The end
    counts each task once.
    """

    def __init__(
        self,
        files: int,
        size_bytes: int,
        clock: Callable[[], float] = time.monotonic,
        write: Callable[..., None] = tell,
    ) -> None:
        self._clock, self._write, self._lock = clock, write, Lock()
        self._total = {"of_files": files, "of_bytes": size_bytes}
        self._started = self._told = clock()
        self._sum = TaskResult()

    def hear(self, result: TaskResult) -> None:
        """Take what ended since the last time."""
        with self._lock:
            self._sum.add(result)
            now = self._clock()
            if now - self._told >= SECONDS_BETWEEN:
                self._told = now
                self._write("progress", **self._facts(self._sum))

    def end(self, result: TaskResult) -> None:
        """Tell each failure and the whole; `result` is what Spark collected."""
        for key, error in sorted(result.failures):
            self._write("failed", key=key, error=error)
        rows = {"records": result.records, "rejected": result.rejected}
        self._write("finished", **self._facts(result), **rows, outcomes=dict(result.outcomes))

    def _facts(self, result: TaskResult) -> dict[str, object]:
        seconds = max(self._clock() - self._started, 0.001)
        return {
            "files": result.files,
            "bytes": result.size_bytes,
            "failures": len(result.failures),
            "seconds": round(seconds, 1),
            "read_bytes": result.read_bytes,
            "bytes_per_second": round(result.read_bytes / seconds),
            **self._total,
        }
