"""What a file's further columns say of its prices by their numbers alone, whatever they are called.

A column that is price times quantity proves a price of one piece, and a price that is another
column times the quantity is the whole line's. Where that holds in most rows and not in all, it is
told. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from order_transform.contract.definition import LINE_TOTAL, ORDER_ID, PRICE, QUANTITY, NumberStyle
from order_transform.contract.header_names import normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.doubts.first_rows import FirstRows
from order_transform.reading.numbers.evidence import is_amount
from order_transform.reading.numbers.style import bare_number, number_value
from order_transform.reading.rows.csv_rows import cell_at

LOOKED_AT = 200  # rows with several pieces
_FEWEST_ROWS = 2
_CENT = Decimal("0.005")
# A price may be for so many pieces, or a piece of the quantity be so many.
_PACKS = frozenset(map(Decimal, (6, 10, 12, 24, 100, 144, 1000)))


class PricedRow(NamedTuple):
    """A row with several pieces: its order, price, quantity, and a further column's number."""

    order: str
    price: Decimal
    quantity: Decimal
    number: Decimal

    @property
    def product(self) -> Decimal:
        """Return price times quantity."""
        return self.price * self.quantity

    @property
    def fits(self) -> bool:
        """Tell whether the further number is price times quantity, to a rounded cent."""
        return abs(self.product - self.number) <= _CENT

    @property
    def packs(self) -> Decimal:
        """Return how many times more or less it is, as a dozen or a hundred pieces cost; or 0."""
        ratio = self.number / self.product
        return ratio if ratio in _PACKS or (ratio and 1 / ratio in _PACKS) else Decimal(0)

    @property
    def is_per_piece(self) -> bool:
        """Tell whether the price is the further number times the quantity."""
        return abs(self.number * self.quantity - self.price) <= _CENT

    def __str__(self) -> str:
        return f"a row of {self.quantity:f} at {self.price:f} with {self.number:f}"


@dataclass(frozen=True, slots=True)
class ColumnProduct:
    """A further column and its rows with several pieces."""

    label: str
    rows: tuple[PricedRow, ...]

    @property
    def is_total(self) -> bool:
        """Tell whether it is price times quantity in every row."""
        return self._is_enough() and all(row.fits for row in self.rows)

    @property
    def is_price_per_piece(self) -> bool:
        """Tell whether the price is this column times the quantity in every row."""
        return self._is_enough() and all(row.is_per_piece for row in self.rows)

    @property
    def is_total_of_most(self) -> bool:
        """Tell whether it is price times quantity, or a pack of it, in half of the rows or more."""
        fits = sum(row.fits for row in self.rows)
        packs = [row.packs for row in self.rows if row.packs]
        is_enough = _FEWEST_ROWS <= fits + len(packs) >= len(self.rows) / 2
        # Small numbers, such as those of receipts, are a tenth of some product by chance.
        is_same_pack = self._is_enough() and packs == packs[:1] * len(self.rows)
        return is_enough and (fits > 0 or is_same_pack)

    @property
    def is_less_in_some(self) -> bool:
        """Tell whether it is less than price times quantity in some row."""
        return any(row.number < row.product and not row.fits for row in self.rows)

    @property
    def is_total_of_order(self) -> bool:
        """Tell whether it is the same in all rows of an order, though these differ."""
        orders: defaultdict[str, list[PricedRow]] = defaultdict(list)
        for row in self.rows:
            orders[row.order].append(row)
        return any(
            order
            and len({row.product for row in rows}) > 1
            and len({row.number for row in rows}) == 1
            for order, rows in orders.items()
        )

    def _is_enough(self) -> bool:
        return len({(row.price, row.quantity) for row in self.rows}) >= _FEWEST_ROWS


def column_products(
    rows: Iterable[tuple[str, str, str]],
    others: Mapping[str, Sequence[str]],
    style: NumberStyle,
) -> Iterator[ColumnProduct]:
    """Yield each of `others`, by label, with the rows that can be compared.

    `rows` are order, price and quantity as texts, and `others` has as many cells for each label.
    """
    numbers = [(order, _value(p, style), _value(q, style)) for order, p, q in rows]
    for label, cells in others.items():
        found = [
            PricedRow(order, price, quantity, number)
            for (order, price, quantity), cell in zip(numbers, cells, strict=True)
            if price and quantity and quantity > 1 and (number := _value(cell, style))
        ]
        yield ColumnProduct(label, tuple(found))


def further_totals(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column that is price times quantity in most rows and not in all.

    What was paid by its name is compared in every row where it is less (`ContraryColumns.paid`).
    """
    columns, words = first.columns, first.words
    if PRICE not in columns.fields or LINE_TOTAL in columns.fields:
        return
    places = [columns.fields.get(name, -1) for name in (ORDER_ID, PRICE, QUANTITY)]
    one_piece = {"1", "1.0", "1,0", "1.00", "1,00", ""}
    rows = [row for row in first.rows if cell_at(row, places[2]).strip() not in one_piece]
    rows = rows[:LOOKED_AT]
    others = {
        columns.labels[place]: [cell_at(row, place) for row in rows]
        for place in columns.extra.values()
        if normalise(columns.labels[place]) not in words.order_sums
        and all(is_amount(cell) for row in rows if (cell := cell_at(row, place)).strip())
    }
    if not others:
        return
    order, price, quantity = places
    texts = [(cell_at(row, order), cell_at(row, price), cell_at(row, quantity)) for row in rows]
    for style in NumberStyle:
        found = [
            choice
            for product in column_products(texts, others, style)
            if (choice := _doubt(product, columns))
            and not (product.is_less_in_some and normalise(product.label) in words.paid_amounts)
        ]
        if found:
            yield from found
            return


def _doubt(column: ColumnProduct, columns: Columns) -> Choice[object] | None:
    """Return what to tell; nothing where the meaning of the price is decided by it anyway."""
    label, rows, price = column.label, column.rows, columns.labels[columns.fields[PRICE]]
    if column.is_total_of_order:
        return None
    if column.is_price_per_piece:
        if columns.has_unclear_price:
            return None
        evidence = f"{price!r} is {label!r} times the quantity in every row of several pieces"
        return Choice(
            "column", price, Certainty.DOUBTFUL, evidence, PRICE, f'--map price="{label}"'
        )
    others = [row for row in rows if not row.fits]
    if not (others and column.is_total_of_most):
        return None
    return Choice(
        name="column",
        value=price,
        certainty=Certainty.DOUBTFUL,
        evidence=f"{label!r} is price times quantity in {len(rows) - len(others):,} of"
        f" {len(rows):,} rows of several pieces, but not in others ({others[0]})",
        field=PRICE,
        remedy=f'--map price="{label}" and --price-is line if that is what was paid',
        rows=len(others),
    )


def _value(cell: str, style: NumberStyle) -> Decimal | None:
    return number_value(bare_number(cell), style)
