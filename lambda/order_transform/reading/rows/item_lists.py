"""Rows whose cells are lists of several items, split into one row per item where that is proven.

A row is split where its quantities, prices and products are lists of the same length, and the
row's own total is exactly the sum of price times quantity of the items. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
    Contract,
    NumberStyle,
)
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.columns.columns import Columns
from order_transform.reading.numbers.style import bare_number, number_value
from order_transform.reading.rows.csv_rows import Row

# What separates the items of a list.
MARKS = (",", ";", "|", "\n")


@dataclass(frozen=True, slots=True)
class ItemLists:
    """Where the lists of a file stand; `totals` are the columns that may hold an order's total.

    `units` are the words for one piece that may stand behind a number.
    """

    quantity: int
    price: int
    products: tuple[int, ...]
    totals: tuple[int, ...]
    line_total: int | None
    units: tuple[str, ...]

    def split(self, rows: Iterable[Row], tally: Counter[str]) -> Iterator[Row]:
        """Yield the rows, with one row per item where a row is proven to have several.

        `tally` counts the rows that were split, as `split`, and their items, as `items`.
        """
        for row in rows:
            items = [] if row.problem else self.items(row.cells)
            if items:
                tally["split"] += 1
                tally["items"] += len(items)
                yield from (row._replace(cells=cells) for cells in items)
            else:
                yield row

    def items(self, cells: Sequence[str]) -> list[list[str]]:
        """Return the cells of each item of a row; empty where it is not proven to have several."""
        if len(cells) <= max(self.quantity, self.price, *self.products, *self.totals):
            return []
        marks = (mark for mark in MARKS if mark in cells[self.quantity])
        return next(filter(None, (self._items(cells, mark) for mark in marks)), [])

    def _items(self, cells: Sequence[str], mark: str) -> list[list[str]]:
        quantities = _parts(cells[self.quantity], mark)
        size = len(quantities)
        prices = _parts(cells[self.price], mark)
        products = {
            place: parts for place in self.products if (parts := _list(cells[place], size, mark))
        }
        if len(prices) != size or not products:
            return []
        for style in _styles(mark):
            amounts = self._amounts(quantities, prices, style)
            totals = self._proven(cells, amounts, style, mark) if amounts else None
            if totals is not None:
                lists = {self.quantity: quantities, self.price: prices, **products, **totals}
                return [_item(cells, lists, number) for number in range(size)]
        return []

    def _amounts(
        self, quantities: Sequence[str], prices: Sequence[str], style: NumberStyle
    ) -> list[Decimal]:
        """Return price times quantity of each item; empty where one of them is not a number."""
        amounts = []
        for quantity, price in zip(quantities, prices, strict=True):
            values = self._value(quantity, style), self._value(price, style)
            if values[0] is None or values[1] is None:
                return []
            amounts.append(values[0] * values[1])
        return amounts

    def _proven(
        self, cells: Sequence[str], amounts: list[Decimal], style: NumberStyle, mark: str
    ) -> dict[int, list[str]] | None:
        """Return the line totals of the items if the row's own total proves them, else None.

        A cell of the line total that was the whole order's becomes the item's own. Where it says
        something, no other total counts.
        """
        of_line = cells[self.line_total] if self.line_total is not None else ""
        if self.line_total is not None and mark in of_line:
            parts = _parts(of_line, mark)
            if [self._value(part, style) for part in parts] == amounts:
                return {self.line_total: parts}
        owns = [of_line] if of_line.strip() else [cells[place] for place in self.totals]
        if not any(self._value(own, style) == sum(amounts) for own in owns):
            return None
        written = [_written(amount, style) for amount in amounts]
        return {} if self.line_total is None else {self.line_total: written}

    def _value(self, text: str, style: NumberStyle) -> Decimal | None:
        bare = bare_number(text, self.units)
        if not bare or "-" in text or "(" in text:
            return None
        return number_value(bare, style)


def item_lists(columns: Columns, contract: Contract) -> ItemLists | None:
    """Return where a file's lists of items may stand; None where nothing could prove them."""
    places = columns.fields
    products = tuple(places[name] for name in (PRODUCT_ID, PRODUCT_NAME) if name in places)
    listed = {QUANTITY, PRICE} & places.keys() - columns.constants.keys()
    if not products or len(listed) < 2:
        return None
    line_total = places.get(LINE_TOTAL)
    totals = [
        place for place in columns.extra.values() if is_total(columns.labels[place], contract)
    ]
    if line_total is not None:
        totals.insert(0, line_total)
    if not totals:
        return None
    units = contract.words.units
    return ItemLists(places[QUANTITY], places[PRICE], products, tuple(totals), line_total, units)


def is_total(label: str, contract: Contract) -> bool:
    """Tell whether a header is that of a total: `Order Total`, `Summe`, `Subtotal`."""
    words = contract.words
    names = {normalise(label), *header_words(label)}
    return not names.isdisjoint(words.totals | words.order_sums)


def _styles(mark: str) -> tuple[NumberStyle, ...]:
    """Return the styles that numbers between such marks can have."""
    return (NumberStyle.DOT,) if mark == "," else (NumberStyle.DOT, NumberStyle.COMMA)


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.strip().split(mark)]


def _list(text: str, size: int, mark: str) -> list[str]:
    """Return the texts of a list of this size, by the numbers' mark first; empty for others."""
    for each in (mark, *MARKS):
        parts = _parts(text, each)
        if len(parts) == size and all(parts):
            return parts
    return []


def _item(cells: Sequence[str], lists: dict[int, list[str]], number: int) -> list[str]:
    item = list(cells)
    for place, parts in lists.items():
        item[place] = parts[number]
    return item


def _written(amount: Decimal, style: NumberStyle) -> str:
    text = f"{amount:f}"
    return text.replace(".", ",") if style is NumberStyle.COMMA else text
