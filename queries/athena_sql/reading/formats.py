"""Which reader a table's SerDe takes, and which tables are refused before any object is read."""

from collections.abc import Callable, Collection, Mapping

import duckdb

from athena_sql.catalog import JSON_SERDES, CatalogTable
from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.reading.columns import TableColumns
from athena_sql.reading.delimited_table import LAZY_SIMPLE, OPEN_CSV, load_delimited
from athena_sql.reading.iceberg_table import load_iceberg
from athena_sql.reading.json_lines import Source
from athena_sql.reading.json_table import load_json
from athena_sql.reading.parquet_table import PARQUET, load_parquet

type Loader = Callable[
    [duckdb.DuckDBPyConnection, CatalogTable, TableColumns, Mapping[str, Source]], None
]
LOADERS: Mapping[str, Loader] = {
    **dict.fromkeys(JSON_SERDES, load_json),
    **dict.fromkeys((LAZY_SIMPLE, OPEN_CSV), load_delimited),
    PARQUET: load_parquet,
}


def check_table(table: CatalogTable, partitions: Collection[tuple[str, ...]] | None = None) -> None:
    """Raise UnsupportedData for an unknown SerDe or an Iceberg table that cannot be read exactly.

    Raises UnreadableData for a partition of other types.

    Only the given partitions are looked at, or all.
    """
    if table.iceberg is not None:
        if table.iceberg.refusal:
            raise UnsupportedData(table.name, table.iceberg.refusal)
        return
    if table.serde not in LOADERS:
        raise UnsupportedData(table.name, f"its SerDe '{table.serde}' is not read here")
    if found := table.mismatched_partition(partitions):
        part, column, expected = found
        raise UnreadableData(
            part.location,
            f"'{column.name}' is {column.type} in the partition and {expected} in the table",
            code="HIVE_PARTITION_SCHEMA_MISMATCH",
        )


def loader_of(table: CatalogTable) -> Loader:
    """Return the function that loads objects of a table that `check_table` accepts."""
    if table.iceberg is not None:
        return load_iceberg
    return LOADERS[table.serde]
