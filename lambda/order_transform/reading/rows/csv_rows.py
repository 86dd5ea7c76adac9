"""Read the rows of a CSV text with care: every physical line belongs to exactly one row.

A row may span lines only inside a well-formed quoted cell. Where a quote is malformed, the line
that it stands in is a row of its own with a problem, and reading goes on at the next line. So a
stray quote costs one row, however far away the next quote is.
"""

import contextlib
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from order_transform.contract.definition import Limits
from order_transform.refusal import LONGER_LINES, FileRefused

MALFORMED_QUOTE = "malformed_quote"
# A text as Excel writes it so that it stays one, as in `="001"`.
FORMULA = re.compile(r'^="((?:[^"]|"")*)"$')


def formula_text(cell: str) -> str:
    """Return the text of a cell such as `="001"`, and any other cell as it is.

    A quote within the text is written twice: `="5"" pipe"` is `5" pipe`.
    """
    found = FORMULA.fullmatch(cell)
    return found[1].replace('""', '"') if found else cell


def cell_at(cells: Sequence[str], place: int) -> str:
    """Return the cell at a 0-based place; empty if the row is shorter, or the place negative."""
    return cells[place] if 0 <= place < len(cells) else ""


class Row(NamedTuple):
    """One record: its first line in the file (from 1), how many it has, and its cells.

    `problem` is a code of `refusal.ROW_CODES` that makes the whole row no order, or empty.
    """

    line: int
    lines: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """How rows are written: what parts the cells, and whether spaces stand before quotes.

    `width` is how many cells a row has, and `numbers` are the places of its price and quantity,
    as far as they are known; they tell a line that is an order from a line of a long text.
    """

    delimiter: str
    limits: Limits
    space_before_quotes: bool = False
    width: int = 0
    numbers: tuple[int, ...] = ()

    def reader(self, lines: Iterable[str], strict: bool = True) -> Iterator[list[str]]:
        """Return a reader of records; a strict one raises `csv.Error` at a malformed quote."""
        csv.field_size_limit(max(self.limits.line_bytes, 1))
        skip = self.space_before_quotes
        return csv.reader(lines, delimiter=self.delimiter, strict=strict, skipinitialspace=skip)

    def split(self, line: str) -> list[str]:
        """Return the cells of one line in which quotes mean nothing."""
        return line.rstrip("\r\n").split(self.delimiter)

    def is_order(self, line: str) -> bool:
        """Tell whether a line on its own has an order's cells, with digits for its numbers."""
        if not self.width:
            return False
        rows = [self.split(line)]
        with contextlib.suppress(csv.Error):
            rows += self.reader([line])
        return any(
            len(row) == self.width and all(re.search(r"\d", row[place]) for place in self.numbers)
            for row in rows
        )


def read_rows(lines: Iterable[str], form: Format, first_line: int = 1) -> Iterator[Row]:
    """Yield the rows of a text given as physical lines with their ends, numbered from a first one.

    Raises `FileRefused` for a line of more than the contract allows.
    """
    source = _Source(iter(lines), form.limits)
    number = first_line
    while True:
        try:
            for cells in form.reader(source.feed()):
                taken = source.taken
                if len(taken) > 1 and _has_swallowed_an_order(cells, taken, form):
                    break
                yield Row(number, len(taken), cells)
                number += len(taken)
                taken.clear()
            else:
                return
        except csv.Error:
            if cells := _read_with_spaces_after_quotes(source, form):
                yield Row(number, len(source.taken), cells)
                number += len(source.taken)
                source.taken.clear()
                continue
        first = source.give_back_all_but_first()
        yield Row(number, 1, form.split(first), MALFORMED_QUOTE)
        number += 1


@dataclass(slots=True)
class _Source:
    """Physical lines, some of which may be given back to be read again."""

    lines: Iterator[str]
    limits: Limits
    taken: list[str] = field(default_factory=list)
    back: deque[str] = field(default_factory=deque)

    def feed(self) -> Iterator[str]:
        """Yield lines, keeping those of the record that is being read in `taken`."""
        most = self.limits.line_bytes
        while True:
            line = self.back.popleft() if self.back else next(self.lines, "")
            if not line:
                return
            if not self.taken:
                size = 0
            self.taken.append(line)
            size += len(line) if line.isascii() else len(line.encode())
            if size > most:
                if len(self.taken) == 1:
                    raise too_long(self.limits, "is")
                raise csv.Error("a quoted cell is longer than a record may be")
            yield line

    def give_back_all_but_first(self) -> str:
        """Return the first line of the record that is being read; the others are read again."""
        first, *others = self.taken
        self.back.extendleft(reversed(others))
        self.taken.clear()
        return first


def too_long(limits: Limits, what: str) -> FileRefused:
    """Return the refusal of a file with a record beyond the contract's limit."""
    message = f"a record {what} over {limits.line_bytes:,} bytes; {LONGER_LINES}"
    return FileRefused("line_too_long", message)


def _has_swallowed_an_order(cells: list[str], lines: list[str], form: Format) -> bool:
    """Tell whether a record of several lines is several records between two stray quotes."""
    inside = (line for cell in cells for line in cell.splitlines()[1:-1])
    if any(map(form.is_order, inside)):
        return True
    ends = map(form.is_order, (lines[0], lines[-1]))
    return all(ends) if len(cells) == form.width else any(ends)


def _read_with_spaces_after_quotes(source: _Source, form: Format) -> list[str]:
    """Return the cells of a record whose only fault is white space between a quote and a delimiter.

    Empty where there is another fault; then nothing more is taken from the source.
    """
    end = rf'"[ \t]+(?=[{re.escape(form.delimiter)}\r\n]|$)'
    if form.delimiter == "\t":
        end = r'" +(?=[\t\r\n]|$)'
    before = list(source.taken)
    source.back.extendleft(reversed(before))
    source.taken.clear()
    try:
        strict = form.reader(re.sub(end, '"', line) for line in source.feed())
        cells = next(strict, [])
        if len(source.taken) < 2 or not _has_swallowed_an_order(cells, source.taken, form):
            return next(form.reader(source.taken, strict=False))
    except csv.Error:
        pass
    # Read again from the first line, and only as far as the first reader went.
    source.back.extendleft(reversed(source.taken))
    source.taken[:] = [source.back.popleft() for _ in before]
    return []
