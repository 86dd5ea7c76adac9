"""Failed tries are read from the function's log, each once, and only those of waited-for files."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from memory_aws import refusal
from orderlake.aws.session import Aws
from orderlake.cli.outcome_text import failed_try_line
from orderlake.pipeline.failed_tries import FailedTries, FailedTry, failure_of


class MemoryLog:
    """A log group whose events a test adds to."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.starts: list[int] = []
        self.is_denied = False

    def tell(self, moment: int, **line: str) -> None:
        event = {"eventId": f"e{len(self.events)}", "timestamp": moment, "logStreamName": "s"}
        self.events.append(event | {"message": json.dumps(line)})

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=self.pages)

    def pages(self, **request: Any) -> Iterator[dict[str, Any]]:
        start = request["startTime"]
        self.starts.append(start)
        if self.is_denied:
            raise refusal("AccessDeniedException", "FilterLogEvents")
        yield {"events": [event for event in self.events if event["timestamp"] >= start]}


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def tries(log: MemoryLog) -> FailedTries:
    names = SimpleNamespace(log_group="/aws/lambda/shop-order-transform")
    return FailedTries(cast("Aws", SimpleNamespace(logs=log, names=names)), 1000)


def test_each_try_is_told_once_with_its_number(log: MemoryLog, tries: FailedTries) -> None:
    log.tell(2000, message="failed", key="raw/a.csv", error="OSError('full')")
    log.tell(2001, message="failed", key="raw/other.csv", error="KeyError('x')")
    log.tell(2002, message="done", key="raw/a.csv")
    assert list(tries.look({"raw/a.csv"})) == [FailedTry("raw/a.csv", 1, "full")]
    assert list(tries.look({"raw/a.csv"})) == []
    log.tell(62_000, message="failed", key="raw/a.csv", error="OSError('still full')")
    assert list(tries.look({"raw/a.csv"})) == [FailedTry("raw/a.csv", 2, "still full")]
    log.tell(61_000, message="failed", key="raw/a.csv", error="OSError('late')")
    assert [one.error for one in tries.look({"raw/a.csv"})] == ["late"]


def test_what_was_logged_before_it_began_is_left_out(log: MemoryLog, tries: FailedTries) -> None:
    log.tell(999, message="failed", key="raw/a.csv", error="OSError('full')")
    assert list(tries.look({"raw/a.csv"})) == []


def test_a_log_that_may_not_be_read_is_asked_once(log: MemoryLog, tries: FailedTries) -> None:
    log.is_denied = True
    assert [*tries.look({"raw/a.csv"}), *tries.look({"raw/a.csv"})] == []
    assert len(log.starts) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("OSError('full')", "full"),
        ('ValueError("it\'s")', "it's"),
        ("OSError(28, 'No space')", "OSError(28, 'No space')"),
        ("", ""),
    ],
)
def test_an_error_is_told_without_its_type_where_it_is_a_text(error: str, told: str) -> None:
    line = json.dumps({"message": "failed", "key": "raw/a.csv", "error": error})
    assert failure_of(line) == ("raw/a.csv", told)


@pytest.mark.parametrize("text", ["START RequestId: 1", "{broken", '{"message": "done"}', "{}"])
def test_any_other_line_tells_no_failure(text: str) -> None:
    assert failure_of(text) == ("", "")


@pytest.mark.parametrize(
    "ended",
    ["Task timed out after 900.00 seconds", "Runtime exited with error: signal: killed"],
)
def test_a_run_that_the_platform_ended_is_told_without_a_file(
    ended: str, log: MemoryLog, tries: FailedTries
) -> None:
    event = {"eventId": "e", "timestamp": 2000, "logStreamName": "s"}
    log.events.append(event | {"message": f"RequestId: 1 Error: {ended}"})
    (failed,) = tries.look({"raw/a.csv"})
    assert failed == FailedTry("", 0, ended)
    assert failed_try_line(failed).startswith(f"a run of the function failed: {ended}; ")
    assert list(tries.look({"raw/a.csv"})) == []


def test_a_line_says_when_the_next_try_follows() -> None:
    lines = [failed_try_line(FailedTry("raw/a.csv", number, "full")) for number in (1, 2, 3)]
    assert lines[0] == "raw/a.csv: try 1 of 3 failed: full; the next follows in a minute"
    assert lines[1].endswith("; the last follows in two")
    assert lines[2].endswith("; the event goes to the failure queue")
