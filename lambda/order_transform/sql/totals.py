"""Count and sum all records of a file under one reading that holds for every record."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import add
from pathlib import Path

import duckdb

from order_transform.contract.definition import Contract
from order_transform.reading.closer_look import Circumstances
from order_transform.reading.reading import Reading
from order_transform.reading.records import Records
from order_transform.reading.rows.rewriting import rewrite_records
from order_transform.sql.cells import read_cells
from order_transform.sql.conservation import is_conserved
from order_transform.sql.engine import FileDatabase
from order_transform.sql.order_rows import lacks_what_the_row_above_has
from order_transform.sql.parts import Part, PartSums, add_exactly, part_columns
from order_transform.sql.profile import whole_reading
from order_transform.sql.statements import Statements, statements_for

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over the records, and the statements that read them.

    `accepted`, `total_amount` and `quantity` are those of the accepted rows; `unreadable` counts
    per field the values of these rows that became null. `doubtful` rows may not be orders.
    `shrinks`: returns may make the sums of the rows above a row so small that its size does not
    tell whether it is their total. `parts` are what the total consists of; nothing if no row has a
    currency and every row is a sale.
    """

    statements: Statements
    records: int
    accepted: int
    total_amount: Decimal
    quantity: int
    doubtful: int = 0
    shrinks: bool = False
    unreadable: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


def add_up(
    db: FileDatabase,
    records: Records,
    work_dir: Path,
    contract: Contract,
    sampled: Reading | None,
    around: Circumstances,
) -> Totals:
    """Read every record; if the quick reader fails at one of them, rewrite all of them.

    The reading of a sample, where it holds for the whole file, saves one pass over it.
    """
    if records.is_regular:
        with contextlib.suppress(duckdb.InvalidInputException):
            totals = _add_up_as_sampled(db, sampled, contract) if sampled else None
            totals = totals or _add_up_profiled(db, records, contract, around)
            has_all = is_conserved(db, records, contract.limits, totals.records)
            if has_all and not has_other_rows(db, totals):
                return totals
    records = rewrite_records(records, work_dir, contract.limits)
    return _add_up_profiled(db, records, contract, around)


def has_other_rows(db: FileDatabase, totals: Totals) -> bool:
    """Tell whether rows below the sample may not be orders, or lack a value that their order has.

    Then every row has to be read by `RowRules`. So it has where a row is a list of items.
    """
    records = totals.statements.records
    if records.rules is None or records.rules.remainder is None:
        return False
    if _has_lists(db, totals.statements):
        return True
    remainder = records.rules.remainder
    names = remainder.undecided
    if totals.doubtful or totals.shrinks:
        names += remainder.never_empty if totals.doubtful else ()
        trusted = not totals.shrinks
        rows = db.execute(totals.statements.doubtful_rows(trusts_sizes=trusted))
        while batch := rows.fetchmany(_BATCH):
            cells = ([text or "" for text in row] for row in batch)
            if any(map(records.rules.may_be_no_order, cells)):
                return True
    if not names:
        return False
    source = read_cells(records, totals.statements.contract.limits)
    return bool(db.execute(lacks_what_the_row_above_has(records, names, source)).fetchall())


def _has_lists(db: FileDatabase, statements: Statements) -> bool:
    query, lists = statements.possible_lists(), statements.records.lists
    if not (query and lists):
        return False
    rows = db.execute(query)
    while batch := rows.fetchmany(_BATCH):
        if any(lists.items([text or "" for text in row]) for row in batch):
            return True
    return False


def _add_up_profiled(
    db: FileDatabase, records: Records, contract: Contract, around: Circumstances
) -> Totals:
    reading = whole_reading(db, records, contract, around)
    return totals_of(db, statements_for(db, reading, contract))


def _add_up_as_sampled(db: FileDatabase, sampled: Reading, contract: Contract) -> Totals | None:
    with contextlib.suppress(duckdb.InvalidInputException):
        return totals_of(db, Statements(sampled, contract), sampled=True)
    return None


def totals_of(db: FileDatabase, statements: Statements, *, sampled: bool = False) -> Totals:
    """Add up all records; `sampled` as in `Statements.totals`."""
    groups = part_columns(statements)
    sums = PartSums()
    counts = [0] * (5 + len(statements.warned))
    total = Decimal(0)
    result = db.execute(statements.totals(groups, sampled=sampled))
    while batch := result.fetchmany(_BATCH):
        for records, accepted, amount, *row in batch:
            found = Decimal(amount or 0)  # null if no row is accepted
            part = [row.pop() for _ in groups]
            if part:
                no_sale, currency = part
                sums.add(currency, no_sale, accepted, found)
            total = add_exactly(total, found)
            one = [records, accepted, *(int(count or 0) for count in row)]
            counts = list(map(add, counts, one))
    records, accepted, quantity, doubtful, negative, *unreadable = counts
    return Totals(
        statements=statements,
        records=records,
        accepted=accepted,
        total_amount=total,
        quantity=quantity,
        doubtful=doubtful,
        shrinks=bool(negative),
        unreadable={
            name: count for name, count in zip(statements.warned, unreadable, strict=True) if count
        },
        parts=sums.parts(),
    )
