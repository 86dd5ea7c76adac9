"""The records of a surveyed file: its header, its delimiter, and a form that a quick reader reads.

A regular file is read as it lies. Any other (blank lines, ragged rows, mixed line ends) is
rewritten once with Python's `csv`: every record a row of the same width, none skipped, the cells
beyond the header in one more column. Which of the two it is holds for the whole file.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from order_transform.columns import ColumnProblem, Columns, map_columns
from order_transform.contract import Contract, Limits
from order_transform.refusal import FileRefused
from order_transform.survey import Survey

DELIMITERS = (",", ";", "\t", "|")
_HEAD_CHARACTERS = 1 << 20
_HEAD_RECORDS = 5


@dataclass(frozen=True, slots=True)
class Records:
    """A file of records, ready for DuckDB.

    `columns` says what the header means. `rewritten` tells that `path` holds only the data, each
    row of the header's width and one cell more: a JSON list of what the row had beyond it, or
    nothing. Otherwise `path` begins with the header, and `blank_lines_at_end` blank records
    stand at its end, which a CSV reader passes over.
    """

    path: Path
    delimiter: str
    columns: Columns
    rewritten: bool
    blank_lines_at_end: int
    regular: bool


@dataclass(frozen=True, slots=True)
class _Head:
    delimiter: str
    header: tuple[str, ...]
    lines_before: int
    columns: Columns | ColumnProblem


def find_records(
    survey: Survey, contract: Contract, overrides: Mapping[str, str] | None = None
) -> Records:
    """Find the header and the delimiter that the contract fits best; refuse where none does."""
    head = _find_head(survey.path, contract, overrides or {})
    if len(head.header) > contract.limits.columns:
        message = f"{len(head.header):,} columns; the contract allows {contract.limits.columns:,}"
        raise FileRefused("too_many_columns", message)
    if isinstance(head.columns, ColumnProblem):
        if any(ord(char) < 32 and char not in "\t\r\n" for char in "".join(head.header)):
            raise FileRefused("binary", "this is not text; export the orders as CSV")
        raise FileRefused(head.columns.code, head.columns.message)
    return Records(
        path=survey.path,
        delimiter=head.delimiter,
        columns=head.columns,
        rewritten=False,
        blank_lines_at_end=survey.blank_lines_at_end,
        regular=survey.regular and head.lines_before == 0,
    )


def rewrite_records(records: Records, work_dir: Path, limits: Limits) -> Records:
    """Write the records anew, one regular row each; a blank line becomes a row of empty cells."""
    path = work_dir / "records"
    width = len(records.columns.labels)
    with (
        records.path.open(encoding="utf-8-sig", newline="") as text,
        path.open("w", encoding="utf-8", newline="") as out,
    ):
        rows = _rows(text, records.delimiter, limits)
        _skip_to_data(rows)
        csv.writer(out, lineterminator="\n").writerows(_level(row, width) for row in rows)
    return replace(
        records,
        path=path,
        delimiter=",",
        rewritten=True,
        blank_lines_at_end=0,
        regular=True,
    )


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
    if named.lower().startswith("sep=") and len(named.strip("\r\n")) == 5:
        delimiters = named[4]
    heads = [_head(lines, delimiter, contract, overrides) for delimiter in delimiters]
    best = max(heads, key=_fitness)
    if not best.header:
        raise FileRefused("empty", "the file has nothing but blank lines; check the export")
    return best


def _fitness(head: _Head) -> tuple[int, int]:
    problem = head.columns if isinstance(head.columns, ColumnProblem) else None
    return -(problem.missing if problem else 0), len(head.header)


def _head(
    lines: list[str], delimiter: str, contract: Contract, overrides: Mapping[str, str]
) -> _Head:
    try:
        rows = list(enumerate(islice(_rows(lines, delimiter, contract.limits), _HEAD_RECORDS)))
    except FileRefused:
        rows = []
    for number, row in rows:
        if any(cell.strip() for cell in row) and not _is_excel_hint(row, delimiter):
            header = tuple(row)
            return _Head(delimiter, header, number, map_columns(header, contract, overrides))
    return _Head(delimiter, (), 0, ColumnProblem("empty", "", 99))


def _skip_to_data(rows: Iterator[list[str]]) -> None:
    for row in rows:
        if any(cell.strip() for cell in row) and not _is_excel_hint(row, ""):
            return


def _is_excel_hint(row: list[str], delimiter: str) -> bool:
    """Tell whether a record is Excel's first line `sep=;`, split at its own delimiter or not."""
    return row[0].lower() == "sep=" or (len(row) == 1 and row[0].lower() == f"sep={delimiter}")


def _rows(lines: Iterable[str], delimiter: str, limits: Limits) -> Iterator[list[str]]:
    """Read records; refuse one of more than the limit before it fills the memory."""
    size = 0

    def counted() -> Iterator[str]:
        nonlocal size
        for line in lines:
            size += len(line)
            if size > limits.line_bytes:
                message = f"record {reader.line_num or 1:,} or a quote in it never ends"
                raise FileRefused("line_too_long", f"{message}; check its quotes")
            yield line

    csv.field_size_limit(max(limits.line_bytes, 1))
    reader = csv.reader(counted(), delimiter=delimiter)
    for row in reader:
        size = 0
        yield row
