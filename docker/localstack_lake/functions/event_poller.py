"""Correct LocalStack's queues of asynchronous events, so that no event is lost or repeated.

- An update stops a function's poller and starts another. LocalStack's drops what it receives
  while it is being stopped; this one hands it back to the queue, where its successor finds it.
- LocalStack shows a new poller's manager before it has a queue: an event in between is refused.
- LocalStack takes events faster than they run, which throttles them against a reserved
  concurrency and repeats those that wait longer than they are hidden.
- LocalStack waits a minute for a function's answer and then runs the event again beside it.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any

from localstack.services.lambda_.invocation import event_manager, lambda_service
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client
from localstack.services.lambda_.invocation.lambda_models import Invocation
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.patch import Patch

from localstack_lake.functions.direct_calls import DirectCalls
from localstack_lake.functions.event_taking import EventTaking, Message, QueueGone

# Added to the function's timeout: for a cold start, and for an answer on its way.
_MARGIN_SECONDS = 60
# Far longer than the few statements between a manager and its queue.
_START_SECONDS = 10
# How many of a function's events run at once, at most: as in LocalStack, by the processors.
_WORKERS = min(32, (os.process_cpu_count() or 1) + 4)


class EventPoller(event_manager.Poller):
    """Takes events from a function's queue until it is stopped; a taken one is run or returned."""

    def __init__(self, version_manager: LambdaVersionManager, event_queue_url: str) -> None:
        super().__init__(version_manager, event_queue_url)
        version = version_manager.function_version
        self._patience_seconds = version.config.timeout + _MARGIN_SECONDS
        calls: Any = DirectCalls(version.id.account, version.id.region)
        self.lambda_client = calls
        name = f"lambda-invoker-{version.id.function_name}:{version.id.qualifier}"
        self.invoker_pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix=name)
        self._taking = EventTaking(self, self._start, self._limit)

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Called by LocalStack on a thread of its own; ends when stopped or without a queue."""
        self._taking.run()

    def stop(self) -> None:
        """Called by LocalStack before an update or a deletion; what was taken is still run."""
        self._taking.stop()
        self.invoker_pool.shutdown(wait=False)

    def take(self, wait_seconds: int) -> Message | None:
        """See `event_taking.Queue`."""
        try:
            answer = get_fake_sqs_client().receive_message(
                QueueUrl=self.event_queue_url,
                WaitTimeSeconds=wait_seconds,
                MaxNumberOfMessages=1,
                VisibilityTimeout=self._patience_seconds,
            )
        except ValueError as error:  # the function was deleted, and its queue with it
            raise QueueGone from error
        messages: list[Message] = answer.get("Messages") or []
        return messages[0] if messages else None

    def give_back(self, message: Message) -> None:
        """See `event_taking.Queue`."""
        with suppress(ValueError):  # the function was deleted, and its events with it
            queue = get_fake_sqs_client().queue_manager.get_queue(self.event_queue_url)
            queue.update_visibility_timeout(message["ReceiptHandle"], 0)

    def _start(self, message: Message) -> None:
        self.invoker_pool.submit(self.handle_message, message).add_done_callback(
            lambda _: self._taking.done()
        )

    def _limit(self) -> int:
        reserved = self.version_manager.function.reserved_concurrent_executions
        return _WORKERS if reserved is None else min(reserved, _WORKERS)


class EventManager(event_manager.LambdaEventManager):
    """LocalStack's event manager, but an event that comes before its queue waits for it."""

    def __init__(self, version_manager: LambdaVersionManager) -> None:
        super().__init__(version_manager)
        self._is_ready = Event()

    def start(self) -> None:
        """Called by LocalStack right after it has shown this manager to its callers."""
        super().start()
        self._is_ready.set()

    def enqueue_event(self, invocation: Invocation) -> None:
        """Called by LocalStack for each asynchronous invocation, on any thread."""
        self._is_ready.wait(_START_SECONDS)
        super().enqueue_event(invocation)


def install() -> None:
    """Replace LocalStack's classes by these, for functions created from now on."""
    Patch(event_manager, "Poller", EventPoller).apply()
    Patch(lambda_service, "LambdaEventManager", EventManager).apply()
