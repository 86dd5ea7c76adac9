"""Decimals with all their digits from JSON numbers, of which DuckDB's reader keeps fifteen.

The reader takes every number through a double. Below a limit a double gives the decimal back;
a file with a number beyond it is read again with its numbers written as texts.
"""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from athena_sql.reading.columns import OBJECT_COLUMN, TableColumns
from athena_sql.reading.sql_text import quote

# A double gives back any decimal of fifteen significant digits (IEEE 754).
EXACT_DIGITS = 15
_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")
_TEXT_OR_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9][-+.0-9eE]*')


def exact_limit(kind: str) -> Decimal | None:
    """Return the size from which a DuckDB decimal type's numbers are not exact, or None.

    `DECIMAL(38, 6)` gives 1000000000; `DECIMAL(9, 2)` has none, as all its numbers are exact.
    """
    found = _DECIMAL.fullmatch(kind)
    if found is None or int(found[1]) <= EXACT_DIGITS:
        return None
    return Decimal(1).scaleb(EXACT_DIGITS - int(found[2]))


def bounded_decimal(value: str, kind: str, taken: str) -> str:
    """Return the expression `taken` for a decimal, or the limit for a number beyond it.

    `case when abs(try_cast(v as double)) >= 1000000000 then cast(1000000000 as DECIMAL(38, 6))
    else ... end`
    """
    limit = exact_limit(kind)
    if limit is None:
        return taken
    return (
        f"case when abs(try_cast({value} as double)) >= {limit:f} "
        f"then cast({limit:f} as {kind}) else {taken} end"
    )


def inexact_objects(
    connection: duckdb.DuckDBPyConnection, columns: TableColumns, paths: list[str]
) -> dict[int, Path]:
    """Return which of these files of `loading` have a decimal at its limit, by their number."""
    beyond = [
        f"abs({quote(name)}) >= {limit:f}"
        for name, kind in columns.types.items()
        if (limit := exact_limit(kind)) is not None
    ]
    if not beyond:
        return {}
    rows = connection.execute(
        f"select distinct number, path from {columns.data_name} "
        f"join loading on number = {quote(OBJECT_COLUMN)} where path in (select unnest($paths)) "
        f"and ({' or '.join(beyond)})",
        {"paths": paths},
    ).fetchall()
    return {number: Path(path) for number, path in rows}


@contextmanager
def numbers_as_texts(
    connection: duckdb.DuckDBPyConnection, columns: TableColumns, objects: dict[int, Path]
) -> Iterator[dict[str, str]]:
    """Take the objects' rows out and let `loading` name copies whose numbers are texts.

    Yields the copies by the paths that they stand for; they are gone afterwards.
    """
    numbers = list(objects)
    doomed = f"{quote(OBJECT_COLUMN)} in (select unnest(?::bigint[]))"
    connection.execute(f"delete from {columns.data_name} where {doomed}", [numbers])
    with TemporaryDirectory(prefix="athena-sql-") as folder:
        copies = {}
        for place, path in enumerate(dict.fromkeys(objects.values())):
            copy = Path(folder, f"{place}.json")
            write_numbers_as_texts(path, copy)
            connection.execute("update loading set path = ? where path = ?", [str(copy), str(path)])
            copies[str(path)] = str(copy)
        yield copies


def write_numbers_as_texts(source: Path, target: Path) -> None:
    """Copy JSON Lines with each number in quotes: `{"a": 1.50}` becomes `{"a": "1.50"}`."""
    open_lines = gzip.open if source.suffix == ".gz" else open
    with open_lines(source, "rb") as lines, target.open("wb") as out:
        for line in lines:
            out.write(_TEXT_OR_NUMBER.sub(_quoted, line))


def _quoted(found: re.Match[bytes]) -> bytes:
    token = found[0]
    return token if token.startswith(b'"') else b'"' + token + b'"'
