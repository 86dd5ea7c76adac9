"""A table or a partition of the Glue catalog with the contract's types in it. Pure.

Dicts in the shapes of GetTable and GetPartitions go in; `TableInput` and `PartitionInput` come out.
"""

from collections.abc import Mapping
from typing import Any

# What UpdateTable and UpdatePartition take of what GetTable and GetPartitions show:
# docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html and API_PartitionInput.html.
_TABLE_INPUT = (
    "Name",
    "Description",
    "Owner",
    "LastAccessTime",
    "LastAnalyzedTime",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "TableType",
    "Parameters",
    "TargetTable",
)
_PARTITION_INPUT = (
    "Values",
    "LastAccessTime",
    "LastAnalyzedTime",
    "StorageDescriptor",
    "Parameters",
)


def correct_table(table: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the `TableInput` with the contract's types, or None where it has them already."""
    return _correct(table, types, _TABLE_INPUT)


def correct_partition(
    partition: Mapping[str, Any], types: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return the `PartitionInput` with the contract's types, or None where it has them already."""
    return _correct(partition, types, _PARTITION_INPUT)


def differing_types(item: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, str]:
    """Return the columns whose type is not the contract's, with the contract's type."""
    return {
        column["Name"]: types[column["Name"]]
        for column in _columns(item)
        if types.get(column["Name"], column.get("Type")) != column.get("Type")
    }


def _correct(
    item: Mapping[str, Any], types: Mapping[str, str], fields: tuple[str, ...]
) -> dict[str, Any] | None:
    differing = differing_types(item, types)
    if not differing:
        return None
    columns = [
        {**column, "Type": differing.get(column["Name"], column.get("Type"))}
        for column in _columns(item)
    ]
    kept = {field: item[field] for field in fields if field in item}
    return kept | {"StorageDescriptor": {**item["StorageDescriptor"], "Columns": columns}}


def _columns(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list((item.get("StorageDescriptor") or {}).get("Columns") or [])
