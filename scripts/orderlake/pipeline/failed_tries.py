"""Tries of the function that failed, from its log. It only reads.

Lambda runs a failed event again after one and after two more minutes; only then the event is in the
failure queue. The log knows of each failure at once.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws
from orderlake.errors import NotDeployed
from orderlake.pipeline.logs import LATE_MS, events

# The first try of an event, and the retries that template.yaml gives the function.
TRIES = 3
# The text of an error in its representation: NoSuchKey('An error occurred ...').
IN_REPRESENTATION = re.compile(r"^\w+\(([\"'])(.*)\1\)$", re.DOTALL)
# How the platform tells of a run that it ended, which does not say of which file.
ENDED = re.compile(r"Task timed out after [\d.]+ seconds|Runtime exited.*|Runtime\.OutOfMemory")


@dataclass(frozen=True, slots=True)
class FailedTry:
    """One try with a file that failed; `number` counts the tries of this file from 1.

    `key` is empty for a run that the platform ended, of whatever file, and `number` is 0.
    """

    key: str
    number: int
    error: str


@dataclass(slots=True)
class FailedTries:
    """The tries that failed since this was made; each is told once."""

    aws: Aws
    since_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    seen: set[str] = field(default_factory=set)
    numbers: Counter[str] = field(default_factory=Counter)
    is_readable: bool = True

    def look(self, keys: Collection[str]) -> Iterator[FailedTry]:
        """Yield the tries with these raw keys that failed since the last look.

        Without a log, or the permission to read it, nothing is told: the failure queue tells later.
        """
        if not self.is_readable:
            return
        try:
            found = list(events(self.aws, self.aws.names.log_group, self.since_ms))
        except (ClientError, NotDeployed):
            self.is_readable = False
            return
        for event_id, line in found:
            if event_id not in self.seen:
                yield from self.tries_of(line.text, keys)
            self.seen.add(event_id)
            # A line may come late, so the last seconds are read again.
            self.since_ms = max(self.since_ms, line.timestamp - LATE_MS)

    def tries_of(self, text: str, keys: Collection[str]) -> Iterator[FailedTry]:
        """Yield the failed try that a line tells of, if it does."""
        key, error = failure_of(text)
        if key in keys:
            self.numbers[key] += 1
            yield FailedTry(key, self.numbers[key], error)
        elif ended := ENDED.search(text):
            yield FailedTry("", 0, ended[0])


def failure_of(text: str) -> tuple[str, str]:
    """Return key and error of a line in which the function tells a failure, else two "". Pure."""
    if not text.startswith("{"):
        return "", ""
    try:
        line = json.loads(text)
    except ValueError:
        return "", ""
    if line.get("message") != "failed":
        return "", ""
    error = str(line.get("error", ""))
    inner = IN_REPRESENTATION.match(error)
    return str(line.get("key", "")), inner[2] if inner else error
