"""Values as the texts that Athena answers with, and columns as it describes them. Pure.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
"""

import math
import struct
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from athena_sql.answer import Column, Value

MAX_TEXT = 2147483647
PRECISIONS = {
    "varchar": MAX_TEXT,
    "char": MAX_TEXT,
    "varbinary": 1073741824,
    "json": MAX_TEXT,
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "double": 17,
    "float": 17,
    "timestamp": 3,
    "time": 3,
    "timestamp with time zone": 3,
}


def value_text(value: Value, kind: str = "") -> str | None:
    """Return a value as Athena prints it: `1.0E7`, `[1, null]`, `{a=1}`; None is NULL.

    Only a real needs its type: DuckDB hands it over as a double.
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float():
            return float_text(shortest_real(value) if kind == "real" else repr(value), value)
        case Decimal():
            return format(value, "f")
        case datetime():
            zone = f" {value.tzinfo}" if value.tzinfo else ""
            return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}{zone}"
        case date():
            return value.isoformat()
        case bytes():
            return value.hex(" ")
        case list():
            return f"[{', '.join(item_text(item) for item in value)}]"
        case dict():
            pairs = (f"{item_text(key)}={item_text(item)}" for key, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        case _:
            return str(value)


def item_text(value: Value) -> str:
    """Return a value inside an array, a map or a row."""
    text = value_text(value)
    return "null" if text is None else text


def float_text(digits: str, value: float) -> str:
    """Return a double as Java's Double.toString does, from its shortest digits."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    sign, parts, power = Decimal(digits).as_tuple()
    text = "".join(map(str, parts)).rstrip("0") or "0"
    exponent = int(power) + len(parts) - len(text)
    point = len(text) + exponent  # digits before the point
    minus = "-" if sign else ""
    if value == 0:
        return f"{minus}0.0"
    if 1e-3 <= abs(value) < 1e7:
        if point <= 0:
            return f"{minus}0.{'0' * -point}{text}"
        whole = text[:point].ljust(point, "0")
        return f"{minus}{whole}.{text[point:] or '0'}"
    return f"{minus}{text[0]}.{text[1:] or '0'}E{point - 1}"


def shortest_real(value: float) -> str:
    """Return the fewest digits that are still the same 32-bit number."""
    if not math.isfinite(value):
        return repr(value)
    packed = struct.pack("f", value)
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if struct.pack("f", float(text)) == packed:
            return text
    return repr(value)


def column_info(column: Column) -> dict[str, Any]:
    """Return a column as GetQueryResults describes it."""
    name, precision, scale = athena_type(column.type)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": name,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": name in ("varchar", "char", "json"),
    }


def athena_type(kind: str) -> tuple[str, int, int]:
    """Return name, precision and scale of a Trino type: `decimal(38,6)` is (decimal, 38, 6).

    A real is called float, and only decimals and lengths of texts are told apart by numbers.
    """
    name, _, rest = kind.partition("(")
    if name == "decimal":
        precision, scale = (int(number) for number in rest.rstrip(")").split(","))
        return "decimal", precision, scale
    if name in ("array", "map", "row"):
        return name, 0, 0
    if name in ("varchar", "char") and rest:
        return name, int(rest.rstrip(")")), 0
    name = f"{name} with time zone" if kind.endswith("with time zone") else name
    name = {"real": "float", "unknown": "unknown"}.get(name, name)
    return name, PRECISIONS.get(name, 0), 0


def csv_line(cells: list[str | None]) -> str:
    """Return one line of a result's CSV: every value in quotes, NULL as nothing."""
    return ",".join("" if c is None else '"' + c.replace('"', '""') + '"' for c in cells) + "\n"
