"""Object storage as the delivery protocol needs it; `s3_storage` has S3 behind it.

It has only the primitives: read, conditional write, list and delete versions. It decides nothing.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol


class ConditionFailed(Exception):
    """A conditional write found another object than it expected; nothing was written."""


class Missing(Exception):
    """The object, or that version of it, is not there any more."""


class Archived(Exception):
    """The object is in an archive storage class; it can be read only after it was restored."""


class UnsupportedEncryption(Exception):
    """The object is encrypted in a way that the function cannot read, or must not."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored object; `version_id` is None in a bucket without versions."""

    etag: str
    version_id: str | None
    size_bytes: int = 0


class Storage(Protocol):
    """What the protocol needs from object storage. Each method is one request, or one per part."""

    def head(self, bucket: str, key: str) -> Stored | None:
        """Return the newest version, None if there is none (or a delete marker).

        Raises UnsupportedEncryption.
        """

    def is_known(self, bucket: str, key: str) -> bool:
        """Return whether the object or a delete marker exists."""

    def read(self, bucket: str, key: str) -> tuple[bytes, Stored] | None:
        """Return the newest version's bytes; for small objects."""

    def download(self, bucket: str, key: str, stored: Stored, path: Path) -> date:
        """Write the newest version's bytes to `path`; return the day, in UTC, of its upload.

        Raises Missing, ConditionFailed (`stored` is not the newest version any more), Archived,
        UnsupportedEncryption.
        """

    def write(self, bucket: str, key: str, data: bytes | Path, expected: str | None) -> Stored:
        """Write if the newest version's ETag is `expected` (None: no object), atomically.

        Raises ConditionFailed.
        """

    def versions(self, bucket: str, key: str) -> list[Stored]:
        """Return all versions of exactly this key, newest first, delete markers left out."""

    def delete(self, bucket: str, key: str, version_id: str | None) -> None:
        """Delete one version for good, if it is still there; without a version, the object."""
