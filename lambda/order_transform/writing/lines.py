"""The rows of a file, written: accepted ones as JSON Lines, rejected ones with their reasons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from order_transform.sql.arrow import (
    Block,
    read_blocks,
    sum_decimals,
    sum_integers,
)
from order_transform.sql.conservation import has_every_line
from order_transform.sql.rejects import REJECTED_LINES
from order_transform.sql.statements import Statements
from order_transform.sql.totals import Totals
from order_transform.writing.compression import OutputFile, write_output

_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how outputs are written: `version_tag` goes into their gzip header."""

    work_dir: Path
    compression: str
    version_tag: str

    def write_lines(self, texts: Iterable[memoryview]) -> OutputFile:
        """Write the accepted rows."""
        return write_output(texts, self.work_dir / "processed", self.compression, self.version_tag)

    def write_rejects(self, texts: Iterable[memoryview]) -> OutputFile:
        """Write the rejected rows, which are always compressed."""
        return write_output(texts, self.work_dir / "rejected", "gzip", self.version_tag)


def write_clean(
    db: duckdb.DuckDBPyConnection, statements: Statements, target: Target
) -> tuple[Totals, OutputFile] | None:
    """Write all rows in the pass that checks and sums them; None if any is not clean.

    Most files are, and are read once instead of twice or three times. In the others the first
    row that is not ends the attempt.
    """
    blocks = _Summed(read_blocks(db, statements.clean_lines(), 2, 1))
    try:
        file = target.write_lines(blocks)
    except duckdb.InvalidInputException:
        return None
    limits = statements.contract.limits
    if not has_every_line(db, statements.records, limits, blocks.rows):
        return None
    # From a text, which is taken as it is; arithmetic would round to the context's digits.
    total = Decimal(f"{blocks.total}E-{statements.decimals}")
    return Totals(statements, blocks.rows, blocks.rows, total, blocks.quantity), file


def write_lines(
    db: duckdb.DuckDBPyConnection, totals: Totals, target: Target
) -> tuple[OutputFile, int]:
    """Write the accepted rows; return how many they were, too."""
    query = totals.statements.lines(totals.accepted == totals.records, totals.unreadable)
    few = totals.accepted <= _ROWS_AT_ONCE  # blocks take some milliseconds to get going
    blocks = _Counted(_fetched(db, query) if few else read_blocks(db, query))
    return target.write_lines(blocks), blocks.rows


def write_rejects(db: duckdb.DuckDBPyConnection, target: Target) -> OutputFile:
    """Write the table of rejects."""
    # Not by Arrow: rows that do not come from the file come a hundred thousand at a time.
    return target.write_rejects(block.text for block in _fetched(db, REJECTED_LINES))


def _fetched(db: duckdb.DuckDBPyConnection, query: str) -> Iterator[Block]:
    rows = db.execute(query)
    while batch := rows.fetchmany(_ROWS_AT_ONCE):
        text = "".join(line for (line,) in batch).encode()
        yield Block(len(batch), memoryview(text), ())


class _Counted:
    """The texts of some blocks; `rows` counts what has gone by."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = blocks
        self.rows = 0

    def __iter__(self) -> Iterator[memoryview]:
        for block in self._blocks:
            self.rows += block.rows
            self._add(block.numbers)
            yield block.text

    def _add(self, numbers: tuple[memoryview, ...]) -> None:
        """Take note of the numbers beside the texts."""


class _Summed(_Counted):
    """The same with the sums of both numbers: `total` in units of its last place."""

    total = quantity = 0

    def _add(self, numbers: tuple[memoryview, ...]) -> None:
        total, quantity = numbers
        self.total += sum_decimals(total)
        self.quantity += sum_integers(quantity)
