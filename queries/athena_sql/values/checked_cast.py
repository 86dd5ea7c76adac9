"""The SQL of one cast: DuckDB's own, or one that is checked and fails in Trino's words.

Pure.
"""

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type, duckdb_type
from athena_sql.values.value import Value, bad_query, expand, fail


def impossible(source: Type, target: Type, place: Place) -> Exception:
    """Return Trino's error for a cast that it does not know."""
    return bad_query(place, f"Cannot cast {source} to {target}")


def plain(value: Value, target: Type, is_safe: bool) -> str:
    """Return DuckDB's own cast: `try_cast(x as BIGINT)`."""
    return f"{'try_cast' if is_safe else 'cast'}({value.sql} as {duckdb_type(target)})"


def checked_template(template: str, value: Value, target: Type, is_safe: bool, message: str) -> str:
    """Return a template that gives NULL for what cannot be cast, or one that fails there.

    `message` is SQL with {0} for the value.
    """
    if is_safe:
        return expand(template, value.sql)
    failing = fail(message, target)
    return expand(
        f"case when ({template}) is null and {{0}} is not null then {failing} else {template} end",
        value.sql,
    )
