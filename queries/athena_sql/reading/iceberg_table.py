"""Load the data files of an Iceberg table: columns by their number, whatever a file calls them.

https://iceberg.apache.org/spec/#column-projection
"""

from collections.abc import Mapping

import duckdb

from athena_sql.catalog import CatalogTable
from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.reading.columns import TableColumns
from athena_sql.reading.json_lines import Source
from athena_sql.reading.parquet_table import READ_FILE, column_types, insert_statement
from athena_sql.reading.sql_text import quote, text

FILE_FIELDS = "select name, field_id, num_children from parquet_schema($path)"
# Bucket and key: writers spell the address with s3, s3a or s3n.
PLACE = "regexp_replace(file_path, '^s3[an]?://', '')"
KEEP_SIZES = """
insert into column_sizes
select l.number, n.name, sum(m.total_compressed_size)
from parquet_metadata($path) m
join (select unnest($names) as name, unnest($file_names) as file_name) n
    on split_part(m.path_in_schema, ', ', 1) = n.file_name, loading l
where l.path = $path group by all
"""


def load_iceberg(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    sources: Mapping[str, Source],
) -> None:
    """Insert the rows of files (by path) that the temporary table `loading` lists.

    Raises UnsupportedData for a file without column numbers, as a table has that was migrated.
    """
    ids = table.iceberg.field_ids if table.iceberg else {}
    for path, source in sources.items():
        names = names_by_id(connection, path, source)
        kinds = kinds_by_name(connection, path, source)
        found = {
            name: (names[number], kinds[names[number].lower()])
            for name, number in ids.items()
            if number in names
        }
        rows = rows_of(source)
        statement = insert_statement(connection, table, columns, found, source, rows)
        connection.execute(statement, {"path": path})
        sizes = {"names": list(found), "file_names": [name for name, _ in found.values()]}
        connection.execute(KEEP_SIZES, {"path": path} | sizes)


def rows_of(source: Source) -> str:
    """Return the reading of `$path` without the rows that its delete files name.

    `(from read_parquet($path, ...) f anti join (select pos from read_parquet(['...'], ...) where
    ... = 'bucket/key') d on f.file_row_number = d.pos)`. A delete file has the addresses and the
    positions, from 0, of rows: https://iceberg.apache.org/spec/#position-delete-files
    """
    if not source.deletes:
        return READ_FILE
    paths = ", ".join(text(str(path)) for path in source.deletes)
    return (
        "(from read_parquet($path, hive_partitioning = false, file_row_number = true) f anti join "
        f"(select pos from read_parquet([{paths}], hive_partitioning = false) "
        f"where {PLACE} = {text(source.address.removeprefix('s3://'))}) d "
        "on f.file_row_number = d.pos)"
    )


def kinds_by_name(
    connection: duckdb.DuckDBPyConnection, path: str, source: Source
) -> dict[str, str]:
    """Return the DuckDB type of each column of a file, by its name in lower case."""
    try:
        return {name: kind for name, (_, kind) in column_types(connection, path).items()}
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(path, source.address)
        raise UnreadableData(source.address, reason) from error


def names_by_id(connection: duckdb.DuckDBPyConnection, path: str, source: Source) -> dict[int, str]:
    """Return the name of each top-level column in a file by its number."""
    try:
        (_, _, count), *fields = connection.execute(FILE_FIELDS, {"path": path}).fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(path, source.address)
        raise UnreadableData(source.address, reason) from error
    names: dict[int, str] = {}
    place = 0
    for _ in range(count):
        name, number, _ = fields[place]
        if number is None:
            reason = f"its column {quote(name)} has no number, which Iceberg knows columns by"
            raise UnsupportedData(source.address, reason)
        names[number] = name
        place = end_of(fields, place)
    return names


def end_of(fields: list[tuple[str, int | None, int | None]], place: int) -> int:
    """Return the place behind a field and all fields inside it."""
    children = fields[place][2] or 0
    place += 1
    for _ in range(children):
        place = end_of(fields, place)
    return place
