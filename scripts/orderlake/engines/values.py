"""Values that an engine sends as text, told by their Trino types into Python values, and back.

Pure. Decimals stay exact; arrays, maps and rows stay the text that Athena prints.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from orderlake.results import Value

INTEGERS = ("tinyint", "smallint", "integer", "bigint")


def parse_timestamp(text: str) -> datetime:
    """Return a timestamp of `2026-01-05 10:20:30.000`, in UTC where its zone is named so."""
    moment, _, zone = text.partition(" UTC")
    parsed = datetime.fromisoformat(moment)
    return parsed.replace(tzinfo=UTC) if moment != text and not zone else parsed


PARSERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(INTEGERS, int),
    "int": int,
    "decimal": Decimal,
    "double": float,
    "real": float,
    "float": float,
    "boolean": lambda text: text.lower() == "true",
    "date": date.fromisoformat,
    "timestamp": parse_timestamp,
}


def parse_value(kind: str, text: str | None) -> Value:
    """Return the value of a text of a Trino type, such as `decimal(38,6)`; None is NULL."""
    if text is None:
        return None
    return PARSERS.get(kind.partition("(")[0].partition(" ")[0], str)(text)


def type_text(kind: str, precision: int = 0, scale: int = 0) -> str:
    """Return Trino's spelling of a type as Athena's result, or an old client's, describes it.

    Both call a timestamp(3) a timestamp.
    """
    match kind:
        case "decimal" if precision:
            return f"decimal({precision},{scale})"
        case "timestamp":
            return "timestamp(3)"
        case "timestamp with time zone":
            return "timestamp(3) with time zone"
        case "time":
            return "time(3)"
        case "float":
            return "real"
        case "int":
            return "integer"
        case _:
            return kind
