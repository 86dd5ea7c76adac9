"""Run events of the failure queue, or any raw files, through the function again.

An event that succeeded leaves the queue; one that failed or was interrupted stays.
"""

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from order_transform.delivery.layout import RAW_PREFIX

from orderlake.errors import UnknownFile
from orderlake.pipeline.failure_queue import Failure, FailureQueue
from orderlake.pipeline.invocations import (
    LONGEST_RUN_SECONDS,
    MARGIN_SECONDS,
    InvocationResult,
    event_of,
)

Run = Callable[[Mapping[str, Any]], InvocationResult]
RUNNERS = 4
WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Replayed:
    """One run: its files, each file's outcome, or the error."""

    keys: tuple[str, ...]
    outcomes: Mapping[str, str]
    error: str | None

    @property
    def is_done(self) -> bool:
        """Whether the function finished, even with a refusal."""
        return self.error is None


def resolve(names: Iterable[str], keys: Sequence[str], raw_prefix: str = RAW_PREFIX) -> list[str]:
    """Return the keys that match names and patterns, each once, in order. Pure.

    The prefix may be left out; `*` goes over folders, too. Raises UnknownFile for one without a
    match.
    """
    known = set(keys)
    found: dict[str, None] = {}
    for name in names:
        meant = [key for key in (name, f"{raw_prefix}{name}") if key in known][:1]
        if not meant and WILDCARDS & set(name):
            pattern = name if name.startswith(raw_prefix) else f"{raw_prefix}{name}"
            meant = [key for key in keys if fnmatch.fnmatchcase(key, pattern)]
        if not meant:
            raise UnknownFile(name, keys)
        found |= dict.fromkeys(meant)
    return list(found)


def replay_files(run: Run, bucket: str, keys: Iterable[str]) -> Iterator[Replayed]:
    """Process files again although they are finished, several at a time; yields them in order.

    `run` runs the function on an event and is called from several threads.
    """

    def run_key(key: str) -> Replayed:
        return replayed((key,), run(event_of(bucket, key, is_forced=True)))

    with ThreadPoolExecutor(RUNNERS) as pool:
        yield from pool.map(run_key, keys)


def replay_failures(run: Run, queue: FailureQueue) -> Iterator[Replayed]:
    """Run each event of the failure queue once; delete its message only when it succeeded."""
    held: list[Failure] = []

    def run_event(failure: Failure) -> Replayed:
        if failure.event is None:
            return Replayed((), {}, f"message {failure.message_id}: {failure.error}")
        return replayed(failure.keys, run(failure.event))

    # A batch runs in rounds of RUNNERS, each as long as a function may take.
    hidden_seconds = 3 * (LONGEST_RUN_SECONDS + MARGIN_SECONDS)
    try:
        with ThreadPoolExecutor(RUNNERS) as pool:
            for batch in queue.receive(hidden_seconds):
                held += batch
                for failure, result in zip(batch, pool.map(run_event, batch), strict=True):
                    if result.is_done:
                        queue.remove(failure)
                        held.remove(failure)
                    yield result
    finally:
        for failure in held:
            queue.put_back(failure)


def replayed(keys: tuple[str, ...], result: InvocationResult) -> Replayed:
    """Return a run's result under the names of the files it was about."""
    return Replayed(keys, result.outcomes, result.error)
