"""The rows of a file as Python reads them, and the look at some of them for evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from os import SEEK_END
from typing import TextIO

from order_transform.contract.definition import Contract, Limits
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.choices import Choice
from order_transform.reading.columns.head import DELIMITERS
from order_transform.reading.doubts.first_look import (
    look_at_last_rows,
    look_at_rows,
    look_at_titles,
)
from order_transform.reading.doubts.first_rows import LOOKED_AT
from order_transform.reading.doubts.lost_cells import cut_short
from order_transform.reading.records import Records
from order_transform.reading.rows.csv_rows import Row, read_rows
from order_transform.reading.rows.merged_cells import fill_merged
from order_transform.reading.rows.spread_rows import MeasuredLines, spread_rows
from order_transform.reading.rows.structure import row_rules, rules_of_rows
from order_transform.refusal import FileRefused

BROKEN = "broken_record"
_LAST_BYTES = 1 << 12  # what is looked at for a row of totals at the end of a large file


def with_structure(records: Records, contract: Contract, first: int, name: str = "") -> Records:
    """Look at the first rows for totals, further tables, carried fields and lists of items.

    A file that has any is read with care, row by row, by the rules that this adds. `first` is how
    many rows are looked at; what has to be known of the others is in `RowRules.remainder`. `name`
    is the file's name or key.
    """
    first_rows, end = _first_rows(records, contract.limits, max(first, LOOKED_AT) + 1)
    _refuse_wrapped_rows(first_rows, records)
    _refuse_other_delimiter(first_rows, records)
    is_whole = len(first_rows) <= first
    tally: Counter[str] = Counter()
    looked_at = list(split_items(records, first_rows[:first], tally))
    rules, has_others = row_rules(
        records.columns, contract, looked_at, records.splits, is_whole=is_whole
    )
    has_others = has_others or bool(tally)
    is_longer = len(first_rows) > LOOKED_AT
    others = list(spread_rows(records, contract.limits, end)) if is_longer else []
    told = _told_of_rows(records, contract, first_rows[:LOOKED_AT], others)
    told += _told_of_ends(records, contract, looked_at, name, is_longer=is_longer)
    if not (is_whole or has_others):
        # Here most totals are; this saves a pass over the whole file that ends at its last row.
        has_others = any(map(rules.may_be_no_order, _last_rows(records, contract.limits)))
    is_plain = not (rules.carried or has_others)
    regularity = records.regularity if is_plain else Regularity.IRREGULAR
    choices = (*records.choices, *told)
    return replace(records, rules=rules, regularity=regularity, choices=choices)


def _first_rows(records: Records, limits: Limits, most: int) -> tuple[list[Row], int]:
    """Return the first rows, and how many bytes of the file those have that are looked at."""
    with _opened(records) as text:
        lines = MeasuredLines(text)
        below = islice(lines, records.first_line - 1, None)
        rows = numbered_rows(records, below, limits, Counter())
        looked_at = list(islice(rows, LOOKED_AT))
        end = lines.size_bytes
        return [*looked_at, *islice(rows, most - LOOKED_AT)], end


def _told_of_rows(
    records: Records, contract: Contract, first_rows: Sequence[Row], other_rows: Sequence[Row]
) -> list[Choice[object]]:
    """Return what `look_at_rows` tells of the rows that may be orders: the first, and some others.

    The first are read by rules of their own, so that the same is told however many rows an engine
    looks at. The others are known by their labels alone.
    """
    rows = list(split_items(records, first_rows, Counter()))
    first = [row.cells for row in rows if not row.problem]
    others = [row.cells for row in split_items(records, other_rows, Counter()) if not row.problem]
    told = look_at_rows(records.columns, first, others, contract)
    if not told:
        return []
    filled = filter(any, first)
    rules, _ = rules_of_rows(records.columns, contract, filled, records.splits)
    orders = rules.orders(rows)
    other_orders = [row for row in others if not rules.may_be_labelled(row)]
    if (len(orders), len(other_orders)) == (len(first), len(others)):
        return told
    return look_at_rows(records.columns, orders, other_orders, contract)


def _told_of_ends(
    records: Records, contract: Contract, first_rows: Sequence[Row], name: str, *, is_longer: bool
) -> list[Choice[object]]:
    """Return what the lines above the header say, and the last rows."""
    columns = records.columns
    cells = (row.cells for row in first_rows[:LOOKED_AT] if not row.problem)
    told = look_at_titles(columns, cells, records.titles, name, contract)
    if is_longer:
        told += look_at_last_rows(columns, _last_rows(records, contract.limits), contract)
    size = records.path.stat().st_size
    if not (records.has_rows or records.numbered or _ends_a_line(records)):
        told += cut_short(columns, list(_last_rows(records, contract.limits)), size)
    return told


def _ends_a_line(records: Records) -> bool:
    """Tell whether the file's last byte is that of a line's end."""
    with records.path.open("rb") as file:
        file.seek(-1, SEEK_END)
        return file.read(1) in b"\r\n"


def numbered_rows(
    records: Records, text: Iterable[str], limits: Limits, tally: Counter[str]
) -> Iterator[Row]:
    """Yield the rows with their lines' numbers, or with their own where they are a table's rows.

    In a workbook they have the values of merged cells; `tally` counts these rows, as `merged`.
    """
    rows = read_rows(text, records.format(limits), records.first_line)
    if not records.has_rows:
        return rows
    above, broken = records.rows_above + 1, records.broken
    if records.merged:
        rows = fill_merged(rows, records.merged, records.rows_above, tally)
    return (
        row._replace(line=number + above, problem=BROKEN if number in broken else row.problem)
        for number, row in enumerate(rows)
    )


def _refuse_wrapped_rows(rows: Sequence[Row], records: Records) -> None:
    """Refuse a file whose rows are each one quoted cell, while its header is not."""
    filled = [row.cells for row in rows if any(row.cells)]
    mark = records.delimiter
    if filled and all(len(cells) == 1 and cells[0].count(mark) > 1 for cells in filled):
        raise FileRefused(
            "too_many_rejects",
            "each row is wrapped in quotes, so that it has one cell only; export the file again,"
            " or remove the quotes around the lines",
        )


def _refuse_other_delimiter(rows: Sequence[Row], records: Records) -> None:
    """Refuse a file whose rows are parted by another mark than its header."""
    width, own = records.columns.header_width, records.delimiter
    lines = [own.join(row.cells) for row in rows if any(row.cells)]
    if width == 1 or not lines or any(len(row.cells) == width for row in rows):
        return
    for mark in DELIMITERS:
        if mark != own and all(line.count(mark) == width - 1 for line in lines):
            raise FileRefused(
                "too_many_rejects",
                f"the header's cells are parted by {own!r}, and those of the rows by {mark!r};"
                " export the file again, or write the header as the rows are",
            )


@contextmanager
def data_lines(records: Records) -> Iterator[Iterator[str]]:
    """Open the lines below the header."""
    with _opened(records) as text:
        yield islice(text, records.first_line - 1, None)


def _opened(records: Records) -> TextIO:
    return records.path.open(encoding="utf-8-sig", newline="")


def _last_rows(records: Records, limits: Limits) -> Iterator[list[str]]:
    """Yield the cells of the file's last lines, each read on its own."""
    with records.path.open("rb") as file:
        file.seek(max(file.seek(0, SEEK_END) - _LAST_BYTES, 0))
        lines = file.read().decode("utf-8", "replace").splitlines(keepends=True)[1:]
    form = records.format(limits)
    for line in lines:
        for row in read_rows([line], form):
            if not row.problem:
                yield row.cells


def split_items(records: Records, rows: Iterable[Row], tally: Counter[str]) -> Iterable[Row]:
    """Return the rows with those split that have several items, as `tally` counts."""
    if records.numbered:
        rows = records.numbered.split(rows, tally)
    return records.lists.split(rows, tally) if records.lists else rows
