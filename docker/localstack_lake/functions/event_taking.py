"""Take events from a queue: only as many as can run at once, and without losing any at a stop.

It knows nothing of LocalStack; the queue and the function come as callables.
"""

import logging
import time
from collections.abc import Callable
from threading import Condition
from typing import Any, Protocol

LOG = logging.getLogger(__name__)

# How long to wait for an event before checking whether to stop.
WAIT_SECONDS = 1
# The pause before a queue that failed is asked again.
_PAUSE_SECONDS = 0.2

type Message = dict[str, Any]


class QueueGone(Exception):
    """The queue was deleted: there is nothing more to take."""


class Queue(Protocol):
    """A queue of events, as this module needs it."""

    def take(self, wait_seconds: int) -> Message | None:
        """The next event, hidden from others; None if none came. Raises QueueGone."""

    def give_back(self, message: Message) -> None:
        """Show an event that was taken to the next taker at once."""


class EventTaking:
    """Takes events from `queue` and gives each to `start`, until stopped.

    `limit()` says how many may run at once. `start` runs an event elsewhere and calls `done` at its
    end; it raises RuntimeError where it can start nothing more. An event waits only in the queue,
    where a successor finds it.
    """

    def __init__(
        self,
        queue: Queue,
        start: Callable[[Message], object],
        limit: Callable[[], int],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._queue = queue
        self._start = start
        self._limit = limit
        self._pause = pause
        self._changed = Condition()
        self._running = 0
        self._is_stopped = False

    def run(self) -> None:
        """Take events until `stop`, or until the queue is gone. Any other error only delays."""
        while self._has_room():
            try:
                message = self._queue.take(WAIT_SECONDS)
            except QueueGone:
                return
            except Exception:  # else every later event of the function would wait for ever
                LOG.exception("an event could not be taken")
                self._pause(_PAUSE_SECONDS)
                continue
            if message is not None:
                self._hand_on(message)

    def stop(self) -> None:
        """Take no more events. Started ones go on to their end."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def done(self) -> None:
        """A started event is over."""
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def _has_room(self) -> bool:
        """Wait until one more may run; False once stopped."""
        with self._changed:
            while not self._is_stopped and self._running >= max(self._limit(), 1):
                self._changed.wait(WAIT_SECONDS)  # nobody notifies us when the limit changes
            return not self._is_stopped

    def _hand_on(self, message: Message) -> None:
        with self._changed:
            is_stopped = self._is_stopped
            self._running += not is_stopped
        if is_stopped:
            self._queue.give_back(message)
            return
        try:
            self._start(message)
        except RuntimeError:
            self.done()
            self._queue.give_back(message)
            self._pause(_PAUSE_SECONDS)
