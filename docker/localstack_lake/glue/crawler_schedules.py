"""Starts the crawlers that are due by their schedules, once per minute, as AWS does.

A crawler that still runs when it is due again is left out that time.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from localstack_lake.glue.crawler_records import CrawlerRecord
from localstack_lake.glue.cron import read_cron


def find_due(records: Iterable[CrawlerRecord], minute: datetime) -> list[CrawlerRecord]:
    """Return the crawlers whose schedule runs and names this minute."""
    return [
        record
        for record in records
        if record.settings.get("Schedule")
        and record.schedule_state == "SCHEDULED"
        and read_cron(record.settings["Schedule"]).is_due(minute)
    ]


class CrawlerClock:
    """One thread that calls `start_due` with each new minute, from the first schedule on."""

    def __init__(self, start_due: Callable[[datetime], None]) -> None:
        self._start_due = start_due
        self._lock = Lock()
        self._thread: Thread | None = None
        self._never = Event()

    def wake(self) -> None:
        """Start the clock, if it does not run yet: without schedules there is no thread."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="crawler-schedules", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            now = datetime.now(UTC)
            self._never.wait(60 - now.second - now.microsecond / 1e6)
            self._start_due(datetime.now(UTC).replace(second=0, microsecond=0))
