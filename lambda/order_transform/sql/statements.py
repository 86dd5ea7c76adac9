"""The SQL over one file's rows, and its totals; lines are in `json_lines`, the rest in `rejects`.

Pure text, put together from `expressions`. The same condition decides in each statement whether a
row is accepted, so that together they see every row exactly once.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    QUANTITY,
    Contract,
    FieldType,
    OnProblem,
)
from order_transform.reading.currency import CURRENCY
from order_transform.reading.reading import Reading
from order_transform.sql.amounts import line_amounts, unit_amounts
from order_transform.sql.cells import (
    cell,
    literal,
    overflow,
    read_cells,
    row_problem,
)
from order_transform.sql.currency_fields import (
    currency_of_row,
    read_currency,
    smallest_unit_factor,
)
from order_transform.sql.engine import FileDatabase
from order_transform.sql.expressions import read_field
from order_transform.sql.field_sql import FieldSql
from order_transform.sql.number_fields import read_line_money
from order_transform.sql.odd_texts import text_checks
from order_transform.sql.order_rows import is_surely_order
from order_transform.sql.several_items import has_several_items, may_be_lists


class Statements:
    """The statements for one file.

    `fields` are those that the file has; `warned` names the ones that `totals` counts as
    unreadable; `decimals` is how many places a price and a total have after the point; `kept_rows`
    is a table that has what `rows` selects, if there is one.
    """

    kept_rows = ""

    def __init__(self, reading: Reading, contract: Contract) -> None:
        self.reading = reading
        self.records = reading.records
        self.contract = contract
        self.fields = list(self._read_fields())
        self.warned_fields = [
            field
            for field in self.fields
            if contract.field(field.name).invalid is OnProblem.ACCEPT
            and contract.field(field.name).type is not FieldType.STRING
        ]
        if reading.line_field:
            self.amounts = line_amounts(reading.numbers[reading.line_field])
        else:
            self.amounts = unit_amounts(reading.numbers["price"], reading.numbers["quantity"])
        self.decimals = self.amounts.decimals
        self.warned = [field.name for field in self.warned_fields]
        self.surely_order = self._surely_order()
        self.several_items = has_several_items(reading)

    def _read_fields(self) -> Iterator[FieldSql]:
        places = self.records.columns.fields
        for field in self.contract.fields:
            column = cell(places[field.name]) if field.name in places else None
            if field.name == CURRENCY and self.reading.currency:
                price = cell(places[self.reading.currency.field])
                yield read_currency(field, column, price, self.contract, self.reading)
            elif field.name == PRICE and self.reading.line_field:
                source = self.reading.line_field
                money = self.reading.numbers[source]
                factor = self._factor(source)
                yield read_line_money(field, cell(places[source]), self.contract, money, factor)
            elif column:
                reading = self.reading.field_reading(field.name)
                yield read_field(field, column, self.contract, reading, self._factor(field.name))

    def _factor(self, name: str) -> str:
        """Return SQL for the smallest unit that a field's amounts count; empty for any other."""
        number = self.reading.numbers.get(name)
        if number is None or not number.in_smallest_unit:
            return ""
        return smallest_unit_factor(currency_of_row(self.reading, self.contract))

    def _surely_order(self, *, trusts_sizes: bool = True) -> str:
        """Return SQL that is true for a row that needs no further check."""
        rules = self.records.rules
        if rules is None or rules.remainder is None:
            return "true"
        numbers = self._summed_numbers()
        return is_surely_order(rules, rules.remainder, numbers, trusts_sizes=trusts_sizes)

    def _summed_numbers(self) -> dict[str, str]:
        """Return the columns of the numbers that a total may add up, by field."""
        line = self.reading.line_field
        money = {line: "line_value"} if line else {PRICE: self.value(PRICE)}
        numbers = {QUANTITY: self.value(QUANTITY)} | money
        if LINE_TOTAL in self.records.columns.fields:
            numbers.setdefault(LINE_TOTAL, self.value(LINE_TOTAL))
        return numbers

    def totals(self, groups: Sequence[str] = (), *, sampled: bool = False) -> str:
        """Select two counts (records, accepted rows), the sums, and counts of unreadable values.

        The sums are exact and of the accepted rows; so are the counts, one per warned field. Before
        these counts come the number of rows that may not be orders (`doubtful_rows`), and that of
        rows with a number below 0, which makes the sums of the rows above a total smaller.
        `sampled` fails at the first record that is not written as the readings say. All of it is
        selected for each group of rows with the same `groups`, which are the last columns.
        """
        count = "count(*)"
        if sampled:
            failed = "error('row differs from the sample')"
            count = f"count(CASE WHEN {self._matches_sample()} THEN 1 ELSE {failed} END)"
        is_negative = " OR ".join(f"{number} < 0" for number in self._summed_numbers().values())
        columns = [
            count,
            "count(*) FILTER (accepted)",
            self.amounts.exact_sum("accepted"),
            f"sum({self.value('quantity')}) FILTER (accepted)",
            f"count(*) FILTER (NOT ({self.surely_order}))",
            f"count(*) FILTER ({is_negative})",
            *(f"count(*) FILTER (accepted AND {field.unreadable})" for field in self.warned_fields),
            *groups,
        ]
        rows = self.rows(typed=not sampled)
        return f"SELECT {', '.join(columns)} FROM {rows}{' GROUP BY ALL' if groups else ''}"

    def doubtful_rows(self, *, trusts_sizes: bool) -> str:
        """Select the cells of rows that may not be orders: `SELECT c0, c1 ... WHERE NOT ...`.

        `trusts_sizes`: the rows above never add up to so little that a small row may be their sum.
        """
        cells = ", ".join(map(cell, range(self.records.width)))
        surely = self._surely_order(trusts_sizes=trusts_sizes)
        return f"SELECT {cells} FROM {self.rows()} WHERE NOT ({surely})"

    def possible_lists(self) -> str:
        """Select the cells of rows that may be lists of items; empty where no row can be one."""
        condition = may_be_lists(self.reading)
        cells = ", ".join(map(cell, range(self.records.width)))
        source = read_cells(self.records, self.contract.limits)
        return f"SELECT {cells} FROM {source} WHERE {condition}" if condition else ""

    def _matches_sample(self) -> str:
        checks = [field.matches_sample for field in self.fields if field.matches_sample]
        return " AND ".join([*checks, *self.status_checks(), *self.text_checks()])

    def status_checks(self) -> list[str]:
        """Return SQL that is true for a row without a status, or with one that the sample has.

        `coalesce(c3 IN ('', 'shipped', 'void'), true)`; nothing where every row was read.
        """
        statuses = self.reading.statuses
        known = [(statuses.place, statuses.others, statuses.no_sale)]
        known += [(mark.place, mark.others, mark.cells or ()) for mark in self.reading.marks]
        return [
            f"coalesce({_is_in(place, ('', *others, *cells))}, true)"
            for place, others, cells in known
            if others is not None
        ]

    def text_checks(self) -> list[str]:
        """Return SQL that is true for a row without a text that has to be told (`odd_texts`)."""
        return text_checks(self.records, self.contract.words)

    def no_sales(self) -> list[tuple[str, str]]:
        """Return SQL that is true for a row that is not a sale, and SQL that names why.

        One pair for each column that tells it: `c3 IN ('void')` and `trim(c3)`.
        """
        found = []
        statuses = self.reading.statuses
        if statuses.no_sale:
            condition = _is_in(statuses.place, statuses.no_sale)
            condition = f"({condition} AND quantity_value > 0)" if statuses.is_kind else condition
            found.append((condition, f"trim({cell(statuses.place)})"))
        for mark in self.reading.marks:
            if mark.cells is None:
                condition = f"regexp_matches({cell(mark.place)}, '[1-9]')"
            elif mark.cells:
                condition = _is_in(mark.place, mark.cells)
            else:
                continue
            # A return with a negative quantity lowers the total itself.
            found.append((f"({condition} AND quantity_value > 0)", literal(mark.label)))
        return found

    def is_no_sale(self) -> str:
        """Return SQL that is true for a row that is not a sale; empty if every row is one."""
        return " OR ".join(condition for condition, _ in self.no_sales())

    def rows(self, table: str = "", *, typed: bool = False, ordered: bool = False) -> str:
        """Select the file's rows: cells, the fields' columns, and whether the row is accepted.

        `table` has some of the records as cells; without it all are read from the file. `typed`
        has plain numbers as such, not as their raw text, but where a row is compared with others:
        5 and 5.0 are equal only as numbers. For a file of prices and quantities: `(SELECT *,
        NOT (price_value IS NULL) AND ... AS accepted FROM (SELECT *, TRY_CAST(price_text AS
        DECIMAL(12, 2)) AS price_value, ... FROM (SELECT *, c8 AS price_text, ... FROM
        read_csv(...))))`. Where the rows are kept, it is their table: `kept_1`.
        """
        if self.kept_rows and not table:
            return self.kept_rows
        is_compared = self.contract.rules.duplicates is OnProblem.REJECT
        typed = typed and not is_compared
        kinds = {
            field.cell: field.plain_type for field in self.fields if field.plain_type and typed
        }
        rows = table or read_cells(self.records, self.contract.limits, kinds, ordered=ordered)
        if is_compared:
            rows = self._marked_duplicates(rows)
        for step in zip_longest(*(field.steps for field in self.fields)):
            columns = ", ".join(f"{sql} AS {column}" for column, sql in filter(None, step))
            rows = f"(SELECT *, {columns} FROM {rows})"
        if self.amounts.derived_price:
            rows = f"(SELECT *, {self.amounts.derived_price} AS price_value FROM {rows})"
        # random() is never below 0. But DuckDB moves no condition on a volatile column, and so
        # computes the columns that it looks at once a row, not again for each place of use.
        return f"(SELECT *, {self._accepted()} AND random() >= 0 AS accepted FROM {rows})"

    def _marked_duplicates(self, rows: str) -> str:
        width = self.records.width + self.records.is_rewritten
        every = ", ".join(map(cell, range(width)))
        return (
            f"(SELECT *, row_number() OVER (PARTITION BY {every} ORDER BY place) > 1"
            f" AS is_duplicate FROM (SELECT *, row_number() OVER () AS place FROM {rows})"
            " ORDER BY place)"
        )

    def value(self, name: str) -> str:
        """Return the column of a field's value: `price_value`."""
        return next(field.value for field in self.fields if field.name == name)

    def _accepted(self) -> str:
        checks = [f"({field.is_valid})" for field in self.fields if field.is_valid]
        if self.records.is_rewritten:
            checks.append(f"{overflow(self.records)} IS NULL")
            checks.append(f"{row_problem(self.records)} IS NULL")
        if self.several_items:
            checks.append(f"NOT {self.several_items}")
        if self.contract.rules.duplicates is OnProblem.REJECT:
            checks.append("NOT is_duplicate")
        return " AND ".join(checks)


def statements_for(db: FileDatabase, reading: Reading, contract: Contract) -> Statements:
    """Return the statements for a file; the rows of a small one are kept in a table for them.

    Raises `duckdb.InvalidInputException` where a row of a small file is irregular.
    """
    statements = Statements(reading, contract)
    if db.keeps_rows:
        cells = db.kept(read_cells(reading.records, contract.limits))
        statements.kept_rows = db.kept(statements.rows(cells))
    return statements


def _is_in(place: int, cells: Sequence[str]) -> str:
    return f"{cell(place)} IN ({', '.join(map(literal, cells))})"
