"""Keeps track of the environments of each function version and ends them with the version.

LocalStack ends the environments that it knows when a version ends, but misses one that is
just starting.
"""

from collections import defaultdict
from threading import Lock
from typing import Protocol


class Stoppable(Protocol):
    """An environment, as this module needs it."""

    def stop(self) -> None:
        """End it, now or after a running call. Stopping twice is allowed."""


class VersionEnvironments:
    """A version is any unique text; a version that has ended never comes back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: defaultdict[str, set[Stoppable]] = defaultdict(set)
        self._over: set[str] = set()

    def add(self, version: str, environment: Stoppable) -> None:
        """Register a started environment, unless its version is over: then its call ends it."""
        with self._lock:
            if version not in self._over:
                self._running[version].add(environment)

    def discard(self, version: str, environment: Stoppable) -> None:
        """Forget an environment that ends by itself."""
        with self._lock:
            self._running[version].discard(environment)
            if not self._running[version]:
                del self._running[version]

    def stop_if_over(self, version: str, environment: Stoppable) -> None:
        """Called after each call: stop the environment where its version has ended."""
        with self._lock:
            is_over = version in self._over
        if is_over:
            environment.stop()

    def end(self, version: str) -> None:
        """Stop every environment of a version that is over."""
        with self._lock:
            self._over.add(version)
            stopped = self._running.pop(version, set())
        for environment in stopped:
            environment.stop()
