"""Load Parquet as Athena reads it: columns by name, each of a type that the catalog's can hold.

https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
"""

from collections.abc import Mapping

import duckdb

from athena_sql.catalog import CatalogTable
from athena_sql.errors import UnreadableData
from athena_sql.reading.columns import TableColumns
from athena_sql.reading.json_lines import Source
from athena_sql.reading.sql_text import quote

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
# What a column may be read from, besides its own type; every value of the left fits the right.
WIDER = {
    "INTEGER": ("TINYINT", "SMALLINT", "UTINYINT", "USMALLINT"),
    "BIGINT": ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"),
    "SMALLINT": ("TINYINT", "UTINYINT"),
    "DOUBLE": ("FLOAT",),
    "TIMESTAMP": ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"),
    "VARCHAR": ("JSON", "UUID", "BLOB"),
}

READ_FILE = "read_parquet($path, hive_partitioning = false)"
# What Athena counts as scanned: the chunks of the columns that a question reads.
KEEP_SIZES = """
insert into column_sizes
select l.number, lower(split_part(m.path_in_schema, ', ', 1)), sum(m.total_compressed_size)
from parquet_metadata($path) m, loading l where l.path = $path group by all
"""


def load_parquet(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    sources: Mapping[str, Source],
) -> None:
    """Insert the rows of files (by path) that the temporary table `loading` lists.

    The sizes of their columns go into the cache's table `column_sizes`.
    """
    for path, source in sources.items():
        try:
            found = column_types(connection, path)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0].replace(path, source.address)
            raise UnreadableData(source.address, reason) from error
        statement = insert_statement(connection, table, columns, found, source)
        connection.execute(statement, {"path": path})
        connection.execute(KEEP_SIZES, {"path": path})


def column_types(connection: duckdb.DuckDBPyConnection, path: str) -> dict[str, tuple[str, str]]:
    """Return lower-case name -> (name in the file, DuckDB type)."""
    rows = connection.execute(
        "select column_name, column_type from (describe select * from read_parquet($path, "
        "hive_partitioning = false))",
        {"path": path},
    ).fetchall()
    return {name.lower(): (name, kind) for name, kind in rows}


def insert_statement(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    found: Mapping[str, tuple[str, str]],
    source: Source,
    rows: str = READ_FILE,
) -> str:
    """Return the statement that reads `$path` by `rows`; a column that the file lacks is NULL.

    Raises UnreadableData for a type that the catalog's column cannot hold.
    """
    values = []
    for column in table.columns:
        kind = columns.types[column.name]
        if column.name not in found:
            values.append(f"cast(null as {kind})")
            continue
        name, actual = found[column.name]
        wanted = plain_type(connection, kind)
        if not is_readable(actual, wanted):
            raise UnreadableData(
                source.address,
                f"Field {column.name}'s type {actual} in parquet file {source.address} is "
                f"incompatible with type {column.type} defined in table schema",
            )
        values.append(f"cast(r.{quote(name)} as {kind})")
    return (
        f"insert into {columns.data_name} ({columns.names}) "
        f"select {', '.join([*values, *columns.partition_values])}, l.number "
        f"from {rows} r, loading l where l.path = $path"
    )


def plain_type(connection: duckdb.DuckDBPyConnection, kind: str) -> str:
    """Return a type as DuckDB describes it: TEXT is VARCHAR, INT is INTEGER."""
    row = connection.execute(f"select typeof(cast(null as {kind}))").fetchone()
    return str(row[0]) if row else kind


def is_readable(actual: str, wanted: str) -> bool:
    """Whether a column of a type in the catalog can be read from another in a file."""
    if actual == wanted or actual in WIDER.get(wanted, ()):
        return True
    if actual.startswith("DECIMAL(") and wanted.startswith("DECIMAL("):
        one, other = digits(actual), digits(wanted)
        return one[1] <= other[1] and one[0] - one[1] <= other[0] - other[1]
    # A nested type is compared by DuckDB's own cast, field by field.
    return wanted.endswith(("]", ")")) and actual.partition("(")[0] == wanted.partition("(")[0]


def digits(kind: str) -> tuple[int, int]:
    """Return precision and scale of `DECIMAL(18,6)`."""
    precision, scale = kind.removeprefix("DECIMAL(").rstrip(")").split(",")
    return int(precision), int(scale)
