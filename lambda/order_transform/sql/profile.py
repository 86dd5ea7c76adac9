"""Read the records for evidence, and derive the reading of the file from it.

One statement groups the cells by how their numbers and dates are written; `reading` decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from order_transform.contract.definition import Contract, FieldType
from order_transform.reading.closer_look import NOTHING_KNOWN, Circumstances
from order_transform.reading.contrary_columns import contrary_columns
from order_transform.reading.date_style import DateEvidence
from order_transform.reading.number_style import NumberEvidence, decide_numbers, is_style_open
from order_transform.reading.price_meaning import decide_price
from order_transform.reading.reading import Reading
from order_transform.reading.records import Records
from order_transform.reading.smallest_units import with_units
from order_transform.reading.statuses import (
    NoSaleMark,
    Statuses,
    mark_of,
    sort_statuses,
    status_place,
)
from order_transform.sql.cells import cell, read_cells
from order_transform.sql.contrary_columns import tell_contrary_columns
from order_transform.sql.doubts import Doubts
from order_transform.sql.price_evidence import gather_price_evidence
from order_transform.sql.shapes import date_shape, number_shape, unpacked_shape

# The table of the first records, which `sample_reading` leaves in the connection.
SAMPLE = "sample"
_BATCH = 10_000
_MOST_STATUSES = 50  # of a sample; a column with more texts does not hold statuses


def sample_reading(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, first: int
) -> Reading | None:
    """Return what the first so many records suggest, if that is the simplest reading, else None.

    It has to be checked against every record (`FieldSql.matches_sample`): where all of them are
    as it says, `whole_reading` would say the same, except for the room for digits.
    """
    cells = read_cells(records, contract.limits, ordered=True)
    db.execute(f"CREATE OR REPLACE TEMP TABLE {SAMPLE} AS FROM {cells} LIMIT {first}")
    evidence = _gather(db, records, contract, SAMPLE)
    dates = {name: date.decide(None) for name, date in evidence.dates.items()}
    if not evidence.records or is_style_open(evidence.numbers):
        return None
    numbers = {
        name: number.with_room(contract.field(name).type is FieldType.INTEGER)
        for name, number in decide_numbers(evidence.numbers).items()
    }
    sure = {name: number for name, number in numbers.items() if number}
    if len(sure) < len(numbers) or not all(date.iso for date in dates.values()):
        return None
    statuses = _statuses(db, records, contract, SAMPLE, is_sample=True)
    contrary = contrary_columns(records.columns, contract).places
    marks = _marks(db, records, contract, SAMPLE, is_sample=True)
    marks += _as_in_sample(db, records, contrary)
    known = [statuses.others, *(mark.others for mark in marks)]
    if any(len(texts or ()) > _MOST_STATUSES for texts in known):
        return None
    doubts = Doubts(db, records, contract, SAMPLE, NOTHING_KNOWN)
    if doubts.may_have_split_numbers(sure):
        return None
    currency, contradiction = doubts.currency(sure)
    reading = Reading(
        records,
        sure,
        dates,
        statuses=statuses,
        marks=marks,
        currency=currency,
        others=contradiction,
    )
    reading = _with_price(db, reading, contract)
    is_plain = not (reading.line_field or any(tell_contrary_columns(db, reading, contract, SAMPLE)))
    return reading if is_plain else None


def whole_reading(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, around: Circumstances
) -> Reading:
    """Read every record once; raises `duckdb.InvalidInputException` where one is irregular.

    What the records leave open is settled by a closer look at them (`doubts`).
    """
    source = read_cells(records, contract.limits)
    evidence = _gather(db, records, contract, source)
    doubts = Doubts(db, records, contract, source, around)
    open_style = None
    if around.facts.numbers or is_style_open(evidence.numbers):
        dotted = any(date.has_dotted_dates for date in evidence.dates.values())
        open_style = doubts.number_style(dotted)
    numbers = decide_numbers(evidence.numbers, open_style)
    style = next((number.style.value for number in numbers.values()), contract.rules.number_style)
    if units := doubts.units(numbers):
        numbers = with_units(numbers, units, has_three_decimals=doubts.has_three_decimals(numbers))
    currency, contradiction = doubts.currency(numbers)
    dates = {
        name: date.decide(
            doubts.date_order(name, date, style, currency), doubts.year_order(name, date)
        )
        for name, date in evidence.dates.items()
    }
    others = (
        *units.values(),
        *contradiction,
        *doubts.split_numbers(numbers),
        *doubts.forms(numbers, dates),
    )
    statuses = _statuses(db, records, contract, source, is_sample=False)
    marks = _marks(db, records, contract, source, is_sample=False)
    reading = Reading(
        records, numbers, dates, statuses=statuses, marks=marks, currency=currency, others=others
    )
    reading = _with_price(db, reading, contract)
    contrary = tell_contrary_columns(db, reading, contract, source)
    return replace(reading, others=(*reading.others, *contrary))


def _statuses(
    db: duckdb.DuckDBPyConnection,
    records: Records,
    contract: Contract,
    source: str,
    *,
    is_sample: bool,
) -> Statuses:
    place, is_kind = status_place(records.columns, contract.words)
    if place < 0:
        return Statuses()
    column = cell(place)
    query = f"SELECT DISTINCT {column} FROM {source} WHERE {column} IS NOT NULL"
    cells = (status for (status,) in db.execute(query).fetchall())
    no_sale = contract.words.no_sale | (contract.words.returns if is_kind else frozenset())
    return sort_statuses(cells, no_sale, is_sample=is_sample, place=place, is_kind=is_kind)


def _marks(
    db: duckdb.DuckDBPyConnection,
    records: Records,
    contract: Contract,
    source: str,
    *,
    is_sample: bool,
) -> tuple[NoSaleMark, ...]:
    """Return the columns that mark rows as no sales; most files have none."""
    found = []
    for label, place in records.columns.marks.items():
        texts = _texts(db, source, place)
        found.append(mark_of(label, place, texts, contract.words, is_sample=is_sample))
    return tuple(mark for mark in found if mark)


def _as_in_sample(
    db: duckdb.DuckDBPyConnection, records: Records, places: Iterable[int]
) -> tuple[NoSaleMark, ...]:
    """Return marks without effect of columns whose texts have to be those of the sample."""
    return tuple(
        NoSaleMark(records.columns.labels[place], place, (), _texts(db, SAMPLE, place))
        for place in places
    )


def _texts(db: duckdb.DuckDBPyConnection, source: str, place: int) -> tuple[str, ...]:
    """Return the different texts of a column, at most some more than a status has."""
    query = f"SELECT DISTINCT {cell(place)} FROM {source} LIMIT {_MOST_STATUSES + 1}"
    return tuple(text or "" for (text,) in db.execute(query).fetchall())


def _with_price(db: duckdb.DuckDBPyConnection, reading: Reading, contract: Contract) -> Reading:
    """Decide what the price means, by rows that are read as if it were a unit price."""
    evidence = gather_price_evidence(db, reading, contract)
    price = decide_price(reading.records.columns, evidence, contract.rules.price_is)
    return replace(reading, price_is=price)


@dataclass(slots=True)
class _Evidence:
    """The shapes of all cells of the number and date fields, and how many records there are."""

    numbers: dict[str, NumberEvidence]
    dates: dict[str, DateEvidence]
    records: int = 0


def _gather(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, source: str
) -> _Evidence:
    """Group the records of `source` by how their numbers and dates are written."""
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
    result = db.execute(f"SELECT count(*), {', '.join(shapes)} FROM {source} GROUP BY ALL")
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
