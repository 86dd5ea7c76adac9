"""The SQL statements over one file: its lines and its totals; its rejects are in `rejects`.

Pure text, put together from `expressions`; `transform` runs it. The same condition decides in
each of them whether a row is accepted, so that together they see every row exactly once. Lines of
JSON are put together here: DuckDB's own writer builds a tree for each row, at twice the cost.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest

from order_transform.contract.definition import (
    IS_SALE,
    PRICE,
    PRICE_IS_DERIVED,
    STATUS,
    TOTAL,
    Contract,
    FieldType,
    OnProblem,
)
from order_transform.reading.currency import CURRENCY
from order_transform.reading.reading import Reading
from order_transform.sql.amounts import line_amounts, short_number, unit_amounts
from order_transform.sql.cells import (
    cell,
    literal,
    overflow,
    read_cells,
    row_problem,
)
from order_transform.sql.expressions import (
    FieldSql,
    read_currency,
    read_field,
    read_line_money,
)

_MOST_PARTS = 1_000  # of a total; a column with more texts is none of currencies


class Statements:
    """The statements for one file.

    `fields` are those that the file has; `warned` names the ones that `totals` counts as
    unreadable; `decimals` is how many places a price and a total have after the point.
    """

    def __init__(self, reading: Reading, contract: Contract) -> None:
        self.reading = reading
        self.records = reading.records
        self.contract = contract
        self.fields = list(self._read_fields())
        self._warned = [
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
        self.warned = [field.name for field in self._warned]

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
                yield read_line_money(field, cell(places[source]), self.contract, money)
            elif column:
                reading = self.reading.field_reading(field.name)
                yield read_field(field, column, self.contract, reading)

    def lines(self, every: bool, unreadable: Collection[str]) -> str:
        """Select the accepted rows as lines of JSON: fields, total_amount, the rest.

        `every`: it is known that all rows are accepted, so that none needs the look;
        `unreadable` names the fields of which it is known that a row has no readable value.
        """
        where = "" if every else " WHERE accepted"
        values = [self._written(field, field.name in unreadable) for field in self.fields]
        return f"SELECT {self._line(values)} FROM {self.rows(typed=True, ordered=True)}{where}"

    def clean_lines(self) -> str:
        """Select all rows as lines of JSON, with total_amount and quantity again as numbers.

        Fails at the first record that is rejected, has an unreadable value, or is not written as
        the readings say.
        """
        # A number that reads back as it was written is as the reading says: a look at its text
        # costs more, and the text is needed anyway.
        shown = {field.name: f"{field.name}_shown" for field in self.fields if _is_number(field)}
        columns = ", ".join(
            f"{self._value(name)}::VARCHAR AS {column}" for name, column in shown.items()
        )
        rows = f"(SELECT *, {columns} FROM {self.rows(ordered=True)})"
        checks = ["accepted"]
        for field in self.fields:
            if field.matches_sample and field.name in shown:
                same = f"{shown[field.name]} = {field.cell}"
                checks.append(f"CASE WHEN {same} THEN true ELSE {field.matches_sample} END")
            elif field.matches_sample:
                checks.append(field.matches_sample)
        checks += self._status_checks()
        checks += [f"NOT coalesce({field.unreadable}, false)" for field in self._warned]
        values = [
            _number(shown[field.name]) if field.name in shown else self._written(field, False)
            for field in self.fields
        ]
        is_clean, failed = " AND ".join(checks), "error('row is not clean')"
        line = f"CASE WHEN {is_clean} THEN {self._line(values)} ELSE {failed} END"
        total = f"coalesce(({self.amounts.total})::DECIMAL(38, {self.decimals}), 0)"
        return f"SELECT {line}, {total}, coalesce({self._value('quantity')}, 0) FROM {rows}"

    def _line(self, values: Sequence[str]) -> str:
        """Return SQL for a row's line; `values` are those of the fields, in JSON."""
        members = [(field.name, value) for field, value in zip(self.fields, values, strict=True)]
        members.append((TOTAL, _number(self.amounts.total)))
        members.append((IS_SALE, self._is_sale()))
        if self.amounts.derived_price:
            members.append((PRICE_IS_DERIVED, "'true'"))
        members += [
            (name, _text(cell(place))) for name, place in self.records.columns.extra.items()
        ]
        parts = [
            part
            for place, (name, value) in enumerate(members)
            for part in (literal(f"{',' if place else '{'}{json.dumps(name)}:"), value)
        ]
        return f"concat({', '.join(parts)}, {literal('}\n')})"

    def _is_sale(self) -> str:
        """Return SQL for whether a row is a sale, in JSON: `CASE WHEN c3 IN ('void') ...`."""
        if not self.reading.statuses.no_sale:
            return "'true'"
        found = self._status_in(self.reading.statuses.no_sale)
        return f"CASE WHEN {found} THEN 'false' ELSE 'true' END"

    def _status_in(self, cells: Sequence[str]) -> str:
        place = cell(self.records.columns.fields[STATUS])
        return f"{place} IN ({', '.join(map(literal, cells))})"

    def _written(self, field: FieldSql, is_unreadable: bool) -> str:
        value = field.value if is_unreadable or not field.cheap_value else field.cheap_value
        if field.name == PRICE and self.amounts.derived_price:
            return _number(short_number(value))
        return _number(value) if _is_number(field) else _text(value)

    def totals(self, sampled: bool = False) -> str:
        """Select the records' and the accepted rows' count, exact sums, unreadable values a field.

        The sums are of the accepted rows, and so are the counts of each warned field. `sampled`
        fails at the first record that is not written as the readings say.
        """
        count = "count(*)"
        if sampled:
            failed = "error('row differs from the sample')"
            count = f"count(CASE WHEN {self._matches_sample()} THEN 1 ELSE {failed} END)"
        columns = [
            count,
            "count_if(accepted)",
            self.amounts.exact_sum("accepted"),
            f"sum({self._value('quantity')}) FILTER (accepted)",
            *(f"count_if(accepted AND {field.unreadable})" for field in self._warned),
        ]
        return f"SELECT {', '.join(columns)} FROM {self.rows(typed=not sampled)}"

    def parts(self, every: bool) -> str:
        """Select the accepted rows' count and exact sum by currency and status of no sale.

        Both are null where a row has none; the largest part comes first. `every`: it is known
        that all rows are accepted, so that no more is read than this takes.
        """
        names = [field.name for field in self.fields]
        currency = f"nullif(trim({self._value(CURRENCY)}), '')" if CURRENCY in names else "NULL"
        status = "NULL"
        if no_sale := self.reading.statuses.no_sale:
            place = cell(self.records.columns.fields[STATUS])
            status = f"CASE WHEN {self._status_in(no_sale)} THEN trim({place}) END"
        return (
            f"SELECT {currency} AS currency, {status} AS no_sale, count(*) AS rows,"
            f" {self.amounts.exact_sum('true' if every else 'accepted')}"
            f" FROM {self.rows(typed=True)}"
            f"{'' if every else ' WHERE accepted'} GROUP BY currency, no_sale"
            f" ORDER BY rows DESC, currency, no_sale LIMIT {_MOST_PARTS}"
        )

    def _matches_sample(self) -> str:
        checks = [field.matches_sample for field in self.fields if field.matches_sample]
        return " AND ".join([*checks, *self._status_checks()])

    def _status_checks(self) -> list[str]:
        """Return SQL that is true for a row whose status the sample has, too, or that has none."""
        statuses = self.reading.statuses
        if statuses.others is None:
            return []
        return [f"coalesce({self._status_in(('', *statuses.others, *statuses.no_sale))}, true)"]

    def rows(self, typed: bool = False, ordered: bool = False) -> str:
        """Select the file's rows: cells, the fields' columns, and whether the row is accepted.

        `typed` has plain numbers as such, not as their raw text, but where a row is compared
        with others: 5 and 5.0 are equal only as numbers.
        """
        is_compared = self.contract.rules.duplicates is OnProblem.REJECT
        typed = typed and not is_compared
        kinds = {
            field.cell: field.plain_type for field in self.fields if field.plain_type and typed
        }
        rows = read_cells(self.records, self.contract.limits, kinds, ordered=ordered)
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

    def _value(self, name: str) -> str:
        return next(field.value for field in self.fields if field.name == name)

    def _accepted(self) -> str:
        checks = [f"({field.is_valid})" for field in self.fields if field.is_valid]
        if self.records.is_rewritten:
            checks.append(f"{overflow(self.records)} IS NULL")
            checks.append(f"{row_problem(self.records)} IS NULL")
        if self.contract.rules.duplicates is OnProblem.REJECT:
            checks.append("NOT is_duplicate")
        return " AND ".join(checks)


def _is_number(field: FieldSql) -> bool:
    return field.type in (FieldType.DECIMAL, FieldType.INTEGER)


def _text(value: str) -> str:
    """Return SQL for a text in JSON, null where it is null."""
    return f"coalesce(to_json({value})::VARCHAR, 'null')"


def _number(value: str) -> str:
    """Return SQL for a number in JSON with all its digits, null where it is null."""
    return f"coalesce(({value})::VARCHAR, 'null')"
