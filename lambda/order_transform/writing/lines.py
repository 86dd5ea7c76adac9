"""Write the rows of a file: accepted ones as JSON Lines, rejected ones with their reasons."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from pathlib import Path

import duckdb

from order_transform.reading.records import Records
from order_transform.sql.amounts import Amounts
from order_transform.sql.arrow import Block, read_blocks, wide_integers
from order_transform.sql.conservation import is_conserved
from order_transform.sql.engine import FileDatabase
from order_transform.sql.json_lines import select_clean_lines, select_lines
from order_transform.sql.parts import Part, has_parts, number_parts
from order_transform.sql.rejects import rejected_lines
from order_transform.sql.statements import Statements
from order_transform.sql.totals import Totals, totals_of
from order_transform.writing.compression import OutputFile, write_output
from order_transform.writing.lowest_sums import LowestSums

_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how to write outputs; `version_tag` goes into their gzip header."""

    work_dir: Path
    compression: str
    version_tag: str

    def write_lines(self, texts: Iterable[memoryview]) -> OutputFile:
        """Write the accepted rows."""
        return write_output(texts, self.work_dir / "processed", self.compression, self.version_tag)

    def write_rejects(self, texts: Iterable[memoryview]) -> OutputFile:
        """Write the rejected rows, which are always compressed."""
        return write_output(texts, self.work_dir / "rejected", "gzip", self.version_tag)


@dataclass(frozen=True, slots=True)
class CleanOutput:
    """All rows of a clean file, written; `parts` are what the total consists of."""

    totals: Totals
    parts: tuple[Part, ...]
    file: OutputFile


def write_clean(db: FileDatabase, statements: Statements, target: Target) -> CleanOutput | None:
    """Write all rows in the same pass that checks and sums them; None if a row is not clean.

    Most files are clean and are read once instead of two or three times. In the others, the first
    row that is not clean ends the attempt.
    """
    numbers = number_parts(db, statements)
    query = select_clean_lines(statements, numbers.sql(statements))
    blocks = _Summed(
        read_blocks(db, query, statements.amounts.total_bytes, 8, 1),
        statements.amounts,
        LowestSums.of(statements),
    )
    try:
        file = target.write_lines(blocks)
    except duckdb.InvalidInputException:
        return None
    limits = statements.contract.limits
    if not is_conserved(db, statements.records, limits, blocks.rows):
        return None
    parts = numbers.parts(blocks.rows_of, blocks.totals()) if has_parts(statements) else ()
    if parts is None:
        parts = totals_of(db, statements).parts
    totals = Totals(
        statements,
        records=blocks.rows,
        accepted=blocks.rows,
        total_amount=blocks.total(),
        quantity=blocks.quantity,
        shrinks=blocks.lowest.shrinks,
    )
    return CleanOutput(totals, parts, file)


def write_lines(db: FileDatabase, totals: Totals, target: Target) -> tuple[OutputFile, int]:
    """Write the accepted rows; return the file and the number of rows."""
    every = totals.accepted == totals.records
    query = select_lines(totals.statements, every=every, unreadable=totals.unreadable)
    few = totals.accepted <= _ROWS_AT_ONCE  # blocks take some milliseconds to start
    blocks = _Counted(_fetched(db, query) if few else read_blocks(db, query))
    return target.write_lines(blocks), blocks.rows


def write_rejects(db: FileDatabase, target: Target, records: Records) -> OutputFile:
    """Write the table of rejects of these records."""
    # Not by Arrow: it returns the rows of a table a hundred thousand at a time.
    return target.write_rejects(block.text for block in _fetched(db, rejected_lines(records)))


def _fetched(db: FileDatabase, query: str) -> Iterator[Block]:
    rows = db.execute(query)
    while batch := rows.fetchmany(_ROWS_AT_ONCE):
        text = "".join(line for (line,) in batch).encode()
        yield Block(len(batch), memoryview(text), ())


class _Counted:
    """The texts of blocks; `rows` counts the rows so far."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = blocks
        self.rows = 0

    def __iter__(self) -> Iterator[memoryview]:
        for block in self._blocks:
            self.rows += block.rows
            self._add(block.numbers)
            yield block.text

    def _add(self, numbers: tuple[memoryview, ...]) -> None:
        """Add the numbers of a block; only a subclass needs them."""


class _Summed(_Counted):
    """The same with the quantities' sum, the totals' sums by part, and the lowest of both."""

    def __init__(self, blocks: Iterable[Block], amounts: Amounts, lowest: LowestSums) -> None:
        super().__init__(blocks)
        self._amounts = amounts
        self.lowest = lowest
        self._units: Counter[int] = Counter()
        self.rows_of: Counter[int] = Counter()
        self.quantity = 0

    def _add(self, numbers: tuple[memoryview, ...]) -> None:
        totals, quantities, parts = numbers
        units = totals.tolist() if self._amounts.is_small else list(wide_integers(totals))
        if self.lowest.may_shrink(quantities):
            above = self.rows - len(quantities)
            self.lowest.add(above, quantities, self.quantity, units, self._units.total())
        self.quantity += sum(quantities)
        places = bytes(parts)
        left, rest = places, sum(units)
        while left:  # one turn per part; a loop over the rows would take several times as long
            place = left[0]
            count = left.count(place)
            left = left.translate(None, bytes((place,)))
            is_here = bytes(place) + b"\1" + bytes(255 - place)
            amount = sum(compress(units, places.translate(is_here))) if left else rest
            rest -= amount
            self.rows_of[place] += count
            self._units[place] += amount

    def total(self) -> Decimal:
        """Return the sum of all totals."""
        return self._exact(sum(self._units.values()))

    def totals(self) -> dict[int, Decimal]:
        """Return the sum of the totals by the number of their part."""
        return {place: self._exact(units) for place, units in self._units.items()}

    def _exact(self, units: int) -> Decimal:
        # From a text, which is exact; arithmetic would round to the digits of the context.
        return Decimal(f"{units}E-{self._amounts.decimals}")
