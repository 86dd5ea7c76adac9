"""One value of an answer as text: as Athena prints it, or for a person to read. Pure."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from athena_sql.answer import Row, Value

MONEY_DIGITS = 2


def value_text(value: Value) -> str:
    """Return a value as Athena prints it; NULL is nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(
                repr(value), repr(value)
            )
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.replace(tzinfo=None).isoformat(" ", "milliseconds") + (
                " UTC" if value.tzinfo else ""
            )
        case date():
            return value.isoformat()
        case bytes():
            return value.hex(" ")
        case list():
            return f"[{', '.join('null' if v is None else value_text(v) for v in value)}]"
        case dict():
            pairs = (f"{k}={'null' if v is None else value_text(v)}" for k, v in value.items())
            return f"{{{', '.join(pairs)}}}"
        case _:
            return str(value)


def shown(value: Value, digits: int | None) -> str:
    """Return a value for a person: decimals with `digits` places, no control characters."""
    if isinstance(value, Decimal) and digits is not None:
        return f"{value:.{digits}f}"
    text = value_text(value)
    if text.isprintable():
        return text
    return "".join(
        c if unicodedata.category(c) != "Cc" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def shown_digits(rows: Sequence[Row], position: int) -> int | None:
    """Return how many digits after the point a column of decimals needs: at least two, if any.

    Zeros that only fill the type's scale are left out; every other digit stays.
    """
    values = [row[position] for row in rows]
    decimals = [value for value in values if isinstance(value, Decimal)]
    if not decimals:
        return None
    scales = [-int(value.as_tuple().exponent) for value in decimals]
    # As text and not by normalize(), which would round to the context's precision.
    fractions = [format(value, "f").partition(".")[2].rstrip("0") for value in decimals]
    return max(0, min(max(scales), max([MONEY_DIGITS, *map(len, fractions)])))
