"""A correction to LocalStack's poller of asynchronous events, which may not lose any.

An update of a function stops its poller and starts another. LocalStack's drops what it receives
while it is being stopped, so that an event right after a deployment stays hidden for longer than
the function's timeout. This one hands it back to the queue, where its successor finds it.
"""

from typing import Any

from localstack.services.lambda_.invocation import event_manager
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client

# As LocalStack's own: how long a call waits for events, and how many it takes.
_WAIT_SECONDS = 2
_BATCH = 10
# Added to the function's timeout before an event that was taken shows up again.
_MARGIN_SECONDS = 60


class EventPoller(event_manager.Poller):
    """Takes events from a function's queue until it is stopped; a taken one is run or returned."""

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Called by LocalStack on a thread of its own; ends when stopped or without a queue."""
        client = get_fake_sqs_client()
        hidden_seconds = self.version_manager.function_version.config.timeout + _MARGIN_SECONDS
        while not self._shutdown_event.is_set():
            try:
                answer = client.receive_message(
                    QueueUrl=self.event_queue_url,
                    WaitTimeSeconds=_WAIT_SECONDS,
                    MaxNumberOfMessages=_BATCH,
                    VisibilityTimeout=hidden_seconds,
                )
            except ValueError:  # the function was deleted, and its queue with it
                return
            for message in answer.get("Messages") or []:
                self._take(message)

    def stop(self) -> None:
        """Called by LocalStack before an update or a deletion; what was taken is still run."""
        self._shutdown_event.set()
        self.invoker_pool.shutdown(wait=False)

    def _take(self, message: dict[str, Any]) -> None:
        try:
            self.invoker_pool.submit(self.handle_message, message)
        except RuntimeError:  # the pool was shut down since the call began
            queue = get_fake_sqs_client().queue_manager.get_queue(self.event_queue_url)
            queue.update_visibility_timeout(message["ReceiptHandle"], 0)


def install() -> None:
    """Put this poller in the place of LocalStack's, for functions created from now on."""
    event_manager.Poller = EventPoller  # type: ignore[misc]
