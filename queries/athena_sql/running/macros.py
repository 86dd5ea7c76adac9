"""The DuckDB macros that stand for Trino's functions, as a connection gets them."""

import duckdb

from athena_sql.values.macros.catalogue import called_macros, macros_by_name


def define_macros(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Define the macros that one statement calls, by itself or through others.

    To define all takes longer than most questions.
    """
    for macro in macros_of(sql):
        connection.execute(macro)


def macros_of(sql: str) -> tuple[str, ...]:
    """Return the macros that a statement calls, in the order in which they can be defined.

    Each can be defined twice: `create temp macro if not exists trino_abs(x) as ...`. They are
    temporary, so that cursors of one database can define theirs at the same time, and a file of
    the cache keeps none.
    """
    called = called_macros(sql)
    return tuple(
        macro.replace("create macro", "create temp macro if not exists", 1)
        for name, macro in macros_by_name().items()  # each stands behind those that it calls
        if name in called
    )
