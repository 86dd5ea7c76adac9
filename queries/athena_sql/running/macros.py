"""The DuckDB macros that stand for Trino's functions, as a connection gets them."""

import functools
import re

import duckdb

from athena_sql.running.query import settle
from athena_sql.values.macros.catalogue import MACROS

MACRO_NAME = re.compile(r"create macro (\w+)")
WORD = re.compile(r"\w+")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Set a fresh connection up to answer every statement as Trino does."""
    settle(connection)
    for macro in MACROS:
        connection.execute(macro)


def define_macros(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Define the macros that one statement calls, by itself or through others.

    To define all takes longer than most questions.
    """
    for macro in macros_of(sql):
        connection.execute(macro)


def macros_of(sql: str) -> tuple[str, ...]:
    """Return the macros that a statement calls, in the order in which they can be defined.

    Each can be defined twice: `create macro if not exists trino_abs(x) as ...`.
    """
    called = called_macros(sql)
    return tuple(
        macro.replace("create macro", "create macro if not exists", 1)
        for name, macro in macros_by_name().items()  # each stands behind those that it calls
        if name in called
    )


@functools.cache
def macros_by_name() -> dict[str, str]:
    """Return the macros by their names, in the order in which they can be defined."""
    return {MACRO_NAME.findall(macro)[0]: macro for macro in MACROS}


def called_macros(sql: str) -> set[str]:
    """Return the names of the macros that a statement calls, by itself or through others."""
    macros = macros_by_name()
    called: set[str] = set()
    new = macros.keys() & set(WORD.findall(sql))
    while new:
        called |= new
        new = {name for caller in new for name in WORD.findall(macros[caller])}
        new = (new & macros.keys()) - called
    return called
