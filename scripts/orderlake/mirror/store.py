"""The mirror's folder: one snapshot file that names the objects, and the objects themselves.

It opens no connection. The snapshot is replaced in one rename, and an object's file is named
after its key and ETag, so a reader of an old snapshot still finds its objects.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from athena_sql.catalog import CatalogTable

from orderlake.errors import DamagedMirror, MirrorBusy, NoMirror
from orderlake.mirror.iceberg import table_of

VERSION = 1
LOCK_WAIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class MirroredObject:
    """One S3 object of the snapshot. `etag` is S3's, with its quotes removed.

    A file of an Iceberg table has none: it is never replaced.
    """

    bucket: str
    key: str
    etag: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        """The object's file name under `objects/`; the ending decides on decompression."""
        digest = hashlib.sha256(f"{self.bucket}/{self.key}\0{self.etag}".encode()).hexdigest()
        ending = ".json.gz" if self.key.endswith(".gz") else ".json"
        return f"{digest[:2]}/{digest[2:34]}{ending}"

    @property
    def address(self) -> str:
        """The object's S3 address."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state: Glue's tables as it answered them, and every object under them.

    `sums` are the SHA-256 of the objects' files by their names, computed after the download.
    """

    source: str
    synced_at: datetime
    glue_tables: tuple[Mapping[str, Any], ...]
    objects: tuple[MirroredObject, ...]
    sums: Mapping[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[CatalogTable, ...]:
        """The catalog's tables."""
        return tuple(map(table_of, self.glue_tables))

    @property
    def fingerprint(self) -> str:
        """A hash of the tables' content: equal for equal data, whenever it was synced.

        How the data is read belongs to it, such as the SerDe.
        """
        content = [[o.bucket, o.key, o.etag, o.size_bytes] for o in sorted_objects(self.objects)]
        schemas = [[t.database, t.name, [asdict(c) for c in t.all_columns]] for t in self.tables]
        folders = [[sorted([*f] for f in t.folders)] for t in self.tables]
        readings = [
            [t.serde, sorted(t.serde_parameters.items()), sorted(t.parameters.items())]
            for t in self.tables
        ]
        mismatches = [repr(t.mismatched_partition()) for t in self.tables]
        iceberg = [[t.name, asdict(t.iceberg)] for t in self.tables if t.iceberg]
        parts = [content, schemas, folders, readings, mismatches, *iceberg]
        text = json.dumps(parts, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def sorted_objects(objects: tuple[MirroredObject, ...]) -> list[MirroredObject]:
    """Return the objects in the order of their addresses."""
    return sorted(objects, key=lambda o: (o.bucket, o.key))


@dataclass(frozen=True, slots=True)
class MirrorStore:
    """A mirror's folder on disk."""

    folder: Path

    def path_of(self, entry: MirroredObject) -> Path:
        """Return the path of an object's bytes."""
        return self.folder / "objects" / entry.file_name

    @property
    def cache_path(self) -> Path:
        """The columnar cache, derived from the objects and never trusted over them."""
        return self.folder / "columns.duckdb"

    def read(self) -> Snapshot:
        """Return the snapshot; raises NoMirror if it is missing or damaged."""
        try:
            return snapshot_from_json(json.loads((self.folder / "snapshot.json").read_bytes()))
        except OSError as error:
            raise NoMirror(self.folder) from error
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedMirror(self.folder, "its snapshot.json cannot be read") from error

    def write(self, snapshot: Snapshot) -> None:
        """Replace the snapshot in one rename, then remove the files that it no longer names."""
        write_atomically(self.folder / "snapshot.json", snapshot_to_json(snapshot))
        self.sweep({self.path_of(entry) for entry in snapshot.objects})

    def sweep(self, wanted: set[Path]) -> None:
        """Remove every file under `objects/` that is not needed, and what killed processes left.

        The caller holds the exclusive lock, so nobody is downloading, writing or spilling.
        """
        for pattern in ("objects/*/*", "*.part", "spill/*"):
            for path in self.folder.glob(pattern):
                if path not in wanted:
                    path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def lock(self, *, exclusive: bool, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """Lock the mirror: exclusively to change it, or shared with other readers.

        The kernel frees the lock when a process ends, however it ends. Raises MirrorBusy.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as handle:
            take_lock(handle.fileno(), exclusive, wait_seconds, self.folder)
            yield


def take_lock(descriptor: int, exclusive: bool, wait_seconds: float, folder: Path) -> None:
    """Take a lock on an open file, waiting for its holder; raises MirrorBusy after the wait."""
    mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise MirrorBusy(folder) from error
            time.sleep(0.05)
        else:
            return


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees either the old content or the new one, never a part."""
    with replacing(path) as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write, which replaces `path` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as handle:
            yield handle
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def snapshot_to_json(snapshot: Snapshot) -> bytes:
    """Return the snapshot's file; Glue's timestamps become text."""
    document = {
        "version": VERSION,
        "source": snapshot.source,
        "synced_at": snapshot.synced_at.isoformat(),
        "tables": snapshot.glue_tables,
        "objects": [
            {
                "bucket": entry.bucket,
                "key": entry.key,
                "etag": entry.etag,
                "size_bytes": entry.size_bytes,
            }
            for entry in snapshot.objects
        ],
        "sums": snapshot.sums,
    }
    # Indented, it would take eight times as long.
    return json.dumps(document, default=str).encode()


def snapshot_from_json(document: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot of a file; raises KeyError, TypeError or ValueError for a wrong form."""
    if document["version"] != VERSION:
        raise ValueError(f"version {document['version']}")
    return Snapshot(
        source=document["source"],
        synced_at=datetime.fromisoformat(document["synced_at"]),
        glue_tables=tuple(document["tables"]),
        objects=tuple(MirroredObject(**entry) for entry in document["objects"]),
        sums=document.get("sums", {}),
    )


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)
