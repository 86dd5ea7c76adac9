"""The files that an Iceberg table's manifests name, and which delete files apply to which. Pure.

https://iceberg.apache.org/spec/#manifests and https://iceberg.apache.org/spec/#scan-planning
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from athena_sql.catalog import IcebergFile

DELETED = 2
DATA, POSITION_DELETES = 0, 1


class Refused(Exception):
    """A table that is not read here; the text says why."""


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One live file of a snapshot: its rows, or the positions of rows that are deleted.

    `scope` is the partition that it lies in. A delete file applies to files of its scope that are
    not newer, by their sequence numbers; one with a `target` only to the file of that address.
    """

    file: IcebergFile
    is_deletes: bool
    sequence_number: int
    scope: str
    target: str | None


def live_entries(
    manifest: Mapping[str, Any], records: Iterable[Mapping[str, Any]]
) -> Iterator[ManifestEntry]:
    """Yield the entries of a manifest, which its list describes; raises Refused.

    An entry that the manifest added has the manifest's own sequence number.
    """
    for record in records:
        if record["status"] == DELETED:
            continue
        entry = record["data_file"]
        number = record.get("sequence_number")
        if number is None:
            number = manifest.get("sequence_number") or 0
        yield ManifestEntry(
            file_of(entry),
            entry.get("content") == POSITION_DELETES,
            number,
            f"{manifest.get('partition_spec_id', 0)} {entry.get('partition')}",
            entry.get("referenced_data_file"),
        )


def file_of(entry: Mapping[str, Any]) -> IcebergFile:
    """Return a manifest's file; raises Refused for one that cannot be applied or is not Parquet."""
    kind = str(entry["file_format"]).upper()
    if (entry.get("content") or DATA) not in (DATA, POSITION_DELETES):
        raise Refused(
            "rows of it were deleted by equality delete files, as Flink writes them: run OPTIMIZE"
            " on Athena, or read it there"
        )
    if kind != "PARQUET":
        raise Refused(f"its files are {entry['file_format']}, and Parquet is read here")
    return IcebergFile(*split_address(entry["file_path"]), entry["file_size_in_bytes"])


def files_with_deletes(entries: Iterable[ManifestEntry]) -> Iterator[IcebergFile]:
    """Yield the data files, each with the delete files that apply to it."""
    data: list[ManifestEntry] = []
    by_target: defaultdict[str, list[ManifestEntry]] = defaultdict(list)
    by_scope: defaultdict[str, list[ManifestEntry]] = defaultdict(list)
    for entry in entries:
        if not entry.is_deletes:
            data.append(entry)
        elif entry.target:
            by_target[normal_address(entry.target)].append(entry)
        else:
            by_scope[entry.scope].append(entry)
    for entry in data:
        found = (*by_target[entry.file.address], *by_scope[entry.scope])
        applied = (each.file for each in found if each.sequence_number >= entry.sequence_number)
        yield replace(entry.file, deletes=tuple(applied))


def normal_address(address: str) -> str:
    """Return `s3://bucket/key` also of `s3a://bucket/key`; raises Refused for others."""
    bucket, key = split_address(address)
    return f"s3://{bucket}/{key}"


def split_address(address: str) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`; raises Refused for another kind of address."""
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not key:
        raise Refused(f"its Iceberg metadata names '{address}', which is not an object of S3")
    return bucket, key
