"""Compare crawl findings with the catalog; plan the changes that the policies allow.

Nothing here reads or writes. The policies: docs.aws.amazon.com/glue/latest/dg/
crawler-configuration.html.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from glue_crawler.planning.merging import (
    DEPRECATED,
    RUN_ID,
    changed_attribute,
    inherit,
    merge,
    replace,
    take_types,
)
from glue_crawler.planning.table_input import GlueDict


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table as it will stand, the actions that bring it there, and why it is given up, if so."""

    table: GlueDict
    actions: tuple[Action, ...] = ()
    given_up: str | None = None


def plan_table(
    definition: CrawlerDefinition, wanted: GlueDict, present: Mapping[str, Any] | None, now_ms: int
) -> TablePlan:
    """Plan one table under the update policies. `MergeNewColumns` overrides LOG."""
    if present is None:
        return TablePlan(wanted, (CreateTable(wanted),))
    if definition.merge_new_columns:
        reason = changed_attribute(wanted, present)
        if reason is not None:
            return _give_up(present, reason, now_ms)
        table = merge(wanted, present)
    elif definition.update_behavior == "LOG":
        return TablePlan(dict(present))
    else:
        table = replace(wanted, present)
    changes = describe_changes(present, table)
    if not changes and _comparable(table) == _comparable(present):
        return TablePlan(dict(present))
    return TablePlan(table, (UpdateTable(table, tuple(changes)),))


def _give_up(present: Mapping[str, Any], reason: str, now_ms: int) -> TablePlan:
    if DEPRECATED in (present.get("Parameters") or {}):
        return TablePlan(dict(present), given_up=reason)
    table = _deprecate(present, now_ms)
    return TablePlan(table, (DeprecateTable(table),), reason)


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
    created: list[GlueDict] = []
    updated: list[GlueDict] = []
    for partition in wanted:
        found = present.get(tuple(partition["Values"]))
        settled = _settle_partition(definition, table, partition, found)
        if found is None:
            created.append(settled)
        elif _comparable(settled) != _comparable(found):
            updated.append(settled)
    name = table["Name"]
    actions: list[Action] = [CreatePartitions(name, tuple(created))] if created else []
    return [*actions, UpdatePartitions(name, tuple(updated))] if updated else actions


def _settle_partition(
    definition: CrawlerDefinition,
    table: GlueDict,
    wanted: GlueDict,
    present: Mapping[str, Any] | None,
) -> GlueDict:
    """Return a partition as it will stand. `InheritFromTable` overrides the other policies."""
    merging, logging = definition.merge_new_columns, definition.update_behavior == "LOG"
    if present is None:
        settled = take_types(wanted, table) if merging else wanted
    elif merging:
        settled = merge(wanted, present)
    else:
        settled = dict(present) if logging else replace(wanted, present)
    return inherit(settled, table) if definition.inherit_from_table else settled


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
    may_not_change = definition.update_behavior == "LOG" and not definition.merge_new_columns
    if may_not_change or not misfits:
        return []
    return [DeletePartitions(table["Name"], misfits)]


def plan_gone_table(
    definition: CrawlerDefinition, present: Mapping[str, Any], now_ms: int
) -> list[Action]:
    """Plan what becomes of a table whose objects are gone.

    A table that was deprecated before stays, even once the policy says to delete: users of AWS
    report it so, and it is the careful choice.
    """
    if definition.delete_behavior == "LOG" or DEPRECATED in (present.get("Parameters") or {}):
        return []
    if definition.delete_behavior == "DELETE_FROM_DATABASE":
        return [DeleteTable(present["Name"])]
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
