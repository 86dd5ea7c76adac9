"""The head of a file: its header, the delimiter that fits it, and the titles above it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from order_transform.contract.definition import Contract
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.columns.numbered_items import NumberedItems, numbered_items
from order_transform.reading.columns.problems import ColumnProblem
from order_transform.reading.rows.csv_rows import Format, Row, formula_text, read_rows
from order_transform.refusal import FileRefused

DELIMITERS = (",", ";", "\t", "|")
_HEAD_CHARACTERS = 1 << 20
_HEAD_RECORDS = 30
_HINT = re.compile(r'sep=([^\w\s"]|[ \t_])', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """A header as one delimiter has it.

    `is_regular`: a quick reader finds the header's end where a careful one does.
    `first_line` is the number of the line below the header, from 1; `titles` are the records above
    the header that say something, and `records_above` counts all that end with the header.
    `space_before_quotes`: quotes stand after a space, `, "`. `numbered` splits a row whose items
    have columns of their own; then `columns` are those of the split rows.
    """

    delimiter: str
    header: tuple[str, ...]
    columns: Columns | ColumnProblem
    is_regular: bool = False
    first_line: int = 2
    titles: tuple[str, ...] = ()
    space_before_quotes: bool = False
    records_above: int = 1
    numbered: NumberedItems | None = None


def find_head(
    path: Path, contract: Contract, overrides: Mapping[str, str], delimiter: str = ""
) -> Head:
    """Return the header that the contract fits best; its columns may still be a problem.

    `delimiter` is the one that the file is known to have, empty where it is to be found.
    """
    with path.open(encoding="utf-8-sig", newline="") as text:
        head_text = text.read(_HEAD_CHARACTERS)
        lines = list(io.StringIO(head_text, newline=""))
        named = next((line for line in lines if line.strip()), "")
        if not named and any(line.strip() for line in text):
            message = f"{len(lines):,} blank lines or more stand above the header; remove them"
            return Head(DELIMITERS[0], (), ColumnProblem("no_required_column", message, 99))
    delimiters: Iterable[str] = (delimiter,) if delimiter else DELIMITERS
    if not delimiter and (hint := _HINT.fullmatch(named.strip("\r\n").replace('"', ""))):
        delimiters = dict.fromkeys((hint[1], *DELIMITERS))
    different = _different(delimiters, head_text)
    heads = [_head(lines, delimiter, contract, overrides) for delimiter in different]
    head = max(heads, key=_fitness)
    if any(cell.startswith(' "') for cell in head.header):
        return _head(lines, head.delimiter, contract, overrides, space_before_quotes=True)
    return head


def _different(delimiters: Iterable[str], text: str) -> list[str]:
    """Return the delimiters that give different cells: of those that a text lacks, the first."""
    found = {delimiter: delimiter in text for delimiter in delimiters}
    absent = [delimiter for delimiter in found if not found[delimiter]]
    return [delimiter for delimiter in found if delimiter not in absent[1:]]


def _fitness(head: Head) -> tuple[int, int]:
    problem = head.columns if isinstance(head.columns, ColumnProblem) else None
    return -(problem.missing if problem else 0), len(head.header)


def _head(
    lines: list[str],
    delimiter: str,
    contract: Contract,
    overrides: Mapping[str, str],
    space_before_quotes: bool = False,
) -> Head:
    """Return the header as one delimiter has it: the first record, or one below some titles.

    A title has fewer cells than an order needs; a record that could be an order ends the search.
    A first one with empty cells may name groups of columns, as `,Item,,Money,` does above the
    header. Blank records do not count: a header may stand below any number that `lines` holds.
    """
    needed = sum(field.required for field in contract.fields)
    form = Format(delimiter, contract.limits, space_before_quotes)
    first = groups = None
    titles: tuple[str, ...] = ()
    try:
        for above, row, cells in _records(lines, form):
            is_title = sum(map(bool, cells)) < needed
            if first and is_title:
                titles = (*titles, _text(cells))
                continue
            columns, numbered = _mapped(cells, contract, overrides)
            is_regular = not (above or row.problem or space_before_quotes)
            head = Head(
                delimiter,
                tuple(cells),
                columns,
                is_regular and _is_regular_header(lines, row.cells, delimiter),
                row.line + row.lines,
                titles,
                space_before_quotes,
                above + 1,
                numbered,
            )
            if isinstance(columns, Columns):
                return head
            if not is_title and (groups or not _may_be_groups(cells)):
                return groups or head
            groups = groups if is_title else head
            first = first or head
            titles = (*titles, _text(cells))
    except FileRefused as refused:
        problem = ColumnProblem(refused.code, refused.message, 99)
    else:
        message = "the file has nothing but blank lines; check the export"
        problem = ColumnProblem("empty", message, 99)
    return groups or first or Head(delimiter, (), problem)


def _text(cells: list[str]) -> str:
    return ", ".join(filter(None, map(str.strip, cells)))


def _may_be_groups(cells: list[str]) -> bool:
    """Tell whether a record may name groups of columns: it has empty cells, and no number."""
    return not all(cells) and not any(map(str.isdigit, "".join(cells)))


def _records(lines: list[str], form: Format) -> Iterator[tuple[int, Row, list[str]]]:
    """Yield the first records that say something, with the number of those above and the texts."""
    rows = enumerate(read_rows(lines, form))
    saying = ((above, row) for above, row in rows if _says_something(row.cells))
    for above, row in islice(saying, _HEAD_RECORDS):
        cells = [cell.strip().strip('"') for cell in row.cells] if row.problem else row.cells
        yield above, row, [formula_text(cell) for cell in cells]


def _mapped(
    row: list[str], contract: Contract, overrides: Mapping[str, str]
) -> tuple[Columns | ColumnProblem, NumberedItems | None]:
    if len(row) <= contract.limits.columns:
        may_have_items = any("2" in cell for cell in row)
        found = numbered_items(row, contract, overrides) if may_have_items else None
        return found or (map_columns(row, contract, overrides), None)
    message = (
        f"{len(row):,} columns, and the contract allows {contract.limits.columns:,}; leave out"
        " some, or set columns in the contract's [limits] higher"
    )
    return ColumnProblem("too_many_columns", message, 1), None


def _says_something(row: list[str]) -> bool:
    """Tell whether a record is neither blank nor Excel's hint `sep=;`, whole or split."""
    text = "".join(row).strip()
    is_hint = text[:4].lower() == "sep=" and len(text) < 6
    return bool(text) and not is_hint


def _is_regular_header(lines: list[str], header: list[str], delimiter: str) -> bool:
    """Tell whether a quick reader finds the header's end where a careful one does.

    DuckDB fails on a misplaced quote in a row, but in a header takes it for the file's last line.
    """
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return not any(char in cell for cell in header for char in '"\r\n')
