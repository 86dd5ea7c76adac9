"""The types of Hive (the catalog), Trino (the SQL) and DuckDB, told from one to another.

Pure. Trino's spelling is the one that answers and comparisons use.
"""

import functools
import re

from sqlglot import exp
from sqlglot.errors import ParseError

from athena_sql.errors import UnreadableData

# DuckDB's names, as a result's description spells them, where Trino's differ.
TRINO_NAMES = {
    "HUGEINT": "decimal(38,0)",
    "FLOAT": "real",
    "BLOB": "varbinary",
    "TIMESTAMP": "timestamp(3)",
    "TIMESTAMP WITH TIME ZONE": "timestamp(3) with time zone",
    "TIME": "time(3)",
    "NULL": "unknown",
    '"NULL"': "unknown",
    "INTERVAL": "interval day to second",
    "JSON": "json",
}
INTEGERS = {
    exp.DType.TINYINT: 3,
    exp.DType.SMALLINT: 5,
    exp.DType.INT: 10,
    exp.DType.BIGINT: 19,
}
MAX_PRECISION = 38


def hive_to_type(text: str, address: str = "the table") -> exp.DataType:
    """Return a catalog type as sqlglot's; raises UnreadableData for one that is not Hive's."""
    try:
        # Hive: a decimal without digits is decimal(10,0).
        text = re.sub(r"\bdecimal\b(?!\()", "decimal(10,0)", text)
        return exp.DataType.build(text, dialect="hive")
    except (ParseError, ValueError) as error:
        raise UnreadableData(address, f"the catalog's type '{text}' is unknown") from error


def hive_to_duckdb(text: str, address: str = "the table") -> str:
    """Return DuckDB's type for a catalog type: `string` is TEXT, `array<int>` is INT[]."""
    return hive_to_type(text, address).sql("duckdb")


@functools.cache
def hive_to_trino(text: str) -> str:
    """Return Trino's type for a catalog type: `string` is varchar, `array<int>` array(integer)."""
    return hive_to_type(text).sql("trino").lower().replace(", ", ",")


def duckdb_to_trino(name: str) -> str:
    """Return Trino's type for the type of a DuckDB result."""
    if name.endswith("[]"):
        return f"array({duckdb_to_trino(name[:-2])})"
    return TRINO_NAMES.get(name, name.lower())


def decimal_type(precision: int, scale: int) -> exp.DataType:
    """Return a decimal type; Trino holds the precision at 38 digits."""
    return exp.DataType.build(f"decimal({min(precision, MAX_PRECISION)},{scale})", dialect="trino")


def is_decimal(kind: exp.DataType | None) -> bool:
    """Whether a type is a decimal, of known digits or not."""
    return kind is not None and kind.this in (exp.DType.DECIMAL, exp.DType.BIGDECIMAL)


def is_integer(kind: exp.DataType | None) -> bool:
    """Whether a type is one of Trino's integers."""
    return kind is not None and kind.this in INTEGERS


def is_floating(kind: exp.DataType | None) -> bool:
    """Whether a type is double or real."""
    return kind is not None and kind.this in (exp.DType.DOUBLE, exp.DType.FLOAT)


def digits_of(kind: exp.DataType | None) -> tuple[int, int] | None:
    """Return precision and scale of a decimal or an integer, or None for any other type."""
    if kind is None:
        return None
    if kind.this in INTEGERS:
        return INTEGERS[kind.this], 0
    if not is_decimal(kind) or not kind.expressions:
        return None
    sizes = [int(size.name) for size in kind.expressions]
    return sizes[0], sizes[1] if len(sizes) > 1 else 0
