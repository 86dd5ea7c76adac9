"""Settle what the shapes of a file's numbers leave open: their style, their unit, split ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    AmountsIn,
    FieldType,
    NumberStyle,
)
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.currency import known_currencies
from order_transform.reading.findings import choose
from order_transform.reading.numbers.evidence import number_findings
from order_transform.reading.numbers.smallest_units import amounts_in_doubt, decide_unit
from order_transform.reading.numbers.split_numbers import SplitNumbers
from order_transform.reading.numbers.style import NumberEvidence, NumberReading
from order_transform.sql.file_cells import FileCells

# A number style needs two hints, since prices of three decimals are rare but not unheard of.
_ENOUGH_HINTS = 2


def number_style(
    source: FileCells, evidence: Mapping[str, NumberEvidence], *, has_dotted_dates: bool
) -> Choice[NumberStyle]:
    """Choose the style of a file whose numbers can all be read both ways."""
    if proof := source.around.facts.numbers:
        return Choice("number_style", NumberStyle.DOT, Certainty.PROVEN, proof)
    fields = source.contract.fields
    whole = [field.name for field in fields if field.type is FieldType.INTEGER]
    look = source.closer_look(has_dotted_dates=has_dotted_dates)
    known = known_currencies(source.contract.currencies)
    signs = {key for cells in evidence.values() for key in cells.currencies if key in known}
    look = replace(
        look, currencies=look.currencies | {code for key in signs for code in known[key]}
    )
    return choose(
        number_findings(look, whole),
        source.contract.rules.number_style,
        name="number_style",
        remedy="set number_style in the contract",
        enough_hints=_ENOUGH_HINTS,
    )


def amount_units(
    source: FileCells, numbers: Mapping[str, NumberReading]
) -> dict[str, Choice[AmountsIn]]:
    """Choose the unit of each amount that may be of the currency's smallest one.

    Raises FileRefused where nothing shows it and the contract refuses.
    """
    columns, rule = source.records.columns, source.contract.rules.amounts_in
    return {
        name: decide_unit(
            name,
            columns.labels[columns.fields[name]],
            is_whole=not numbers[name].decimals,
            rule=rule,
        )
        for name in amounts_in_doubt(columns)
    }


def split_numbers(
    source: FileCells, numbers: Mapping[str, NumberReading]
) -> Iterator[Choice[object]]:
    """Yield a doubt where a comma without quotes may have split amounts in two cells."""
    if (splits := _splits(source, numbers)) and (doubt := splits.doubt(source.first_rows())):
        yield doubt


def may_have_split_numbers(source: FileCells, numbers: Mapping[str, NumberReading]) -> bool:
    """Tell whether a comma without quotes may have split amounts of a file of these records."""
    splits = _splits(source, numbers)
    return splits is not None and splits.may_be_in_doubt(source.first_rows())


def _splits(source: FileCells, numbers: Mapping[str, NumberReading]) -> SplitNumbers | None:
    amounts = [numbers[name] for name in (PRICE, LINE_TOTAL) if name in numbers]
    has_decimals = any(number.decimals for number in amounts)
    splits = source.records.splits
    if splits is None or not splits.has_spare:  # as in most files: no row has to be read for it
        return None
    return replace(splits, has_decimals=has_decimals)
