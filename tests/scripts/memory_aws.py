"""An AWS in memory for the command line's tests: S3 with versions, as far as it is used."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from order_transform.layout import outputs_for
from orderlake.names import Names

if TYPE_CHECKING:
    from orderlake.aws import Aws

NAMES = Names("shop", "000000000000", "us-east-1")
START = datetime(2026, 11, 22, tzinfo=UTC)


def refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@dataclass
class MemoryS3:
    """Objects with versions; counts the requests of each operation."""

    buckets: dict[str, dict[str, list[dict[str, Any]]]] = field(
        default_factory=lambda: {NAMES.raw_bucket: {}, NAMES.processed_bucket: {}}
    )
    requests: Counter[str] = field(default_factory=Counter)
    page_size: int = 3
    before_request: Callable[[str], None] = lambda operation: None

    def _bucket(self, name: str, operation: str) -> dict[str, list[dict[str, Any]]]:
        self.before_request(operation)
        self.requests[operation] += 1
        if name not in self.buckets:
            raise refusal("NoSuchBucket", operation)
        return self.buckets[name]

    def put_object(self, Bucket: str, Key: str, Body: bytes, **_: Any) -> dict[str, Any]:
        versions = self._bucket(Bucket, "put").setdefault(Key, [])
        number = sum(map(len, self.buckets[Bucket].values()))
        entry = {
            "Key": Key,
            "Body": Body,
            "ETag": f'"{hashlib.md5(Body).hexdigest()}"',
            "VersionId": f"v{number}",
            "Size": len(Body),
            "LastModified": START + timedelta(minutes=number),
        }
        versions.append(entry)
        return {"ETag": entry["ETag"], "VersionId": entry["VersionId"]}

    def delete_object(self, Bucket: str, Key: str) -> None:
        self._bucket(Bucket, "delete")[Key].append({"Key": Key, "VersionId": "mark"})

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        versions = self._bucket(Bucket, "get").get(Key)
        if not versions or "Body" not in versions[-1]:
            raise refusal("NoSuchKey", "GetObject")
        return versions[-1] | {"Body": io.BytesIO(versions[-1]["Body"])}

    def get_paginator(self, operation: str) -> Any:
        pages = {"list_objects_v2": self._objects, "list_object_versions": self._versions}
        return SimpleNamespace(paginate=pages[operation])

    def _objects(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        bucket = self._bucket(Bucket, "list")
        newest = [
            versions[-1] for key, versions in sorted(bucket.items()) if key.startswith(Prefix)
        ]
        found = [entry for entry in newest if "Body" in entry]
        for start in range(0, len(found), self.page_size):
            yield {"Contents": found[start : start + self.page_size]}

    def _versions(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        bucket = self._bucket(Bucket, "list versions")
        for key, versions in sorted(bucket.items()):
            if key.startswith(Prefix):
                told = [entry | {"IsLatest": entry is versions[-1]} for entry in versions]
                yield {
                    "Versions": [entry for entry in told if "Body" in entry],
                    "DeleteMarkers": [entry for entry in told if "Body" not in entry],
                }


@dataclass
class MemoryQueue:
    """One queue: bodies by message id, and which of them are hidden."""

    bodies: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def get_queue_url(self, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": f"http://{QueueName}"}

    def receive_message(self, VisibilityTimeout: int, **_: Any) -> dict[str, Any]:
        found = [name for name in self.bodies if name not in self.hidden][:10]
        self.hidden |= set(found) if VisibilityTimeout else set()
        return {
            "Messages": [
                {"MessageId": name, "ReceiptHandle": name, "Body": self.bodies[name]}
                for name in found
            ]
        }

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:
        del self.bodies[ReceiptHandle]

    def change_message_visibility(self, **request: Any) -> None:
        assert request["VisibilityTimeout"] == 0
        self.hidden.discard(request["ReceiptHandle"])


def report_of(
    key: str, put: dict[str, Any], outcome: str = "done", **counts: int
) -> dict[str, Any]:
    """Return a report about what a put made."""
    counted = {"records": 0, "accepted": 0, "rejected": 0, "blank": 0} | counts
    return {
        "outcome": outcome,
        "source": {
            "bucket": NAMES.raw_bucket,
            "key": key,
            "version_id": put["VersionId"],
            "etag": put["ETag"],
            "size_bytes": 1,
        },
        "refusal": {"code": "empty", "message": "no"} if outcome == "refused" else None,
        "counts": counted,
        "reject_codes": {"zero": counted["rejected"]} if counted["rejected"] else {},
        "contract_version": "1+abc",
        "outputs": [],
    }


@dataclass
class MemoryAws:
    """What the command line's modules need of `orderlake.aws.Aws`."""

    root: Path
    s3: MemoryS3 = field(default_factory=MemoryS3)
    sqs: "MemoryQueue" = field(default_factory=lambda: MemoryQueue())
    names: Names = NAMES

    def as_aws(self) -> "Aws":
        """Return it as what it stands for."""
        return cast("Aws", self)

    @property
    def settings(self) -> Any:
        return SimpleNamespace(env="local", root=self.root, is_local=True)

    def upload(self, key: str, text: str = "price,quantity\n1,1\n") -> dict[str, Any]:
        return self.s3.put_object(NAMES.raw_bucket, key, text.encode())

    def tell(self, key: str, report: dict[str, Any]) -> None:
        body = json.dumps(report).encode()
        self.s3.put_object(NAMES.processed_bucket, outputs_for(key).report, body)
