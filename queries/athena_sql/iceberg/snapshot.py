"""The current snapshot of an Iceberg table: its columns, and the data files that hold its rows.

Metadata file, manifest list, manifests: https://iceberg.apache.org/spec/. The bytes are read by a
function that the caller gives. A table that cannot be read exactly is refused with the reason, and
never read in part.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from athena_sql.catalog import CatalogColumn, CatalogTable, IcebergFile, IcebergFiles
from athena_sql.iceberg.manifests import (
    ManifestEntry,
    Refused,
    files_with_deletes,
    live_entries,
    split_address,
)
from athena_sql.iceberg.schema import hive_type

GZIP = b"\x1f\x8b"
LATEST_FORMAT = 2
# Takes bucket and key, raises UnreadableObject.
type ReadObject = Callable[[str, str], bytes]


class UnreadableObject(Exception):
    """An object of the table's metadata is not there, or may not be read; the text says why."""


@dataclass(frozen=True, slots=True)
class NumberedColumn:
    """One column with the number that data files know it by."""

    name: str
    type: str
    field_id: int


def is_iceberg(table: Mapping[str, Any]) -> bool:
    """Whether Glue's table is one of Iceberg."""
    return str((table.get("Parameters") or {}).get("table_type", "")).upper() == "ICEBERG"


def with_snapshot(
    table: CatalogTable, glue_table: Mapping[str, Any], read: ReadObject
) -> CatalogTable:
    """Return an Iceberg table with the columns and files of its current snapshot.

    Where it cannot be read, its files have a refusal and `check_table` raises it.
    """
    try:
        location = (glue_table.get("Parameters") or {}).get("metadata_location", "")
        metadata = read_metadata(location, read)
        columns = columns_of(metadata)
        files = tuple(data_files(metadata, read))
    except (Refused, UnreadableObject) as error:
        return replace(table, iceberg=IcebergFiles(refusal=str(error)))
    except (KeyError, TypeError, ValueError, EOFError, zlib.error) as error:
        reason = f"its Iceberg metadata cannot be read: {error}"
        return replace(table, iceberg=IcebergFiles(refusal=reason))
    return replace(
        table,
        columns=tuple(CatalogColumn(column.name, column.type) for column in columns),
        iceberg=IcebergFiles(
            {column.name: column.field_id for column in columns},
            files,
            summary=summary_of(metadata),
        ),
    )


def read_metadata(location: str, read: ReadObject) -> dict[str, Any]:
    """Return the metadata file that the catalog names."""
    data = read(*split_address(location))
    document: dict[str, Any] = json.loads(gzip.decompress(data) if data.startswith(GZIP) else data)
    version = document["format-version"]
    if version > LATEST_FORMAT:
        raise Refused(f"it is an Iceberg table of format version {version}; 1 and 2 are read here")
    return document


def columns_of(metadata: Mapping[str, Any]) -> list[NumberedColumn]:
    """Return the columns of the current schema; names in lower case, as Athena knows them."""
    schemas = {known.get("schema-id", 0): known for known in metadata.get("schemas") or ()}
    schema = schemas.get(metadata.get("current-schema-id", 0)) or metadata["schema"]
    columns = []
    for column in schema["fields"]:
        try:
            columns.append(
                NumberedColumn(column["name"].lower(), hive_type(column["type"]), column["id"])
            )
        except ValueError as error:
            reason = f"its Iceberg column '{column['name']}' has {error}, which is not read here"
            raise Refused(reason) from error
    return columns


def summary_of(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the summary of the last snapshot that changed rows: a compaction changes none."""
    snapshots = {known["snapshot-id"]: known for known in metadata.get("snapshots") or ()}
    snapshot = snapshots.get(metadata.get("current-snapshot-id"), {})
    while (snapshot.get("summary") or {}).get("operation") == "replace":
        snapshot = snapshots.get(snapshot.get("parent-snapshot-id"), {})
    return {name: str(value) for name, value in (snapshot.get("summary") or {}).items()}


def data_files(metadata: Mapping[str, Any], read: ReadObject) -> Iterator[IcebergFile]:
    """Yield the data files of the current snapshot, with their delete files; raises Refused.

    A table without a snapshot has no rows.
    """
    current = metadata.get("current-snapshot-id")
    snapshots = {known["snapshot-id"]: known for known in metadata.get("snapshots") or ()}
    snapshot = snapshots.get(current)
    if snapshot is None:
        if current not in (None, -1):
            raise Refused(f"its Iceberg metadata lacks the current snapshot {current}")
        return iter(())
    if "manifest-list" not in snapshot:
        raise Refused("its Iceberg metadata has no manifest list, as of format version 1")
    return files_with_deletes(entries_of(snapshot["manifest-list"], read))


def entries_of(manifest_list: str, read: ReadObject) -> Iterator[ManifestEntry]:
    """Yield the live entries of all manifests of a snapshot; raises Refused."""
    from athena_sql.iceberg.avro import read_records  # costs time that other tables do not need

    for manifest in read_records(read(*split_address(manifest_list))):
        data = read(*split_address(manifest["manifest_path"]))
        if len(data) != manifest["manifest_length"]:
            raise Refused(f"its Iceberg manifest {manifest['manifest_path']} is not whole")
        yield from live_entries(manifest, read_records(data))
