"""Send events again for the files that `status` found missing, stale or left over.

The events go the usual way, with Lambda's retries and then the failure queue. Duplicates do no
harm.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from orderlake.aws.session import Aws
from orderlake.errors import NothingHeard
from orderlake.pipeline.invocations import Function, event_of
from orderlake.pipeline.outcomes import read_report, wait_for_outcomes
from orderlake.pipeline.status import Leftover, Status

SENDERS = 8


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file that was brought up to date: its `outcome` is done, refused or removed."""

    key: str
    why: str
    outcome: str


def repair(aws: Aws, status: Status, patience_seconds: float) -> Iterator[Repaired]:
    """Send an event for every file that needs one, and yield each as it is brought up to date.

    Leftovers whose raw key is unknown are left out. Raises NothingHeard if nothing more happened
    for `patience_seconds`.
    """
    leftovers = [leftover for leftover in status.leftovers if leftover.key]
    whys = {file.key: file.why for file in status.waiting}
    send_events(aws, [*whys, *(leftover.key for leftover in leftovers if leftover.key)])
    versions = [waiting.file.version for waiting in status.waiting]
    for outcome in wait_for_outcomes(aws, versions, patience_seconds):
        yield Repaired(outcome.key, whys[outcome.key], str(outcome.report["outcome"]))
    yield from wait_for_removals(aws, leftovers, patience_seconds)


def send_events(aws: Aws, keys: list[str]) -> None:
    """Start the function once for each key."""
    function, bucket = Function(aws), aws.names.raw_bucket
    _ = function.client  # made before the threads ask for it: sessions may not be shared
    with ThreadPoolExecutor(SENDERS) as pool:
        for _ in pool.map(lambda key: function.start(event_of(bucket, key)), keys):
            pass


def wait_for_removals(
    aws: Aws, leftovers: list[Leftover], patience_seconds: float
) -> Iterator[Repaired]:
    """Yield each leftover as its report disappears, which is the last step of a removal."""
    waiting = list(leftovers)
    heard = time.monotonic()
    while waiting:
        gone = [leftover for leftover in waiting if read_report(aws, leftover.report) is None]
        for leftover in gone:
            waiting.remove(leftover)
            yield Repaired(str(leftover.key), "its raw file is gone", "removed")
        heard = time.monotonic() if gone else heard
        if time.monotonic() - heard > patience_seconds:
            keys = [str(leftover.key) for leftover in waiting]
            raise NothingHeard(keys, patience_seconds, aws.settings.env)
        if waiting:
            time.sleep(0.2)
