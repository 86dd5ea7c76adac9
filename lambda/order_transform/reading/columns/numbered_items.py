"""Rows of orders whose items have columns of their own: `item_1_sku`, `item_2_sku`. Pure.

Such a row becomes one row for each item that has any cell, with the columns of its order.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from order_transform.contract.header_names import names_a_sum, normalise
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.numbers.style import bare_number, number_value
from order_transform.reading.rows.csv_rows import Row
from order_transform.reading.rows.item_lists import is_total

_NUMBERED = re.compile(r"(\D*)(\d{1,3})(\D*)")
_MARKS = " _-#:./()[]"
_ITEM_FIELDS = (PRODUCT_ID, PRODUCT_NAME, QUANTITY, PRICE, LINE_TOTAL)


@dataclass(frozen=True, slots=True)
class NumberedItems:
    """How a row is split: `header` is that of the split rows.

    `order` are the places of the order's cells in the row, and `items` those of each item's cells,
    which stand behind the order's; -1 is a cell that an item lacks. The row has `width` cells.
    `money` and `quantity` are the places of an item's amount and number of pieces among its cells,
    where `quantity` is -1 if the amount is the line's; `totals` are those of the row's own totals.
    """

    header: tuple[str, ...]
    order: tuple[int, ...]
    items: tuple[tuple[int, ...], ...]
    width: int
    money: int
    quantity: int
    totals: tuple[int, ...]

    def split(self, rows: Iterable[Row], tally: Counter[str]) -> Iterator[Row]:
        """Yield one row per item; `tally` counts the rows as `numbered`, their items as `items`.

        A row without items stays one, for the contract to reject. Of the rows with a total of their
        own, `tally` counts all as `own_totals`, and those that it fits as `own_totals_that_fit`.
        """
        for row in rows:
            if row.problem or not any(map(str.strip, row.cells)):
                yield row
                continue
            cells = [*row.cells, *[""] * (self.width - len(row.cells))]
            order = [cells[place] for place in self.order]
            items = [[cells[place] if place >= 0 else "" for place in item] for item in self.items]
            filled = [item for item in items if any(map(str.strip, item))] or items[:1]
            tally["numbered"] += 1
            tally["items"] += len(filled)
            totals = [total for place in self.totals if (total := cells[place].strip())]
            fits = self._add_up(filled, totals) if totals else None
            if fits is not None:
                tally["own_totals"] += 1
                tally["own_totals_that_fit"] += fits
            for item in filled:
                yield row._replace(cells=[*order, *item, *cells[self.width :]])

    def _add_up(self, items: Sequence[Sequence[str]], totals: Sequence[str]) -> bool | None:
        """Tell whether a total of the row is the sum of its items; None if one is not a number."""
        found: set[bool] = set()
        for style in NumberStyle:
            amounts = [self._amount(item, style) for item in items]
            owns = [number_value(bare_number(total), style) for total in totals]
            if None not in (*amounts, *owns):
                found.add(sum(filter(None, amounts)) in owns)
        return any(found) if found else None

    def _amount(self, item: Sequence[str], style: NumberStyle) -> Decimal | None:
        money = number_value(bare_number(item[self.money]), style)
        if self.quantity < 0 or money is None:
            return money
        quantity = number_value(bare_number(item[self.quantity]), style)
        return None if quantity is None else money * quantity


def numbered_items(
    header: Sequence[str], contract: Contract, overrides: Mapping[str, str]
) -> tuple[Columns, NumberedItems] | None:
    """Find items with numbers in a header; None where their columns are not those of items.

    A column without a number is of the first item if there are such columns of the others: `sku`,
    `sku_2`.
    """
    places = _numbered_places(header)
    fields = map_columns(list(places), contract)
    if not isinstance(fields, Columns):
        return None
    names = {
        fields.labels[place]: places[fields.labels[place]]
        for name, place in fields.fields.items()
        if name in _ITEM_FIELDS and fields.labels[place] in places
    }
    numbers = sorted({number for found in names.values() for number in found})
    taken = {place for found in names.values() for place in found.values()}
    order = tuple(place for place in range(len(header)) if place not in taken)
    # An amount beside the items is the whole order's.
    labels = [_named_as_the_order_s(header[place]) for place in order]
    split_header = (*labels, *names)
    columns = map_columns(split_header, contract, overrides)
    if not isinstance(columns, Columns):
        return None
    items = tuple(tuple(found.get(number, -1) for found in names.values()) for number in numbers)
    kinds = [name for name in fields.fields if fields.labels[fields.fields[name]] in names]
    kinds.sort(key=lambda name: list(names).index(fields.labels[fields.fields[name]]))
    money = PRICE if PRICE in kinds else LINE_TOTAL
    if money not in kinds or (money == PRICE and QUANTITY not in kinds):
        return columns, NumberedItems(split_header, order, items, len(header), -1, -1, ())
    return columns, NumberedItems(
        header=split_header,
        order=order,
        items=items,
        width=len(header),
        money=kinds.index(money),
        quantity=kinds.index(QUANTITY) if money == PRICE else -1,
        totals=tuple(place for place in order if is_total(header[place], contract)),
    )


def _named_as_the_order_s(header: str) -> str:
    is_sum = names_a_sum(header) and not normalise(header).startswith("order")
    return f"order {header}" if is_sum else header


def _numbered_places(header: Sequence[str]) -> dict[str, dict[int, int]]:
    """Return, for each name that has at least two numbers, the place of each number."""
    places: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for place, cell in enumerate(header):
        if match := _NUMBERED.fullmatch(cell.strip()):
            start, end = match[1].strip(_MARKS), match[3].strip(_MARKS)
            places[f"{start} {end}".strip()].setdefault(int(match[2]), place)
    bare = {normalise(cell): place for place, cell in enumerate(header)}
    for name, found in places.items():
        if 1 not in found and 2 in found and normalise(name) in bare:
            found[1] = bare[normalise(name)]
    return {name: found for name, found in places.items() if name and len(found) > 1}
