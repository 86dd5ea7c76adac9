"""Settle what is ambiguous in a file by its first records; find examples of unusual cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from order_transform.contract.currency_units import THREE_DECIMALS
from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    AmountsIn,
    Contract,
    DateOrder,
    FieldType,
    NumberStyle,
)
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.closer_look import RECORDS, Circumstances, CloserLook
from order_transform.reading.columns import groups_of, headers_of
from order_transform.reading.currency import CURRENCY, CurrencyReading, read_currency
from order_transform.reading.date_cells import DateForm
from order_transform.reading.date_evidence import order_findings, plausible_orders, read_in_orders
from order_transform.reading.date_style import (
    REMEDY,
    DateEvidence,
    DateReading,
    YearOrder,
    decide_order,
    decide_year_order,
)
from order_transform.reading.findings import choose
from order_transform.reading.number_cells import Form
from order_transform.reading.number_evidence import number_findings
from order_transform.reading.number_style import NumberReading
from order_transform.reading.reading import Reading
from order_transform.reading.records import Records
from order_transform.reading.smallest_units import amounts_in_doubt, decide_unit
from order_transform.reading.split_numbers import SplitNumbers
from order_transform.refusal import FileRefused
from order_transform.sql.cells import cell, literal
from order_transform.sql.currency_fields import currency_key_of, currency_of_row
from order_transform.sql.currency_text import contradicts
from order_transform.sql.date_text import usual_characters
from order_transform.sql.field_sql import trimmed
from order_transform.sql.shapes import has_shape

# A number style needs two hints, since prices of three decimals are rare but not unheard of.
_HINTS_FOR_NUMBERS = 2
_YEAR_FIRST = r"^\s*((?:19|20)[0-9]{2})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})(?:\D|$)"
# The three numbers of a date, as `_impossible` extracts them.
_THREE_NUMBERS = "^([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4}|[0-9]{2})"


_ROUNDED = "check whether a spreadsheet has rounded them, and export its columns as numbers"


class Doubts:
    """Settles what the shapes of a file's cells leave open; reads of it what that takes.

    `source` is a table function or a subquery with the file's cells.
    """

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        records: Records,
        contract: Contract,
        source: str,
        around: Circumstances,
    ) -> None:
        self._db = db
        self._records = records
        self._contract = contract
        self._source = source
        self._around = around
        self._first_records: list[list[str]] | None = None

    def number_style(self, has_dotted_dates: bool) -> Choice[NumberStyle]:
        """Choose the style of a file whose numbers can all be read both ways."""
        if evidence := self._around.facts.numbers:
            return Choice("number_style", NumberStyle.DOT, Certainty.PROVEN, evidence)
        whole = [f.name for f in self._contract.fields if f.type is FieldType.INTEGER]
        look = self._look(has_dotted_dates=has_dotted_dates)
        return choose(
            number_findings(look, whole),
            self._contract.rules.number_style,
            name="number_style",
            remedy="set number_style in the contract",
            enough_hints=_HINTS_FOR_NUMBERS,
        )

    def date_order(
        self,
        name: str,
        evidence: DateEvidence,
        style: NumberStyle,
        currency: CurrencyReading | None,
    ) -> Choice[DateOrder] | None:
        """Choose the order of day, month and year of one field; None where it has no such dates.

        Raises FileRefused where the contract refuses an order that the file does not prove.
        """
        orders = evidence.orders()
        if not orders:
            return None
        impossible = self._impossible(name, orders)
        look = self._look(decimal_comma=style is NumberStyle.COMMA, currency=currency)
        readings = read_in_orders(look.fields[name], orders)
        plausible = plausible_orders(readings)
        if plausible:
            readings = {order: readings[order] for order in plausible}
            impossible = {order: impossible[order] for order in plausible}
        findings = order_findings(readings, look)
        order = decide_order(name, impossible, findings, self._contract.rules.date_order)
        self._refuse_if_open(name, order, "the month or the day first")
        return order

    def year_order(self, name: str, evidence: DateEvidence) -> Choice[YearOrder] | None:
        """Choose what stands behind the year in one field; None where it can only be the month.

        Raises FileRefused where the contract refuses an order that the file does not prove.
        """
        if not evidence.day_behind_year:
            return None
        column = cell(self._records.columns.fields[name])
        second, third = (
            f"TRY_CAST(regexp_extract({column}, {literal(_YEAR_FIRST)}, {group}) AS INTEGER)"
            for group in (2, 3)
        )
        query = (
            f"SELECT count(*) FILTER (s > 12 AND t <= 12), count(*) FILTER (s <= 12 AND t > 12),"
            f" count(*) FILTER (s <= 12 AND t <= 12 AND s <> t),"
            f" any_value(trim(text)) FILTER (s > 12 AND t <= 12)"
            f" FROM (SELECT {column} AS text, {second} AS s, {third} AS t FROM {self._source})"
        )
        [(only_day, only_month, either, example)] = self._db.execute(query).fetchall()
        order = decide_year_order(name, only_day, only_month, either, example)
        self._refuse_if_open(name, order, "the month or the day behind the year")
        return order

    def _refuse_if_open(self, name: str, order: Choice[Any], orders: str) -> None:
        if self._contract.rules.date_order is DateOrder.REFUSE and not order.is_proven:
            raise FileRefused(
                "ambiguous_dates",
                f"{name} may have {orders}, and the file does not prove which"
                f" ({order.evidence}); {order.remedy or REMEDY}",
            )

    def currency(
        self, numbers: Mapping[str, NumberReading]
    ) -> tuple[CurrencyReading | None, tuple[Choice[object], ...]]:
        """Decide how a row gets the currency beside its price, and tell of contradictions.

        Where the file has a column for it, that column wins in each row.
        """
        columns, places = self._records.columns, self._records.columns.fields
        money = next((name for name in (PRICE, LINE_TOTAL) if name in places), None)
        if not money or all(field.name != CURRENCY for field in self._contract.fields):
            return None, ()
        groups = groups_of(columns, self._contract)
        header = columns.labels[places[money]]
        found = read_currency(money, numbers[money].currencies, header, groups, self._contract)
        if found is None or CURRENCY not in places:
            return found, ()
        reading = Reading(self._records, numbers, currency=found)
        key = currency_key_of(cell(places[money]), self._contract, reading)
        column = cell(places[CURRENCY])
        contrary = contradicts(key, column, found)
        query = (
            f"SELECT count(*) FILTER (contrary), any_value(price) FILTER (contrary),"
            f" any_value(own) FILTER (contrary), count(*) FILTER ({trimmed('own')} = '') FROM"
            f" (SELECT {cell(places[money])} AS price, {column} AS own, {contrary} AS contrary"
            f" FROM {self._source})"
        )
        [(count, price, own, empty)] = self._db.execute(query).fetchall()
        if not empty:  # Every row has its own currency, and no sign has to be read.
            found = replace(found, choices=())
        if not count:
            return found, ()
        stated = f"'{price}'" if found.is_from_cells else f"the header '{header}'"
        contradiction: Choice[object] = Choice(
            name=CURRENCY,
            value="as in its own column",
            certainty=Certainty.DOUBTFUL,
            evidence=f"in {count:,} records the price contradicts it, as {stated} does '{own}'",
            field=CURRENCY,
            remedy="correct the export, or leave its currency column out",
        )
        return found, (contradiction,)

    def forms(
        self, numbers: Mapping[str, NumberReading], dates: Mapping[str, DateReading]
    ) -> Iterator[Choice[object]]:
        """Yield what a person must hear of cells that hold more than a number or a date."""
        for name, number in numbers.items():
            for form, shape in sorted(number.forms.items()):
                cell_text = self._example(name, shape)
                yield Choice(
                    name="cell_form",
                    value=form.value,
                    certainty=Certainty.PROVEN,
                    evidence=f"cells such as '{cell_text}' are read as the number in them",
                    field=name,
                    remedy=_ROUNDED if form is Form.EXPONENT else "",
                    notable=True,
                )
        for name, date in dates.items():
            for date_form, shape in sorted(date.forms.items()):
                cell_text = self._example(name, shape)
                yield _date_form(name, date_form, cell_text)

    def units(self, numbers: Mapping[str, NumberReading]) -> dict[str, Choice[AmountsIn]]:
        """Choose the unit of each amount that may be of the currency's smallest one.

        Raises FileRefused where nothing shows it and the contract refuses.
        """
        columns, rule = self._records.columns, self._contract.rules.amounts_in
        return {
            name: decide_unit(
                name,
                columns.labels[columns.fields[name]],
                is_whole=not numbers[name].decimals,
                rule=rule,
            )
            for name in amounts_in_doubt(columns)
        }

    def has_three_decimals(self, numbers: Mapping[str, NumberReading]) -> bool:
        """Tell whether a row has a currency with three decimals, such as KWD."""
        currency, _ = self.currency(numbers)
        reading = Reading(self._records, numbers, currency=currency)
        row_currency = currency_of_row(reading, self._contract)
        codes = ", ".join(map(literal, sorted(THREE_DECIMALS)))
        query = f"SELECT count(*) FILTER ({row_currency} IN ({codes})) > 0 FROM {self._source}"
        return bool(self._db.execute(query).fetchall()[0][0])

    def split_numbers(self, numbers: Mapping[str, NumberReading]) -> Iterator[Choice[object]]:
        """Yield a doubt where a comma without quotes may have split amounts in two cells."""
        if (splits := self._splits(numbers)) and (doubt := splits.doubt(self._rows())):
            yield doubt

    def may_have_split_numbers(self, numbers: Mapping[str, NumberReading]) -> bool:
        """Tell whether a comma without quotes may have split amounts of a file of these records."""
        splits = self._splits(numbers)
        return splits is not None and splits.may_be_in_doubt(self._rows())

    def _splits(self, numbers: Mapping[str, NumberReading]) -> SplitNumbers | None:
        amounts = [numbers[name] for name in (PRICE, LINE_TOTAL) if name in numbers]
        has_decimals = any(number.decimals for number in amounts)
        splits = self._records.splits
        return replace(splits, has_decimals=has_decimals) if splits else None

    def _look(
        self,
        *,
        has_dotted_dates: bool = False,
        decimal_comma: bool | None = None,
        currency: CurrencyReading | None = None,
    ) -> CloserLook:
        columns, words = self._records.columns, self._contract.words
        fields = {name: self._column(place) for name, place in columns.fields.items()}
        stated = currency.proven_codes if currency else frozenset()
        others = {columns.labels[place]: self._column(place) for place in columns.extra.values()}
        return CloserLook(
            fields=fields,
            others=others,
            delimiter=self._records.delimiter,
            decimal_comma_headers=headers_of(columns, words.decimal_comma, self._contract),
            day_first_headers=headers_of(columns, words.day_first, self._contract),
            has_dotted_dates=has_dotted_dates,
            decimal_comma=decimal_comma,
            currencies=frozenset(map(str.strip, fields.get(CURRENCY, ()))) - {""} or stated,
            around=self._around,
        )

    def _column(self, place: int) -> Sequence[str]:
        return [row[place] for row in self._rows()]

    def _rows(self) -> Sequence[Sequence[str]]:
        if self._first_records is None:
            width = len(self._records.columns.labels)
            cells = ", ".join(map(cell, range(width)))
            query = f"SELECT {cells} FROM {self._source} LIMIT {RECORDS}"
            records = self._db.execute(query).fetchall()
            self._first_records = [[text or "" for text in record] for record in records]
        return self._first_records

    def _impossible(self, name: str, orders: Sequence[DateOrder]) -> dict[DateOrder, int]:
        """Count the dates of the whole file that do not exist in each order."""
        text = usual_characters(f"trim({cell(self._records.columns.fields[name])})")
        first, second, third = (
            f"TRY_CAST(regexp_extract({text}, {literal(_THREE_NUMBERS)}, {group}) AS INTEGER)"
            for group in (1, 2, 3)
        )
        tests = {
            DateOrder.MONTH_FIRST: f"{first} > 12 OR {second} > 31",
            DateOrder.DAY_FIRST: f"{second} > 12 OR {first} > 31",
            DateOrder.YEAR_FIRST: f"{second} > 12 OR {third} > 31",
        }
        counts = ", ".join(f"count(*) FILTER ({tests[order]})" for order in orders)
        [row] = self._db.execute(f"SELECT {counts} FROM {self._source}").fetchall()
        return dict(zip(orders, row, strict=True))

    def _example(self, name: str, shape: str) -> str:
        """Return the first cell of a shape."""
        column = cell(self._records.columns.fields[name])
        query = f"SELECT {column} FROM {self._source} WHERE {has_shape(column, shape)} LIMIT 1"
        rows = self._db.execute(query).fetchall()
        return str(rows[0][0]).strip() if rows else shape


def _date_form(name: str, form: DateForm, example: str) -> Choice[object]:
    is_number = form in (
        DateForm.EXCEL_DAYS,
        DateForm.UNIX_SECONDS,
        DateForm.UNIX_MILLISECONDS,
    )
    certainty = Certainty.DOUBTFUL if form is DateForm.EXCEL_DAYS else Certainty.PROVEN
    return Choice(
        name="cell_form",
        value=form.value,
        certainty=certainty,
        evidence=f"cells such as '{example}' are read so",
        field=name,
        remedy="write dates as YYYY-MM-DD" if form is DateForm.EXCEL_DAYS else "",
        notable=is_number,
    )
