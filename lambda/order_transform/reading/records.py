"""The records of a surveyed file: its header, its delimiter, and a form that a quick reader reads.

A regular file is read as it lies. Any other (blank lines, ragged rows, mixed line ends) is
rewritten once with Python's `csv`: every record a row of the same width, none skipped, the cells
beyond the header in one more column. Which of the two it is holds for the whole file.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from order_transform.contract.definition import Contract, Limits
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns import ColumnProblem, Columns, map_columns
from order_transform.reading.survey import Survey
from order_transform.refusal import FileRefused

DELIMITERS = (",", ";", "\t", "|")
_HEAD_CHARACTERS = 1 << 20
_HEAD_RECORDS = 30
_HINT = re.compile(r'sep=([^\w\s"]|[ \t_])', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Records:
    """A file of records, ready for DuckDB.

    `columns` says what the header means, `delimiter` what parted the cells as they came.
    `rewritten` tells that `path` holds only the data, parted by commas, each row of the header's
    width and one cell more: a JSON list of what the row had beyond it, or nothing. Otherwise
    `path` begins with the header, and `blank_lines_at_end` blank records stand at its end, which
    a CSV reader passes over. `expected_records` is how many records there must be, where the
    file's lines tell. `lines_above_header` counts the records above the header, and
    `title_lines` those of them that say something, such as a report's name or a period.
    `space_before_quotes`: quotes stand after a space, `, "`. `choices` are the
    encoding and the doubtful columns.
    """

    path: Path
    delimiter: str
    columns: Columns
    lines_above_header: int
    title_lines: int
    space_before_quotes: bool
    rewritten: bool
    blank_lines_at_end: int
    regular: bool
    expected_records: int | None
    choices: tuple[Choice[object], ...]


@dataclass(frozen=True, slots=True)
class _Head:
    delimiter: str
    header: tuple[str, ...]
    columns: Columns | ColumnProblem
    regular: bool = False
    lines_above: int = 0
    title_lines: int = 0
    space_before_quotes: bool = False


def find_records(
    survey: Survey, contract: Contract, overrides: Mapping[str, str] | None = None
) -> Records:
    """Find the header and the delimiter that the contract fits best; refuse where none does."""
    head = _find_head(survey.path, contract, overrides or {})
    if isinstance(head.columns, ColumnProblem):
        if any(ord(char) < 32 and char not in "\t\r\n" for char in "".join(head.header)):
            raise FileRefused("binary", "this is not text; export the orders as CSV")
        raise FileRefused(head.columns.code, head.columns.message)
    return Records(
        path=survey.path,
        delimiter=head.delimiter,
        columns=head.columns,
        lines_above_header=head.lines_above,
        title_lines=head.title_lines,
        space_before_quotes=head.space_before_quotes,
        rewritten=False,
        blank_lines_at_end=survey.blank_lines_at_end,
        regular=survey.regular and head.regular,
        expected_records=None if survey.rows is None else survey.rows - 1,
        choices=(survey.encoding, *_column_choices(head.columns)),
    )


def rewrite_records(records: Records, work_dir: Path, limits: Limits) -> Records:
    """Write the records anew, one regular row each; a blank line becomes a row of empty cells."""
    path = work_dir / "records"
    width = len(records.columns.labels)
    with (
        records.path.open(encoding="utf-8-sig", newline="") as text,
        path.open("w", encoding="utf-8", newline="") as out,
    ):
        rows = _rows(text, records.delimiter, limits, records.space_before_quotes)
        for _ in islice(rows, records.lines_above_header + 1):
            pass
        writer = csv.writer(_Measured(out, limits), lineterminator="\n")
        writer.writerows(_level(row, width) for row in rows)
    return replace(
        records,
        path=path,
        rewritten=True,
        blank_lines_at_end=0,
        regular=True,
        expected_records=None,
    )


def _column_choices(columns: Columns) -> list[Choice[str]]:
    """Return the choices of columns whose name may mean something else than the field."""
    return [
        Choice(
            name="column",
            value=columns.labels[columns.fields[name]],
            certainty=Certainty.DOUBTFUL,
            evidence="no other column has a name that means this field more clearly",
            field=name,
            remedy=f'--map {name}="Header", or aliases in the contract',
        )
        for name in columns.fallbacks
        if name == "price"
    ]


class _Measured:
    """A text file that refuses a row which quoting made too long for the quick reader."""

    def __init__(self, out: TextIO, limits: Limits) -> None:
        self._write, self._limits = out.write, limits
        self._safe = rewritten_line_bytes(limits) // 4  # UTF-8 has at most four bytes a character

    def write(self, row: str) -> int:
        """Write one row; the csv module calls this once a row."""
        if len(row) > self._safe and len(row.encode()) > rewritten_line_bytes(self._limits):
            raise _too_long(self._limits, "with its quotes and the cells beyond the header")
        return self._write(row)


def rewritten_line_bytes(limits: Limits) -> int:
    """Return the most bytes of a rewritten record: each of its characters may need a quote."""
    return 2 * limits.line_bytes + 8 * limits.columns


def _level(row: list[str], width: int) -> list[str]:
    """Give a row exactly `width` cells and one for what is beyond them."""
    if len(row) == width:
        return [*row, ""]
    if len(row) < width:
        return row + [""] * (width + 1 - len(row))
    beyond = row[width:]
    return [*row[:width], json.dumps(beyond, ensure_ascii=False) if any(beyond) else ""]


def _find_head(path: Path, contract: Contract, overrides: Mapping[str, str]) -> _Head:
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = list(io.StringIO(text.read(_HEAD_CHARACTERS), newline=""))
    named = next((line for line in lines if line.strip()), "")
    delimiters: Iterable[str] = DELIMITERS
    if hint := _HINT.fullmatch(named.strip("\r\n").replace('"', "")):
        delimiters = dict.fromkeys((hint[1], *DELIMITERS))
    heads = [_head(lines, delimiter, contract, overrides) for delimiter in delimiters]
    head = max(heads, key=_fitness)
    if any(cell.startswith(' "') for cell in head.header):
        return _head(lines, head.delimiter, contract, overrides, space_before_quotes=True)
    return head


def _fitness(head: _Head) -> tuple[int, int]:
    problem = head.columns if isinstance(head.columns, ColumnProblem) else None
    return -(problem.missing if problem else 0), len(head.header)


def _head(
    lines: list[str],
    delimiter: str,
    contract: Contract,
    overrides: Mapping[str, str],
    space_before_quotes: bool = False,
) -> _Head:
    """Return the header as one delimiter has it: the first record, or one below some titles.

    A title has fewer cells than an order needs; a record that could be an order ends the search.
    """
    needed = sum(field.required for field in contract.fields)
    rows = islice(_rows(lines, delimiter, contract.limits, space_before_quotes), _HEAD_RECORDS)
    found = None
    titles = 0
    try:
        for above, row in enumerate(rows):
            if not _says_something(row):
                continue
            is_title = sum(map(bool, row)) < needed
            if not found or not is_title:
                columns = _mapped(row, contract, overrides)
                regular = not (above or space_before_quotes) and _is_regular_header(
                    lines, row, delimiter
                )
                found = _Head(
                    delimiter, tuple(row), columns, regular, above, titles, space_before_quotes
                )
                if isinstance(columns, Columns) or not is_title:
                    return found
            titles += 1
    except FileRefused as refused:
        return found or _Head(delimiter, (), ColumnProblem(refused.code, refused.message, 99))
    empty = ColumnProblem("empty", "the file has nothing but blank lines; check the export", 99)
    return found or _Head(delimiter, (), empty)


def _mapped(
    row: list[str], contract: Contract, overrides: Mapping[str, str]
) -> Columns | ColumnProblem:
    if len(row) <= contract.limits.columns:
        return map_columns(row, contract, overrides)
    message = f"{len(row):,} columns; the contract allows {contract.limits.columns:,}"
    return ColumnProblem("too_many_columns", message, 1)


def _says_something(row: list[str]) -> bool:
    """Tell whether a record is neither blank nor Excel's hint `sep=;`, split or whole."""
    text = "".join(row).strip()
    is_hint = text[:4].lower() == "sep=" and len(text) < 6
    return bool(text) and not is_hint


def _too_long(limits: Limits, where: str) -> FileRefused:
    message = f"a record {where} is over {limits.line_bytes:,} bytes; does a quote never end?"
    return FileRefused("line_too_long", message)


def _is_regular_header(lines: list[str], header: list[str], delimiter: str) -> bool:
    """Tell whether a quick reader finds the header's end where a careful one does.

    DuckDB fails on a misplaced quote in a row, but in a header takes it for the file's last line.
    """
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return not any(char in cell for cell in header for char in '"\r\n')


def _rows(
    lines: Iterable[str], delimiter: str, limits: Limits, space_before_quotes: bool
) -> Iterator[list[str]]:
    """Read records; refuse one of more than the limit before it fills the memory."""
    size = 0

    def counted() -> Iterator[str]:
        nonlocal size
        for line in lines:
            size += len(line) if line.isascii() else len(line.encode())
            if size > limits.line_bytes:
                raise _too_long(limits, f"near line {reader.line_num + 1:,}")
            yield line

    csv.field_size_limit(max(limits.line_bytes, 1))
    reader = csv.reader(counted(), delimiter=delimiter, skipinitialspace=space_before_quotes)
    for row in reader:
        size = 0
        yield row
