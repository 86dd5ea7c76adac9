"""Log lines for people: line ends, JSON, and what counts as a failure."""

import json

import pytest
from orderlake.pipeline.logs import Line, readable, text_of


def test_a_traceback_has_its_lines_back() -> None:
    assert text_of("[ERROR] KeyError: 'x'\rTraceback:\r\n  File\r\n") == (
        "[ERROR] KeyError: 'x'\nTraceback:\n  File"
    )


def test_a_json_line_is_its_message_and_facts_without_metric_markup() -> None:
    line = {
        "message": "done",
        "key": "raw/a b.csv",
        "refusal": None,
        "Records": 3,
        "_aws": {"x": 1},
    }
    assert readable(json.dumps(line)) == "done key=raw/a b.csv Records=3"


@pytest.mark.parametrize("text", ["START RequestId: 1", "[1, 2]", '{"other": 1}', "{broken"])
def test_any_other_line_stays_as_it_is(text: str) -> None:
    assert readable(text) == text


@pytest.mark.parametrize(
    ("text", "is_trouble"),
    [
        ('{"message": "failed", "key": "raw/a.csv", "error": "x"}', True),
        ("[ERROR] NoSuchBucket: x\nTraceback (most recent call last):", True),
        ("RequestId: 1 Error: Runtime exited with error: signal: killed", True),
        ("2026-11-22 Task timed out after 3.00 seconds", True),
        ('{"message": "done", "key": "raw/a.csv", "Rejected": 3}', False),
        ("REPORT RequestId: 1  Duration: 3 ms", False),
        ("INIT_START Runtime Version: python:3.13.0", False),
    ],
)
def test_a_failure_is_told_from_the_rest(text: str, is_trouble: bool) -> None:
    assert Line(0, "stream", text).is_trouble == is_trouble
