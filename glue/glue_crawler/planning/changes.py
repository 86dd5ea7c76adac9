"""Compare crawl findings with the catalog; plan the changes that the policies allow.

Nothing here reads or writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from glue_crawler.definition import CrawlerDefinition
from glue_crawler.planning.actions import (
    Action,
    CreatePartitions,
    CreateTable,
    DeletePartitions,
    DeleteTable,
    DeprecateTable,
    UpdatePartitions,
    UpdateTable,
)
from glue_crawler.planning.table_input import GlueDict, inherit

DEPRECATED = "DEPRECATED_BY_CRAWLER"
RUN_ID = "CRAWL_RUN_ID"
UPDATED_BY = "UPDATED_BY_CRAWLER"

# Parameters that belong to the crawler: rewritten by every crawl, where a user's own survive.
_CRAWLER_KEYS = frozenset(
    {
        "CrawlerSchemaDeserializerVersion",
        "CrawlerSchemaSerializerVersion",
        UPDATED_BY,
        RUN_ID,
        DEPRECATED,
        "areColumnsQuoted",
        "averageRecordSize",
        "classification",
        "columnsOrdered",
        "compressionType",
        "delimiter",
        "exclusions",
        "objectCount",
        "partition_filtering.enabled",
        "recordCount",
        "sizeKey",
        "skip.header.line.count",
        "typeOfData",
    }
)
_USER_FIELDS = ("Name", "Description", "Owner", "Retention", "TargetTable")


def plan_table(
    definition: CrawlerDefinition, wanted: GlueDict, present: Mapping[str, Any] | None
) -> tuple[GlueDict, list[Action]]:
    """Return the table as it will stand, and the action that brings it there, if any."""
    if present is None:
        return wanted, [CreateTable(wanted)]
    if definition.update_behavior == "LOG":
        return dict(present), []
    table = _merge_table(definition, wanted, present)
    changes = describe_changes(present, table)
    if not changes and _comparable(table) == _comparable(present):
        return dict(present), []
    return table, [UpdateTable(table, tuple(changes))]


def _merge_table(
    definition: CrawlerDefinition, wanted: GlueDict, present: Mapping[str, Any]
) -> GlueDict:
    parameters = _merge_parameters(wanted, present)
    keys = present.get("PartitionKeys") or []
    if [key["Name"] for key in keys] != [key["Name"] for key in wanted["PartitionKeys"]]:
        keys = wanted["PartitionKeys"]
    storage = {**wanted["StorageDescriptor"], "Parameters": dict(parameters)}
    if definition.merge_new_columns:
        storage["Columns"] = _append_columns(present, storage["Columns"], keys)
    kept = {field: present[field] for field in _USER_FIELDS if present.get(field) is not None}
    return {
        **wanted,
        **kept,
        "StorageDescriptor": storage,
        "PartitionKeys": keys,
        "Parameters": parameters,
    }


def _merge_parameters(wanted: GlueDict, present: Mapping[str, Any]) -> dict[str, str]:
    users: dict[str, str] = {
        key: value
        for key, value in (present.get("Parameters") or {}).items()
        if key not in _CRAWLER_KEYS
    }
    users.update(wanted["Parameters"])
    return users


def _append_columns(
    present: Mapping[str, Any], columns: Sequence[GlueDict], keys: Sequence[GlueDict]
) -> list[GlueDict]:
    """Keep the columns that are there, and add new ones after them (`MergeNewColumns`)."""
    kept = list((present.get("StorageDescriptor") or {}).get("Columns") or [])
    names = {column["Name"] for column in (*kept, *keys)}
    return kept + [column for column in columns if column["Name"] not in names]


def describe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Say which columns were added, removed or changed in type between two tables."""
    old, new = _types(before), _types(after)
    added = [f"added {name} {kind}" for name, kind in new.items() if name not in old]
    removed = [f"removed {name}" for name in old if name not in new]
    changed = [
        f"changed {name} from {old[name]} to {kind}"
        for name, kind in new.items()
        if name in old and old[name] != kind
    ]
    return added + removed + changed


def _types(table: Mapping[str, Any]) -> dict[str, str]:
    columns = (table.get("StorageDescriptor") or {}).get("Columns") or []
    return {column["Name"]: column.get("Type", "") for column in columns}


def _comparable(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a crawl decides about a table or partition, without the run's own mark."""
    storage = dict(item.get("StorageDescriptor") or {})
    storage["Parameters"] = _without_run(storage.get("Parameters"))
    return {
        "StorageDescriptor": storage,
        "PartitionKeys": item.get("PartitionKeys") or [],
        "TableType": item.get("TableType"),
        "Parameters": _without_run(item.get("Parameters")),
    }


def _without_run(parameters: Mapping[str, str] | None) -> dict[str, str]:
    return {key: value for key, value in (parameters or {}).items() if key != RUN_ID}


def plan_partitions(
    definition: CrawlerDefinition,
    table: GlueDict,
    wanted: Iterable[GlueDict],
    present: Mapping[tuple[str, ...], Mapping[str, Any]],
) -> list[Action]:
    """Plan new and changed partitions. New ones are made under every update policy."""
    if definition.inherit_from_table:
        wanted = (inherit(partition, table) for partition in wanted)
    created: list[GlueDict] = []
    updated: list[GlueDict] = []
    for partition in wanted:
        found = present.get(tuple(partition["Values"]))
        if found is None:
            created.append(partition)
        elif definition.update_behavior != "LOG" and _comparable(partition) != _comparable(found):
            updated.append(partition)
    name = table["Name"]
    actions: list[Action] = [CreatePartitions(name, tuple(created))] if created else []
    return [*actions, UpdatePartitions(name, tuple(updated))] if updated else actions


def plan_misfits(
    definition: CrawlerDefinition,
    table: GlueDict,
    present: Iterable[tuple[str, ...]],
) -> list[Action]:
    """Plan to remove partitions that a change of partition keys has made meaningless.

    They have too many or too few values, which no catalog accepts, so no policy could keep them.
    """
    key_count = len(table.get("PartitionKeys") or ())
    misfits = tuple(values for values in present if len(values) != key_count)
    if definition.update_behavior == "LOG" or not misfits:
        return []
    return [DeletePartitions(table["Name"], misfits)]


def plan_gone_table(
    definition: CrawlerDefinition, present: Mapping[str, Any], now_ms: int
) -> list[Action]:
    """Plan what becomes of a table whose objects are gone."""
    if definition.delete_behavior == "DELETE_FROM_DATABASE":
        return [DeleteTable(present["Name"])]
    if definition.delete_behavior == "LOG" or DEPRECATED in (present.get("Parameters") or {}):
        return []
    return [DeprecateTable(_deprecate(present, now_ms))]


def plan_gone_partitions(
    definition: CrawlerDefinition,
    table_name: str,
    gone: Sequence[Mapping[str, Any]],
    now_ms: int,
) -> list[Action]:
    """Plan what becomes of partitions whose objects are gone."""
    if definition.delete_behavior == "DELETE_FROM_DATABASE" and gone:
        values = tuple(tuple(partition["Values"]) for partition in gone)
        return [DeletePartitions(table_name, values)]
    fresh = [item for item in gone if DEPRECATED not in (item.get("Parameters") or {})]
    if definition.delete_behavior == "LOG" or not fresh:
        return []
    marked = tuple(_deprecate(partition, now_ms) for partition in fresh)
    return [UpdatePartitions(table_name, marked)]


def _deprecate(item: Mapping[str, Any], now_ms: int) -> GlueDict:
    mark = {DEPRECATED: str(now_ms)}
    storage = dict(item.get("StorageDescriptor") or {})
    storage["Parameters"] = (storage.get("Parameters") or {}) | mark
    return {
        **item,
        "StorageDescriptor": storage,
        "Parameters": (item.get("Parameters") or {}) | mark,
    }
