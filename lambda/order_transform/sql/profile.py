"""The evidence that only a read of the records gives, and the reading that follows from it.

One statement groups the cells by how their numbers and dates are written; `reading` decides.
"""

from typing import Any

import duckdb

from order_transform.contract.definition import Contract, DateOrder, FieldType
from order_transform.reading.date_style import DateEvidence, DateReading
from order_transform.reading.number_style import NumberEvidence, decide_numbers
from order_transform.reading.reading import Reading
from order_transform.reading.records import Records
from order_transform.refusal import FileRefused
from order_transform.sql.cells import cell, literal, read_cells
from order_transform.sql.shapes import date_shape, number_shape, unpacked_shape

_BATCH = 10_000


def sample_reading(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, first: int
) -> Reading | None:
    """Return what the first so many records suggest, if that is the simplest reading, else None.

    It has to be checked against every record (`FieldSql.matches_sample`): where all of them are
    as it says, `whole_reading` would say the same of them, but for the digits there is room for.
    """
    source = f"(FROM {read_cells(records, contract.limits)} LIMIT {first})"
    count, reading = _reading(db, records, contract, source)
    numbers = {
        name: number.with_room(contract.field(name).type is FieldType.INTEGER)
        for name, number in reading.numbers.items()
    }
    sure = {name: number for name, number in numbers.items() if number}
    iso = all(date.iso for date in reading.dates.values())
    if not count or len(sure) < len(numbers) or not iso:
        return None
    return Reading(records, sure, reading.dates, reading.others)


def whole_reading(db: duckdb.DuckDBPyConnection, records: Records, contract: Contract) -> Reading:
    """Read every record once; raises `duckdb.InvalidInputException` where one is irregular."""
    return _reading(db, records, contract, read_cells(records, contract.limits))[1]


def _reading(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, source: str
) -> tuple[int, Reading]:
    """Return how many records `source` has, and the reading that they lead to."""
    numbers: dict[str, NumberEvidence] = {}
    dates: dict[str, DateEvidence] = {}
    shapes: list[str] = []
    for name, place in records.columns.fields.items():
        kind = contract.field(name).type
        if kind in (FieldType.DECIMAL, FieldType.INTEGER):
            numbers[name] = NumberEvidence()
            shapes += number_shape(cell(place))
        elif kind is FieldType.DATE:
            dates[name] = DateEvidence()
            shapes += date_shape(cell(place))
    count = 0
    result = db.execute(f"SELECT count(*), {', '.join(shapes)} FROM {source} GROUP BY ALL")
    while batch := result.fetchmany(_BATCH):
        for row in batch:
            count += row[0]
            _note(row, records, numbers, dates)
    return count, Reading(
        records=records,
        numbers=decide_numbers(numbers, contract.rules.number_style),
        dates={
            name: _decide_date(db, records, name, evidence, contract, source)
            for name, evidence in dates.items()
        },
    )


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


def _decide_date(
    db: duckdb.DuckDBPyConnection,
    records: Records,
    name: str,
    evidence: DateEvidence,
    contract: Contract,
    source: str,
) -> DateReading:
    first = second = 0
    if evidence.either_order:
        text = f"trim({cell(records.columns.fields[name])})"
        either = literal("^([0-9]{1,2})([-/])([0-9]{1,2})[-/]")
        counts = [
            f"count_if(TRY_CAST(regexp_extract({text}, {either}, {group}) AS INTEGER) > 12)"
            for group in (1, 3)
        ]
        query = f"SELECT {', '.join(counts)} FROM {source}"
        [(first, second)] = db.execute(query).fetchall()
    reading = evidence.decide(name, first, second, contract.rules.date_order)
    if reading.order and reading.order.value is DateOrder.REFUSE:
        message = (
            f"{name} may be month first or day first and nothing in the file tells; "
            "set date_order in the contract"
        )
        raise FileRefused("ambiguous_dates", message)
    return reading
