"""One log stream in CloudWatch Logs, written once a second while a run goes on."""

import logging
import time
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

LOG = logging.getLogger(__name__)
_SECONDS = 1.0
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
_EVENTS_PER_CALL, _CHARACTERS = 1000, 60_000


class LogStream:
    """Takes lines from any thread. What the role may not write is told once, and left out."""

    def __init__(self, logs: Any, group: str, stream: str) -> None:
        self._logs = logs
        self._names = {"logGroupName": group, "logStreamName": stream}
        self._lines: list[tuple[int, str]] = []
        self._lock, self._over = Lock(), Event()
        self._has_stream = False
        self._thread = Thread(target=self._write_on, name=f"log-{stream}", daemon=True)
        self._thread.start()

    def take(self, line: str) -> None:
        """Keep a line for the next write; an empty one is left out, as CloudWatch takes none."""
        if line:
            with self._lock:
                self._lines.append((int(time.time() * 1000), line[:_CHARACTERS]))

    def close(self) -> None:
        """Write what is left."""
        self._over.set()
        self._thread.join()

    def _write_on(self) -> None:
        while not self._over.wait(_SECONDS):
            self._write()
        self._write()

    def _write(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
        try:
            for start in range(0, len(lines), _EVENTS_PER_CALL):
                self._make_stream()
                events = [
                    {"timestamp": moment, "message": line}
                    for moment, line in lines[start : start + _EVENTS_PER_CALL]
                ]
                self._logs.put_log_events(**self._names, logEvents=events)
        except (BotoCoreError, ClientError) as error:
            LOG.warning("Lines of %s could not be written: %s", self._names, error)

    def _make_stream(self) -> None:
        if self._has_stream:
            return
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        with suppress(exists):
            self._logs.create_log_group(logGroupName=self._names["logGroupName"])
        with suppress(exists):
            self._logs.create_log_stream(**self._names)
        self._has_stream = True
