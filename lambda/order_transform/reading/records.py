"""The records of a surveyed file: its header, its delimiter, and a form for the quick reader.

A regular file is read as it lies. Any other (blank lines, ragged rows, mixed line ends) is
rewritten once with Python's `csv`: every record a row of the same width, none skipped, the cells
beyond the header in one more column. Which of the two it is holds for the whole file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_DATE,
    PRICE,
    QUANTITY,
    Contract,
    Limits,
)
from order_transform.contract.header_names import normalise
from order_transform.formats.tables import TEXT, Facts
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.columns.head import find_head
from order_transform.reading.columns.many_in_names import pieces_in_name, tell_price_of_many
from order_transform.reading.columns.numbered_items import NumberedItems
from order_transform.reading.columns.problems import ColumnProblem
from order_transform.reading.numbers.smallest_units import amounts_in_doubt
from order_transform.reading.numbers.split_numbers import SplitNumbers, split_numbers
from order_transform.reading.rows.csv_rows import Format
from order_transform.reading.rows.item_lists import ItemLists, item_lists
from order_transform.reading.rows.merged_cells import Merged, merged_in_orders
from order_transform.reading.rows.structure import RowRules
from order_transform.reading.survey import Survey
from order_transform.reading.unlike_orders import likely_cause, refuse_binary
from order_transform.refusal import FileRefused

# The word for a price alone; it is a fallback, as a file may have the price of one piece beside it.
_PLAIN_PRICES = frozenset(map(normalise, ("prix", "precio", "\u0633\u0639\u0631")))


@dataclass(frozen=True, slots=True)
class Records:
    """A file of records, ready for DuckDB.

    `columns` says what the header means, `delimiter` what parted the cells as they came. `path`
    begins with the header, unless `regularity` is `REWRITTEN`: then it holds only the data, parted
    by commas, each row of the header's width and three cells more (see `rewrite_records`).
    `blank_lines_at_end` blank records stand at its end, which a CSV reader passes over. `lines`
    counts the lines below the header without those; what it says depends on `regularity`.
    `first_line` is the number of the line below the header, from 1; `titles` are the texts of the
    records above it that say something, such as a report's name or a period.
    `space_before_quotes`: quotes stand after a space, `, "`. `may_have_formulas`: some cells may be
    Excel's texts, `="001"`, of which only what is quoted counts. At `marked_places`, bytes of the
    file, an earlier program may have changed a text. `choices` are the encoding
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
    titles: tuple[str, ...]
    space_before_quotes: bool
    blank_lines_at_end: int
    may_have_formulas: bool
    choices: tuple[Choice[object], ...]
    marked_places: tuple[int, ...] = ()
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
        refuse_binary(head.header)
        cause = likely_cause(survey.path, head.header)
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
        titles=head.titles,
        space_before_quotes=head.space_before_quotes,
        blank_lines_at_end=survey.blank_lines_at_end,
        may_have_formulas=survey.may_have_formulas,
        marked_places=survey.marked_places,
        choices=(survey.encoding, *_column_choices(head.columns, contract)),
        sheet=facts.sheet,
        lines_of_records=facts.lines,
        broken=facts.broken,
        merged=merged,
        rows_above=head.records_above,
        lists=item_lists(head.columns, contract),
        numbered=head.numbered,
    )


def _column_choices(columns: Columns, contract: Contract) -> list[Choice[str]]:
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
    if pieces := pieces_in_name(labels.get(PRICE, "")):
        given.append(tell_price_of_many(labels[PRICE], pieces))
    if ORDER_DATE not in columns.mapped and (
        normalise(labels.get(ORDER_DATE, "")) in contract.words.other_days
    ):
        given.append(_tell_other_day(labels[ORDER_DATE]))
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
        if name == PRICE
        and not columns.has_unclear_price  # `price_is` says more of those
        and normalise(labels[name]) not in _PLAIN_PRICES
    ]


def _tell_other_day(label: str) -> Choice[str]:
    """Tell of a file that has the day of an order's payment or shipping, and not the order's."""
    return Choice(
        name="column",
        value=label,
        certainty=Certainty.SETTLED,
        evidence="it is the day of another event; no column is called as the day of the order",
        field=ORDER_DATE,
        remedy=f'--map {ORDER_DATE}="Header" of the right column',
    )
