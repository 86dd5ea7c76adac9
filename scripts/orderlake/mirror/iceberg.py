"""Iceberg tables in a mirror: what they consist of now, and their form in the snapshot's file.

A table that cannot be read keeps the reason, and only its own queries fail. It only reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from athena_sql.catalog import (
    CatalogColumn,
    CatalogTable,
    IcebergFile,
    IcebergFiles,
    table_from_glue,
)
from athena_sql.iceberg.snapshot import UnreadableObject, is_iceberg, with_snapshot

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

FIELD = "Iceberg"
# S3's answers to an object that is not there, or that the caller may not read.
REFUSALS = ("NoSuchKey", "NoSuchBucket", "AccessDenied", "403", "404", "PermanentRedirect")


@dataclass(frozen=True, slots=True)
class IcebergReader:
    """Finds the current columns and files of Iceberg tables in S3."""

    s3: "S3Client"

    def complete(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an entry of the snapshot, with its columns and files if it is an Iceberg table."""
        if not is_iceberg(entry["Table"]):
            return entry
        table = with_snapshot(table_from_glue(entry["Table"], ()), entry["Table"], self.read)
        columns = {column.name: column.type for column in table.columns}
        files = asdict(table.iceberg) if table.iceberg else {}
        return {**entry, FIELD: {"columns": columns, **files}}

    def read(self, bucket: str, key: str) -> bytes:
        """Return an object's bytes; raises UnreadableObject."""
        from botocore.exceptions import ClientError  # not loaded by what reads a mirror offline

        try:
            return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if (code := str(error.response.get("Error", {}).get("Code"))) in REFUSALS:
                reason = f"s3://{bucket}/{key} cannot be read: {code}"
                raise UnreadableObject(reason) from error
            raise


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
    addresses = [one.address for one in files]
    reasons = [unreadable[address] for address in addresses if address in unreadable]
    if not reasons:
        return entry
    return {**entry, FIELD: {**found, "files": (), "refusal": reasons[0]}}
