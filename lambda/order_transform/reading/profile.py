"""One read over all records of a file: how many there are, how numbers and dates are written."""

from dataclasses import dataclass
from typing import Any

import duckdb

from order_transform.contract.definition import (
    Contract,
    DateOrder,
    FieldType,
    NumberStyle,
)
from order_transform.reading.date_style import DateEvidence, DateReading
from order_transform.reading.number_style import NumberEvidence, NumberReading, decide_numbers
from order_transform.reading.records import Records
from order_transform.refusal import FileRefused
from order_transform.sql.cells import cell, literal, read_cells
from order_transform.sql.shapes import date_shape, number_shape, unpacked_shape

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What the whole file says: its records, and one reading for each number and date field."""

    records: int
    numbers: dict[str, NumberReading]
    dates: dict[str, DateReading]

    def reading(self, name: str) -> NumberReading | DateReading | None:
        """Return how a field is read; None for a text."""
        return self.numbers.get(name) or self.dates.get(name)

    def assumptions(self) -> dict[str, object]:
        """Return how numbers and dates were read, and what the contract had to settle."""
        styles = {reading.style.value for reading in self.numbers.values()}
        settled = [] if all(reading.certain for reading in self.numbers.values()) else ["numbers"]
        settled += [name for name, reading in self.dates.items() if not reading.certain]
        return {
            "number_style": next(iter(styles), NumberStyle.DOT.value),
            "dates": {
                name: {
                    "order": reading.order,
                    "formats": ["ISO 8601"] if reading.iso else list(reading.formats),
                }
                for name, reading in self.dates.items()
            },
            "settled_by_contract": settled,
        }


def guess_profile(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, first: int
) -> Profile | None:
    """Return what the first so many records suggest, if that is the simplest reading, else None.

    A guess, to be checked against every record (`FieldSql.as_read`): where all of them are as it
    says, `profile_records` would say the same of them, but for the digits there is room for.
    """
    source = f"(FROM {read_cells(records, contract.limits)} LIMIT {first})"
    profile = _profile(db, records, contract, source)
    numbers = {
        name: reading.with_room(contract.field(name).type is FieldType.INTEGER)
        for name, reading in profile.numbers.items()
    }
    sure = {name: reading for name, reading in numbers.items() if reading}
    iso = all(reading.iso for reading in profile.dates.values())
    if not profile.records or len(sure) < len(numbers) or not iso:
        return None
    return Profile(profile.records, sure, profile.dates)


def profile_records(db: duckdb.DuckDBPyConnection, records: Records, contract: Contract) -> Profile:
    """Read every record once; raises `duckdb.InvalidInputException` where one is irregular."""
    return _profile(db, records, contract, read_cells(records, contract.limits))


def _profile(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract, source: str
) -> Profile:
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
    return Profile(
        records=count,
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
    reading = evidence.decide(first, second, contract.rules.date_order)
    if reading.order is DateOrder.REFUSE:
        message = (
            f"{name} may be month first or day first and nothing in the file tells; "
            "set date_order in the contract"
        )
        raise FileRefused("ambiguous_dates", message)
    return reading
