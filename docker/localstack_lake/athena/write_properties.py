"""The format and the partition keys of written data: by a statement's properties, or by a table.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
"""

from collections.abc import Mapping
from typing import Any

from athena_sql.answer import Column
from athena_sql.catalog import JSON_SERDES
from athena_sql.ddl.create_table import FORMATS
from athena_sql.errors import BadQuery

from localstack_lake.athena.data_files import DataFormat
from localstack_lake.athena.table_input import refuse_iceberg

JSON = "org.openx.data.jsonserde.JsonSerDe"
CLASSES = {
    "parquet": FORMATS["parquet"],
    "textfile": FORMATS["textfile"],
    "json": (JSON, *FORMATS["textfile"][1:]),
}
COMPRESSIONS = ("write_compression", "parquet_compression", "compression")
CTAS_PROPERTIES = {
    "format",
    "external_location",
    "partitioned_by",
    "field_delimiter",
    "table_type",
    "is_external",
    *COMPRESSIONS,
}
UNLOAD_PROPERTIES = {"format", "partitioned_by", "field_delimiter", *COMPRESSIONS}
type Properties = Mapping[str, str | list[str]]


def check_properties(properties: Properties, known: set[str]) -> None:
    """Raise BadQuery for a property that nothing here follows."""
    if unknown := sorted(properties.keys() - known):
        raise BadQuery(f"NOT_SUPPORTED: the property '{unknown[0]}' is not supported locally", "")
    if str(properties.get("table_type", "hive")).lower() != "hive":
        raise BadQuery("NOT_SUPPORTED: Iceberg tables are not supported by the local Athena", "")


def keys_of(properties: Properties, columns: tuple[Column, ...]) -> list[str]:
    """Return the partition keys, which have to be the last columns."""
    given = properties.get("partitioned_by", [])
    keys = [key.lower() for key in ([given] if isinstance(given, str) else given)]
    if keys and [column.name for column in columns[-len(keys) :]] != keys:
        raise BadQuery(
            "INVALID_TABLE_PROPERTY: Partition keys must be the last columns in the table and in "
            f"the same order as the table properties: {keys}",
            "",
        )
    return keys


def format_of(properties: Properties, usual: str) -> DataFormat:
    """Return the format that properties name; raises BadQuery for one that is not supported."""
    name = str(properties.get("format", usual)).lower()
    if name not in CLASSES:
        raise BadQuery(f"NOT_SUPPORTED: the format {name.upper()} is not written locally", "")
    compression = next((str(properties[k]) for k in COMPRESSIONS if k in properties), "gzip")
    delimiter = str(properties.get("field_delimiter", "\x01" if name == "textfile" else ","))
    return DataFormat(name, compression.lower(), delimiter)


def format_of_table(table: Mapping[str, Any]) -> DataFormat:
    """Return the format that objects of a table have; raises BadQuery."""
    refuse_iceberg(table)
    serde = table["StorageDescriptor"].get("SerdeInfo", {})
    library, given = serde.get("SerializationLibrary", ""), serde.get("Parameters") or {}
    if library in JSON_SERDES:
        return DataFormat("json", "gzip", ",")
    for name, (one, _, _) in CLASSES.items():
        if library == one and not int(
            (table.get("Parameters") or {}).get("skip.header.line.count", 0)
        ):
            return DataFormat(name, "gzip", given.get("field.delim", "\x01"))
    raise BadQuery(f"NOT_SUPPORTED: the local Athena does not insert into tables of {library}", "")


def serde_parameters(form: DataFormat) -> dict[str, str]:
    """Return the SerDe's parameters of a new table."""
    if form.name == "textfile":
        return {"field.delim": form.delimiter, "serialization.format": form.delimiter}
    return {"serialization.format": "1"}
