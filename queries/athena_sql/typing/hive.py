"""Trino's types in Hive's spelling, as a table that a query makes is registered with. Pure."""

from sqlglot import exp
from sqlglot.errors import ParseError

from athena_sql.errors import BadQuery


def trino_to_hive(kind: str) -> str:
    """Return `string` for varchar, `struct<a:int>` for `row(a integer)`; raises BadQuery.

    Hive has no times, no zones and no JSON: Athena says so, too.
    """
    if "time zone" in kind or kind.startswith(("time(", "json", "interval", "unknown", "uuid")):
        raise BadQuery(f"NOT_SUPPORTED: Unsupported Hive type: {kind}", "")
    try:
        parsed = exp.DataType.build(kind, dialect="trino")
    except ParseError as error:
        raise BadQuery(f"NOT_SUPPORTED: Unsupported Hive type: {kind}", "") from error
    if parsed.this in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ):
        return "timestamp"
    return parsed.sql("hive").lower().replace(": ", ":").replace(", ", ",")


def trino_to_duckdb(kind: str) -> str:
    """Return DuckDB's type for Trino's: `varchar` is TEXT, `array(integer)` INT[]."""
    return exp.DataType.build(kind, dialect="trino").sql("duckdb")
