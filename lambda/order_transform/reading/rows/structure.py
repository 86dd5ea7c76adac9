"""Rows that are not orders, and order fields that only the first line of an order has.

`RowRules` reads rows in the file's order: totals, movements of money and further tables get a
problem, and empty cells in an order's further lines get the value from its first line. Pure, with
constant memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from order_transform.contract.definition import LINE_TOTAL, PRICE, QUANTITY, Contract
from order_transform.reading.columns.columns import Columns
from order_transform.reading.numbers.split_numbers import SPLIT_NUMBER, SplitNumbers
from order_transform.reading.rows.carried_fields import CarriedFields, Carrier, Lacking
from order_transform.reading.rows.csv_rows import Row, cell_at
from order_transform.reading.rows.further_tables import FurtherTable, TableHeaders, table_headers
from order_transform.reading.rows.labels import RowLabels, is_of_returns, row_labels
from order_transform.reading.rows.running_sums import RunningSums
from order_transform.reading.rows.shifted_rows import SHIFTED_CELLS, RowEnds, is_shifted

TOTAL_ROW, OTHER_TABLE, MOVEMENT = "total_row", "other_table", "money_movement"
REPEATED_HEADER = "repeated_header"
_NO_ORDERS = (TOTAL_ROW, OTHER_TABLE, MOVEMENT, SPLIT_NUMBER, SHIFTED_CELLS)
_FEWEST_CELLS = 3  # of an order; a row with fewer may be the title of a table


@dataclass(frozen=True, slots=True)
class Remainder:
    """What has to be known of the rows below the first ones, which alone were looked at.

    `never_empty` fields had a value in every row; of `undecided` ones it is open whether empty
    cells get the value of their order's first line. A row of less than `small_quantity` pieces and
    less than `small_money` adds up no rows above it, unless returns below the first `rows` orders
    make the sums that small. `ends_alike`: no row has shown that one may be shifted, as a row would
    that leaves the last column empty.
    """

    never_empty: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    small_quantity: float = 0.0
    small_money: float = 0.0
    rows: int = 0
    ends_alike: bool = False


@dataclass(frozen=True, slots=True)
class RowRules:
    """The rules that tell orders from other rows of one file, and which fields are carried down.

    `mixed` counts rows that lack a field which other further lines of orders have, or that lack
    an order id, as far as rows were looked at. `splits` tells where a comma may have split a
    number, None where none can have; `shifts` that a delimiter in a text may have shifted a row.
    `remainder` is None where every row was looked at.
    """

    columns: Columns
    headers: TableHeaders
    labels: RowLabels
    carried: tuple[str, ...] = ()
    mixed: Mapping[str, Lacking] = field(default_factory=dict)
    splits: SplitNumbers | None = None
    shifts: bool = False
    remainder: Remainder | None = None

    def apply(self, rows: Iterable[Row], tally: Counter[str] | None = None) -> Iterator[Row]:
        """Yield the rows with carried values; those that are not orders have a problem.

        `tally` counts the rows that got values, as `carried`, and those that were read by the
        header of a further table, as `further`.
        """
        tally = Counter() if tally is None else tally
        sums, carrier = RunningSums(self.columns), Carrier(self.columns, self.carried)
        table: FurtherTable | None = None
        is_apart = False
        title: Sequence[str] = ()
        for row in rows:
            if row.problem or not any(row.cells):
                is_apart = is_apart or not row.problem
                yield row
                continue
            found = self.headers.table_below(row.cells, is_apart=is_apart)
            is_apart = sum(map(bool, row.cells)) < _FEWEST_CELLS
            if found:
                if is_of_returns(title, self.labels.words):
                    found = FurtherTable(None)
                table = None if self.headers.is_own(found) else found
                yield row._replace(problem=_problem_of_header(table)) if table else row
                title = ()
                continue
            title = row.cells if is_apart else ()
            if table and table.places is None:
                yield row._replace(problem=OTHER_TABLE)
                continue
            cells = table.arranged(row.cells) if table else row.cells
            problem = self._problem(cells, sums)
            if problem:
                if problem == TOTAL_ROW:
                    sums.restart()
                yield row._replace(cells=cells, problem=problem)
                continue
            sums.add(cells)
            filled = carrier.fill(cells) if self.carried else cells
            tally["carried"] += filled is not cells
            tally["further"] += table is not None
            yield row if filled is row.cells else row._replace(cells=filled)

    def may_be_no_order(self, cells: Sequence[str]) -> bool:
        """Tell whether a row may be a header, a total or a movement; a row that is one may be.

        It costs less than `apply`, which adds up the rows above.
        """
        return (
            self.labels.is_total(cells, None)
            or self.may_be_labelled(cells)
            or self._may_be_misread(cells)
        )

    def some_may_be_no_orders(self, rows: Sequence[Sequence[str]]) -> bool:
        """Tell whether any row is one that `may_be_no_order`; for many rows that costs less."""
        if self.labels.have_total_words(rows):
            return True
        return any(
            self.labels.has_no_text_or_moves(cells)
            or self._is_header(cells)
            or self._may_be_misread(cells)
            for cells in rows
        )

    def orders(self, rows: Sequence[Row]) -> list[list[str]]:
        """Return the cells of the rows that are orders, but not of those that `may_be_labelled`."""
        orders = [row.cells for row in rows if not row.problem]
        if not self.some_may_be_no_orders([cells for cells in orders if any(cells)]):
            return orders
        return [
            row.cells
            for row, read in zip(rows, self.apply(rows), strict=True)
            if not (read.problem or self.may_be_labelled(row.cells))
        ]

    def may_be_labelled(self, cells: Sequence[str]) -> bool:
        """Tell whether a row may be a header, a total or a movement by its words alone."""
        return (
            self.labels.may_be_labelled_total(cells)
            or self.labels.is_movement(cells)
            or self._is_header(cells)
        )

    def _is_header(self, cells: Sequence[str]) -> bool:
        return self.headers.table_below(cells, is_apart=True) is not None

    def _may_be_misread(self, cells: Sequence[str]) -> bool:
        return (
            (self.splits is not None and self.splits.may_have_too_many(cells))
            or self._is_shifted(cells)
            or self._ends_otherwise(cells)
        )

    def _problem(self, cells: Sequence[str], sums: RunningSums) -> str:
        if self.labels.is_movement(cells):
            return MOVEMENT
        if self.labels.is_total(cells, sums):
            return TOTAL_ROW
        if self.splits and self.splits.has_too_many(cells):
            return SPLIT_NUMBER
        return SHIFTED_CELLS if self._is_shifted(cells) else ""

    def _ends_otherwise(self, cells: Sequence[str]) -> bool:
        """Tell whether a row leaves the last column empty, which no row above it does."""
        alike = self.remainder is not None and self.remainder.ends_alike
        return alike and not cell_at(cells, self.columns.header_width - 1).strip()

    def _is_shifted(self, cells: Sequence[str]) -> bool:
        return self.shifts and is_shifted(cells, self.columns.header_width)


def row_rules(
    columns: Columns,
    contract: Contract,
    first_rows: Sequence[Row],
    splits: SplitNumbers | None,
    *,
    is_whole: bool,
) -> tuple[RowRules, bool]:
    """Return the rules of a file by its first rows, and whether any of those is not an order.

    `splits` is as in `RowRules`; `is_whole` tells that there are no other rows.
    """
    looked_at = [row.cells for row in first_rows if not row.problem and any(row.cells)]
    rules, ends = rules_of_rows(columns, contract, looked_at, splits)
    rows, has_others = first_rows, False
    if rules.some_may_be_no_orders(looked_at):
        rows = list(rules.apply(first_rows))
        has_others = any(
            row.problem in _NO_ORDERS or row.cells is not first.cells
            for row, first in zip(rows, first_rows, strict=True)
        )
        looked_at = [row.cells for row in rows if not row.problem and any(row.cells)]
    fields = CarriedFields(columns)
    for cells in looked_at:
        fields.add(cells)
    rules = with_carried(rules, fields)
    if not is_whole:
        rules = replace(rules, remainder=_remainder(columns, looked_at, fields, ends))
    return rules, has_others


def rules_of_rows(
    columns: Columns,
    contract: Contract,
    rows: Iterable[Sequence[str]],
    splits: SplitNumbers | None,
) -> tuple[RowRules, RowEnds]:
    """Return the rules of some rows, none of which is blank, without what is carried; their ends.

    `splits` is as in `RowRules`.
    """
    ends = RowEnds(columns)
    for cells in rows:
        ends.add(cells)
    headers, labels = table_headers(columns, contract), row_labels(columns, contract)
    return RowRules(columns, headers, labels, splits=splits, shifts=ends.show_shifts()), ends


def with_carried(rules: RowRules, fields: CarriedFields) -> RowRules:
    """Return the rules with what the rows that `fields` has seen say of an order's fields."""
    return replace(rules, carried=fields.carried(), mixed=fields.mixed())


def _remainder(
    columns: Columns, orders: Iterable[Sequence[str]], fields: CarriedFields, ends: RowEnds
) -> Remainder:
    sums = RunningSums(columns)
    for cells in orders:
        sums.add(cells)
    # Half: few returns among the rows below make the sums smaller than that (`Totals.shrinks`).
    return Remainder(
        never_empty=fields.never_empty(),
        undecided=fields.undecided(),
        small_quantity=sums.smallest(QUANTITY) / 2,
        small_money=sums.smallest(PRICE, LINE_TOTAL) / 2,
        rows=sums.rows,
        ends_alike=ends.are_alike(),
    )


def _problem_of_header(table: FurtherTable) -> str:
    return OTHER_TABLE if table.places is None else REPEATED_HEADER
