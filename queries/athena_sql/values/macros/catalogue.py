"""All DuckDB macros that answer as Trino's functions do; the function table puts them into SQL."""

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
