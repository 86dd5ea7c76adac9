"""The SQL that tells how a cell is written, for the profile of a whole file; pure text."""

from order_transform.contract.definition import MAX_DIGITS_AFTER_POINT, MAX_DIGITS_BEFORE_POINT
from order_transform.reading.dates.cells import (
    DAY_MARK,
    FIRST_YEAR,
    LAST_YEAR,
    MONTH_BEFORE_DOT,
    YEAR_AND_DAY,
)
from order_transform.reading.numbers.cells import OTHER_DIGIT, SHAPE_DIGITS, SHAPE_NINES
from order_transform.reading.numbers.style import SHAPE_LENGTH, plain_number
from order_transform.sql.cells import literal

PLAIN_NUMBER = plain_number(MAX_DIGITS_BEFORE_POINT, MAX_DIGITS_AFTER_POINT)
_DECADES = "|".join(map(str, range(FIRST_YEAR // 10, LAST_YEAR // 10 + 1)))
# Only years that an order can have, so that the years of a clean file need no other check.
# Not 24:00, which DuckDB reads as the next day and other engines refuse.
ISO_DATE = (
    rf"(?:{_DECADES})[0-9]-(?:0[1-9]|1[0-2])-[0-9]{{2}}"
    r"([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?"
)


def number_shape(cell: str) -> tuple[str, str]:
    """Return SQL for the shape of a number's cell: packed lengths if plain, else its shape.

    The packed form, 64 times the length plus the place of the point, costs far less to group by
    than a text; `unpacked_shape` takes it apart. A number with a sign is not packed.
    """
    plain = f"regexp_full_match({cell}, {literal(PLAIN_NUMBER.removeprefix('-?'))})"
    return (
        f"CASE WHEN {plain} THEN strlen({cell}) * 64 + strpos({cell}, '.') END",
        f"CASE WHEN NOT {plain} THEN {_shape(cell)} END",
    )


def unpacked_shape(packed: int) -> str:
    """Return the shape that `number_shape` packed."""
    length, point = divmod(packed, 64)
    return "9" * length if not point else "9" * (point - 1) + "." + "9" * (length - point)


def date_shape(cell: str) -> tuple[str, str]:
    """Return SQL for the shape of a date's cell: whether it is ISO, and if not its shape.

    A year that no order can be of makes it not ISO. A mark stands before the shape of a date such
    as 2024-13-03 or 01.25.2024, whose day can only be in the middle.
    """
    iso = f"regexp_full_match({cell}, {literal(ISO_DATE)})"
    has_day = f"regexp_matches({cell}, {literal(f'{YEAR_AND_DAY}|{MONTH_BEFORE_DOT}')})"
    mark = f"CASE WHEN {has_day} THEN {literal(DAY_MARK)} ELSE '' END"
    return iso, f"CASE WHEN NOT {iso} THEN {mark} || {_shape(cell)} END"


def has_shape(cell: str, shape: str) -> str:
    """Return SQL that is true for a cell of this shape: `CASE ... END = '9 pcs'`."""
    return f"{_shape(cell)} = {literal(shape)}"


def _shape(cell: str) -> str:
    start = f"left({cell}, {SHAPE_LENGTH})"
    shape = f"translate({start}, '012345678', '999999999')"
    # A long list of characters costs more for each cell, and few cells have any of them.
    folded = f"translate({start}, {literal(SHAPE_DIGITS)}, {literal(SHAPE_NINES)})"
    return (
        f"CASE WHEN regexp_matches({cell}, {literal(OTHER_DIGIT)}) THEN {folded} ELSE {shape} END"
    )
