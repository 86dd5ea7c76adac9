"""Objects, the store that they come from, and the listing of one include path.

The store is a seam: S3 in an emulator, a folder on a disk, or a dict in a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

PAGE_KEYS = 1000
# No key in a folder comes after the folder and this.
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object of a listing: its key, its size in bytes, and its ETag, if the store has one."""

    key: str
    size_bytes: int
    etag: str = ""


class ObjectStore(Protocol):
    """What a crawl needs of a store. Both methods may be called from several threads."""

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield objects under a prefix in key order, from the first key after `start_after`.

        Raises `BucketMissingError` or `ListingRefusedError`.
        """
        ...

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return up to `length` bytes from byte `start`. Raises `ObjectUnreadableError`."""
        ...


@dataclass(frozen=True, slots=True)
class KnownFolders:
    """Folders that an earlier crawl has seen: tables' own, and partitions.

    A table's folder may hold new folders; a partition's has none that could be of its table.
    """

    tables: frozenset[str] = frozenset()
    partitions: frozenset[str] = frozenset()

    def has(self, folder: str) -> bool:
        """Tell whether a folder was seen."""
        return folder in self.tables or folder in self.partitions


def list_target(
    store: ObjectStore, bucket: str, path: str, known: KnownFolders
) -> Iterator[StoredObject]:
    """Yield the objects of one include path, leaving out empty ones and known folders.

    `path` is the key part of the include path, which names a folder or one object. A listing
    stands still in a known partition for one page at most and then jumps over the rest of it, so
    that a crawl of new folders does not pay for the old ones.
    """
    stem = path.rstrip("/")
    start_after: str | None = ""
    while start_after is not None:
        listing, start_after = store.list_objects(bucket, stem, start_after), None
        for count, item in enumerate(listing, start=1):
            folder = folder_of(item.key)
            if folder in known.partitions and count >= PAGE_KEYS:
                start_after = folder + LAST_CHARACTER
                break
            if item.size_bytes > 0 and _is_under(item.key, stem) and not known.has(folder):
                yield item


def _is_under(key: str, stem: str) -> bool:
    return not stem or key == stem or key.startswith(f"{stem}/")


def folder_of(key: str) -> str:
    """Return the folder of a key, with its trailing slash; the empty string at a bucket's root."""
    return key[: key.rfind("/") + 1]
