"""Irregular records, written anew with Python's `csv`: each a regular row for the quick reader.

None is skipped. Where a row stands in the raw file, and why it is not an order, is kept beside it.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from order_transform.contract.definition import Limits
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.columns.columns import Columns
from order_transform.reading.records import Records
from order_transform.reading.rows.carried_fields import CarriedFields
from order_transform.reading.rows.csv_rows import Row, too_long
from order_transform.reading.rows.record_rows import data_lines, numbered_rows, split_items
from order_transform.reading.rows.shifted_rows import RowEnds
from order_transform.reading.rows.structure import RowRules, with_carried


def rewrite_records(records: Records, work_dir: Path, limits: Limits) -> Records:
    """Write the records anew, one regular row each; a blank line becomes a row of empty cells.

    Behind the header's cells each row has a JSON list of the cells beyond them, the number of its
    first line in the file, and the code of the problem that makes it no order; each may be empty.
    """
    path = work_dir / "records"
    rules = records.rules
    if rules is None or rules.remainder is None:
        tally = _write_rows(path, records, limits, rules)
    else:
        # Only all rows show which fields are carried down, and whether a row can only be shifted.
        # Mostly no field is, and the first rows have shown the other: one pass is enough.
        noted = _Noted(records.columns)
        tally = _write_rows(path, records, limits, replace(rules, carried=()), noted)
        if noted.ends.show_shifts() is not rules.shifts:
            rules, noted = replace(rules, shifts=not rules.shifts), _Noted(records.columns)
            tally = _write_rows(path, records, limits, replace(rules, carried=()), noted)
        rules = with_carried(rules, noted.fields)
        if rules.carried:
            tally = _write_rows(path, records, limits, rules)
    return replace(
        records,
        path=path,
        regularity=Regularity.REWRITTEN,
        blank_lines_at_end=0,
        rules=rules,
        carried_rows=tally["carried"],
        further_rows=tally["further"],
        split_rows=tally["split"] + tally["numbered"],
        split_items=tally["items"],
        own_totals=tally["own_totals"],
        own_totals_that_fit=tally["own_totals_that_fit"],
        merged_rows=tally["merged"],
    )


def _write_rows(
    path: Path,
    records: Records,
    limits: Limits,
    rules: RowRules | None,
    noted: "_Noted | None" = None,
) -> Counter[str]:
    """Write the rows as the rules have them, and return what was counted."""
    tally: Counter[str] = Counter()
    with data_lines(records) as text, path.open("w", encoding="utf-8", newline="") as out:
        rows = split_items(records, numbered_rows(records, text, limits, tally), tally)
        rows = noted.rows(rows) if noted else rows
        rows = rules.apply(rows, tally) if rules else rows
        rows = noted.orders(rows) if noted else rows
        writer = csv.writer(_Measured(out, limits), lineterminator="\n")
        values = list(records.columns.constants.values())
        width = records.columns.header_width
        writer.writerows(_level(row, width, values) for row in rows)
    return tally


class _Noted:
    """What all rows say of the rules: how they end, and which fields orders have on their lines."""

    def __init__(self, columns: Columns) -> None:
        self.ends = RowEnds(columns)
        self.fields = CarriedFields(columns)

    def rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Take note of rows as they stand in the file."""
        return _each(rows, self.ends.add)

    def orders(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Take note of rows that are orders."""
        return _each(rows, self.fields.add)


def _each(rows: Iterable[Row], add: Callable[[Sequence[str]], None]) -> Iterator[Row]:
    for row in rows:
        if not row.problem and any(row.cells):
            add(row.cells)
        yield row


class _Measured:
    """A text file that refuses a row which quoting made too long for the quick reader."""

    def __init__(self, out: TextIO, limits: Limits) -> None:
        self._write, self._limits = out.write, limits
        self._safe = rewritten_line_bytes(limits) // 4  # UTF-8 has at most four bytes a character

    def write(self, row: str) -> int:
        """Write one row; the csv module calls this once per row."""
        if len(row) > self._safe and len(row.encode()) > rewritten_line_bytes(self._limits):
            raise too_long(self._limits, "with its quotes and the cells beyond the header is")
        return self._write(row)


def rewritten_line_bytes(limits: Limits) -> int:
    """Return the most bytes of a rewritten record: each of its characters may need a quote."""
    return 2 * limits.line_bytes + 8 * limits.columns


def _level(row: Row, width: int, values: list[str]) -> list[str]:
    """Give a row exactly `width` cells, one for what is beyond them, its line and its problem.

    `values` are put behind the cells, but not in a blank row.
    """
    cells = row.cells
    beyond = ""
    if len(cells) < width:
        cells = cells + [""] * (width - len(cells))
    elif len(cells) > width:
        beyond = json.dumps(cells[width:], ensure_ascii=False) if any(cells[width:]) else ""
        cells = cells[:width]
    if not any(map(str.strip, row.cells)):
        values = [""] * len(values)
    return [*cells, *values, beyond, str(row.line), row.problem]
