"""Read the records for evidence, and derive the reading of the file from it.

One statement groups the cells by how their numbers and dates are written; `reading` decides.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from order_transform.contract.definition import Contract, FieldType
from order_transform.reading.closer_look import Circumstances
from order_transform.reading.columns.contrary import contrary_columns
from order_transform.reading.currency import CurrencyReading
from order_transform.reading.dates.style import DateEvidence, DateReading
from order_transform.reading.doubts.first_rows import LOOKED_AT
from order_transform.reading.numbers.smallest_units import with_units
from order_transform.reading.numbers.style import (
    NumberEvidence,
    NumberReading,
    decide_numbers,
    is_style_open,
)
from order_transform.reading.price_meaning import decide_price
from order_transform.reading.reading import Reading
from order_transform.reading.records import Records
from order_transform.reading.statuses import (
    NoSaleMark,
    Statuses,
    mark_of,
    sort_statuses,
    status_place,
)
from order_transform.sql.cell_forms import cell_forms
from order_transform.sql.cells import cell, read_cells
from order_transform.sql.contrary_columns import tell_contrary_columns
from order_transform.sql.currency_doubts import currency_of_file, has_three_decimals
from order_transform.sql.date_doubts import date_order, doubtful_dates, year_order
from order_transform.sql.engine import FileDatabase
from order_transform.sql.file_cells import FileCells
from order_transform.sql.number_doubts import (
    amount_units,
    may_have_split_numbers,
    number_style,
    split_numbers,
)
from order_transform.sql.odd_texts import odd_texts
from order_transform.sql.price_evidence import gather_price_evidence
from order_transform.sql.shapes import date_shape, number_shape, unpacked_shape

# The table of the first records, which `sample_reading` leaves in the connection.
SAMPLE = "sample"
_TOLD_BY_SAMPLE = ("discount", "surcharge", "multiplier")
_BATCH = 10_000
_MOST_STATUSES = 50  # of a sample; a column with more texts does not hold statuses


def sample_reading(
    db: FileDatabase, records: Records, contract: Contract, first: int
) -> Reading | None:
    """Return what the first so many records suggest, if that is the simplest reading, else None.

    It has to be checked against every record (`FieldSql.matches_sample`): where all of them are
    as it says, `whole_reading` would say the same, except for the room for digits.
    """
    cells = read_cells(records, contract.limits, ordered=True)
    db.execute(f"CREATE OR REPLACE TEMP TABLE {SAMPLE} AS FROM {cells} LIMIT {first}")
    sample = FileCells(db, records, contract, SAMPLE)
    evidence = _gather(sample)
    dates = {name: date.decide(None) for name, date in evidence.dates.items()}
    numbers = _sure_numbers(evidence, contract) if evidence.records else None
    if numbers is None or not all(date.iso for date in dates.values()):
        return None
    statuses = _statuses(sample, is_sample=True)
    marks = _marks(sample, is_sample=True)
    if may_have_split_numbers(sample, numbers):
        return None
    currency, contradiction = currency_of_file(sample, numbers)
    reading = Reading(
        records,
        numbers,
        dates,
        statuses=statuses,
        marks=marks,
        currency=currency,
        others=contradiction,
    )
    reading = _with_price(sample, reading)
    told = tuple(tell_contrary_columns(sample, reading))
    # What was paid is compared with price and quantity in every row.
    if contrary_columns(records.columns, contract).paid:
        return None
    # These change no row; what the sample shows of them is all that there is to tell.
    if reading.line_field or any(choice.name not in _TOLD_BY_SAMPLE for choice in told):
        return None
    unseen = _as_in_sample(sample, {str(choice.value) for choice in told})
    reading = replace(reading, marks=(*marks, *unseen), others=(*reading.others, *told))
    return reading if _has_few_texts(reading) else None


def _sure_numbers(evidence: "_Evidence", contract: Contract) -> dict[str, NumberReading] | None:
    """Return how numbers are read, with room for larger ones; None where that is not certain."""
    if is_style_open(evidence.numbers):
        return None
    numbers = {
        name: number.with_room(contract.field(name).type is FieldType.INTEGER)
        for name, number in decide_numbers(evidence.numbers).items()
    }
    sure = {name: number for name, number in numbers.items() if number}
    return sure if len(sure) == len(numbers) else None


def _has_few_texts(reading: Reading) -> bool:
    """Tell whether each column that may tell of sales has few enough texts to compare each."""
    known = [reading.statuses.others, *(mark.others for mark in reading.marks)]
    return all(len(texts or ()) <= _MOST_STATUSES for texts in known)


def whole_reading(
    db: FileDatabase, records: Records, contract: Contract, around: Circumstances
) -> Reading:
    """Read every record once; raises `duckdb.InvalidInputException` where one is irregular.

    What the records leave open is settled by a closer look at them.
    """
    cells = db.kept(read_cells(records, contract.limits))
    source = FileCells(db, records, contract, cells, around)
    evidence = _gather(source)
    numbers = _decided_numbers(source, evidence)
    if units := amount_units(source, numbers):
        has_thousandths = has_three_decimals(source, numbers)
        numbers = with_units(numbers, units, has_three_decimals=has_thousandths)
    currency, contradiction = currency_of_file(source, numbers)
    dates = _decided_dates(source, evidence, numbers, currency)
    reading = Reading(
        records,
        numbers,
        dates,
        statuses=_statuses(source, is_sample=False),
        marks=_marks(source, is_sample=False),
        currency=currency,
        others=(
            *units.values(),
            *contradiction,
            *split_numbers(source, numbers),
            *cell_forms(source, numbers, dates),
            *(
                doubt
                for name, date in evidence.dates.items()
                for doubt in doubtful_dates(source, name, date)
            ),
        ),
    )
    reading = _with_price(source, reading)
    contrary = tell_contrary_columns(source, reading)
    # Of a smaller file every row was looked at.
    texts = odd_texts(source) if evidence.records > LOOKED_AT else ()
    return replace(reading, others=(*reading.others, *contrary, *texts))


def _decided_numbers(source: FileCells, evidence: "_Evidence") -> dict[str, NumberReading]:
    """Decide how numbers are read; the records are looked at again where their shapes fit both."""
    open_style = None
    if source.around.facts.numbers or is_style_open(evidence.numbers):
        dotted = any(date.has_dotted_dates for date in evidence.dates.values())
        open_style = number_style(source, evidence.numbers, has_dotted_dates=dotted)
    return decide_numbers(evidence.numbers, open_style)


def _decided_dates(
    source: FileCells,
    evidence: "_Evidence",
    numbers: Mapping[str, NumberReading],
    currency: CurrencyReading | None,
) -> dict[str, DateReading]:
    """Decide how dates are read, also by the style of the file's numbers and by its currency."""
    usual = source.contract.rules.number_style
    style = next((number.style.value for number in numbers.values()), usual)
    return {
        name: date.decide(
            date_order(source, name, date, style, currency), year_order(source, name, date)
        )
        for name, date in evidence.dates.items()
    }


def _statuses(source: FileCells, *, is_sample: bool) -> Statuses:
    words = source.contract.words
    place, is_kind = status_place(source.records.columns, words)
    if place < 0:
        return Statuses()
    column = cell(place)
    cells = (text for (text,) in source.select(f"DISTINCT {column}", f"WHERE {column} IS NOT NULL"))
    return sort_statuses(cells, words, is_sample=is_sample, place=place, is_kind=is_kind)


def _marks(source: FileCells, *, is_sample: bool) -> tuple[NoSaleMark, ...]:
    """Return the columns that say that rows are not sales; most files have none."""
    words = source.contract.words
    found = (
        mark_of(label, place, _texts(source, place), words, is_sample=is_sample)
        for label, place in source.records.columns.marks.items()
    )
    return tuple(mark for mark in found if mark)


def _as_in_sample(sample: FileCells, told: Set[str]) -> Iterator[NoSaleMark]:
    """Yield marks without effect of columns whose texts have to be those of the sample.

    Not of those with these labels, of which the sample has shown all that there is to tell.
    """
    columns = sample.records.columns
    for place in contrary_columns(columns, sample.contract).places:
        if columns.labels[place] in told:
            continue
        yield NoSaleMark(columns.labels[place], place, (), _texts(sample, place))


def _texts(source: FileCells, place: int) -> tuple[str, ...]:
    """Return the different texts of a column, at most some more than a status has."""
    rows = source.select(f"DISTINCT {cell(place)}", f"LIMIT {_MOST_STATUSES + 1}")
    return tuple(text or "" for (text,) in rows)


def _with_price(source: FileCells, reading: Reading) -> Reading:
    """Decide what the price means, by rows that are read as if it were a unit price."""
    evidence = gather_price_evidence(source.db, reading, source.contract)
    rule = source.contract.rules.price_is
    return replace(reading, price_is=decide_price(reading.records.columns, evidence, rule))


@dataclass(slots=True)
class _Evidence:
    """The shapes of all cells of the number and date fields, and how many records there are."""

    numbers: dict[str, NumberEvidence]
    dates: dict[str, DateEvidence]
    records: int = 0


def _gather(source: FileCells) -> _Evidence:
    """Group the records by how their numbers and dates are written."""
    records, contract = source.records, source.contract
    evidence = _Evidence({}, {})
    shapes: list[str] = []
    for name, place in records.columns.fields.items():
        kind = contract.field(name).type
        if kind in (FieldType.DECIMAL, FieldType.INTEGER):
            evidence.numbers[name] = NumberEvidence(contract.words.units)
            shapes += number_shape(cell(place))
        elif kind is FieldType.DATE:
            evidence.dates[name] = DateEvidence(contract.words.months)
            shapes += date_shape(cell(place))
    query = f"SELECT count(*), {', '.join(shapes)} FROM {source.table} GROUP BY ALL"
    result = source.db.execute(query)
    while batch := result.fetchmany(_BATCH):
        for row in batch:
            evidence.records += row[0]
            _note(row, records, evidence.numbers, evidence.dates)
    return evidence


def _note(
    row: tuple[Any, ...],
    records: Records,
    numbers: dict[str, NumberEvidence],
    dates: dict[str, DateEvidence],
) -> None:
    """Take one group of like rows apart: two columns for each number and each date."""
    count, *pairs = row
    read = [name for name in records.columns.fields if name in numbers or name in dates]
    for name, known, odd in zip(read, pairs[::2], pairs[1::2], strict=True):
        if name in dates:
            dates[name].add_iso(count if known else 0)
            dates[name].add(odd, count)
        else:
            numbers[name].add(odd if known is None else unpacked_shape(known), count)
