"""Run one translated statement on DuckDB: its columns with Trino's types, its rows as a stream.

The connection holds every table under its catalog name; this module opens none.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import duckdb

from athena_sql.answer import Answer, Row
from athena_sql.errors import INTERRUPTED, QueryFailed
from athena_sql.reading.connection_settings import NO_PROGRESS_BAR
from athena_sql.running.result_text import shortest_real
from athena_sql.translation.translation import Translation
from athena_sql.typing.types import Type

ROWS_AT_ONCE = 10_000
SHOWN_DIGITS = 3
type Guard = Callable[[], contextlib.AbstractContextManager[None]]


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Make answers independent of the machine, whose time zone has rules, and of the program."""
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(NO_PROGRESS_BAR)


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
    return Answer(translation.columns, stream(cursor, guard, told_values(translation.types)))


def told_values(kinds: Iterable[Type]) -> dict[int, Callable[[Any], Any]]:
    """Return, by position, what turns DuckDB's values into Athena's, where they differ."""
    makers = ((position, value_maker(kind)) for position, kind in enumerate(kinds))
    return {position: make for position, make in makers if make is not None}


def value_maker(kind: Type) -> Callable[[Any], Any] | None:
    """Return what turns DuckDB's value into Athena's, or None where both are the same."""
    match kind.name:
        case "date":
            return refuse_distant
        case "timestamp" if (kind.size or 0) <= SHOWN_DIGITS:
            return refuse_distant
        case "timestamp":
            return to_milliseconds
        case "timestamp with time zone":
            from athena_sql.values.zones import clock_of  # few answers have such a column

            clock = clock_of(str(kind.names[0]))
            return lambda value: value and in_zone(to_milliseconds(value), clock)
        case "real":
            return lambda value: value if value is None else float(shortest_real(value))
        case "array" if make := value_maker(kind.element):
            return lambda values: values if values is None else [make(value) for value in values]
        case "map" if any(map(value_maker, kind.items)):
            key, value = (value_maker(item) or (lambda cell: cell) for item in kind.items)
            return lambda pairs: pairs and {key(a): value(b) for a, b in pairs.items()}
        case "row" if any(makers := tuple(map(value_maker, kind.items))):
            return lambda fields: (
                fields
                and {
                    name: make(value) if make else value
                    for (name, value), make in zip(fields.items(), makers, strict=True)
                }
            )
    return None


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


def to_milliseconds(value: Any) -> Any:
    """Return a time to the millisecond, halves up, as Athena tells it."""
    if not isinstance(value, datetime):
        return refuse_distant(value)
    shown = (value.microsecond + 500) // 1000 * 1000
    return value.replace(microsecond=0) + timedelta(microseconds=shown)


def in_zone(moment: datetime, clock: tzinfo) -> datetime:
    """Return a moment in UTC as the time of a zone."""
    return moment.replace(tzinfo=UTC).astimezone(clock)


def refuse_distant(value: Any) -> Any:
    """Return a date; raises QueryFailed for one before the year 1 or after 9999, a text."""
    if isinstance(value, str):
        raise QueryFailed("duckdb", f"the date {value} is out of reach here", "filter it")
    return value


def stream(
    cursor: duckdb.DuckDBPyConnection,
    guard: Guard,
    makers: Mapping[int, Callable[[Any], Any]] | None = None,
) -> Iterator[Row]:
    """Yield the rows of a result without holding it, the columns of `makers` made anew."""
    try:
        while True:
            with guard():  # the first rows may take as long as the whole statement
                rows = cursor.fetchmany(ROWS_AT_ONCE)
            if not rows:
                return
            if not makers:
                yield from rows
                continue
            for row in rows:
                cells = list(row)
                for position, make in makers.items():
                    cells[position] = make(cells[position])
                yield tuple(cells)
    except (duckdb.Error, RuntimeError, OverflowError, ValueError) as error:
        raise failure(error) from error


def failure(error: Exception) -> QueryFailed:
    """Return the failure, in Trino's words where it has some; Ctrl-C is raised as itself."""
    from athena_sql.translation.messages import reason_of  # only for a failure

    if isinstance(error, RuntimeError) and str(error) == INTERRUPTED:
        raise KeyboardInterrupt from error
    return QueryFailed("duckdb", reason_of(error))
