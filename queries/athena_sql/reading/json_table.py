"""Load JSON Lines into the columnar cache, as the OpenX and Hive JSON SerDes read them."""

import contextlib
import shutil
import tempfile
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb

from athena_sql.catalog import CatalogTable
from athena_sql.errors import UnsupportedData
from athena_sql.reading.columns import TableColumns
from athena_sql.reading.duckdb_errors import unreadable
from athena_sql.reading.exact_decimals import (
    bounded_decimal,
    inexact_objects,
    numbers_as_texts,
)
from athena_sql.reading.json_keys import check_kinds, check_nested_keys, find_spellings, object_size
from athena_sql.reading.json_lines import PlainFiles, Source, check_sources
from athena_sql.reading.sql_text import quote, text

BATCH_BYTES = 32 << 20  # of files as they lie; gzipped orders are eight times as large
# How many times longer a line gets, at most, if each of its numbers is put in quotes.
QUOTED_LENGTH = 3
INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
# SerDe parameters that change what a line means, with the value that changes nothing.
NEUTRAL = {"ignore.malformed.json": "false", "case.insensitive": "true", "dots.in.keys": "false"}


def load_json(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    sources: Mapping[str, Source],
) -> None:
    """Insert the rows of files (by path) that the temporary table `loading` lists.

    Some files at a time are decompressed beside the cache, so that neither memory nor disk grows
    with the table.
    """
    check_parameters(table)
    with (
        folder_beside(connection) as folder,
        contextlib.closing(checked_ahead(batches(sources.values()), folder)) as checked,
    ):
        for files in checked:
            load_batch(connection, table, columns, files)


def checked_ahead(batches: Iterable[Sequence[Source]], folder: Path) -> Generator[PlainFiles]:
    """Yield each batch as plain text; the next one is made while the caller uses it.

    Two folders take turns, so that a text is written over one that is not used any more.
    """
    copies = folder / "0", folder / "1"
    for copy in copies:
        copy.mkdir()
    with ThreadPoolExecutor(1) as worker:
        waiting: deque[Future[PlainFiles]] = deque()
        for number, batch in enumerate(batches):
            waiting.append(worker.submit(check_sources, batch, copies[number % 2]))
            if len(waiting) == len(copies):
                yield waiting.popleft().result()
        for last in waiting:
            yield last.result()


def load_batch(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    files: PlainFiles,
) -> None:
    """Insert the rows of some files."""
    read_from(connection, files)
    try:
        load_plain(connection, table, columns, files)
    except duckdb.Error as error:
        # Another connection: this one's transaction has ended.
        check_kinds(connection.cursor(), files, kinds_of(table, columns))
        raise unreadable(error, files.sources, table.name) from error
    # The paths come again in a later batch, for other objects.
    connection.execute(
        "delete from loading where path in (select unnest(?::varchar[]))", [files.paths]
    )


def batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Yield sources together as long as their files are not too large together."""
    batch: list[Source] = []
    size_bytes = 0
    for source in sources:
        own = source.path.stat().st_size
        if batch and size_bytes + own > BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
        batch.append(source)
        size_bytes += own
    if batch:
        yield batch


@contextlib.contextmanager
def folder_beside(connection: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """Make an empty folder beside a connection's database file, until the block ends.

    It is not in the system's folder for temporary files, which may be in memory. One connection
    writes a database at a time, so that what a killed process left there can go.
    """
    [(name,)] = connection.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    folder = Path(f"{name}.loading") if name else Path(tempfile.mkdtemp(prefix="athena-sql-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_from(connection: duckdb.DuckDBPyConnection, files: PlainFiles) -> None:
    """Let the table `loading` name the texts that are read in place of the objects."""
    connection.execute(
        "update loading set path = copies.path from (select unnest(?::varchar[]) as original,"
        " unnest(?::varchar[]) as path) as copies where loading.path = original",
        [files.originals, files.paths],
    )


def kinds_of(table: CatalogTable, columns: TableColumns) -> dict[str, str]:
    """Return the DuckDB types of the columns that the files themselves have."""
    return {column.name: columns.types[column.name] for column in table.columns}


def load_plain(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    files: PlainFiles,
) -> None:
    """Insert the rows of plain files."""
    for column in table.columns:
        if "struct<" in column.type:
            check_nested_keys(connection, files, column.name)
    kinds = kinds_of(table, columns)
    # Types other than FLOAT are looked at as they are inserted.
    if files.has_condition and "FLOAT" in kinds.values():
        check_kinds(connection, files, kinds)
    spellings = find_spellings(connection, files, list(kinds))
    for spelling, paths in spellings.items():
        statement = insert_statement(table, columns, dict(spelling), files.line_bytes)
        connection.execute(statement, {"paths": paths})
    if objects := inexact_objects(connection, columns, files.paths):
        with numbers_as_texts(connection, columns, objects) as copies:
            for spelling, paths in spellings.items():
                if read_again := [copies[path] for path in paths if path in copies]:
                    line_bytes = QUOTED_LENGTH * files.line_bytes
                    statement = insert_statement(
                        table, columns, dict(spelling), line_bytes, is_text=True
                    )
                    connection.execute(statement, {"paths": read_again})


def check_parameters(table: CatalogTable) -> None:
    """Raise UnsupportedData for a SerDe parameter that this reader does not follow."""
    for name, value in table.serde_parameters.items():
        is_neutral = NEUTRAL.get(name, value).lower() == value.lower()
        if name.startswith("mapping.") or not is_neutral:
            raise UnsupportedData(table.name, f"its SerDe parameter '{name}' is not supported here")


def insert_statement(
    table: CatalogTable,
    columns: TableColumns,
    spelling: dict[str, str],
    line_bytes: int,
    *,
    is_text: bool = False,
) -> str:
    """Return the statement that reads files, `$paths`, with the catalog's types and no guessing.

    Integers and decimals are read as text first, because DuckDB would round a 1.7 in its own way.
    With `is_text` the files' numbers are texts, and so have all their digits:
    `insert into "db.t#1f" ("n", "$object") select cast(r."n" as DECIMAL(9, 2)), l.number
    from read_json($paths, ..., columns = {'n': 'VARCHAR'}) r join loading l on ...`
    """
    fields, values = [], []
    for column in table.columns:
        key, kind = spelling.get(column.name, column.name), columns.types[column.name]
        fields.append(f"{text(key)}: {text(first_type(kind))}")
        values.append(value_of(key, kind, is_text=is_text))
    return (
        f"insert into {columns.data_name} ({columns.names}) "
        f"select {', '.join([*values, *columns.partition_values])}, l.number "
        f"from read_json($paths, format = 'newline_delimited', filename = '$file', "
        f"{object_size(line_bytes)}, columns = {{{', '.join(fields)}}}) r "
        f'join loading l on l.path = r."$file"'
    )


def first_type(kind: str) -> str:
    """Return the type that a column is read with before its value is taken."""
    if kind == "BOOLEAN":
        return "JSON"  # which tells true from "true"
    is_text_first = kind in INTEGERS or kind == "DOUBLE" or kind.startswith("DECIMAL")
    return "VARCHAR" if is_text_first else kind


def value_of(key: str, kind: str, *, is_text: bool) -> str:
    """Return the expression that takes a column's value from what was read."""
    if kind in INTEGERS:
        return whole_number(key, kind)
    if kind == "BOOLEAN":
        return condition(key)
    if kind == "DOUBLE":
        return double(key)
    return decimal(key, kind, is_text) if kind.startswith("DECIMAL") else f"r.{quote(key)}"


def decimal(key: str, kind: str, is_text: bool) -> str:
    """Return the expression that takes a decimal from its text, or fails naming file and value.

    A cast of text rounds half up, as Trino does; the reader itself cuts.
    """
    value = f"r.{quote(key)}"
    taken = taken_or_complaint(key, kind)
    return taken if is_text else bounded_decimal(value, kind, taken)


def taken_or_complaint(key: str, kind: str) -> str:
    """Return the cast of a text, or the failure: `coalesce(try_cast(v as INT), case when v ...)`.

    The second case is looked at only for values that are null or cannot be cast.
    """
    value = f"r.{quote(key)}"
    failure = f"case when {value} is not null then {complaint(key, kind)} end"
    return f"coalesce(try_cast({value} as {kind}), {failure})"


def whole_number(key: str, kind: str) -> str:
    """Return the expression that takes an integer from its text, or fails naming file and value."""
    value = f"r.{quote(key)}"
    return (
        f"case when contains({value}, '.') then {complaint(key, kind)} "
        f"else {taken_or_complaint(key, kind)} end"
    )


def double(key: str) -> str:
    """Return the expression that takes a double from its text, which keeps all its bits.

    A JSON true, which has no number in it, fails.
    """
    return taken_or_complaint(key, "DOUBLE")


def condition(key: str) -> str:
    """Return the expression that takes a boolean from JSON: `case r."x" when 'true' ... end`."""
    value = f"r.{quote(key)}::varchar"
    return (
        f"case when {value} = 'true' then true when {value} = 'false' then false "
        f"when {value} is null or {value} = 'null' then null "
        f"else {complaint(key, 'BOOLEAN')} end"
    )


def complaint(key: str, kind: str) -> str:
    """Return the expression that fails with the file and the value: `"f.json": n is x, not INT`."""
    file = "'file \"' || r.\"$file\" || '\": ' || "
    return (
        f"error({file}{text(f'{key} is ')} || r.{quote(key)}::varchar || {text(f', not {kind}')})"
    )
