"""What moto's records of tables and partitions hold, and the checks before they are stored."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.glue.models import FakeTable

from localstack_lake.glue.paging import invalid_input
from localstack_lake.glue.shapes import GlueDict

# What a TableInput may hold: anything else of a table is the catalog's own.
TABLE_INPUT = frozenset(
    {
        "Name",
        "Description",
        "Owner",
        "LastAccessTime",
        "LastAnalyzedTime",
        "Retention",
        "StorageDescriptor",
        "PartitionKeys",
        "ViewOriginalText",
        "ViewExpandedText",
        "TableType",
        "Parameters",
        "TargetTable",
        "ViewDefinition",
    }
)
PARTITION_INPUT = frozenset(
    {"Values", "LastAccessTime", "StorageDescriptor", "Parameters", "LastAnalyzedTime"}
)
_DESCRIPTOR_DEFAULTS = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}


def take_fields(source: Mapping[str, Any], fields: frozenset[str]) -> GlueDict:
    """Return what a client may set of a table or a partition."""
    return {field: value for field, value in source.items() if field in fields}


def with_defaults(item: Mapping[str, Any]) -> GlueDict:
    """Add the numbers and flags to a descriptor that AWS adds if a client left them out.

    Trino's Glue client expects them.
    """
    descriptor = item.get("StorageDescriptor")
    if descriptor is None:
        return dict(item)
    return {**item, "StorageDescriptor": _DESCRIPTOR_DEFAULTS | descriptor}


def version_times(table: FakeTable) -> dict[str, datetime]:
    """Return when each version was written; moto's record has only one time for all."""
    stamps: dict[str, datetime] = table.__dict__.setdefault("created_at", {})
    return stamps


def check_table_name(name: str | None) -> str:
    """Return a table's name as Glue keeps it, in lower case."""
    if not name or len(name) > 255:
        raise invalid_input("Table name must have 1 to 255 characters")
    return name.lower()


def check_partition_values(table: FakeTable, values: Sequence[str]) -> list[str]:
    """Return the values of a partition, one for each key of its table."""
    keys = table.versions[str(table._current_version)].get("PartitionKeys") or []
    if len(keys) != len(values):
        raise invalid_input(
            "The number of partition keys do not match the number of partition values"
        )
    return list(values)


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)
