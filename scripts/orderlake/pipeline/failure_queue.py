"""The failure queue: events that Lambda gave up on, with the error. It runs no event."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError
from order_transform.delivery.events import records_of

from orderlake.aws.session import Aws, error_code
from orderlake.errors import NotDeployed
from orderlake.pipeline.invocations import error_text

GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
BATCH = 10  # SQS returns no more at once
# A receive call may return nothing although there are messages; after this many it is believed.
EMPTY_ANSWERS = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """A message: the event that failed (None without an event), its error, its receipt."""

    message_id: str
    receipt: str
    event: Mapping[str, Any] | None
    error: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The raw keys that the event names, decoded."""
        return event_keys(self.event or {})

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """Raw key and version of each object that the event names with its version."""
        objects = event_objects(self.event or {})
        return tuple(
            (unquote_plus(o["key"]), o["versionId"])
            for o in objects
            if o.get("key") and o.get("versionId")
        )


def event_keys(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that an event names, decoded, each once. Pure."""
    objects = event_objects(event)
    return tuple(dict.fromkeys(unquote_plus(o["key"]) for o in objects if o.get("key")))


def event_objects(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the objects of an event's records, as S3 describes them. Pure."""
    return [(record.get("s3") or {}).get("object") or {} for record in records_of(event)]


def read_message(message: Mapping[str, Any]) -> Failure:
    """Read a message in the form of Lambda's destinations. Pure.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = None
    event = body.get("requestPayload") if isinstance(body, Mapping) else None
    is_event = isinstance(event, Mapping)
    error = error_text(body.get("responsePayload")) if is_event else "not an event of the function"
    return Failure(
        str(message["MessageId"]),
        str(message.get("ReceiptHandle", "")),
        event if is_event else None,
        error,
    )


@dataclass(frozen=True)
class FailureQueue:
    """The queue of one deployment; every method raises NotDeployed if it does not exist."""

    aws: Aws

    @cached_property
    def url(self) -> str:
        """Its address."""
        with self.expected():
            return self.aws.sqs.get_queue_url(QueueName=self.aws.names.failure_queue)["QueueUrl"]

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Raise NotDeployed where it is gone, which it may be between two calls, too."""
        try:
            yield
        except ClientError as error:
            if error_code(error) in GONE:
                what = f"the queue {self.aws.names.failure_queue}"
                raise NotDeployed(what, self.aws.settings.env) from error
            raise

    def count(self) -> int:
        """Return about how many events it holds, with those that a replay is working on."""
        with self.expected():
            counts = self.aws.sqs.get_queue_attributes(
                QueueUrl=self.url,
                AttributeNames=[
                    "ApproximateNumberOfMessages",
                    "ApproximateNumberOfMessagesNotVisible",
                ],
            )["Attributes"]
        return sum(int(count) for count in counts.values())

    def peek(self) -> list[Failure]:
        """Return a few of its messages, and leave them as they are."""
        with self.expected():
            answer = self.aws.sqs.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=BATCH, VisibilityTimeout=0
            )
        return [read_message(message) for message in answer.get("Messages", [])]

    def receive(self, hidden_seconds: int) -> Iterator[list[Failure]]:
        """Yield batches until the queue is empty; meanwhile each message is hidden from others."""
        empty = 0
        while empty < EMPTY_ANSWERS:
            with self.expected():
                answer = self.aws.sqs.receive_message(
                    QueueUrl=self.url,
                    MaxNumberOfMessages=BATCH,
                    VisibilityTimeout=hidden_seconds,
                    WaitTimeSeconds=1 if empty else 0,
                )
            messages = answer.get("Messages", [])
            empty = 0 if messages else empty + 1
            if messages:
                yield [read_message(message) for message in messages]

    def remove(self, failure: Failure) -> None:
        """Delete a message for good."""
        with self.expected():
            self.aws.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=failure.receipt)

    def put_back(self, failure: Failure) -> None:
        """Let a received message be received again at once."""
        with self.expected():
            self.aws.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=failure.receipt, VisibilityTimeout=0
            )
