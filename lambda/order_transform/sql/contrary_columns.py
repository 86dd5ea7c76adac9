"""Look at columns which say that price or quantity is not what counts; most files have none."""

from collections.abc import Iterator

from order_transform.contract.definition import PRICE
from order_transform.reading.choices import Choice
from order_transform.reading.contrary_columns import (
    ContraryColumns,
    contrary_columns,
    refuse_price_units,
    tell_discount,
    tell_reduced,
    tell_unsold,
)
from order_transform.reading.reading import Reading
from order_transform.sql.cells import cell, literal
from order_transform.sql.file_cells import FileCells


def tell_contrary_columns(source: FileCells, reading: Reading) -> Iterator[Choice[object]]:
    """Yield what such columns say in some row.

    Raises FileRefused where prices are those of several pieces.
    """
    columns = reading.records.columns
    found = contrary_columns(columns, source.contract)
    conditions = _conditions(reading, found)
    if not conditions:
        return
    counts = ", ".join(
        f"count(*) FILTER ({condition}), any_value({cell(place)}) FILTER ({condition})"
        for place, condition in conditions.items()
    )
    [row] = source.select(counts)
    header = columns.labels[columns.fields[PRICE]] if PRICE in columns.fields else ""
    for place, rows, example in zip(conditions, row[::2], row[1::2], strict=True):
        label = columns.labels[place]
        if not rows:
            continue
        if place in found.price_units:
            raise refuse_price_units(label, header, example)
        if place in (*found.discounts, *found.refunds):
            yield tell_discount(label, is_line=bool(reading.line_field))
        elif place in found.unsold:
            yield tell_unsold(label, rows)
        else:
            yield tell_reduced(label, header, rows)


def _conditions(reading: Reading, found: ContraryColumns) -> dict[int, str]:
    """Return, by place, SQL that is true for a row in which a column says something."""
    conditions = {place: f"regexp_matches({cell(place)}, '[1-9]')" for place in found.unsold}
    is_discount = _is_amount if reading.line_field else _is_number
    conditions |= {place: is_discount(place) for place in found.discounts}
    conditions |= {
        place: f"{_is_number(place)} AND NOT {_is_no_sale(reading)}" for place in found.refunds
    }
    if reading.line_field:  # no price of one piece is read
        return conditions
    for place in found.price_units:
        column = f"trim({cell(place)})"
        conditions[place] = (
            f"regexp_matches({column}, '[0-9]') AND NOT regexp_full_match({column}, '1([.,]0*)?')"
        )
    price = _digits(reading.records.columns.fields[PRICE])
    for place in found.reduced:
        conditions[place] = f"{_digits(place)} <> '' AND {_digits(place)} <> {price}"
    return conditions


def _is_no_sale(reading: Reading) -> str:
    """Return SQL that is true for a row whose status already says that it is not a sale."""
    statuses = reading.statuses
    if not statuses.no_sale:
        return "false"
    texts = ", ".join(map(literal, statuses.no_sale))
    return f"coalesce({cell(statuses.place)} IN ({texts}), false)"


def _digits(place: int) -> str:
    return f"regexp_replace({cell(place)}, '[^0-9]', '', 'g')"


def _is_number(place: int) -> str:
    """Return SQL that is true for a number other than 0, with at most signs and a code beside it.

    A text such as `SUMMER10` is a discount's name.
    """
    number = r"(?:[A-Z]{3}\s?)?[^0-9A-Za-z]{0,4}[0-9][0-9.,' ]*[^0-9A-Za-z]{0,4}(?:[A-Z]{3})?"
    column = f"trim({cell(place)})"
    return f"regexp_full_match({column}, {literal(number)}) AND regexp_matches({column}, '[1-9]')"


def _is_amount(place: int) -> str:
    """Return SQL that is true for such a number if it is no rate: the line's money has those."""
    is_rate = f"regexp_matches({cell(place)}, '%|^[^0-9]*0*([.,]|$)')"
    return f"{_is_number(place)} AND NOT {is_rate}"
