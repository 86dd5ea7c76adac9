"""The cells of one file in DuckDB, while it is still open how they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from order_transform.contract.definition import Contract
from order_transform.reading.closer_look import NOTHING_KNOWN, RECORDS, Circumstances, CloserLook
from order_transform.reading.columns.columns import headers_of
from order_transform.reading.currency import CURRENCY, CurrencyReading
from order_transform.reading.records import Records
from order_transform.sql.cells import cell
from order_transform.sql.engine import FileDatabase


@dataclass(slots=True)
class FileCells:
    """A file's cells; `table` is a table, a table function or a subquery that has them."""

    db: FileDatabase
    records: Records
    contract: Contract
    table: str
    around: Circumstances = NOTHING_KNOWN
    _first_rows: list[list[str]] | None = field(default=None, init=False)

    def select(self, columns: str, rest: str = "") -> list[tuple[Any, ...]]:
        """Return what a statement selects from the cells: `SELECT {columns} FROM ... {rest}`."""
        return self.db.execute(f"SELECT {columns} FROM {self.table} {rest}").fetchall()

    def first_rows(self) -> Sequence[Sequence[str]]:
        """Return the cells of the first records; they are read once."""
        if self._first_rows is None:
            cells = ", ".join(map(cell, range(self.records.width)))
            rows = self.select(cells, f"LIMIT {RECORDS}")
            self._first_rows = [[text or "" for text in row] for row in rows]
        return self._first_rows

    def closer_look(
        self,
        *,
        has_dotted_dates: bool = False,
        decimal_comma: bool | None = None,
        currency: CurrencyReading | None = None,
    ) -> CloserLook:
        """Return the first records and what is known besides; the parameters are as there."""
        columns, words = self.records.columns, self.contract.words
        fields = {name: self._column(place) for name, place in columns.fields.items()}
        stated = currency.proven_codes if currency else frozenset()
        others = {columns.labels[place]: self._column(place) for place in columns.extra.values()}
        return CloserLook(
            fields=fields,
            others=others,
            delimiter=self.records.delimiter,
            decimal_comma_headers=headers_of(columns, words.decimal_comma, self.contract),
            day_first_headers=headers_of(columns, words.day_first, self.contract),
            has_dotted_dates=has_dotted_dates,
            decimal_comma=decimal_comma,
            currencies=frozenset(map(str.strip, fields.get(CURRENCY, ()))) - {""} or stated,
            around=self.around,
            titles=self.records.titles,
        )

    def _column(self, place: int) -> Sequence[str]:
        return [row[place] for row in self.first_rows()]
