"""Iceberg tables in a mirror: their form in the snapshot's file. Pure.

A table that cannot be read keeps the reason, and only its own queries fail. iceberg_reader.py finds
what tables consist of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from athena_sql.catalog import (
    CatalogColumn,
    CatalogTable,
    IcebergFile,
    IcebergFiles,
    table_from_glue,
)

FIELD = "Iceberg"


def table_of(entry: Mapping[str, Any]) -> CatalogTable:
    """Return the table of an entry of the snapshot."""
    table = table_from_glue(entry["Table"], entry["Partitions"])
    if (found := entry.get(FIELD)) is None:
        return table
    files = files_of(found["files"])
    summary = found.get("summary", {})
    return replace(
        table,
        columns=tuple(CatalogColumn(name, kind) for name, kind in found["columns"].items()),
        iceberg=IcebergFiles(found["field_ids"], files, found["refusal"], summary),
    )


def files_of(entries: Iterable[Mapping[str, Any]]) -> tuple[IcebergFile, ...]:
    """Return the files, with their delete files, of their form in the snapshot's file."""
    return tuple(
        IcebergFile(**{**entry, "deletes": files_of(entry.get("deletes", ()))}) for entry in entries
    )


def without_unreadable(
    entries: Iterable[Mapping[str, Any]], unreadable: Mapping[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """Return the snapshot's entries, with a refusal in each table that lacks one of its files.

    `unreadable` has the reason for each address of an object. A table is never read in part.
    """
    return tuple(refused_entry(entry, unreadable) for entry in entries)


def refused_entry(entry: Mapping[str, Any], unreadable: Mapping[str, str]) -> Mapping[str, Any]:
    """Return an entry, without its files and with the reason if one of them is unreadable."""
    found = entry.get(FIELD) or {}
    files = IcebergFiles(files=files_of(found.get("files", ()))).all_files
    addresses = [file.address for file in files]
    reasons = [unreadable[address] for address in addresses if address in unreadable]
    if not reasons:
        return entry
    return {**entry, FIELD: {**found, "files": (), "refusal": reasons[0]}}
