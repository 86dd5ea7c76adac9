"""Rows of processed objects as Parquet files, one month of order days in each. DuckDB only.

The lines are those that the function writes: one JSON object per line, every key in each line.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from isal import igzip

from order_jobs.curated.columns import DUCKDB_NAMES, ORDER_DATE, ORDER_DAY, OWN, SOURCE_ROW
from order_jobs.curated.pieces import Piece

open_gzip: Any = igzip.open  # its stub has no types
MONTH = "month of the order day"
# DuckDB reads a JSON number through a double, which keeps fifteen digits: nine before the point and
# the six after it. A file with a larger number is read again with its numbers as texts.
LARGEST_EXACT = 1_000_000_000
MEMORY_LIMIT = "2GB"


@dataclass(frozen=True, slots=True)
class PieceFile:
    """A piece whose lines lie in a file of this machine, with the date that its key has."""

    piece: Piece
    path: Path
    dt: str | None


@contextmanager
def row_store(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB that keeps on disk what does not fit into its memory."""
    connection = duckdb.connect(folder / "rows.duckdb")
    try:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def decompress(data: Path, target: Path) -> None:
    """Write the plain lines of a processed object, which may be compressed or not."""
    with data.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    if not is_gzip:
        data.rename(target)
        return
    with open_gzip(data, "rb") as lines, target.open("wb") as out:
        while block := lines.read(1 << 20):
            out.write(block)
    data.unlink()


def line_keys(path: Path) -> list[str]:
    """Return the keys of a file's lines, in their order; the first line has them all."""
    with path.open("rb") as lines:
        first = lines.readline()
    return list(json.loads(first)) if first.strip() else []


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, str],
    files: Sequence[PieceFile],
) -> int:
    """Make the table `rows` of the pieces' lines; returns how many there are.

    `columns` are those of the curated table, with their Hive types; a column that a line lacks is
    null. Raises duckdb.Error for a line that is not what the function writes.
    """
    definition = ", ".join(f"{quote(name)} {duckdb_type(kind)}" for name, kind in columns.items())
    connection.execute(f"create or replace table rows ({definition})")
    for file in files:
        keys = line_keys(file.path)
        if not keys:
            continue
        parameters = {
            "path": str(file.path),
            "source_key": file.piece.source_key,
            "source_object": file.piece.object_key,
            "source_etag": file.piece.etag,
            "dt": file.dt,
        }
        connection.begin()
        connection.execute(insert_rows(columns, keys), parameters)
        if has_large_numbers(connection, columns, file.piece):
            connection.rollback()
            connection.begin()
            connection.execute(insert_rows(columns, keys, as_text=True), parameters)
        connection.commit()
    (count,) = connection.execute("select count(*) from rows").fetchone() or (0,)
    return int(count)


def insert_rows(columns: Mapping[str, str], keys: Sequence[str], *, as_text: bool = False) -> str:
    """Return the statement that inserts the lines of the file `$path`.

    `insert into rows select r."price"::decimal(24,6), ..., row_number() over () from
    read_json($path, ..., columns = {'price': 'VARCHAR'}) r`. With `as_text` each number is put into
    quotes before the line is read as JSON, and keeps all its digits.
    """
    types = {key: columns[key.lower()] for key in keys if is_line_column(key, columns)}
    by_name = {key.lower(): key for key in types}
    date = f"r.{quote(by_name[ORDER_DATE])}" if ORDER_DATE in by_name else ""
    values = [value_of(name, kind, by_name.get(name), date) for name, kind in columns.items()]
    # No two keys that differ by case alone: the function writes none.
    source = lines_as_text(types) if as_text else lines_as_json(types)
    return f"insert into rows select {', '.join(values)} from {source}"


def is_line_column(key: str, columns: Mapping[str, str]) -> bool:
    """Whether a key of a line is a column of the table, and not one that this job writes itself."""
    return key.lower() in columns and key.lower() not in OWN


def value_of(name: str, kind: str, key: str | None, date: str) -> str:
    """Return the expression of one column; `key` is the line's, None where it has none.

    `date` is the expression of the order's date, empty where lines have none.
    """
    if name == ORDER_DAY:
        return f"try_cast(left({date}, 10) as date)" if date else "null::date"
    if name == SOURCE_ROW:
        return "row_number() over ()"
    if name in OWN:
        return f"${name}"
    if key is None:
        return f"null::{duckdb_type(kind)}"
    return f"r.{quote(key)}::{duckdb_type(kind)}"


def lines_as_json(types: Mapping[str, str]) -> str:
    """Return the reading of the lines in one pass."""
    fields = ", ".join(f"{text(key)}: {text(read_type(kind))}" for key, kind in types.items())
    return (
        "read_json($path, format = 'newline_delimited', maximum_object_size = 67108864, "
        f"columns = {{{fields}}}) r"
    )


def lines_as_text(types: Mapping[str, str]) -> str:
    """Return the reading of lines whose numbers become texts first.

    A quote in a text is escaped, so `"price":` is a key wherever it stands.
    """
    structure = json.dumps({key: read_type(kind) for key, kind in types.items()})
    numbers = "|".join(key for key, kind in types.items() if is_number(kind))
    pattern = f'"({numbers})":(-?[0-9][0-9.eE+-]*)'
    return (
        f"(select unnest(from_json(regexp_replace(json::varchar, {text(pattern)}, "
        f"{text(chr(34) + '\\1' + chr(34) + ':' + chr(34) + '\\2' + chr(34))}, 'g'), "
        f"{text(structure)})) from read_json_objects($path, format = 'newline_delimited', "
        "maximum_object_size = 67108864)) r"
    )


def has_large_numbers(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], piece: Piece
) -> bool:
    """Whether a piece has a decimal that a double may not give back."""
    decimals = [quote(name) for name, kind in columns.items() if kind.startswith("decimal")]
    beyond = " or ".join(f"abs({name}) >= {LARGEST_EXACT}" for name in decimals)
    row = connection.execute(
        f"select exists (from rows where source_object = ? and ({beyond}))", [piece.object_key]
    ).fetchone()
    return bool(row and row[0])


def write_months(
    connection: duckdb.DuckDBPyConnection, fields: Mapping[str, int], folder: Path
) -> list[Path]:
    """Write the table `rows` as Parquet, one file or more per month; returns the files.

    `fields` has each column's number, by which Iceberg knows it.
    """
    return copy(connection, "rows", list(fields), fields, folder)


def rewrite_without(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    removed: frozenset[Piece],
    fields: Mapping[str, int],
    folder: Path,
) -> list[Path]:
    """Write the rows of Parquet files again, without those of the removed pieces."""
    connection.execute("create or replace table removed (object_key varchar, etag varchar)")
    if removed:
        pairs = [(piece.object_key, piece.etag) for piece in removed]
        connection.executemany("insert into removed values (?, ?)", pairs)
    connection.execute(
        "create or replace view kept as select r.* from read_parquet("
        f"[{', '.join(text(str(path)) for path in paths)}], union_by_name = true, "
        "hive_partitioning = false) r "
        "anti join removed d on r.source_object = d.object_key and r.source_etag = d.etag"
    )
    rows = connection.execute("describe kept").fetchall()
    return copy(connection, "kept", [str(row[0]) for row in rows], fields, folder)


def copy(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Sequence[str],
    fields: Mapping[str, int],
    folder: Path,
) -> list[Path]:
    """Write a table or view as Parquet files by month below a folder; no file for no rows."""
    numbers = ", ".join(f"{quote(name)}: {fields[name]}" for name in columns)
    connection.execute(
        f"copy (select *, strftime({quote(ORDER_DAY)}, '%Y-%m') as {quote(MONTH)} from {source}) "
        f"to {text(str(folder))} (format parquet, compression zstd, "
        f"partition_by ({quote(MONTH)}), field_ids {{{numbers}}}, overwrite_or_ignore true)"
    )
    return sorted(folder.rglob("*.parquet"))


def is_number(kind: str) -> bool:
    """Whether a column's values are numbers in the lines."""
    return kind == "bigint" or kind.startswith("decimal")


def read_type(kind: str) -> str:
    """Return the type that a value is read with: numbers as texts, which lose nothing."""
    return "BOOLEAN" if kind == "boolean" else "VARCHAR"


def duckdb_type(kind: str) -> str:
    """Return DuckDB's name of a Hive type."""
    return DUCKDB_NAMES.get(kind, kind)


def quote(name: str) -> str:
    """Return a name as DuckDB takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as DuckDB takes it."""
    return "'" + value.replace("'", "''") + "'"
