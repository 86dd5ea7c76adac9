"""The driver's lines: not too many, and a whole at the end."""

from collections import Counter
from typing import Any

from order_jobs.backfilling.deliver import TaskResult
from order_jobs.backfilling.told_progress import ToldProgress


def test_progress_is_told_every_two_seconds_and_failures_at_the_end() -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    moments = iter([0.0, 0.5, 2.0, 2.0, 3.0, 4.0])
    progress = ToldProgress(
        3, 30, lambda: next(moments), lambda message, **facts: told.append((message, facts))
    )
    one = TaskResult(Counter(done=1), [], 10, 10, 5, 1)
    progress.hear(one)
    progress.hear(one)
    progress.hear(one)
    whole = TaskResult(Counter(done=2, failed=1), [("raw/a.csv", "no")], 30, 20, 10, 2)
    progress.end(whole)
    assert [message for message, _ in told] == ["progress", "failed", "finished"]
    assert told[0][1] == {
        "files": 2,
        "bytes": 20,
        "failures": 0,
        "seconds": 2.0,
        "read_bytes": 20,
        "bytes_per_second": 10,
        "of_files": 3,
        "of_bytes": 30,
    }
    assert told[2][1]["outcomes"] == {"done": 2, "failed": 1}
    assert (told[2][1]["records"], told[2][1]["rejected"]) == (10, 2)
