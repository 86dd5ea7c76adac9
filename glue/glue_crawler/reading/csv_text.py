"""Read the head of a file as delimited text: delimiter, header, and a schema.

The rules are those of Glue's built-in CSV classifier
(docs.aws.amazon.com/glue/latest/dg/add-classifier.html). Types come from the text of the cells.
"""

import csv
import io
import re
from dataclasses import dataclass

from glue_crawler.schema.columns import Column, Schema
from glue_crawler.schema.hive_types import (
    BIGINT,
    BIGINT_MAX,
    BIGINT_MIN,
    BOOLEAN,
    DOUBLE,
    STRING,
    UNKNOWN,
    HiveType,
    join,
)

DELIMITERS = (",", "|", "\t", ";", "\x01")
MAX_RECORDS = 1000
MAX_HEADER_CHARS = 150
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
# Recorded of CloudFront's logs, which begin with comments, and of files with a header first that
# have such a line further down, even within a quoted cell.
COMMENT = "#"
# The pattern of a column name in Glue's API: no control characters.
_COLUMN_NAME = re.compile(r"[^\x00-\x1f]+")

type Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class CsvReading:
    """A head read as CSV.

    `records` counts rows with the header, `row_chars` the characters of an average row below it
    without quotes and line end, `used_chars` is the length of the text that was read.
    """

    delimiter: str
    has_header: bool
    has_quotes: bool
    has_comments: bool
    schema: Schema
    records: int
    row_chars: int
    used_chars: int


def read_csv(text: str, complete: bool) -> CsvReading | None:
    """Read a head as CSV, or return None: fewer than two columns or two rows are not CSV."""
    if not complete:
        text = text[: text.rfind("\n") + 1]
    # Not `splitlines`, which also breaks lines at signs that no CSV reader takes for line ends.
    lines = list(io.StringIO(text, newline=""))
    found = _best_split(text, lines)
    if found is None:
        return None
    delimiter, rows, used_lines = found
    used = lines[:used_lines]
    width = max(len(row) for row in rows)
    body_types = column_types(rows[1:], width)
    has_header = is_header(rows[0], body_types)
    names = header_names(rows[0], width) if has_header else [f"col{n}" for n in range(width)]
    types = body_types if has_header else column_types(rows, width)
    columns = (Column(name, kind, (name,)) for name, kind in zip(names, types, strict=True))
    return CsvReading(
        delimiter=delimiter,
        has_header=has_header,
        has_quotes='"' in text,
        has_comments=any(line.startswith(COMMENT) for line in used),
        schema=Schema(tuple(columns)),
        records=len(rows),
        row_chars=_row_chars(rows[1:] if has_header else rows),
        used_chars=sum(map(len, used)),
    )


def _row_chars(rows: Rows) -> int:
    """Return the characters of an average row with its delimiters, as recorded of quoted CSV."""
    return sum(sum(map(len, row)) + len(row) - 1 for row in rows) // max(1, len(rows))


def _best_split(text: str, lines: list[str]) -> tuple[str, Rows, int] | None:
    """Return the delimiter that makes the most columns, its rows, and how many lines these took."""
    best: tuple[str, Rows, int] | None = None
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        rows, used_lines = _split(lines, delimiter)
        width = len(rows[0]) if len(rows) > 1 else 0
        if width > 1 and _is_even(rows) and (best is None or width > len(best[1][0])):
            best = delimiter, rows, used_lines
    return best


def _split(lines: list[str], delimiter: str) -> tuple[Rows, int]:
    """Split lines into rows without comments; a `#` within quotes begins no comment."""
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=delimiter)
    rows: Rows = []
    try:
        while len(rows) < MAX_RECORDS:
            source.between_rows = True
            row = next(reader, None)
            if row is None:
                break
            if row:
                rows.append(row)
    except csv.Error:
        return [], 0
    return rows, source.used


class _Lines:
    """Yields lines, without the comments between two rows."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.used = 0
        self.between_rows = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        while self.used < len(self._lines):
            line = self._lines[self.used]
            self.used += 1
            if not (self.between_rows and line.startswith(COMMENT)):
                self.between_rows = False
                return line
        raise StopIteration


def _is_even(rows: Rows) -> bool:
    """Nine rows in ten must be as wide as the first: a stray comma in prose makes no table."""
    width = len(rows[0])
    return sum(len(row) == width for row in rows) >= 0.9 * len(rows)


def column_types(rows: Rows, width: int) -> list[HiveType]:
    """Return the type of each column, `string` for one that is always empty, as recorded."""
    types: list[HiveType] = [UNKNOWN] * width
    for row in rows:
        for index, cell in enumerate(row):
            if types[index] != STRING and cell.strip():
                types[index] = join(types[index], cell_type(cell.strip()))
    return [STRING if kind == UNKNOWN else kind for kind in types]


def cell_type(cell: str) -> HiveType:
    """Return the type of one cell's text. Whole numbers are always `bigint`, as recorded.

    Dates stay `string`; `true` and `false` in any case are `boolean`; both as recorded.
    """
    if _INTEGER.fullmatch(cell):
        return BIGINT if len(cell) < 21 and BIGINT_MIN <= int(cell) <= BIGINT_MAX else DOUBLE
    if _DECIMAL.fullmatch(cell):
        return DOUBLE
    return BOOLEAN if cell.lower() in ("true", "false") else STRING


def is_header(first: list[str], body_types: list[HiveType]) -> bool:
    """Apply the classifier's four conditions for the first row to be a header."""
    named = first[:-1] if not first[-1].strip() else first
    return (
        all(cell_type(cell.strip()) == STRING for cell in named)
        and all(_COLUMN_NAME.fullmatch(cell) for cell in named)
        and all(len(cell) < MAX_HEADER_CHARS for cell in named[:-1])
        and any(kind != STRING for kind in body_types)
    )


def header_names(header: list[str], width: int) -> list[str]:
    """Lower-case a header, and name by its place what it repeats, leaves empty or does not reach.

    The last is as recorded: a header of 17 names over rows of up to 19 cells keeps its names, and
    `col17`, `col18` come after.
    """
    names: list[str] = []
    for index, cell in enumerate([*header, *[""] * (width - len(header))]):
        name = cell.strip().lower()
        names.append(name if name and name not in names else f"col{index}")
    return names
