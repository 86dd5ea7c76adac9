"""Amounts in a currency's smallest unit, such as cents: known by the header, or settled. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from order_transform.contract.definition import LINE_TOTAL, PRICE, AmountsIn
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.numbers.smallest_unit_names import (
    in_smallest_unit,
    may_be_in_smallest_unit,
)
from order_transform.reading.numbers.style import NumberReading
from order_transform.refusal import FileRefused

# An amount in the smallest unit gets as many more decimals.
_MORE_DECIMALS, _MOST_MORE_DECIMALS = 2, 3


def amounts_in_doubt(columns: Columns) -> list[str]:
    """Return the fields of amounts that may be of the smallest unit."""
    fields, labels = columns.fields, columns.labels
    return [
        name
        for name in (PRICE, LINE_TOTAL)
        if name in fields and may_be_in_smallest_unit(labels[fields[name]])
    ]


def decide_unit(name: str, header: str, *, is_whole: bool, rule: AmountsIn) -> Choice[AmountsIn]:
    """Choose the unit of the amounts of one field; `is_whole` tells that none has decimals.

    Raises `FileRefused` where neither the header nor the amounts show it, and the contract's `rule`
    says `refuse`.
    """
    evidence, certainty = "", Certainty.PROVEN
    if in_smallest_unit(header):
        value, evidence = AmountsIn.SMALLEST_UNIT, f"the header {header!r} says so"
    elif not is_whole:
        value, evidence = AmountsIn.CURRENCY, f"amounts of {header!r} have decimals"
    elif rule is AmountsIn.REFUSE:
        raise FileRefused(
            "unclear_unit",
            f"{header!r} has whole numbers only, so it may count the currency's smallest unit, as"
            " Stripe's interface does (1250 is 12.50 EUR); if so, use --amounts-in smallest_unit,"
            ' or amounts_in = "smallest_unit" in the contract; if not, --amounts-in currency, or'
            ' amounts_in = "currency"',
        )
    else:
        value = rule
    if rule not in (AmountsIn.REFUSE, value) or not evidence:
        evidence = f'amounts_in = "{rule.value}" in the contract, or by --amounts-in'
        value, certainty = rule, Certainty.SETTLED
    is_notable = value is AmountsIn.SMALLEST_UNIT
    return Choice(
        name="amounts_in",
        value=value,
        certainty=certainty,
        evidence=evidence,
        field=name,
        remedy="change amounts_in" if certainty is Certainty.SETTLED else "",
        notable=is_notable,
    )


def with_units(
    numbers: Mapping[str, NumberReading],
    units: Mapping[str, Choice[AmountsIn]],
    *,
    has_three_decimals: bool,
) -> dict[str, NumberReading]:
    """Return the readings of numbers with those of the smallest unit marked."""
    more = _MOST_MORE_DECIMALS if has_three_decimals else _MORE_DECIMALS
    scaled = {name for name, choice in units.items() if choice.value is AmountsIn.SMALLEST_UNIT}
    return {
        name: replace(number, in_smallest_unit=True, decimals=number.decimals + more)
        if name in scaled
        else number
        for name, number in numbers.items()
    }
