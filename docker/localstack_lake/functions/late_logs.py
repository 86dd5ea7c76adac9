"""Correct LocalStack's writer of functions' logs, which loses lines when a version ends.

An update ends the writer of the old version at once, with what it still had to write; and a call
that outlasts the update reports to nobody. Here both reach CloudWatch Logs. A busy function's lines
are written together, and without a request where the stream exists.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation import logs, version_manager
from localstack.utils.patch import Patch
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import logs_backends

LOG = logging.getLogger(__name__)
# How long the end of a version waits for lines that are still to be written; they are, anyway.
_PATIENCE_SECONDS = 2
# How many calls' lines go into one request at most.
_MOST_TOGETHER = 20

type LogEvent = dict[str, Any]


class LateLogs(logs.LogHandler):
    """One function version's writer; LocalStack starts, feeds and stops it."""

    def __init__(self, role_arn: str, region: str) -> None:
        super().__init__(role_arn, region)
        self._feeding = Lock()

    def run_log_loop(self, *args: Any, **kwargs: Any) -> None:
        """Write until the writer is stopped and all that came before is written."""
        is_stopped = False
        while not is_stopped:
            waiting = [self.log_queue.get()]
            while self.log_queue.qsize() and len(waiting) < _MOST_TOGETHER:
                waiting.append(self.log_queue.get())
            is_stopped = logs.QUEUE_SHUTDOWN in waiting
            streams: dict[str, list[logs.LogItem]] = {}
            for item in waiting:
                if isinstance(item, logs.LogItem):
                    streams.setdefault(item.log_stream, []).append(item)
            for items in streams.values():
                self._write(items)

    def add_logs(self, log_item: logs.LogItem) -> None:
        """Write lines: in order, or immediately if the writer has been stopped."""
        with self._feeding:
            if not self._shutdown_event.is_set():
                self.log_queue.put(log_item)
                return
        self._write([log_item])

    def stop(self) -> None:
        """Called by LocalStack when the version ends."""
        with self._feeding:
            self._shutdown_event.set()
            self.log_queue.put(logs.QUEUE_SHUTDOWN)
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    def _write(self, items: Sequence[logs.LogItem]) -> None:
        """Write lines of one stream, in order."""
        # LocalStack assumes the role and makes a client for it each time; only the account counts
        account = self.role_arn.split(":")[4]
        now = int(time.time() * 1000)
        # CloudWatch takes no empty lines
        lines = [line for item in items for line in item.logs.split("\n") if line]
        events = [{"timestamp": now, "message": f"{line}\n"} for line in lines]
        if not put_into_stream(logs_backends[account][self.region], items[0], events):
            self._request(account, items[0], events)

    def _request(self, account: str, item: logs.LogItem, events: list[LogEvent]) -> None:
        """Write events by requests, and make the stream if it is missing."""
        client = connect_to(aws_access_key_id=account, region_name=self.region).logs
        stream = {"logGroupName": item.log_group, "logStreamName": item.log_stream}
        try:
            try:
                client.put_log_events(**stream, logEvents=events)
            except client.exceptions.ResourceNotFoundException:
                with suppress(client.exceptions.ResourceAlreadyExistsException):
                    client.create_log_group(logGroupName=item.log_group)
                with suppress(client.exceptions.ResourceAlreadyExistsException):
                    client.create_log_stream(**stream)
                client.put_log_events(**stream, logEvents=events)
        except (BotoCoreError, ClientError) as error:
            LOG.warning("lines of %s could not be written: %s", item.log_group, error)


def put_into_stream(backend: Any, item: logs.LogItem, events: list[LogEvent]) -> bool:
    """Put events into a stream that exists and has no filter; False where it takes a request."""
    group = backend.groups.get(item.log_group)
    if backend.filters.metric_filters or group is None or group.subscription_filters:
        return False
    try:
        backend.put_log_events(item.log_group, item.log_stream, events)
    except ResourceNotFoundException:
        return False
    return True


def install() -> None:
    """Replace LocalStack's class by this one, for functions created from now on."""
    Patch(version_manager, "LogHandler", LateLogs).apply()
