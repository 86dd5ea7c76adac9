"""Run one analysed statement on DuckDB: its columns with Trino's types, its rows as a stream.

The connection holds every table under its catalog name; this module opens none.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping

import duckdb
from sqlglot import exp

from athena_sql.answer import Answer, Column, Row, Value
from athena_sql.errors import QueryFailed
from athena_sql.statement import parameter_names
from athena_sql.translation.macros import MACROS
from athena_sql.translation.translate import Translation, to_duckdb
from athena_sql.typing.types import duckdb_to_trino

ROWS_AT_ONCE = 10_000
type Guard = Callable[[], contextlib.AbstractContextManager[None]]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Set a fresh connection up to answer as Trino does."""
    # A time zone without rules: from_iso8601_timestamp and the like must not depend on the machine.
    connection.execute("set TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)


def run_query(
    connection: duckdb.DuckDBPyConnection,
    analysed: exp.Query,
    values: Mapping[str, Value],
    guard: Guard = contextlib.nullcontext,
) -> Answer:
    """Return the answer of a statement that `analyse` returned; raises QueryFailed, BadQuery.

    Every call into DuckDB that may take long runs inside `guard`.
    """
    names = set(parameter_names(analysed))
    translation = to_duckdb(analysed)
    bound = {name: values[name] for name in names}
    try:
        with guard():
            cursor = connection.execute(translation.sql, bound or None)
    except duckdb.Error as error:
        raise failure(error) from error
    return Answer(columns_of(translation, cursor), stream(cursor, guard))


def columns_of(translation: Translation, cursor: duckdb.DuckDBPyConnection) -> tuple[Column, ...]:
    """Return names and Trino types: as inferred, or as DuckDB has them where that is unknown."""
    described = [(str(name), str(kind)) for name, kind, *_ in cursor.description or ()]
    inferred = [column.type for column in translation.columns]
    if len(inferred) != len(described):
        inferred = ["unknown"] * len(described)
    return tuple(
        Column(name, known if known != "unknown" else duckdb_to_trino(kind))
        for known, (name, kind) in zip(inferred, described, strict=True)
    )


def stream(cursor: duckdb.DuckDBPyConnection, guard: Guard) -> Iterator[Row]:
    """Yield the rows of a result without holding it."""
    try:
        while True:
            with guard():  # the first rows may take as long as the whole statement
                rows = cursor.fetchmany(ROWS_AT_ONCE)
            if not rows:
                return
            yield from rows
    except duckdb.Error as error:
        raise failure(error) from error


def failure(error: duckdb.Error) -> QueryFailed:
    """Return the failure in DuckDB's words, without the excerpt of the translated SQL."""
    return QueryFailed("duckdb", " ".join(str(error).split("\n\nLINE ")[0].split()))
