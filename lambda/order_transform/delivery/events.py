"""The keys that an S3 event names, whatever sent it: AWS, LocalStack or another emulator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class Change:
    """An object that may have changed; `force` runs it again although nothing did."""

    bucket: str
    key: str
    force: bool = False


def changes(event: Mapping[str, Any]) -> list[Change]:
    """Return the objects that an event names, each once; none for `s3:TestEvent` and the like.

    AWS sends keys URL-encoded with `+` for a space, LocalStack with `%20`, some emulators as
    they are. A key that reads differently decoded and undecoded is named in both forms: to
    look at a key that does not exist costs two requests, to overlook one costs a file.
    """
    return list(dict.fromkeys(_named(event)))


def _named(event: Mapping[str, Any]) -> Iterator[Change]:
    for record in event.get("Records") or []:
        s3 = record.get("s3") or {}
        bucket, key = s3.get("bucket", {}).get("name"), s3.get("object", {}).get("key")
        if not bucket or not key:
            continue
        force = bool(record.get("force"))
        yield Change(bucket, unquote_plus(key), force)
        yield Change(bucket, key, force)
