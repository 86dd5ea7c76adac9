"""The SQL statements over one file: its lines, its rejects and its totals.

Pure text, put together from `expressions`; `transform` runs it. The same condition decides in
each of them whether a row is accepted, so that together they see every row exactly once.
"""

from collections.abc import Collection
from itertools import zip_longest

from order_transform.cells import cell, identifier, literal, overflow, read_cells
from order_transform.contract import (
    MAX_INTEGER_DIGITS,
    TOTAL,
    Contract,
    FieldType,
    OnProblem,
)
from order_transform.expressions import MIN_DECIMALS, FieldSql, is_blank, read_field, trimmed
from order_transform.profile import Profile
from order_transform.records import Records


class Statements:
    """The statements for one file; `warned` names the fields that `totals` counts as unreadable."""

    def __init__(self, records: Records, contract: Contract, profile: Profile) -> None:
        self.records = records
        self._contract = contract
        self._numbers = profile.numbers
        self._fields = [
            read_field(contract.field(name), cell(place), contract.rules, profile.reading(name))
            for name, place in records.columns.fields.items()
        ]
        self.warned = [
            field.name
            for field in self._fields
            if contract.field(field.name).invalid is OnProblem.ACCEPT
            and contract.field(field.name).type is not FieldType.STRING
        ]

    def lines(self, every: bool, unreadable: Collection[str]) -> str:
        """Select the accepted rows as they are written: fields, total_amount, the rest.

        `every`: it is known that all rows are accepted, so that none needs the look;
        `unreadable` names the fields of which it is known that a row has no readable value.
        """
        values = [
            f"{self._written(field, field.name in unreadable)} AS {identifier(field.name)}"
            for field in self._fields
        ]
        extra = [
            f"{cell(place)} AS {identifier(name)}"
            for name, place in self.records.columns.extra.items()
        ]
        columns = ", ".join([*values, f"{self._total()} AS {TOTAL}", *extra])
        where = "" if every else " WHERE accepted"
        return f"SELECT {columns} FROM {self._rows(typed=True, ordered=True)}{where}"

    def _written(self, field: FieldSql, is_unreadable: bool) -> str:
        return field.value if is_unreadable or not field.if_readable else field.if_readable

    def totals(self) -> str:
        """Select the accepted rows' count, exact sums, and unreadable values per warned field."""
        unreadable = "".join(
            f", count_if({field.unreadable})" for field in self._fields if field.name in self.warned
        )
        return (
            f"SELECT count(*), {self._exact_sum()},"
            f" sum({self._value('quantity')}){unreadable}"
            f" FROM {self._rows(typed=True)} WHERE accepted"
        )

    def create_rejects(self) -> str:
        """Keep the rows that are not accepted in a table: record, reasons, raw cells."""
        numbered = f"SELECT row_number() OVER () AS record, * FROM {self._rows()}"
        labels = self.records.columns.labels
        pairs = ", ".join(
            f"{literal(label)}, coalesce({cell(place)}, '')" for place, label in enumerate(labels)
        )
        cells = f"json_object({pairs})"
        if self.records.rewritten:
            beyond = overflow(self.records)
            longer = f"json_object({pairs}, '(beyond the header)', {beyond}::JSON)"
            cells = f"CASE WHEN {beyond} IS NULL THEN {cells} ELSE {longer} END"
        return (
            f"CREATE OR REPLACE TEMP TABLE rejects AS SELECT record,"
            f" CASE WHEN NOT blank THEN {self._reasons()} END AS reasons,"
            f" CASE WHEN NOT blank THEN {cells} END AS cells"
            f" FROM (SELECT *, {self._is_blank()} AS blank FROM ({numbered})"
            f" WHERE NOT accepted)"
        )

    def count_rejects(self) -> str:
        """Select how many rows of the table of rejects are rejected, and how many are blank."""
        return "SELECT count(reasons), count_if(reasons IS NULL) FROM rejects"

    def count_codes(self) -> str:
        """Select each reject code with the number of rows that have it."""
        return (
            "SELECT reason.code, count(DISTINCT record)"
            " FROM (SELECT record, unnest(reasons) AS reason FROM rejects)"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def rejects(self) -> str:
        """Select the rejected rows as they are written, in the file's order."""
        return (
            "SELECT record, reasons, cells FROM rejects WHERE reasons IS NOT NULL ORDER BY record"
        )

    def _rows(self, typed: bool = False, ordered: bool = False) -> str:
        """Return the file's rows: cells, the fields' columns, and whether the row is accepted.

        `typed` has plain numbers as such, not as their raw text.
        """
        kinds = {field.cell: field.kind for field in self._fields if field.kind and typed}
        rows = read_cells(self.records, self._contract.limits, kinds, ordered=ordered)
        if self._contract.rules.duplicates is OnProblem.REJECT:
            rows = self._marked_duplicates(rows)
        for step in zip_longest(*(field.steps for field in self._fields)):
            columns = ", ".join(f"{sql} AS {column}" for column, sql in filter(None, step))
            rows = f"(SELECT *, {columns} FROM {rows})"
        # random() is never below 0. But DuckDB moves no condition on a volatile column, and so
        # computes the columns that it looks at once a row, not again for each place of use.
        return f"(SELECT *, {self._accepted()} AND random() >= 0 AS accepted FROM {rows})"

    def _marked_duplicates(self, rows: str) -> str:
        width = len(self.records.columns.labels) + self.records.rewritten
        every = ", ".join(map(cell, range(width)))
        return (
            f"(SELECT *, row_number() OVER (PARTITION BY {every} ORDER BY place) > 1"
            f" AS is_duplicate FROM (SELECT *, row_number() OVER () AS place FROM {rows})"
            " ORDER BY place)"
        )

    def _value(self, name: str) -> str:
        return next(field.value for field in self._fields if field.name == name)

    def _total(self) -> str:
        digits = min(self._numbers["quantity"].whole_digits, MAX_INTEGER_DIGITS)
        return f"{self._value('price')} * {self._value('quantity')}::DECIMAL({digits}, 0)"

    def _exact_sum(self) -> str:
        """Return SQL for the sum of all totals, which may outgrow the 38 digits of a DECIMAL."""
        price, quantity = self._numbers["price"], self._numbers["quantity"]
        if price.whole_digits + quantity.whole_digits <= 20:
            return f"sum({self._total()})"
        scale = max(price.decimals, MIN_DECIMALS)
        digits = f"sum(replace(({self._total()})::VARCHAR, '.', '')::BIGNUM)::VARCHAR"
        return f"{digits} || 'E-{scale}'"

    def _accepted(self) -> str:
        checks = [f"({field.is_valid})" for field in self._fields if field.is_valid]
        if self.records.rewritten:
            checks.append(f"{overflow(self.records)} IS NULL")
        if self._contract.rules.duplicates is OnProblem.REJECT:
            checks.append("NOT is_duplicate")
        return " AND ".join(checks)

    def _is_blank(self) -> str:
        return is_blank(map(cell, range(len(self.records.columns.labels))))

    def _reasons(self) -> str:
        found = [
            f"CASE WHEN {problem.condition} THEN"
            f" {_reason(problem.code, literal(field.name), field.cell)} END"
            for field in self._fields
            for problem in field.problems
        ]
        if self.records.rewritten:
            beyond = overflow(self.records)
            shifted = _reason("too_many_cells", "NULL", beyond)
            found.insert(0, f"CASE WHEN {beyond} IS NOT NULL THEN {shifted} END")
        if self._contract.rules.duplicates is OnProblem.REJECT:
            found.append(f"CASE WHEN is_duplicate THEN {_reason('duplicate', 'NULL', 'NULL')} END")
        every = f"list_filter([{', '.join(found)}], lambda reason: reason IS NOT NULL)"
        header = _reason("repeated_header", "NULL", "NULL")
        return f"CASE WHEN {self._is_header()} THEN [{header}] ELSE {every} END"

    def _is_header(self) -> str:
        labels = self.records.columns.labels
        return " AND ".join(
            f"{trimmed(cell(place))} = {literal(labels[place])}"
            for place in self.records.columns.fields.values()
        )


def _reason(code: str, field: str, value: str) -> str:
    return (
        f"{{'code': {literal(code)}, 'field': {field}::VARCHAR,"
        f" 'value': coalesce({value}, '')::VARCHAR}}"
    )
