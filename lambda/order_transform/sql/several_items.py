"""The SQL that finds rows whose cells are lists of several items; pure text.

`"1,250"` beside `"3,125"` and `"MUG-1, PLA-1"` may be 1 and 250 pieces, not 1,250 of one product.
"""

from order_transform.contract.definition import (
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
    NumberStyle,
)
from order_transform.reading.reading import Reading
from order_transform.sql.cells import cell, literal

_MARKS = (",", ";", "|", "\n")


def has_several_items(reading: Reading) -> str:
    """Return SQL that is true for a row of several items; empty if no row can have several.

    The quantity and the money have as many parts as a product's cell, and more than one:
    `(strlen(c2) - strlen(replace(c2, ',', '')) > 0 AND ... = ... AND ... IN (...))`. A decimal
    comma does not separate items.
    """
    places = reading.records.columns.fields
    money = reading.line_field or PRICE
    numbers = (reading.numbers[QUANTITY], reading.numbers[money])
    products = [cell(places[name]) for name in (PRODUCT_ID, PRODUCT_NAME) if name in places]
    if not products or any(number.plain for number in numbers):
        return ""
    in_products = ", ".join(_count(text, mark) for text in products for mark in _MARKS)
    quantity, price = cell(places[QUANTITY]), cell(places[money])
    tests = [
        f"({_count(quantity, mark)} > 0 AND {_count(quantity, mark)} = {_count(price, mark)}"
        f" AND {_count(quantity, mark)} IN ({in_products}))"
        for mark in _MARKS
        if not (mark == "," and numbers[0].style.value is NumberStyle.COMMA)
    ]
    return f"coalesce({' OR '.join(tests)}, false)"


def _count(text: str, mark: str) -> str:
    """Return SQL for the number of a mark in a cell; 0 for an empty cell."""
    return f"coalesce(strlen({text}) - strlen(replace({text}, {literal(mark)}, '')), 0)"
