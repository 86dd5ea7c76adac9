"""Rows of the temporary table `written` as a file of a table's format."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from athena_sql.answer import Column, Value
from athena_sql.errors import BadQuery
from athena_sql.reading.sql_text import quote, text
from athena_sql.running.result_text import value_text
from athena_sql.typing.hive import trino_to_duckdb

ROWS_AT_ONCE = 10_000
PARQUET_COMPRESSIONS = {
    "gzip": "gzip",
    "snappy": "snappy",
    "zstd": "zstd",
    "none": "uncompressed",
    "uncompressed": "uncompressed",
}
type Condition = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class DataFormat:
    """`parquet`, `json` or `textfile`, with its compression and, for text, its delimiter."""

    name: str
    compression: str
    delimiter: str

    @property
    def ending(self) -> str:
        """The end of an object's name: readers decompress text by it."""
        return ".gz" if self.name != "parquet" and self.compression == "gzip" else ""

    @property
    def classification(self) -> str:
        """Glue's name of the format."""
        return {"textfile": "csv"}.get(self.name, self.name)


def write_file(
    connection: duckdb.DuckDBPyConnection,
    columns: list[Column],
    condition: Condition,
    path: Path,
    form: DataFormat,
) -> int:
    """Write the rows for which a condition holds; returns how many, and no file for none."""
    where, values = condition
    row = connection.execute(f"select count(*) from written where {where}", values).fetchone()
    count = int(row[0]) if row else 0
    if not count:
        return 0
    picked = ", ".join(
        f"cast(c{position} as {trino_to_duckdb(column.type)}) as {quote(column.name)}"
        for position, column in enumerate(columns)
    )
    select = f"select {picked} from written where {where}"
    if form.name == "parquet":
        if (compression := PARQUET_COMPRESSIONS.get(form.compression)) is None:
            raise BadQuery(f"NOT_SUPPORTED: Parquet is not written with {form.compression}", "")
        target = f"to {text(str(path))} (format parquet, compression {compression})"
        connection.execute(f"copy ({select}) {target}", values)
        return count
    if form.compression not in ("gzip", "none"):
        raise BadQuery(f"NOT_SUPPORTED: {form.name} is not written with {form.compression}", "")
    opened = gzip.open if form.ending else open
    with opened(path, "wt", encoding="utf-8", newline="") as out:
        for row in rows_of(connection.execute(select, values)):
            out.write(text_line(row, columns, form) + "\n")
    return count


def rows_of(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Value, ...]]:
    """Yield the rows of a result without holding it."""
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from rows


def text_line(row: tuple[Value, ...], columns: list[Column], form: DataFormat) -> str:
    """Return a row as a line; raises BadQuery for a text that would become two cells or lines."""
    if form.name == "json":
        names = [column.name for column in columns]
        pairs = (
            f"{json.dumps(n)}:{json_text(v)}"
            for n, v in zip(names, row, strict=True)
            if v is not None
        )
        return "{" + ",".join(pairs) + "}"
    cells = [value_text(v, c.type) for v, c in zip(row, columns, strict=True)]
    for cell in cells:
        if cell and (form.delimiter in cell or "\n" in cell):
            raise BadQuery(f"NOT_SUPPORTED: a text holds the field delimiter: {cell!r}", "")
    return form.delimiter.join("\\N" if cell is None else cell for cell in cells)


def json_text(value: Value) -> str:
    """Return a value as JSON; decimals keep their digits."""
    match value:
        case Decimal():
            return format(value, "f")
        case list():
            return f"[{','.join(map(json_text, value))}]"
        case dict():
            return "{" + ",".join(f"{json.dumps(k)}:{json_text(v)}" for k, v in value.items()) + "}"
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
        case float() if value == value and abs(value) != float("inf"):
            return repr(value)
        case _:
            return json.dumps(value_text(value), ensure_ascii=False)
