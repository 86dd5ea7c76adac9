"""A table or a partition of the Glue catalog with the contract's types in it. Pure.

Dicts in the shapes of GetTable and GetPartitions go in; `TableInput` and `PartitionInput` come out.
"""

from collections.abc import Mapping
from typing import Any

# The fields of GetTable and GetPartitions that UpdateTable and UpdatePartition accept:
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


# Every query about money needs this column. Files without a currency do not write it, so a crawler
# may never see it. The table has it anyway, without values.
_ALWAYS = ("currency", "is_sale")


def correct_table(table: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the `TableInput` with the contract's types, or None where it has them already."""
    return _correct(table, types, _TABLE_INPUT)


def correct_partition(
    partition: Mapping[str, Any], types: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return the `PartitionInput` with the contract's types, or None where it has them already."""
    return _correct(partition, types, _PARTITION_INPUT)


def differing_types(item: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that are missing or have another type, with the contract's type."""
    found = {column["Name"]: column.get("Type") for column in _columns(item)}
    wrong = {name: types[name] for name in found if types.get(name, found[name]) != found[name]}
    missing = {name: types[name] for name in _ALWAYS if name in types and name not in found}
    return wrong | missing


def _correct(
    item: Mapping[str, Any], types: Mapping[str, str], fields: tuple[str, ...]
) -> dict[str, Any] | None:
    differing = differing_types(item, types)
    if not differing:
        return None
    found = _columns(item)
    columns = [{**one, "Type": differing.get(one["Name"], one.get("Type"))} for one in found]
    names = {one["Name"] for one in found}
    columns += [{"Name": name, "Type": differing[name]} for name in differing if name not in names]
    kept = {field: item[field] for field in fields if field in item}
    return kept | {"StorageDescriptor": {**item["StorageDescriptor"], "Columns": columns}}


def _columns(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list((item.get("StorageDescriptor") or {}).get("Columns") or [])
