"""Run one translated statement on DuckDB: its columns with Trino's types, its rows as a stream.

The connection holds every table under its catalog name; this module opens none.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence

import duckdb

from athena_sql.answer import Answer, Row
from athena_sql.errors import QueryFailed
from athena_sql.translation.messages import reason_of
from athena_sql.translation.translate import Translation
from athena_sql.values.macros import MACROS

ROWS_AT_ONCE = 10_000
type Guard = Callable[[], contextlib.AbstractContextManager[None]]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Set a fresh connection up to answer as Trino does."""
    # A time zone without rules: the answer must not depend on the machine.
    connection.execute("set TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)


def run_query(
    connection: duckdb.DuckDBPyConnection,
    translation: Translation,
    guard: Guard = contextlib.nullcontext,
) -> Answer:
    """Return the answer of a translated statement; raises QueryFailed.

    Every call into DuckDB that may take long runs inside `guard`.
    """
    try:
        with guard():
            cursor = connection.execute(translation.sql)
    except (duckdb.Error, RuntimeError) as error:
        raise failure(error) from error
    check_types(translation, cursor)
    moments = [
        position
        for position, column in enumerate(translation.columns)
        if column.type.startswith(("date", "timestamp"))
    ]
    return Answer(translation.columns, stream(cursor, guard, moments))


def check_types(translation: Translation, cursor: duckdb.DuckDBPyConnection) -> None:
    """Raise QueryFailed where DuckDB's result has other types than the translation says.

    So no rule of DuckDB's own can change a type unseen.
    """
    described = [str(kind).replace('"', "") for _, kind, *_ in cursor.description or ()]
    for column, expected, given in zip(
        translation.columns, translation.duckdb_types, described, strict=True
    ):
        if expected.replace('"', "") != given.replace(", ", ", "):
            raise QueryFailed(
                "duckdb",
                f"column {column.name} is {given} here and {column.type} in Athena",
                "ask it on Athena: --env aws",
            )


def refuse_distant(rows: Sequence[Row], position: int) -> None:
    """Raise QueryFailed for a date before the year 1 or after 9999, which comes as a text."""
    for row in rows:
        if isinstance(row[position], str):
            raise QueryFailed(
                "duckdb", f"the date {row[position]} is out of reach here", "filter it"
            )


def stream(
    cursor: duckdb.DuckDBPyConnection, guard: Guard, moments: Sequence[int] = ()
) -> Iterator[Row]:
    """Yield the rows of a result without holding it; `moments` are the columns of dates."""
    try:
        while True:
            with guard():  # the first rows may take as long as the whole statement
                rows = cursor.fetchmany(ROWS_AT_ONCE)
            if not rows:
                return
            for position in moments:
                refuse_distant(rows, position)
            yield from rows
    except (duckdb.Error, RuntimeError, OverflowError, ValueError) as error:
        raise failure(error) from error


def failure(error: Exception) -> QueryFailed:
    """Return the failure, in Trino's words where it has some."""
    return QueryFailed("duckdb", reason_of(error))
