"""Look at columns which say that price or quantity is not what counts; most files have none."""

from collections.abc import Iterator

from order_transform.contract.definition import LINE_TOTAL, PRICE, QUANTITY, NumberStyle
from order_transform.reading.choices import Choice
from order_transform.reading.columns.contrary import (
    ContraryColumns,
    contrary_columns,
    refuse_price_units,
    tell_discount,
    tell_free,
    tell_multiplier,
    tell_no_sales,
    tell_paid,
    tell_quantity,
    tell_reduced,
    tell_surcharge,
    tell_unsold,
)
from order_transform.reading.numbers.smallest_unit_names import in_smallest_unit
from order_transform.reading.reading import Reading
from order_transform.sql.cells import cell, literal
from order_transform.sql.file_cells import FileCells

# A number with at most a word beside it, such as `12 pcs` or `10x10`, but no size of a product.
_HOW_MANY = r"[^0-9]{0,12}[0-9][0-9.,]*(?: ?[x*\x{d7}] ?[0-9]+)*[^0-9]{0,12}"
_NO_SIZE = r"(?i)[0-9] ?(?:[mck]?g|[mc]?l|[mck]?m|oz|lbs?|gms?|gr|lt?r|lit(?:re|er)s?|in|ft|%)\b"


def tell_contrary_columns(source: FileCells, reading: Reading) -> Iterator[Choice[object]]:
    """Yield what such columns say in some row.

    Raises FileRefused where prices are those of several pieces.
    """
    columns = reading.records.columns
    found = contrary_columns(columns, source.contract)
    conditions = _conditions(reading, found) | _no_sale_conditions(source, reading, found)
    if not conditions:
        return
    counts = ", ".join(
        f"count(*) FILTER ({condition}), any_value({cell(place)}) FILTER ({condition})"
        for place, condition in conditions.items()
    )
    [row] = source.select(counts)
    for place, rows, example in zip(conditions, row[::2], row[1::2], strict=True):
        if rows:
            yield _told(found, place, reading, rows, example)


def _told(
    found: ContraryColumns, place: int, reading: Reading, rows: int, example: str
) -> Choice[object]:
    """Return what to tell of a column that says something in so many rows."""
    columns = reading.records.columns
    label, is_line = columns.labels[place], bool(reading.line_field)
    money = reading.line_field or PRICE
    header = columns.labels[columns.fields[money]] if money in columns.fields else ""
    if place in found.price_units:
        raise refuse_price_units(columns, label, example)
    if place in found.multipliers:
        return tell_multiplier(label)
    if place in found.quantities:
        return tell_quantity(label, columns.labels[columns.fields[QUANTITY]], rows)
    if place in found.free:
        return tell_free(label, columns.labels[columns.fields[QUANTITY]], rows)
    if place in found.surcharges:
        return tell_surcharge(label, is_line=is_line)
    if place in (*found.discounts, *found.refunds):
        return tell_discount(label, is_line=is_line)
    if place in (*found.reasons, *found.sale_marks):
        return tell_no_sales(label, rows, example)
    if place in found.unsold:
        return tell_unsold(label, rows)
    if place in found.paid:
        return tell_paid(label, header, rows, example, is_line=is_line)
    return tell_reduced(label, header, rows)


def _conditions(reading: Reading, found: ContraryColumns) -> dict[int, str]:
    """Return, by place, SQL that is true for a row in which a column says something."""
    conditions = {place: f"regexp_matches({cell(place)}, '[1-9]')" for place in found.unsold}
    is_discount = _is_amount if reading.line_field else _is_number
    conditions |= {place: is_discount(place) for place in found.discounts}
    conditions |= {
        place: f"{_is_number(place)} AND NOT {_is_no_sale(reading)}" for place in found.refunds
    }
    # One without decimals may be a yes.
    conditions |= {
        place: f"{is_discount(place)} AND trim({cell(place)}) <> '1'" for place in found.surcharges
    }
    conditions |= {
        place: f"{_is_less_than_read(place, reading)} AND NOT {_is_no_sale(reading)}"
        for place in found.paid
        if reading.numbers[reading.line_field or PRICE].in_smallest_unit
        == in_smallest_unit(reading.records.columns.labels[place])
    }
    if reading.line_field:  # no price of one piece is read
        return conditions
    conditions |= _quantity_conditions(reading, found)
    # 1.000 is a thousand beside a decimal comma.
    point = "," if reading.numbers[PRICE].style.value is NumberStyle.COMMA else "."
    for place in found.price_units:
        column = f"trim({cell(place)})"
        one = f"regexp_full_match({column}, '1([.,]0{{0,2}}|[{point}]0*)?')"
        conditions[place] = f"regexp_matches({column}, '[0-9]') AND NOT {one}"
    price = _digits(reading.records.columns.fields[PRICE])
    for place in found.reduced:
        conditions[place] = f"{_digits(place)} <> '' AND {_digits(place)} <> {price}"
    return conditions


def _is_less_than_read(place: int, reading: Reading) -> str:
    """Return SQL that is true for an amount that is less than the line's money by a cent or more.

    `coalesce(abs(<c5>) < abs(<c3> * <c2>) - 0.011 - 0.0051 * abs(<c2>), false)`, where each is a
    number out of its cell.
    """
    fields, money = reading.records.columns.fields, reading.line_field or PRICE
    style = reading.numbers[money].style.value
    price, paid = _number(fields[money], style), _number(place, style)
    quantity = "1" if reading.line_field else _number(fields[QUANTITY], style)
    return (
        f"coalesce(abs({paid}) < abs({price} * {quantity}) - 0.011 - 0.0051 * abs({quantity}),"
        " false)"
    )


def _number(place: int, style: NumberStyle) -> str:
    """Return SQL for the number in a cell, whatever stands beside it, or null."""
    digits = r"-?[0-9](?:[0-9.,'\x{2019}\s\x{a0}\x{202f}]*[0-9])?"
    found = f"regexp_extract({cell(place)}, {literal(digits)})"
    point = "." if style is NumberStyle.DOT else ","
    bare = f"regexp_replace({found}, '[^-0-9{point}]', '', 'g')"
    return f"TRY_CAST(replace({bare}, ',', '.') AS DOUBLE)"


def _quantity_conditions(reading: Reading, found: ContraryColumns) -> dict[int, str]:
    """Return such SQL for columns beside which price times quantity may not be what counts.

    It is where the file's own line total says so.
    """
    columns = reading.records.columns
    quantity = _plain_number(columns.fields[QUANTITY])
    is_open = "true"
    if LINE_TOTAL in columns.fields and reading.price_is and reading.price_is.is_proven:
        is_open = f"NOT regexp_matches({cell(columns.fields[LINE_TOTAL])}, '[1-9]')"
    conditions = {
        place: f"regexp_full_match(trim({cell(place)}), {literal(_HOW_MANY)})"
        f" AND NOT regexp_matches({cell(place)}, {literal(_NO_SIZE)})"
        f" AND {_plain_number(place)} NOT IN ('1', '0', {quantity})"
        for place in found.multipliers
    }
    conditions |= {
        place: f"regexp_full_match({_plain_number(place)}, '[1-9][0-9]*')"
        f" AND {_plain_number(place)} <> {quantity}"
        for place in found.quantities
    }
    # A 1 may be a yes in a column such as `Gratis`.
    marks = columns.marks.values()
    conditions |= {
        place: f"regexp_full_match({_plain_number(place)}, '[1-9][0-9]{{0,3}}')"
        + f" AND {_plain_number(place)} <> '1'" * (place in marks)
        for place in found.free
    }
    return {place: f"{condition} AND {is_open}" for place, condition in conditions.items()}


def _no_sale_conditions(
    source: FileCells, reading: Reading, found: ContraryColumns
) -> dict[int, str]:
    """Return such SQL for columns that say that a row which counts as a sale is not one."""
    words = source.contract.words
    no = ", ".join(map(literal, sorted(words.no)))
    nothing = ", ".join(map(literal, sorted({"", *words.no, *words.no_values})))
    quantity = f"trim({cell(reading.records.columns.fields[QUANTITY])})"
    is_sale = f"NOT {_is_no_sale(reading)} AND NOT starts_with({quantity}, '-')"
    texts = {place: f"lower(trim({cell(place)}))" for place in (*found.reasons, *found.sale_marks)}
    return {
        place: f"{text} {f'NOT IN ({nothing})' if place in found.reasons else f'IN ({no})'}"
        f" AND {is_sale}"
        for place, text in texts.items()
    }


def _plain_number(place: int) -> str:
    """Return SQL for a whole number without decimals: `12` for ` 12.00`, and `0` for `0,0`."""
    return f"regexp_replace(trim({cell(place)}), '[.,]0*$', '')"


def _is_no_sale(reading: Reading) -> str:
    """Return SQL that is true for a row whose status or mark already says that it is not a sale."""
    known = [(reading.statuses.place, reading.statuses.no_sale)]
    known += [(mark.place, mark.cells or ()) for mark in reading.marks]
    conditions = [
        f"coalesce({cell(place)} IN ({', '.join(map(literal, texts))}), false)"
        for place, texts in known
        if texts
    ]
    days = [mark.place for mark in reading.marks if mark.cells is None]
    conditions += [f"coalesce(regexp_matches({cell(place)}, '[1-9]'), false)" for place in days]
    return f"({' OR '.join(conditions) or 'false'})"


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
    """Return SQL that is true for such a number unless it is a rate: the line's money has those."""
    is_rate = f"regexp_matches({cell(place)}, '%|^[^0-9]*0*([.,]|$)')"
    return f"{_is_number(place)} AND NOT {is_rate}"
