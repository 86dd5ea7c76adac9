"""The SQL that tells a row whose cells are lists of several items; pure text.

`"1,250"` beside `"3,125"` and `"MUG-1, PLA-1"` may be 1 and 250 pieces, not 1,250 of one product.
`"1,000"` can only be one number, since no list has an item of 000.
"""

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
    NumberStyle,
)
from order_transform.reading.reading import Reading
from order_transform.reading.rows.item_lists import MARKS
from order_transform.sql.cells import cell, literal

_THOUSANDS = r"^[^0-9]*[0-9]{1,3}(?:,[0-9]{3})*"
_END = r"[^0-9.,]*$"
# A number with thousands that is not a list: one of its parts begins with 0, or only the last part
# has decimals and they end in 0, as in `1,250.00`. A program writes all numbers of a list alike.
_ONE_NUMBER = (
    rf"{_THOUSANDS},0[0-9]{{2}}(?:,[0-9]{{3}})*(?:\.[0-9]*)?{_END}"
    rf"|{_THOUSANDS},[0-9]{{3}}\.[0-9]*0{_END}"
)


def has_several_items(reading: Reading) -> str:
    """Return SQL that is true for a row of several items; empty where no row can be one.

    The quantity and the money have as many parts as a product's cell, and more than one:
    `(strlen(c2) - strlen(replace(c2, ';', '')) > 0 AND ... = ... AND ... IN (...))`. A decimal
    comma does not separate items, nor does a comma in a cell that must be one number: by how it is
    written, or because the row's own total is the price times the quantity.
    """
    places = reading.records.columns.fields
    money = reading.line_field or PRICE
    numbers = (reading.numbers[QUANTITY], reading.numbers[money])
    products = [cell(places[name]) for name in (PRODUCT_ID, PRODUCT_NAME) if name in places]
    if not products or any(number.plain for number in numbers):
        return ""
    quantity, price = cell(places[QUANTITY]), cell(places[money])
    tests = [_have_as_many(quantity, price, products, mark) for mark in MARKS if mark != ","]
    several = _have_as_many(quantity, price, products, ",")
    if numbers[1].style.value is NumberStyle.COMMA:
        # `1, 2` is not one number in any style.
        spaced = (f"regexp_matches({text}, '[0-9], +[0-9]')" for text in (quantity, price))
        tests.append(f"{several} AND {' AND '.join(spaced)}")
    else:
        one = [f"regexp_matches({text}, {literal(_ONE_NUMBER)})" for text in (quantity, price)]
        if money == PRICE and LINE_TOTAL in places:
            one.append(
                "coalesce(abs(price_value::DOUBLE * quantity_value::DOUBLE"
                " - line_total_value::DOUBLE) < 0.005, false)"
            )
        tests.append(f"{several} AND NOT ({' OR '.join(one)})")
    return f"coalesce({' OR '.join(tests)}, false)"


def may_be_lists(reading: Reading) -> str:
    """Return SQL that is true for a row that `ItemLists` may split; empty where no row can be one.

    Its quantity and its price have as many parts, and more than one.
    """
    places, lists = reading.records.columns.fields, reading.records.lists
    numbers = [reading.numbers.get(name) for name in (QUANTITY, PRICE)]
    if not lists or any(number is None or number.plain for number in numbers):
        return ""
    quantity, price = cell(places[QUANTITY]), cell(places[PRICE])
    counts = [(_count(quantity, mark), _count(price, mark)) for mark in MARKS]
    return " OR ".join(f"{count} > 0 AND {count} = {other}" for count, other in counts)


def _have_as_many(quantity: str, price: str, products: list[str], mark: str) -> str:
    count = _count(quantity, mark)
    in_products = ", ".join(_count(text, other) for text in products for other in MARKS)
    return f"({count} > 0 AND {count} = {_count(price, mark)} AND {count} IN ({in_products}))"


def _count(text: str, mark: str) -> str:
    """Return SQL for how often a mark stands in a cell; 0 for an empty one."""
    return f"coalesce(strlen({text}) - strlen(replace({text}, {literal(mark)}, '')), 0)"
