"""Bring a mirror up to date: list what Glue and S3 hold, download what changed, swap the snapshot.

It reads from AWS only, and prints nothing: progress goes to a callback.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from athena_sql.catalog import split_location
from botocore.exceptions import ClientError

from orderlake.errors import NoMirror, NoTable, SourceChanging
from orderlake.mirror.iceberg import table_of, without_unreadable
from orderlake.mirror.iceberg_reader import REFUSALS, IcebergReader
from orderlake.mirror.integrity import sums_of
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot, now, replacing

if TYPE_CHECKING:
    from mypy_boto3_glue.client import GlueClient
    from mypy_boto3_s3.client import S3Client

DOWNLOADS_AT_ONCE = 16
ATTEMPTS = 3
MOVED_ON = {"PreconditionFailed", "NoSuchKey", "412", "404"}


class Condition(TypedDict, total=False):
    """What GetObject asks of an object."""

    IfMatch: str


class ObjectMovedOn(Exception):
    """An object was replaced or removed between the listing and its download, so list again."""


class IcebergFileMissing(Exception):
    """A data file that an Iceberg table names is not there, or may not be read.

    The table may have new files by now, so look again.
    """

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} cannot be read: {reason}")
        self.address = address


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The result of one sync; `stray` objects are under a table but in no registered partition."""

    snapshot: Snapshot
    downloaded: int
    downloaded_bytes: int
    removed: int
    unchanged: int
    stray: int


@dataclass(frozen=True, slots=True)
class Lake:
    """The source of a mirror: a Glue database and the buckets of its tables."""

    glue: "GlueClient"
    s3: "S3Client"
    database: str
    source: str

    def look(self) -> Snapshot:
        """Return the current state, without downloading; raises NoTable before the first crawl."""
        complete = IcebergReader(self.s3).complete
        entries = tuple(map(complete, read_glue_tables(self.glue, self.database)))
        if not entries:
            raise NoTable(self.database, self.source)
        objects = {entry.address: entry for entry in iceberg_objects(entries)}
        objects |= {entry.address: entry for entry in list_objects(self.s3, folders_of(entries))}
        return Snapshot(self.source, now(), entries, tuple(objects.values()))

    def download(self, entry: MirroredObject, path: Path) -> int:
        """Download exactly the listed version of one object into a file; returns its size in bytes.

        Raises ObjectMovedOn where the object was replaced or removed since the listing, and
        IcebergFileMissing for a file that an Iceberg table names, and nobody listed.
        """
        condition: Condition = {"IfMatch": f'"{entry.etag}"'} if entry.etag else {}
        try:
            answer = self.s3.get_object(Bucket=entry.bucket, Key=entry.key, **condition)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if not entry.etag and code in REFUSALS:
                raise IcebergFileMissing(entry.address, code) from error
            if code in MOVED_ON:
                raise ObjectMovedOn(entry.address) from error
            raise
        with replacing(path) as handle:
            for chunk in answer["Body"].iter_chunks(1 << 20):
                handle.write(chunk)
        return entry.size_bytes


class Origin(Protocol):
    """The source of a mirror: `Lake` on AWS, or a test's own."""

    @property
    def source(self) -> str:
        """Its name in messages."""
        ...

    def look(self) -> Snapshot:
        """Return what is there now."""
        ...

    def download(self, entry: MirroredObject, path: Path) -> int:
        """Download one object into a file; raises ObjectMovedOn and IcebergFileMissing."""
        ...


def sync(
    lake: Origin,
    store: MirrorStore,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> SyncReport:
    """Make the mirror equal to the lake. The caller holds the store's exclusive lock.

    An interruption leaves the old snapshot whole, and the next sync does not download again what is
    there. An Iceberg table that lacks a file is mirrored as one that cannot be read. Raises
    SourceChanging if objects change faster than they can be downloaded.
    """
    attempts, unreadable = 0, dict[str, str]()
    while attempts < ATTEMPTS:
        snapshot = without_tables(lake.look(), unreadable)
        known = known_snapshot(store)
        missing = [entry for entry in snapshot.objects if is_missing(store, entry)]
        try:
            fetch(lake, store, missing, progress)
        except ObjectMovedOn:
            attempts += 1
            continue
        except IcebergFileMissing as missing_file:  # its table is left out of the next attempt
            unreadable[missing_file.address] = str(missing_file)
            continue
        snapshot = replace(snapshot, sums=sums_of(store, snapshot.objects, known.sums))
        store.write(snapshot)
        return SyncReport(
            snapshot=snapshot,
            downloaded=len(missing),
            downloaded_bytes=sum(entry.size_bytes for entry in missing),
            removed=len(addresses_of(known) - addresses_of(snapshot)),
            unchanged=len(snapshot.objects) - len(missing),
            stray=count_stray(snapshot),
        )
    raise SourceChanging(lake.source)


def without_tables(snapshot: Snapshot, unreadable: Mapping[str, str]) -> Snapshot:
    """Return a snapshot without the files of Iceberg tables that lack one of these addresses."""
    if not unreadable:
        return snapshot
    entries = without_unreadable(snapshot.glue_tables, unreadable)
    named = {entry.address for entry in iceberg_objects(snapshot.glue_tables)}
    kept = {entry.address for entry in iceberg_objects(entries)}
    objects = [
        entry for entry in snapshot.objects if entry.etag or entry.address not in named - kept
    ]
    return replace(snapshot, glue_tables=entries, objects=tuple(objects))


def fetch(
    lake: Origin,
    store: MirrorStore,
    missing: list[MirroredObject],
    progress: Callable[[int, int], None],
) -> None:
    """Download objects, several at once; the first failure cancels those not yet begun."""
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        futures = [pool.submit(lake.download, entry, store.path_of(entry)) for entry in missing]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                progress(done, len(missing))
        finally:
            for future in futures:
                future.cancel()


def is_missing(store: MirrorStore, entry: MirroredObject) -> bool:
    """Whether the object has to be downloaded: it is missing here, or has another size."""
    with contextlib.suppress(FileNotFoundError):
        return store.path_of(entry).stat().st_size != entry.size_bytes
    return True


def known_snapshot(store: MirrorStore) -> Snapshot:
    """Return the current snapshot, or an empty one if it cannot be read."""
    try:
        return store.read()
    except NoMirror:
        return Snapshot("", now(), (), ())


def addresses_of(snapshot: Snapshot) -> set[str]:
    """Return the S3 addresses of a snapshot's objects."""
    return {entry.address for entry in snapshot.objects}


def read_glue_tables(glue: "GlueClient", database: str) -> Iterable[Mapping[str, Any]]:
    """Yield every table of a database with its partitions, in Glue's own shapes."""
    try:
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=database):
            for table in page["TableList"]:
                partitions: list[Any] = []
                if table.get("PartitionKeys"):
                    pages = glue.get_paginator("get_partitions").paginate(
                        DatabaseName=database, TableName=table["Name"]
                    )
                    partitions = [part for answer in pages for part in answer["Partitions"]]
                yield {"Table": table, "Partitions": partitions}
    except glue.exceptions.EntityNotFoundException:
        return


def folders_of(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the (bucket, prefix) pairs to list, without those inside another one.

    An Iceberg table's folder holds more than the table, which names its files itself.
    """
    found: set[tuple[str, str]] = set()
    for table in (table for table in map(table_of, entries) if table.iceberg is None):
        found |= {split_location(table.location)}
        found |= {split_location(location) for location, _ in table.folders}
    found = {(bucket, prefix) for bucket, prefix in found if bucket}
    outer: list[tuple[str, str]] = []
    for bucket, prefix in sorted(found):
        if not (outer and outer[-1][0] == bucket and prefix.startswith(outer[-1][1])):
            outer.append((bucket, prefix))
    return outer


def iceberg_objects(entries: Iterable[Mapping[str, Any]]) -> Iterable[MirroredObject]:
    """Yield the files of all Iceberg tables."""
    for table in map(table_of, entries):
        for file in table.iceberg.all_files if table.iceberg else ():
            yield MirroredObject(file.bucket, file.key, "", file.size_bytes)


def list_objects(s3: "S3Client", folders: Iterable[tuple[str, str]]) -> Iterable[MirroredObject]:
    """Yield every object under the folders."""
    for bucket, prefix in folders:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", ()):
                etag = entry["ETag"].strip('"')
                yield MirroredObject(bucket, entry["Key"], etag, entry["Size"])


def count_stray(snapshot: Snapshot) -> int:
    """Count the objects that no folder of any table covers: a crawl would register them."""
    tables = [table for table in snapshot.tables if table.iceberg is None]
    prefixes = [split_location(folder) for table in tables for folder, _ in table.folders]
    named = {entry.address for entry in iceberg_objects(snapshot.glue_tables)}
    by_bucket: dict[str, tuple[str, ...]] = {}
    for bucket, prefix in prefixes:
        by_bucket[bucket] = (*by_bucket.get(bucket, ()), prefix)
    return sum(
        not entry.key.startswith(by_bucket.get(entry.bucket, ())) and entry.address not in named
        for entry in snapshot.objects
    )
