"""Evidence for the number style of a file in which each number can be read both ways.

`1.250` is 1250 where the point parts thousands and 1.25 where it is the decimal mark. Each
function is one kind of evidence; `number_findings` asks them all. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from order_transform.contract.currency_units import NO_DECIMALS_IN_USE
from order_transform.contract.definition import LINE_TOTAL, PRICE, NumberStyle
from order_transform.reading.closer_look import CloserLook
from order_transform.reading.findings import Finding
from order_transform.reading.numbers.style import bare_number, number_value

DOT, COMMA = NumberStyle.DOT, NumberStyle.COMMA
_EITHER = re.compile(r"\d{1,3}([.,])\d{3}")


def number_findings(look: CloserLook, whole_fields: Sequence[str]) -> list[Finding[NumberStyle]]:
    """Return all that the file says about its number style; `whole_fields` take no fractions."""
    numbers = {name: list(_numbers(cells)) for name, cells in look.fields.items()}
    found = [
        _whole_quantities(numbers, whole_fields),
        _leading_zeros(numbers),
        _ungrouped_thousands(numbers),
        _small_numbers_without_mark(numbers),
        _other_columns(look.others),
        _own_total(look),
        _currency_without_decimals(look, numbers),
        *_habits(look),
    ]
    return [finding for finding in found if finding]


def _numbers(cells: Sequence[str]) -> Iterator[str]:
    return filter(None, map(bare_number, cells))


def _style(mark: str, *, groups: bool) -> NumberStyle:
    """Return the style in which this mark parts thousands, or is the decimal mark."""
    return COMMA if (mark == ".") is groups else DOT


def _marked(numbers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each number that can be read both ways, with its mark."""
    for number in numbers:
        if match := _EITHER.fullmatch(number):
            yield number, match[1]


def _agreed(styles: Mapping[NumberStyle, str], because: str) -> Finding[NumberStyle] | None:
    """Return a finding where all examples speak for one style; `{}` is an example's place."""
    if len(styles) != 1:
        return None
    [(style, example)] = styles.items()
    return Finding(style, because.format(f"'{example}'"))


def _whole_quantities(
    numbers: Mapping[str, Sequence[str]], whole_fields: Sequence[str]
) -> Finding[NumberStyle] | None:
    styles = {
        _style(mark, groups=True): number
        for name in whole_fields
        for number, mark in _marked(numbers.get(name, ()))
        if not number.endswith("000")
    }
    return _agreed(styles, "a quantity such as {} is whole only with a thousands separator")


def _leading_zeros(numbers: Mapping[str, Sequence[str]]) -> Finding[NumberStyle] | None:
    styles = {
        _style(mark, groups=False): number
        for column in numbers.values()
        for number, mark in _marked(column)
        if number.startswith("0")
    }
    return _agreed(styles, "{} begins with a zero, so that its mark is the decimal one")


def _ungrouped_thousands(numbers: Mapping[str, Sequence[str]]) -> Finding[NumberStyle] | None:
    """A file that writes 1500 in a column does not write 1.250 for 1250 there."""
    styles: dict[NumberStyle, str] = {}
    for column in numbers.values():
        ungrouped = next((number for number in column if re.fullmatch(r"\d{4,}", number)), None)
        if ungrouped:
            styles |= {_style(mark, groups=False): ungrouped for _, mark in _marked(column)}
    return _agreed(styles, "{} in the same column has no thousands separator")


def _small_numbers_without_mark(
    numbers: Mapping[str, Sequence[str]],
) -> Finding[NumberStyle] | None:
    """A column of 80 and 1.250 pads no decimals, and without padding 1.25 is not 1.250."""
    styles: dict[NumberStyle, str] = {}
    for column in numbers.values():
        marked = list(_marked(column))
        unmarked = [number for number in column if number.isdigit()]
        is_grouped = unmarked and all(len(number) <= 3 for number in unmarked)
        if is_grouped and len(marked) + len(unmarked) == len(column):
            styles |= {
                _style(mark, groups=True): number
                for number, mark in marked
                if number.endswith("0") and not number.startswith("0")
            }
    return _agreed(styles, "{} has three digits behind its mark, smaller numbers beside it none")


def _other_columns(others: Mapping[str, Sequence[str]]) -> Finding[NumberStyle] | None:
    styles: dict[NumberStyle, str] = {}
    for label, cells in others.items():
        filled = [cell for cell in cells if cell.strip()]
        numbers = list(_numbers(filled))
        if len(numbers) < len(filled) or not all(map(is_amount, filled)):
            continue
        for style, other in ((DOT, COMMA), (COMMA, DOT)):
            only = [number for number in numbers if number_value(number, other) is None]
            if only and all(number_value(number, style) is not None for number in numbers):
                styles[style] = f"{only[0]}' in '{label}"
    return _agreed(styles, "{} can be read in one way only")


def is_amount(cell: str) -> bool:
    """Tell whether a cell is a number with at most a unit or a currency beside it."""
    return re.fullmatch(r"\D{0,5}\d[\d.,'\s]*\D{0,5}", cell.strip()) is not None


def _own_total(look: CloserLook) -> Finding[NumberStyle] | None:
    """Compare price times quantity with the line total and further columns under both styles."""
    styles: dict[NumberStyle, str] = {}
    totals = {name: look.fields[name] for name in (LINE_TOTAL,) if name in look.fields}
    for label, cells in (*totals.items(), *look.others.items()):
        holds = {style: _is_product(look, cells, style) for style in (DOT, COMMA)}
        for style, other in ((DOT, COMMA), (COMMA, DOT)):
            if holds[style] and not holds[other]:
                styles[style] = label
    return _agreed(styles, "price times quantity is then what stands in {}")


def _currency_without_decimals(
    look: CloserLook, numbers: Mapping[str, Sequence[str]]
) -> Finding[NumberStyle] | None:
    """No price in yen or rupiah has three decimals."""
    if not (look.currencies and look.currencies <= NO_DECIMALS_IN_USE):
        return None
    styles = {
        _style(mark, groups=True): number
        for name in (PRICE, LINE_TOTAL)
        for number, mark in _marked(numbers.get(name, ()))
    }
    codes = " or ".join(sorted(look.currencies))
    return _agreed(
        styles, f"{{}} has a thousands separator, since amounts in {codes} have no decimals"
    )


def _is_product(look: CloserLook, totals: Sequence[str], style: NumberStyle) -> bool:
    """Tell whether all rows with a price, a quantity and a total fit, and at least one is there."""
    fits = [
        price * quantity == total
        for row in zip(
            look.fields.get("price", ()), look.fields.get("quantity", ()), totals, strict=True
        )
        for price, quantity, total in [[_value(cell, style) for cell in row]]
        if price is not None and quantity is not None and total is not None and total
    ]
    return bool(fits) and all(fits)


def _value(cell: str, style: NumberStyle) -> Decimal | None:
    return number_value(bare_number(cell), style)


def _habits(look: CloserLook) -> Iterator[Finding[NumberStyle]]:
    """Yield what is usual where a decimal comma is usual, too."""
    if look.decimal_comma_headers:
        because = (
            f"headers such as '{look.decimal_comma_headers[0]}' are usual with a decimal comma"
        )
        yield Finding(COMMA, because, proves=False)
    if look.delimiter == ";":
        yield Finding(COMMA, "semicolons part the cells", proves=False)
    if look.has_dotted_dates:
        yield Finding(COMMA, "dates are written with dots", proves=False)
