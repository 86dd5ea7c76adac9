"""All DuckDB macros that answer as Trino's functions do; the function table puts them into SQL."""

import functools
import re

from athena_sql.values.macros import (
    arguments,
    arrays,
    json_documents,
    maps,
    moments,
    number_texts,
    numbers,
    texts,
)

MACROS = (
    *arguments.MACROS,
    *numbers.MACROS,
    *number_texts.MACROS,
    *moments.MACROS,
    *texts.MACROS,
    *arrays.MACROS,
    *maps.MACROS,
    *json_documents.MACROS,
)

MACRO_NAME = re.compile(r"create macro (\w+)")
WORD = re.compile(r"\w+")


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
