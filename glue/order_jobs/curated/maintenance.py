"""Keep the curated table small and fast: few large files, few snapshots, no stray objects.

Each step may be interrupted: it leaves the table whole, and the next run goes on.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from order_jobs.curated.rows import rewrite_without, row_store
from order_jobs.curated.stray import remove_stray
from order_jobs.curated.table import TablePlace, replace_files, upload_files
from order_jobs.curated.table_pieces import data_files, own_summary

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SMALL_BYTES = 64 << 20
FEW_FILES = 4
# What one rewriting reads; a month may take several.
MOST_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class Ages:
    """What is old enough to go."""

    snapshots: timedelta = timedelta(days=5)
    # A run puts its files before it commits them; it never takes this long.
    orphans: timedelta = timedelta(days=3)


def small_groups(table: Table) -> Iterator[list[DataFile]]:
    """Yield the small files of each month that has more than a few, not too large together."""
    by_month: defaultdict[object, list[DataFile]] = defaultdict(list)
    for file in data_files(table):
        if file.file_size_in_bytes < SMALL_BYTES:
            by_month[file.partition[0]].append(file)
    for files in by_month.values():
        group: list[DataFile] = []
        for file in sorted(files, key=lambda each: each.file_size_in_bytes):
            if sum(each.file_size_in_bytes for each in (*group, file)) > MOST_BYTES:
                break
            group.append(file)
        if len(group) > FEW_FILES:
            yield group


def compact(table: Table, s3: "S3Client", place: TablePlace) -> int:
    """Rewrite small files of the same month as one, a commit for each month; returns how many.

    Raises CommitFailedException where another run committed meanwhile.
    """
    count = 0
    for group in list(small_groups(table)):
        with tempfile.TemporaryDirectory(prefix="compact-") as name:
            folder = Path(name)
            paths = []
            for number, file in enumerate(group):
                paths.append(folder / f"{number}.parquet")
                bucket, _, key = file.file_path.removeprefix("s3://").partition("/")
                s3.download_file(bucket, key, str(paths[-1]))
            fields = {column.name: column.field_id for column in table.schema().fields}
            with row_store(folder) as connection:
                # One thread writes one file.
                connection.execute("set threads = 1")
                made = rewrite_without(connection, paths, frozenset(), fields, folder / "new")
            new = list(upload_files(table, s3, place, made))
        replace_files(table, group, new, own_summary(table))
        table = table.refresh()
        count += len(group)
    return count


def expire_snapshots(table: Table, now: datetime, ages: Ages) -> int:
    """Forget old snapshots, never the current one; returns how many."""
    before = len(table.snapshots())
    limit = (now - ages.snapshots).replace(tzinfo=None)
    with table.maintenance.expire_snapshots() as expire:
        expire.older_than(limit)
    return before - len(table.refresh().snapshots())


def remove_orphans(
    table: Table, s3: "S3Client", place: TablePlace, now: datetime, ages: Ages
) -> int:
    """Delete old objects in the table's folder that no snapshot names; returns how many.

    Runs that died, expired snapshots and replaced metadata leave them behind.
    """
    home = f"s3://{place.bucket}/"
    named = {address.removeprefix(home) for address in referenced(table)}
    return remove_stray(s3, place.bucket, place.prefix, named, now - ages.orphans)


def referenced(table: Table) -> set[str]:
    """Return the addresses of all objects that the table's snapshots and history name."""
    found = {table.metadata_location}
    found |= {entry.metadata_file for entry in table.metadata.metadata_log}
    for snapshot in table.snapshots():
        found.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            if manifest.manifest_path not in found:
                found.add(manifest.manifest_path)
                entries = manifest.fetch_manifest_entry(table.io, discard_deleted=True)
                found |= {entry.data_file.file_path for entry in entries}
    return found


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
