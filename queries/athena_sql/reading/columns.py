"""The columns of a catalog table in the cache, and the name of the cache's table. Pure.

The name holds a hash of everything that the rows depend on besides the objects, so that a table
of other columns, of another order of them or of another SerDe is another table.
"""

import hashlib
import json
from dataclasses import dataclass

from athena_sql.catalog import CatalogTable
from athena_sql.reading.sql_text import quote
from athena_sql.typing.types import hive_to_duckdb

OBJECT_COLUMN = "$object"


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Column -> DuckDB type in the catalog's order; the last one holds the object's number."""

    table_name: str
    types: dict[str, str]
    partition_keys: tuple[str, ...]

    @property
    def data_name(self) -> str:
        """The cache's table, quoted: `"db.orders#0f3a..."`."""
        return quote(self.table_name)

    @property
    def names(self) -> str:
        """The quoted columns, with commas between: what an insert names."""
        return ", ".join(map(quote, self.types))

    @property
    def definition(self) -> str:
        """The columns with their types: `"a" INT, "$object" BIGINT`."""
        return ", ".join(f"{quote(name)} {kind}" for name, kind in self.types.items())

    @property
    def partition_values(self) -> tuple[str, ...]:
        """The expressions of the partition keys' values, from the table `loading`."""
        return tuple(f"l.{quote(key)}::{self.types[key]}" for key in self.partition_keys)


def columns_of_table(table: CatalogTable) -> TableColumns:
    """Return the cache's columns of a table; raises UnreadableData for an unknown type."""
    types = {column.name: hive_to_duckdb(column.type, table.name) for column in table.all_columns}
    meaning = [
        [[column.name, column.type] for column in table.columns],
        [[key.name, key.type] for key in table.partition_keys],
        sorted(table.iceberg.field_ids.items()) if table.iceberg else [],
        [table.serde, sorted(table.serde_parameters.items()), sorted(table.parameters.items())],
    ]
    digest = hashlib.sha256(json.dumps(meaning).encode()).hexdigest()[:16]
    return TableColumns(
        f"{table.database}.{table.name}#{digest}",
        types | {OBJECT_COLUMN: "BIGINT"},
        tuple(key.name for key in table.partition_keys),
    )
