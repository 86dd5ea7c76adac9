"""The parts of a total: one per currency, and one per status of rows that are not sales.

The pass over a clean file also adds up the parts; in it, each row has the number of its part
(`PartNumbers`). The totals of other files are grouped by part (`PartSums`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact

from order_transform.reading.currency import CURRENCY
from order_transform.sql.cells import literal
from order_transform.sql.engine import FileDatabase
from order_transform.sql.profile import SAMPLE
from order_transform.sql.statements import Statements

_MOST_PARTS = 1_000  # of a total; a column with more texts does not hold currencies
_EXACT = Context(prec=100, traps=[Inexact])
_MOST_NUMBERS = 255  # a number fits into a byte; one more number is for rows of an unknown part


@dataclass(frozen=True, slots=True)
class Part:
    """The accepted rows of one currency and, if they are not sales, of one status."""

    currency: str | None
    no_sale: str | None
    rows: int
    total_amount: Decimal


@dataclass(frozen=True, slots=True)
class PartNumbers:
    """Numbers for the parts that a file may have, by the currencies of its first records.

    The sample has all statuses, since a row with another one is not clean. A row whose currency
    is not in the sample has the number `unknown`.
    """

    currencies: tuple[str | None, ...]
    statuses: tuple[str | None, ...]

    @property
    def unknown(self) -> int:
        """Return the number of a row with another currency."""
        return len(self.currencies) * len(self.statuses)

    def sql(self, statements: Statements) -> str:
        """Return SQL for the number of a row's part.

        For two currencies and one status that is not a sale: `coalesce(CASE currency_value WHEN
        'EUR' THEN 0 WHEN 'USD' THEN 2 ELSE CASE coalesce(<currency>, '') WHEN ... END END + CASE
        WHEN c3 IN ('void') THEN CASE <status> WHEN 'void' THEN 1 END ELSE 0 END, 4)::UTINYINT`.
        """
        step = len(self.statuses)
        numbers = {text or "": place * step for place, text in enumerate(self.currencies)}
        currency = _choice(f"coalesce({currency_of(statements)}, '')", numbers)
        if _has_currency(statements):  # most cells need no trim
            currency = _choice(statements.value(CURRENCY), numbers, currency)
        status = "0"
        if condition := statements.is_no_sale():
            places = {text or "": place for place, text in enumerate(self.statuses)}
            place = _choice(no_sale_of(statements), places)
            status = f"CASE WHEN {condition} THEN {place} ELSE 0 END"
        return f"coalesce({currency} + {status}, {self.unknown})::UTINYINT"

    def parts(
        self, rows: Mapping[int, int], sums: Mapping[int, Decimal]
    ) -> tuple[Part, ...] | None:
        """Return the parts by their numbers; None if a row had the number of an unknown part."""
        if rows.get(self.unknown):
            return None
        found = (
            Part(
                self.currencies[number // len(self.statuses)],
                self.statuses[number % len(self.statuses)],
                count,
                sums[number] or Decimal(0),
            )
            for number, count in rows.items()
        )
        return tuple(sorted(found, key=largest_first))


def _choice(value: str, numbers: Mapping[str, int], otherwise: str = "NULL") -> str:
    cases = " ".join(f"WHEN {literal(text)} THEN {number}" for text, number in numbers.items())
    return f"CASE {value} {cases} ELSE {otherwise} END" if cases else otherwise


def largest_first(part: Part) -> tuple[int, bool, str, bool, str]:
    """Sort parts by their rows, then by name; nulls come last."""
    currency, status = part.currency, part.no_sale
    return -part.rows, currency is None, currency or "", status is None, status or ""


def number_parts(db: FileDatabase, statements: Statements) -> PartNumbers:
    """Number the parts by the first records, which `sample_reading` has left in a table."""
    found = db.execute(select_sampled_parts(statements)).fetchall() if has_parts(statements) else ()
    currencies = dict.fromkeys(currency for currency, _ in found) or {None: None}
    statuses = dict.fromkeys([None, *(status for _, status in found)])
    if len(currencies) * len(statuses) > _MOST_NUMBERS:
        currencies = {}  # so that no row has a number
    return PartNumbers(tuple(currencies), tuple(statuses))


def select_sampled_parts(statements: Statements) -> str:
    """Select what parts the first records have: `SELECT DISTINCT <currency>, <status> FROM ...`."""
    return (
        f"SELECT DISTINCT {currency_of(statements)}, {no_sale_of(statements)}"
        f" FROM {statements.rows(SAMPLE)} ORDER BY ALL"
    )


def has_parts(statements: Statements) -> bool:
    """Tell whether a total may consist of several parts."""
    return _has_currency(statements) or bool(statements.no_sales())


def part_columns(statements: Statements) -> list[str]:
    """Return SQL for what parts rows: `<currency>::VARCHAR AS currency`, `<status> AS no_sale`.

    Both are null if a row has none. Nothing is returned if a total has no parts.
    """
    if not has_parts(statements):
        return []
    return [
        f"{currency_of(statements)}::VARCHAR AS currency",
        f"{no_sale_of(statements)} AS no_sale",
    ]


class PartSums:
    """Adds up the parts of a total.

    If a column has too many texts to hold currencies, the parts are those of the statuses alone.
    """

    def __init__(self) -> None:
        self._sums: dict[tuple[str | None, str | None], tuple[int, Decimal]] = {}
        self._has_currencies = True

    def add(self, currency: str | None, no_sale: str | None, rows: int, amount: Decimal) -> None:
        """Add accepted rows and their amount."""
        if not rows:
            return
        key = (currency if self._has_currencies else None, no_sale)
        known_rows, known = self._sums.get(key, (0, Decimal(0)))
        self._sums[key] = known_rows + rows, add_exactly(known, amount)
        if self._has_currencies and len(self._sums) > _MOST_PARTS:
            self._has_currencies = False
            before, self._sums = self._sums, {}
            for (_, status), (count, part) in before.items():
                self.add(None, status, count, part)

    def parts(self) -> tuple[Part, ...]:
        """Return the parts, the largest first."""
        parts = (Part(*key, rows, amount) for key, (rows, amount) in self._sums.items())
        return tuple(sorted(parts, key=largest_first))


def add_exactly(first: Decimal, second: Decimal) -> Decimal:
    """Return a sum with all its digits; Decimal's own operator rounds to 28."""
    return _EXACT.add(first, second)


def _has_currency(statements: Statements) -> bool:
    return any(field.name == CURRENCY for field in statements.fields)


def currency_of(statements: Statements) -> str:
    """Return SQL for a row's currency, or null: `nullif(trim(currency_value), '')`."""
    if not _has_currency(statements):
        return "NULL"
    return f"nullif(trim({statements.value(CURRENCY)}), '')"


def no_sale_of(statements: Statements) -> str:
    """Return SQL for the status if not a sale: `CASE WHEN c3 IN ('void') THEN trim(c3) END`."""
    cases = [f"WHEN {condition} THEN {reason}" for condition, reason in statements.no_sales()]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"
