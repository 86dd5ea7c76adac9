"""Trino's types: how they are written, how the catalog (Hive) and DuckDB spell them.

Pure. Trino's spelling is the one that answers, comparisons and messages use.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from athena_sql.errors import UnreadableData

MAX_PRECISION = 38
UNBOUNDED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Type:
    """One type. `size` is a varchar's length, a decimal's precision or a timestamp's digits.

    `items` are the types of an array's elements, a row's fields or a map's key and value; `names`
    those of a row's fields, or a time's one zone. A varchar without a length has size None.
    """

    name: str
    size: int | None = None
    scale: int = 0
    items: tuple["Type", ...] = ()
    names: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        match self.name:
            case "varchar" | "char":
                return self.name if self.size is None else f"{self.name}({self.size})"
            case "decimal":
                return f"decimal({self.size},{self.scale})"
            case "timestamp" | "time":
                return f"{self.name}({self.size})"
            case "timestamp with time zone" | "time with time zone":
                return f"{self.name.split()[0]}({self.size}) with time zone"
            case "row":
                fields = (
                    f"{name} {kind}" if name else str(kind)
                    for name, kind in zip(self.names, self.items, strict=True)
                )
                return f"row({', '.join(fields)})"
            case "array" | "map":
                return f"{self.name}({', '.join(map(str, self.items))})"
            case _:
                return self.name

    @property
    def element(self) -> "Type":
        """The type of an array's elements."""
        return self.items[0]


BOOLEAN, TINYINT, SMALLINT = Type("boolean"), Type("tinyint"), Type("smallint")
INTEGER, BIGINT = Type("integer"), Type("bigint")
REAL, DOUBLE, VARCHAR, DATE = Type("real"), Type("double"), Type("varchar"), Type("date")
TIMESTAMP, VARBINARY = Type("timestamp", 3), Type("varbinary")
UNKNOWN = Type("unknown")
DAYS, MONTHS = Type("interval day to second"), Type("interval year to month")
INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
DUCKDB_NAMES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "varbinary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    # The moment in UTC; its zone belongs to the type.
    "timestamp with time zone": "TIMESTAMP",
    "interval day to second": "INTERVAL",
    "interval year to month": "INTERVAL",
    # A NULL without a type is an integer to DuckDB, which casts to anything that may be NULL.
    "unknown": "INTEGER",
}
# Hive's names, where Trino's differ.
HIVE_NAMES = {"string": "varchar", "int": "integer", "float": "real", "binary": "varbinary"}
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


def decimal(precision: int, scale: int) -> Type:
    """Return a decimal type; Trino holds the precision at 38 digits."""
    return Type("decimal", min(precision, MAX_PRECISION), scale)


def varchar(length: int | None) -> Type:
    """Return a varchar of a length; one beyond Trino's limit has none."""
    return Type("varchar", length if length is not None and length < UNBOUNDED else None)


def array(element: Type) -> Type:
    """Return the type of arrays of such elements."""
    return Type("array", items=(element,))


def row(items: Sequence[Type], names: Sequence[str | None] = ()) -> Type:
    """Return a row's type; fields without names have none."""
    return Type("row", items=tuple(items), names=tuple(names) or (None,) * len(items))


def is_integer(kind: Type) -> bool:
    """Whether a type is one of Trino's integers."""
    return kind.name in INTEGER_DIGITS


def is_floating(kind: Type) -> bool:
    """Whether a type is double or real."""
    return kind.name in ("double", "real")


def holds_floating(kind: Type) -> bool:
    """Whether a type is double or real, or has one inside."""
    return is_floating(kind) or any(map(holds_floating, kind.items))


def holds_text(kind: Type) -> bool:
    """Whether a type is a varchar, or has one inside."""
    return kind.name == "varchar" or any(map(holds_text, kind.items))


def is_number(kind: Type) -> bool:
    """Whether a type is an integer, a decimal, real or double."""
    return is_integer(kind) or is_floating(kind) or kind.name == "decimal"


def digits_of(kind: Type) -> tuple[int, int]:
    """Return precision and scale of a decimal or an integer."""
    if kind.name in INTEGER_DIGITS:
        return INTEGER_DIGITS[kind.name], 0
    return kind.size or MAX_PRECISION, kind.scale


def duckdb_type(kind: Type) -> str:
    """Return DuckDB's type: `array(integer)` is INTEGER[], a row a STRUCT of f1, f2, ..."""
    match kind.name:
        case "decimal":
            return f"DECIMAL({kind.size},{kind.scale})"
        case "array":
            return f"{duckdb_type(kind.element)}[]"
        case "map":
            key, value = map(duckdb_type, kind.items)
            return f"MAP({key}, {value})"
        case "row":
            fields = (
                f"{quote(field_name(kind, position))} {duckdb_type(item)}"
                for position, item in enumerate(kind.items)
            )
            return f"STRUCT({', '.join(fields)})"
        case name:
            return DUCKDB_NAMES[name]


def field_name(kind: Type, position: int) -> str:
    """Return the name that DuckDB gives a row's field: its own, or f1, f2, ..."""
    return kind.names[position] or f"f{position + 1}"


def quote(name: str) -> str:
    """Return a name in double quotes, as DuckDB takes it."""
    return '"' + name.replace('"', '""') + '"'


# The catalog's spelling ------------------------------------------------------------------------


@functools.cache
def hive_to_type(text: str, address: str = "the table") -> Type:
    """Return a catalog type; raises UnreadableData for one that is not Hive's."""
    try:
        kind, rest = read_hive_type(text.strip().lower().replace(" ", ""))
    except (ValueError, IndexError) as error:
        raise UnreadableData(address, f"the catalog's type '{text}' is unknown") from error
    if rest:
        raise UnreadableData(address, f"the catalog's type '{text}' is unknown")
    return kind


def read_hive_type(text: str) -> tuple[Type, str]:
    """Return the type at the start of a text, and the rest; raises ValueError."""
    found = re.match(r"([a-z_0-9]+)(?:\(([\d,]+)\))?", text)
    if not found:
        raise ValueError(text)
    name, sizes = (
        HIVE_NAMES.get(found[1], found[1]),
        [int(n) for n in (found[2] or "").split(",") if n],
    )
    rest = text[found.end() :]
    match name:
        case "decimal":
            # Hive: a decimal without digits is decimal(10,0).
            return Type("decimal", (sizes or [10])[0], (sizes[1:] or [0])[0]), rest
        case "varchar":
            return Type(name, sizes[0] if sizes else None), rest
        case "char":
            return Type(name, sizes[0] if sizes else 1), rest
        case "timestamp":
            # Hive's has milliseconds; with a size it is Iceberg's.
            return Type(name, sizes[0]) if sizes else TIMESTAMP, rest
        case "array":
            element, rest = read_hive_type(rest[1:])
            return array(element), expect(rest, ">")
        case "map":
            key, rest = read_hive_type(rest[1:])
            value, rest = read_hive_type(expect(rest, ","))
            return Type("map", items=(key, value)), expect(rest, ">")
        case "struct":
            return read_hive_struct(rest)
        case _ if name in DUCKDB_NAMES and name != "unknown":
            return Type(name), rest
    raise ValueError(text)


def read_hive_struct(text: str) -> tuple[Type, str]:
    """Return the row type of `<a:int,b:string>`, and what follows it."""
    names: list[str | None] = []
    items: list[Type] = []
    while True:
        name, _, rest = text[1:].partition(":")
        item, text = read_hive_type(rest)
        names.append(name)
        items.append(item)
        if text[0] != ",":
            return row(items, names), expect(text, ">")


def expect(text: str, mark: str) -> str:
    """Return what follows a mark; raises ValueError where it is missing."""
    if not text.startswith(mark):
        raise ValueError(text)
    return text[1:]


def hive_to_duckdb(text: str, address: str = "the table") -> str:
    """Return DuckDB's type for a catalog type: `string` is VARCHAR, `array<int>` INTEGER[]."""
    return duckdb_type(hive_to_type(text, address))


@functools.cache
def hive_to_trino(text: str) -> str:
    """Return Trino's type for a catalog type: `string` is varchar, `array<int>` array(integer)."""
    return str(hive_to_type(text))


def duckdb_to_trino(name: str) -> str:
    """Return Trino's type for the type of a DuckDB result."""
    if name.endswith("[]"):
        return f"array({duckdb_to_trino(name[:-2])})"
    return TRINO_NAMES.get(name, name.lower())
