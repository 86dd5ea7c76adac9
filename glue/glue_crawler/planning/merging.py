"""Merge what a crawl found with what the catalog has, for one table or partition.

The two rules of AWS's crawler for what exists already: replace it (`UPDATE_IN_DATABASE`), or only
add what is new (`MergeNewColumns`); and what a partition takes from its table. Pure: dicts in
Glue's shapes go in and come out, and none is changed.

Sources: docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html ("Add new columns only";
"Update all new and existing partitions with metadata from the table") and
docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from glue_crawler.planning.table_input import AVRO_SCHEMA, GlueDict
from glue_crawler.schema.type_text import add_nested_fields

type GlueView = Mapping[str, Any]

DEPRECATED = "DEPRECATED_BY_CRAWLER"
RUN_ID = "CRAWL_RUN_ID"
UPDATED_BY = "UPDATED_BY_CRAWLER"

# Parameters that belong to the crawler: rewritten by every crawl, where a user's own survive, as
# the recording A06 shows.
_CRAWLER_KEYS = frozenset(
    {
        "CrawlerSchemaDeserializerVersion",
        "CrawlerSchemaSerializerVersion",
        UPDATED_BY,
        RUN_ID,
        DEPRECATED,
        "areColumnsQuoted",
        "averageRecordSize",
        AVRO_SCHEMA,
        "classification",
        "columnsOrdered",
        "commentCharacter",
        "compressionType",
        "delimiter",
        "exclusions",
        "grokPattern",
        "jsonPath",
        "objectCount",
        "partition_filtering.enabled",
        "recordCount",
        "sizeKey",
        "skip.header.line.count",
        "typeOfData",
    }
)
_USER_FIELDS = ("Name", "Description", "Owner", "Retention", "TargetTable")
# Fundamental attributes: under MergeNewColumns, a change of one of these deprecates the table.
_FUNDAMENTAL = ("classification", "compressionType", "delimiter")


def replace(wanted: GlueDict, present: GlueView) -> GlueDict:
    """Return the findings, with the user's own parameters and fields kept."""
    parameters = _merge_parameters(wanted, present)
    kept = {field: present[field] for field in _USER_FIELDS if present.get(field) is not None}
    storage = {**wanted["StorageDescriptor"], "Parameters": dict(parameters)}
    location = str((present.get("StorageDescriptor") or {}).get("Location") or "")
    if f"{location}/" == storage["Location"]:
        # As recorded of tables that Athena had made, without a slash at the end.
        storage["Location"] = location
    replaced = {**wanted, **kept, "StorageDescriptor": storage, "Parameters": parameters}
    if "PartitionKeys" in wanted:
        replaced["PartitionKeys"] = _keep_keys(wanted, present)
    return replaced


def merge(wanted: GlueDict, present: GlueView) -> GlueDict:
    """Return the catalog's entry, with new columns and new fields of structs added.

    Existing types stay as they are, no matter who set them, and so do input and output format
    and the SerDe. Of the SerDe's parameters, those that the crawler sets are updated.
    """
    merged = replace(wanted, present)
    before = present.get("StorageDescriptor") or {}
    storage = merged["StorageDescriptor"]
    keys = {key["Name"] for key in merged.get("PartitionKeys") or ()}
    found = [column for column in storage["Columns"] if column["Name"] not in keys]
    storage["Columns"] = add_new_columns(before.get("Columns") or (), found)
    for field in ("InputFormat", "OutputFormat"):
        if before.get(field):
            storage[field] = before[field]
    storage["SerdeInfo"] = _merge_serde(storage["SerdeInfo"], before.get("SerdeInfo") or {})
    return merged


def add_new_columns(present: Sequence[GlueView], found: Sequence[GlueView]) -> list[GlueDict]:
    """Keep the columns that are there, widened only by new nested fields; new ones come after."""
    types = {column["Name"]: str(column.get("Type") or "") for column in found}
    kept = []
    for column in present:
        name, kind = column["Name"], str(column.get("Type") or "")
        kept.append({**column, "Type": add_nested_fields(kind, types.get(name, kind))})
    names = {column["Name"] for column in kept}
    return kept + [dict(column) for column in found if column["Name"] not in names]


def take_types(partition: GlueDict, table: GlueView) -> GlueDict:
    """Give a new partition its table's types for the columns that both have.

    AWS says that `MergeNewColumns` "applies to tables and partitions"; that a partition made today
    is included is our own reading of it.
    """
    columns = (table.get("StorageDescriptor") or {}).get("Columns") or ()
    types = {column["Name"]: str(column.get("Type") or "") for column in columns}
    storage = partition["StorageDescriptor"]
    taken = [
        {**column, "Type": types.get(column["Name"]) or column["Type"]}
        for column in storage["Columns"]
    ]
    return {**partition, "StorageDescriptor": {**storage, "Columns": taken}}


def inherit(partition: GlueView, table: GlueView) -> GlueDict:
    """Give a partition its table's columns, formats, SerDe and classification."""
    own, parent = partition.get("StorageDescriptor") or {}, table.get("StorageDescriptor") or {}
    taken = ("Columns", "InputFormat", "OutputFormat", "SerdeInfo")
    storage = {**own, **{field: parent[field] for field in taken if field in parent}}
    parameters = dict(partition.get("Parameters") or {})
    if "classification" in (table.get("Parameters") or {}):
        parameters["classification"] = table["Parameters"]["classification"]
        storage["Parameters"] = dict(parameters)
    return {**partition, "StorageDescriptor": storage, "Parameters": parameters}


def changed_attribute(wanted: GlueView, present: GlueView) -> str | None:
    """Say which fundamental attribute of a table has changed, in words; None where none has.

    What a table made by hand does not say has not changed.
    """
    old, new = _attributes(present), _attributes(wanted)
    for name in _FUNDAMENTAL:
        if old.get(name) and old[name] != new.get(name):
            return f"{name} was {old[name]} and is {new.get(name) or 'not set'}"
    return None


def _attributes(table: GlueView) -> dict[str, Any]:
    """Return a table's parameters; a delimiter that only the SerDe knows counts, too."""
    parameters = dict(table.get("Parameters") or {})
    serde = ((table.get("StorageDescriptor") or {}).get("SerdeInfo") or {}).get("Parameters") or {}
    delimiter = parameters.get("delimiter") or serde.get("field.delim")
    return parameters | ({"delimiter": delimiter} if delimiter else {})


def _merge_parameters(wanted: GlueDict, present: GlueView) -> dict[str, str]:
    users: dict[str, str] = {
        key: value
        for key, value in (present.get("Parameters") or {}).items()
        if key not in _CRAWLER_KEYS
    }
    users.update(wanted["Parameters"])
    return users


def _merge_serde(found: GlueView, present: GlueView) -> GlueDict:
    merged = {**found, **present}
    parameters = {**(present.get("Parameters") or {}), **(found.get("Parameters") or {})}
    return {**merged, "Parameters": parameters}


def _keep_keys(wanted: GlueDict, present: GlueView) -> list[GlueDict]:
    """Keep the keys that are there, with their types, as long as their names are the same."""
    keys: list[GlueDict] = present.get("PartitionKeys") or []
    found: list[GlueDict] = wanted["PartitionKeys"]
    return keys if [key["Name"] for key in keys] == [key["Name"] for key in found] else found
