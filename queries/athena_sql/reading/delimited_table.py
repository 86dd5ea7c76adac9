"""Load CSV as Hive's LazySimpleSerDe and OpenCSVSerde read it.

LazySimpleSerDe knows no quotes and reads a value that its column's type cannot hold as NULL; to
OpenCSVSerde every value is a text first, and one that does not fit is HIVE_BAD_DATA.
https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import duckdb
from isal import igzip

from athena_sql.catalog import CatalogTable
from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.reading.columns import TableColumns
from athena_sql.reading.json_lines import DAMAGE, Source, check_compression, damaged_gzip
from athena_sql.reading.sql_text import quote, text

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
type Split = Callable[[str], list[str]]


def load_delimited(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    sources: Mapping[str, Source],
) -> None:
    """Insert the rows of files (by path) that the temporary table `loading` lists."""
    check_types(table)
    for path, source in sources.items():
        with TemporaryDirectory(dir=source.path.parent) as folder:
            cells = Path(folder) / "cells.csv"
            write_cells(source, table, cells)
            try:
                connection.execute(
                    insert_statement(table, columns), {"cells": str(cells), "path": path}
                )
            except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
                reason = str(error).splitlines()[0]
                raise UnreadableData(
                    source.address, f"Error parsing field value: {reason}"
                ) from error


def check_types(table: CatalogTable) -> None:
    """Raise UnsupportedData for nested columns, whose delimiters are not followed here."""
    for column in table.columns:
        if column.type.startswith(("array<", "map<", "struct<", "binary")):
            raise UnsupportedData(table.name, f"'{column.name}' is {column.type} in a CSV table")


def write_cells(source: Source, table: CatalogTable, path: Path) -> None:
    """Write an object's cells as plain CSV, one row per line: NULL is nothing, a text is quoted."""
    check_compression(source)
    split, null = splitter_of(table), null_of(table)
    skipped, width = int(table.parameters.get("skip.header.line.count", "0")), len(table.columns)
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_NOTNULL, lineterminator="\n")
            for number, line in enumerate(read_lines(source.path)):
                if number >= skipped:
                    cells: list[str | None] = [None if c == null else c for c in split(line)]
                    writer.writerow([*cells, *[None] * width][:width])
    except DAMAGE as error:
        raise damaged_gzip(source, error) from error
    except UnicodeDecodeError as error:
        raise UnsupportedData(source.address, f"it is not UTF-8 ({error.reason})") from error


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file without their ends, which are a line feed, or also a return."""
    opened = igzip.open if path.name.endswith(".gz") else open
    with cast(io.BufferedIOBase, opened(path, "rb")) as handle:
        for line in handle:
            yield line.decode("utf-8").rstrip("\n").rstrip("\r")


def splitter_of(table: CatalogTable) -> Split:
    """Return what parts a line into cells."""
    given = table.serde_parameters
    if table.serde == OPEN_CSV:
        return open_csv_splitter(
            given.get("separatorChar", ","),
            given.get("quoteChar", '"'),
            given.get("escapeChar", "\\"),
        )
    delimiter = given.get("field.delim") or given.get("serialization.format") or "\x01"
    if "escape.delim" in given:
        escape = given["escape.delim"]
        return lambda line: split_escaped(line, delimiter, escape)
    return lambda line: line.split(delimiter)


def open_csv_splitter(separator: str, quote_char: str, escape: str) -> Split:
    """Return what parts a line as OpenCSV does: a doubled quote in quotes is one quote."""

    def split(line: str) -> list[str]:
        cells = csv.reader(
            [line],
            delimiter=separator or ",",
            quotechar=quote_char or None,
            escapechar=escape if escape and escape != quote_char else None,
            doublequote=True,
            quoting=csv.QUOTE_MINIMAL if quote_char else csv.QUOTE_NONE,
        )
        return next(cells, [""])

    return split


def split_escaped(line: str, delimiter: str, escape: str) -> list[str]:
    """Split a line at delimiters that no escape stands before; escapes are removed."""
    cells, cell, is_escaped = [], "", False
    for char in line:
        if is_escaped:
            cell, is_escaped = cell + char, False
        elif char == escape:
            is_escaped = True
        elif char == delimiter:
            cells.append(cell)
            cell = ""
        else:
            cell += char
    return [*cells, cell]


def null_of(table: CatalogTable) -> str | None:
    """Return the text that stands for NULL; OpenCSVSerde has none."""
    if table.serde == OPEN_CSV:
        return None
    return table.serde_parameters.get("serialization.null.format", "\\N")


def insert_statement(table: CatalogTable, columns: TableColumns) -> str:
    """Return the statement that casts the cells of `$cells`, the rows of the file `$path`.

    `insert into "db.t#1f" ("n", "$object") select try_cast(trim(r."c0") as INTEGER), l.number from
    read_csv($cells, ...) r, loading l where l.path = $path`
    """
    fields = [f"c{position}" for position in range(len(table.columns))]
    cast_cell = strict_value if table.serde == OPEN_CSV else lenient_value
    values = [
        cast_cell(f"r.{quote(field)}", columns.types[column.name])
        for field, column in zip(fields, table.columns, strict=True)
    ]
    types = ", ".join(f"{text(field)}: 'VARCHAR'" for field in fields)
    return (
        f"insert into {columns.data_name} ({columns.names}) "
        f"select {', '.join([*values, *columns.partition_values])}, l.number "
        f"from read_csv($cells, header = false, auto_detect = false, delim = ',', quote = '\"', "
        f"escape = '\"', nullstr = '', allow_quoted_nulls = false, max_line_size = 67108864, "
        f"columns = {{{types}}}) r, loading l where l.path = $path"
    )


def lenient_value(cell: str, kind: str) -> str:
    """Return LazySimpleSerDe's value: NULL where the type cannot hold the text."""
    return cell if kind == "VARCHAR" else f"try_cast({cell} as {kind})"


def strict_value(cell: str, kind: str) -> str:
    """Return OpenCSVSerde's value: dates count days, timestamps milliseconds, from 1970 on."""
    match kind:
        case "VARCHAR":
            return cell
        case "DATE":
            return f"(date '1970-01-01' + cast({cell} as integer))"
        case "TIMESTAMP":
            return f"make_timestamp(cast({cell} as bigint) * 1000)"
        case _:
            return f"cast({cell} as {kind})"
