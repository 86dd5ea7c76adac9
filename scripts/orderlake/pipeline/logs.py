"""The function's log lines, oldest first, from CloudWatch Logs. It only reads.

With the local AWS they include the calls of users and services that policies denied there.
"""

import heapq
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.errors import NotDeployed

# CloudWatch may show a line this much later than its own time.
LATE_MS = 10_000
# Where the local AWS writes denied calls that no function made; see docker/README.md.
DENIED_CALLS = "/localstack/denied-calls"
# The platform or the function writes one of these words, in any case, after a failure.
TROUBLE = (
    '"message": "failed"',
    '"level": "error"',
    "[error]",
    "traceback",
    "task timed out",
    "runtime.",
    "error:",
    "status: error",
    "status: timeout",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One log event: when, in milliseconds since 1970, in which stream, and its text."""

    timestamp: int
    stream: str
    text: str

    @property
    def is_trouble(self) -> bool:
        """Whether it is about a failure."""
        text = self.text.lower()
        return any(mark in text for mark in TROUBLE)


def read_lines(aws: Aws, since_ms: int, *, is_following: bool) -> Iterator[Line]:
    """Yield the lines since a moment; when following, go on until interrupted.

    Raises NotDeployed without a log group. As a line may come late, following looks back a few
    seconds each time and leaves out what it has shown.
    """
    shown: dict[str, int] = {}
    while True:
        for event_id, line in all_events(aws, since_ms):
            if event_id not in shown:
                shown[event_id] = line.timestamp
                yield line
        if not is_following:
            return
        since_ms = max([since_ms, *(moment - LATE_MS for moment in shown.values())])
        shown = {key: moment for key, moment in shown.items() if moment >= since_ms}
        time.sleep(1.0)


def all_events(aws: Aws, since_ms: int) -> Iterator[tuple[str, Line]]:
    """Yield the function's events and, of the local AWS, the denied calls, with their ids."""
    own = events(aws, aws.names.log_group, since_ms)
    denied = [*if_there(events(aws, DENIED_CALLS, since_ms))] if aws.settings.is_local else []
    if not denied:
        return own
    # A deployment that was denied leaves no log of the function.
    return heapq.merge(if_there(own), denied, key=lambda event: event[1].timestamp)


def if_there(lines: Iterator[tuple[str, Line]]) -> Iterator[tuple[str, Line]]:
    """Yield the events of a log group, or nothing if there is no such group."""
    with suppress(NotDeployed):
        yield from lines


def events(aws: Aws, group: str, since_ms: int) -> Iterator[tuple[str, Line]]:
    """Yield every page's events of a log group with their ids."""
    pages = aws.logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=since_ms
    )
    try:
        for page in pages:
            for event in page["events"]:
                line = Line(event["timestamp"], event["logStreamName"], text_of(event["message"]))
                # Every field of an event is optional in AWS's model, its id too.
                yield event.get("eventId") or f"{line}", line
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            raise NotDeployed(f"the log group {group}", aws.settings.env) from error
        raise


def text_of(message: str) -> str:
    r"""Return an event's text; Lambda's Python runtime ends the lines of a traceback with \r."""
    return message.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def readable(text: str) -> str:
    """Return a line for people: a JSON object as its message and facts, without metric markup."""
    try:
        body = json.loads(text)
    except ValueError:
        return text.replace("\t", "  ")
    if not isinstance(body, dict) or "message" not in body:
        return text
    facts = {name: value for name, value in body.items() if name not in ("message", "_aws")}
    told = {name: value for name, value in facts.items() if value not in (None, {})}
    return " ".join([str(body["message"]), *(f"{k}={fact_text(v)}" for k, v in told.items())])


def fact_text(value: Any) -> str:
    """Return a fact's value: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
