"""The function's log lines, oldest first, from CloudWatch Logs. It only reads."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from orderlake.aws import Aws, error_code
from orderlake.errors import NotDeployed


@dataclass(frozen=True, slots=True)
class Line:
    """One log event: when, in milliseconds since 1970, in which stream, and its text."""

    timestamp: int
    stream: str
    text: str


def read_lines(aws: Aws, since_ms: int, *, is_following: bool) -> Iterator[Line]:
    """Yield the lines since a moment; when following, go on until interrupted.

    Raises NotDeployed without a log group. CloudWatch may deliver a line late, so following
    looks back a few seconds each time and leaves out what it has shown.
    """
    shown: set[str] = set()
    while True:
        for event_id, line in events(aws, since_ms):
            if event_id not in shown:
                shown.add(event_id)
                since_ms = max(since_ms, line.timestamp - 5000)
                yield line
        if not is_following:
            return
        time.sleep(1.0)


def events(aws: Aws, since_ms: int) -> Iterator[tuple[str, Line]]:
    """Yield every page's events with their ids."""
    group = aws.names.log_group
    pages = aws.logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=since_ms
    )
    try:
        for page in pages:
            for event in page["events"]:
                line = Line(event["timestamp"], event["logStreamName"], event["message"].rstrip())
                yield event["eventId"], line
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            raise NotDeployed(f"the log group {group}", aws.settings.env) from error
        raise
