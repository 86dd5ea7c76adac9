"""The keys in an event about S3: S3's own or EventBridge's, from AWS or from an emulator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, unquote_plus

# A new object may be invisible for fifteen minutes; after that, a missing object is gone.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
INVISIBLE_UNTIL = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Change:
    """An object that may have changed; `force` runs it again even if it did not.

    `created_as`: one of these keys was written at `time`, in a bucket with versions.
    """

    bucket: str
    key: str
    force: bool = False
    created_as: tuple[str, ...] = field(default=(), compare=False)
    time: datetime | None = field(default=None, compare=False)

    def must_be_known(self, now: datetime) -> tuple[str, ...]:
        """Return keys, often none: S3 must show one of them, or a delete marker for it."""
        is_recent = self.time is not None and now - self.time < INVISIBLE_UNTIL
        return self.created_as if is_recent else ()


def changes(event: Mapping[str, Any]) -> list[Change]:
    """Return the objects that an event names, each once; none for `s3:TestEvent` and the like.

    AWS sends keys URL-encoded with `+` for a space, LocalStack with `%20`, some emulators as they
    are. A key that differs when decoded is returned in both forms: a key that does not exist costs
    two requests, an overlooked key costs a file.
    """
    return list(dict.fromkeys(_named(event)))


def records_of(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return an event's records in the form of S3's notifications.

    EventBridge sends one event per object and does not encode the key; LocalStack encodes it here,
    too.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    if event.get("source") == "aws.s3":
        return [_event_to_record(event)]
    return list(event.get("Records") or [])


def _event_to_record(event: Mapping[str, Any]) -> Mapping[str, Any]:
    detail = event.get("detail") or {}
    found = detail.get("object") or {}
    key = found.get("key")
    if key and "%" not in key:
        key = quote_plus(key, safe="/")
    stored = {"key": key, "versionId": found.get("version-id")}
    is_new = event.get("detail-type") == "Object Created"
    return {
        "eventName": f"ObjectCreated:{detail.get('reason')}" if is_new else "ObjectRemoved:Delete",
        "eventTime": event.get("time"),
        "s3": {"bucket": detail.get("bucket") or {}, "object": stored},
    }


def _named(event: Mapping[str, Any]) -> Iterator[Change]:
    for record in records_of(event):
        s3 = record.get("s3") or {}
        bucket, key = s3.get("bucket", {}).get("name"), s3.get("object", {}).get("key")
        if not bucket or not key:
            continue
        force = bool(record.get("force"))
        keys = tuple(dict.fromkeys((unquote_plus(key), key)))
        # Only a bucket with versions has delete markers, which tell deleted from invisible.
        is_new = str(record.get("eventName", "")).removeprefix("s3:").startswith("ObjectCreated")
        created_as = keys if is_new and s3["object"].get("versionId") else ()
        for one in keys:
            yield Change(bucket, one, force, created_as, _time(record) if created_as else None)


def _time(record: Mapping[str, Any]) -> datetime | None:
    """Return when the event happened; None if it does not say so, or without a UTC offset."""
    try:
        time = datetime.fromisoformat(str(record.get("eventTime")))
    except ValueError:
        return None
    return time if time.tzinfo else None
