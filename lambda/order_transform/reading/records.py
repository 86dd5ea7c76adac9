"""The records of a surveyed file: its header, its delimiter, and a form for the quick reader.

A regular file is read as it lies. Any other (blank lines, ragged rows, mixed line ends) is
rewritten once with Python's `csv`: every record a row of the same width, none skipped, the cells
beyond the header in one more column. Which of the two it is holds for the whole file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from os import SEEK_END
from pathlib import Path

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    QUANTITY,
    Contract,
    Limits,
)
from order_transform.formats.json_text import looks_like_json
from order_transform.formats.tables import TEXT, Facts
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.column_problems import ColumnProblem
from order_transform.reading.columns import Columns
from order_transform.reading.head import DELIMITERS, find_head
from order_transform.reading.item_lists import ItemLists, item_lists
from order_transform.reading.merged_cells import Merged, fill_merged, merged_in_orders
from order_transform.reading.numbered_items import NumberedItems
from order_transform.reading.rows import Format, Row, read_rows
from order_transform.reading.smallest_units import amounts_in_doubt
from order_transform.reading.split_numbers import SplitNumbers, split_numbers
from order_transform.reading.structure import RowRules, row_rules
from order_transform.reading.survey import Regularity, Survey
from order_transform.refusal import FileRefused

BROKEN = "broken_record"
# What is looked at for a row of totals at the end of a large file, and for JSON at its start.
_LAST_BYTES = 1 << 12


@dataclass(frozen=True, slots=True)
class Records:
    """A file of records, ready for DuckDB.

    `columns` says what the header means, `delimiter` what parted the cells as they came. `path`
    begins with the header, unless `regularity` is `REWRITTEN`: then it holds only the data, parted
    by commas, each row of the header's width and three cells more (see `rewrite_records`).
    `blank_lines_at_end` blank records stand at its end, which a CSV reader passes over. `lines`
    counts the lines below the header without those; what it says depends on `regularity`.
    `first_line` is the number of the line below the header, from 1; `title_lines` counts the
    records above it that say something, such as a report's name or a period.
    `space_before_quotes`: quotes stand after a space, `, "`. `may_have_formulas`: some cells may be
    Excel's texts, `="001"`, of which only what is quoted counts. `choices` are the encoding
    and the doubtful columns. `rules` recognise rows other than orders, once `with_structure` has
    looked at the file; `carried_rows` got values of their order's first line, and `further_rows`
    stand below a further header and are read by it. `lists` tells where lists of items may stand
    that a total proves; `numbered` splits rows whose items have columns of their own. `split_rows`
    had one of both, of `split_items` items; of these rows, `own_totals` have a total, and it fits
    in `own_totals_that_fit`. Where `lines_of_records` is a file, it has the raw file's line of each
    record; the records numbered in `broken` could not be read. In a workbook,
    `sheet` is its sheet's name, each record is one of its rows, and `rows_above` stand above them;
    `merged` are its cells over several rows, which gave `merged_rows` a value.
    """

    path: Path
    delimiter: str
    columns: Columns
    regularity: Regularity
    lines: int
    first_line: int
    title_lines: int
    space_before_quotes: bool
    blank_lines_at_end: int
    may_have_formulas: bool
    choices: tuple[Choice[object], ...]
    rules: RowRules | None = None
    carried_rows: int = 0
    further_rows: int = 0
    lists: ItemLists | None = None
    numbered: NumberedItems | None = None
    split_rows: int = 0
    split_items: int = 0
    own_totals: int = 0
    own_totals_that_fit: int = 0
    sheet: str = ""
    lines_of_records: Path | None = None
    broken: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()
    merged_rows: int = 0
    rows_above: int = 1

    @property
    def is_regular(self) -> bool:
        """Tell whether the quick reader can be trusted with the file as it lies."""
        return self.regularity in (Regularity.LINES, Regularity.QUOTED)

    @property
    def is_rewritten(self) -> bool:
        """Tell whether `rewrite_records` wrote the file."""
        return self.regularity is Regularity.REWRITTEN

    @property
    def has_rows(self) -> bool:
        """Tell whether records are known by their number in the table, and not by their line."""
        return bool(self.sheet or self.lines_of_records)

    @property
    def splits(self) -> SplitNumbers | None:
        """Return where a comma may have split a number; None where none can have."""
        is_as_written = not (self.has_rows or self.numbered)
        return split_numbers(self.columns, self.delimiter) if is_as_written else None

    @property
    def width(self) -> int:
        """Return how many cells a row has, those that rewriting adds not among them."""
        return len(self.columns.labels)

    def format(self, limits: Limits) -> Format:
        """Return how the raw file's rows are written."""
        columns = self.columns
        if self.numbered:
            return Format(
                self.delimiter, limits, self.space_before_quotes, width=self.numbered.width
            )
        numbers = (
            columns.fields[name]
            for name in (PRICE, QUANTITY, LINE_TOTAL)
            if name in columns.fields and name not in columns.constants
        )
        return Format(
            delimiter=self.delimiter,
            limits=limits,
            space_before_quotes=self.space_before_quotes,
            width=columns.header_width,
            numbers=tuple(numbers),
        )


def find_records(
    survey: Survey,
    contract: Contract,
    overrides: Mapping[str, str] | None = None,
    facts: Facts = TEXT,
) -> Records:
    """Find the header and the delimiter that the contract fits best; refuse where none does."""
    head = find_head(survey.path, contract, overrides or {}, facts.delimiter)
    if isinstance(head.columns, ColumnProblem):
        if any(ord(char) < 32 and char not in "\t\r\n" for char in "".join(head.header)):
            raise FileRefused("binary", "this is not text; export the orders as CSV")
        cause = _likely_cause(survey.path, head.header)
        raise FileRefused(head.columns.code, cause or head.columns.message)
    # A value for every row is written into the rows, so that all else takes it for a cell. Of
    # cents, the sums that the quick way compares with would be of another unit.
    merged = () if head.numbered else merged_in_orders(facts.merged, head.columns)
    is_odd = any((head.columns.constants, head.numbered, amounts_in_doubt(head.columns)))
    is_odd = is_odd or bool(facts.broken or merged)
    is_regular = head.is_regular and not is_odd
    return Records(
        path=survey.path,
        delimiter=head.delimiter,
        columns=head.columns,
        regularity=survey.regularity if is_regular else Regularity.IRREGULAR,
        lines=survey.lines - 1,
        first_line=head.first_line,
        title_lines=head.title_lines,
        space_before_quotes=head.space_before_quotes,
        blank_lines_at_end=survey.blank_lines_at_end,
        may_have_formulas=survey.may_have_formulas,
        choices=(survey.encoding, *_column_choices(head.columns)),
        sheet=facts.sheet,
        lines_of_records=facts.lines,
        broken=facts.broken,
        merged=merged,
        rows_above=head.records_above,
        lists=item_lists(head.columns, contract),
        numbered=head.numbered,
    )


def _likely_cause(path: Path, header: Sequence[str]) -> str:
    """Say what a header that is not one of orders probably is; empty if nothing shows it."""
    text = header[0].lstrip().lower() if header else ""
    with path.open("rb") as file:
        head = file.read(_LAST_BYTES)
    if text.startswith("<"):
        if any(
            mark in head.lower() for mark in (b"<table", b"<workbook", b"urn:schemas-microsoft")
        ):
            return (
                "this is a table as a web page or XML, with the ending of another format; open it"
                " in a spreadsheet program and save it as CSV or .xlsx"
            )
        return (
            "this is a web page, often a login page that was saved in place of the export;"
            " sign in and download the export again"
        )
    if looks_like_json(head) or text.startswith(("{", "[{")):
        return "this is JSON that is not UTF-8; export it as UTF-8"
    if len(header) == 1 and any(header[0].count(mark) > 1 for mark in DELIMITERS):
        return (
            "each line is wrapped in quotes, so that it has one cell only; export the file again,"
            " or remove the quotes around the lines"
        )
    if len(header) == 1 and re.search(r"\S {2,}\S", header[0]):
        return (
            "the columns are parted by spaces, so that each line has one cell only; export the"
            " file with commas, semicolons or tabs"
        )
    return ""


def with_structure(records: Records, contract: Contract, first: int) -> Records:
    """Look at the first rows for totals, further tables, carried fields and lists of items.

    A file that has any is read with care, row by row, by the rules that this adds. `first` is how
    many rows are looked at; what has to be known of the others is in `RowRules.remainder`.
    """
    with data_lines(records) as text:
        rows = numbered_rows(records, text, contract.limits, Counter())
        first_rows = list(islice(rows, first + 1))
    _refuse_wrapped_rows(first_rows, records)
    is_whole = len(first_rows) <= first
    tally: Counter[str] = Counter()
    looked_at = list(split_items(records, first_rows[:first], tally))
    rules, has_others = row_rules(
        records.columns, contract, looked_at, records.splits, is_whole=is_whole
    )
    has_others = has_others or bool(tally)
    if not (is_whole or has_others):
        # Here most totals are; this saves a pass over the whole file that ends at its last row.
        has_others = any(map(rules.may_be_no_order, _last_rows(records, contract.limits)))
    is_plain = not (rules.carried or has_others)
    regularity = records.regularity if is_plain else Regularity.IRREGULAR
    return replace(records, rules=rules, regularity=regularity)


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
        replace(row, line=number + above, problem=BROKEN if number in broken else row.problem)
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


@contextmanager
def data_lines(records: Records) -> Iterator[Iterator[str]]:
    """Open the lines below the header."""
    with records.path.open(encoding="utf-8-sig", newline="") as text:
        yield islice(text, records.first_line - 1, None)


def _last_rows(records: Records, limits: Limits) -> Iterator[list[str]]:
    """Yield the cells of the file's last lines, each read on its own."""
    with records.path.open("rb") as file:
        file.seek(max(file.seek(0, SEEK_END) - _LAST_BYTES, 0))
        lines = file.read().decode("utf-8", "replace").splitlines(keepends=True)[1:]
    form = records.format(limits)
    for line in lines:
        for row in read_rows([line], form):
            if any(row.cells) and not row.problem:
                yield row.cells


def split_items(records: Records, rows: Iterable[Row], tally: Counter[str]) -> Iterable[Row]:
    """Return the rows with those split that have several items, as `tally` counts."""
    if records.numbered:
        rows = records.numbered.split(rows, tally)
    return records.lists.split(rows, tally) if records.lists else rows


def _column_choices(columns: Columns) -> list[Choice[str]]:
    """Return the choices of fields that have no column, or one that may mean something else."""
    given: list[Choice[str]] = [
        Choice(
            name="column",
            value=value,
            certainty=Certainty.SETTLED,
            evidence="the file has no column for it; an option or the contract gives this value",
            field=name,
        )
        for name, value in columns.constants.items()
    ]
    labels = {name: columns.labels[place] for name, place in columns.fields.items()}
    return given + [
        Choice(
            name="column",
            value=labels[name],
            certainty=Certainty.DOUBTFUL,
            evidence="no other column has a name that means this field more clearly",
            field=name,
            remedy=f'--map {name}="Header" of the right column',
        )
        for name in columns.fallbacks
        if name == PRICE and not columns.has_unclear_price  # `price_is` says more of those
    ]
