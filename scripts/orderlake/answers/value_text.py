"""One value of an answer as text: as Athena prints it, or for a person to read. Pure."""

import math
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from athena_sql.answer import Row, Value
from athena_sql.running.result_text import value_text as athena_text

MONEY_DIGITS = 2
# A double with more digits than these is as good as unrounded; zeros beside it would not help.
LONGEST_FRACTION = 6


def value_text(value: Value) -> str:
    """Return a value as Athena prints it, such as `1.0E7`; NULL is nothing."""
    return athena_text(value) or ""


def readable_value(value: Value, digits: int | None) -> str:
    """Return a value for a person: numbers with `digits` places, no control characters."""
    if isinstance(value, Decimal) and digits is not None:
        return f"{value:.{digits}f}"
    if isinstance(value, float) and math.isfinite(value):
        text = repr(value)
        fraction = fraction_of(text)
        return text if fraction is None else text + "0" * ((digits or 0) - len(fraction))
    text = value_text(value)
    if text.isprintable():
        return text
    return "".join(
        c if unicodedata.category(c) != "Cc" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def shown_digits(rows: Sequence[Row], position: int) -> int | None:
    """Return how many digits after the point a column of numbers needs; None for other columns.

    Decimals have at least two, if any: zeros that only fill the type's scale are left out, and
    every other digit stays. Doubles have as many as the longest of them, unless that is unrounded.
    """
    values = [row[position] for row in rows]
    decimals = [value for value in values if isinstance(value, Decimal)]
    if not decimals:
        doubles = [repr(value) for value in values if isinstance(value, float)]
        longest = max((len(fraction_of(text) or "") for text in doubles), default=0)
        return longest if 0 < longest <= LONGEST_FRACTION else None
    scales = [-int(value.as_tuple().exponent) for value in decimals]
    # As text and not by normalize(), which would round to the context's precision.
    fractions = [format(value, "f").partition(".")[2].rstrip("0") for value in decimals]
    return max(0, min(max(scales), max([MONEY_DIGITS, *map(len, fractions)])))


def fraction_of(text: str) -> str | None:
    """Return the digits after the point of a double's text, None if it has an exponent."""
    return None if "e" in text or "." not in text else text.partition(".")[2]
