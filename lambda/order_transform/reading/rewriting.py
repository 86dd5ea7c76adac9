"""Irregular records, written anew with Python's `csv`: each a regular row for the quick reader.

None is skipped. Where a row stands in the raw file, and why it is no order, is kept beside it.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from order_transform.contract.definition import (
    Limits,
)
from order_transform.reading.carried_fields import CarriedFields
from order_transform.reading.records import Records, data_lines, split_items
from order_transform.reading.rows import Row, read_rows, too_long
from order_transform.reading.structure import RowRules, with_carried
from order_transform.reading.survey import Regularity


def rewrite_records(records: Records, work_dir: Path, limits: Limits) -> Records:
    """Write the records anew, one regular row each; a blank line becomes a row of empty cells.

    Behind the header's cells each row has a JSON list of the cells beyond them, the number of its
    first line in the file, and the code of the problem that makes it no order; each may be empty.
    """
    path = work_dir / "records"
    rules = _rules_of_all_rows(records, limits)
    with data_lines(records) as text, path.open("w", encoding="utf-8", newline="") as out:
        tally: Counter[str] = Counter()
        rows = split_items(records, _numbered(records, text, limits), tally)
        rows = rules.apply(rows, tally) if rules else rows
        writer = csv.writer(_Measured(out, limits), lineterminator="\n")
        values = list(records.columns.constants.values())
        width = records.columns.header_width
        writer.writerows(_level(row, width, values) for row in rows)
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
    )


def _numbered(records: Records, text: Iterable[str], limits: Limits) -> Iterator[Row]:
    """Yield the rows with their lines' numbers, or with their own where they are a table's rows."""
    rows = read_rows(text, records.format(limits), records.first_line)
    if not records.has_rows:
        return rows
    return (replace(row, line=number) for number, row in enumerate(rows, records.rows_above + 1))


def _rules_of_all_rows(records: Records, limits: Limits) -> RowRules | None:
    """Decide which fields are carried down by every row, where the first ones were not all."""
    rules = records.rules
    fields = CarriedFields(records.columns)
    if rules is None or rules.remainder is None or not fields.names:
        return rules
    with data_lines(records) as text:
        rows = split_items(records, read_rows(text, records.format(limits)), Counter())
        for row in replace(rules, carried=()).apply(rows):
            if not row.problem and any(row.cells):
                fields.add(row.cells)
    return with_carried(rules, fields)


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
