"""Fields of a whole order that stand on its first line only, and are carried to its further lines.

Whether a file has that pattern is counted over all of its rows, in constant memory. Pure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
)
from order_transform.reading.columns.columns import Columns
from order_transform.reading.rows.csv_rows import cell_at

# What an order's line is about. A row without it and without an order id is not a line.
_ITEM_FIELDS = (PRODUCT_ID, PRODUCT_NAME, PRICE, QUANTITY, LINE_TOTAL)
# What belongs to a whole order.
ORDER_FIELDS = ("order_date", "customer_id", "country", "currency", "status")
# At least so many rows without an order id have to agree with the row above, and so many orders
# have to differ from it; fewer could be chance.
_FEWEST_AGREEING = 2
_EXAMPLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many rows lack a field, and the filled cells of the first one."""

    rows: int
    example: str


class CarriedFields:
    """Counts, for each field of an order, on which of its lines it is filled.

    A further line is one below a row of the same order id, or with an empty one. `names` are the
    fields that are counted, the order id first, and marks such as `Cancelled at`: nothing in a file
    without an order id. A row above the first
    order id belongs to no order above it.
    """

    def __init__(self, columns: Columns) -> None:
        fields = columns.fields
        names = [name for name in (ORDER_ID, *ORDER_FIELDS) if name in fields]
        self._marks = columns.marks.keys()
        self.names = (*names, *self._marks) if ORDER_ID in fields else ()
        self._places = [columns.place(name) for name in self.names]
        self._width = max(self._places, default=-1) + 1
        self._items = [
            fields[name]
            for name in _ITEM_FIELDS
            if name in fields and name not in columns.constants
        ]
        self._above: Sequence[str] = ()  # the values of the first line of the order above
        self._empty: Counter[str] = Counter()
        self._filled_below: set[str] = set()
        self._emptied_below: Counter[str] = Counter()
        self._above_all_orders = 0
        self._examples: dict[str, str] = {}
        # Whether rows have the same fields as the order above, by whether they have an order id.
        self._agreeing: Counter[tuple[bool, bool]] = Counter()

    def add(self, cells: Sequence[str]) -> None:
        """Take note of one order line; rows come in the file's order."""
        if not self.names:
            return
        padded = cells if len(cells) >= self._width else [*cells, *[""] * self._width]
        values = [padded[place].strip() for place in self._places]
        order = values[0]
        if not (order or any(cell_at(cells, place).strip() for place in self._items)):
            return  # such as a footer: `Seller ID : shop`
        above = self._above
        is_further = bool(above) and order in ("", above[0])
        if not (above or order):
            self._above_all_orders += 1
            self._examples.setdefault(ORDER_ID, _shown(cells))
        elif is_further:
            if not order:
                self._agreeing[False, values[1:] == above[1:]] += 1
        else:
            if above:
                self._agreeing[True, values[1:] == above[1:]] += 1
            self._above = values
        if "" in values:
            self._count(values, cells, above if is_further else ())
        elif is_further:
            self._filled_below.update(self.names)

    def _count(self, values: Sequence[str], cells: Sequence[str], above: Sequence[str]) -> None:
        """Take note of a row with empty values; `above` are those of a further line's order."""
        for place, (name, value) in enumerate(zip(self.names, values, strict=True)):
            if not value:
                self._empty[name] += 1
                if above and above[place]:
                    self._emptied_below[name] += 1
                    self._examples.setdefault(name, _shown(cells))
            elif above:
                self._filled_below.add(name)

    def carried(self) -> tuple[str, ...]:
        """Return the fields that are filled on first lines of orders and on no further line.

        The order id is among them where no further line has it, and either other fields are, too,
        or those prove that rows without one belong to the order above.
        """
        found = [
            name
            for name in self.names[1:]
            if self._emptied_below[name] and name not in self._filled_below
        ]
        if self._marks >= set(found):  # alone they may be those of single lines
            found = []
        if found and ORDER_ID not in self._filled_below:
            return (ORDER_ID, *found)
        if self._proves_order():
            return (ORDER_ID,)
        # An order id that is missing here and there says nothing of the lines below it.
        return tuple(found) if ORDER_ID in self._filled_below else ()

    def _proves_order(self) -> bool:
        """Tell whether rows without an order id agree with the row above, and other orders do not.

        Such an order has its date and customer on every line, and its id on the first one.
        """
        agreeing = self._agreeing
        return (
            ORDER_ID not in self._filled_below
            and agreeing[False, True] >= _FEWEST_AGREEING
            and not agreeing[False, False]
            and agreeing[True, False] >= max(_FEWEST_AGREEING, agreeing[True, True])
        )

    def mixed(self) -> dict[str, Lacking]:
        """Return which rows lack a field that is not carried to them.

        Some further lines have such a field and others lack it; or it is an order id, and nothing
        shows which order the rows without one belong to, or they stand above all orders.
        """
        carried = self.carried()
        lacking = Counter({name: self._emptied_below[name] for name in self.names})
        lacking.subtract({name: lacking[name] for name in carried})
        if self._above:
            lacking[ORDER_ID] += self._above_all_orders
        return {
            name: Lacking(lacking[name], self._examples[name])
            for name in self.names
            if lacking[name]
        }

    def never_empty(self) -> tuple[str, ...]:
        """Return the fields that every row has so far."""
        return tuple(name for name in self.names if not self._empty[name])

    def undecided(self) -> tuple[str, ...]:
        """Return the fields that some rows lack, though no further line of an order that has it.

        Whether an order id is carried, only all rows show.
        """
        return tuple(
            name
            for name in self.names
            if self._empty[name] and (name == ORDER_ID or not self._emptied_below[name])
        )


class Carrier:
    """Fills empty cells of an order's further lines from its first line."""

    def __init__(self, columns: Columns, carried: Sequence[str]) -> None:
        self._order = columns.fields.get(ORDER_ID, -1)
        self._carries_order = ORDER_ID in carried
        self._places = [columns.place(name) for name in carried]
        self._first: list[str] = []

    def fill(self, cells: list[str]) -> list[str]:
        """Return a row with its order's values; the same list where it needs none."""
        order = cell_at(cells, self._order).strip()
        above = cell_at(self._first, self._order).strip()
        is_further = order == above or (not order and self._carries_order)
        if not (above and is_further):
            self._first = cells
            return cells
        empty = [place for place in self._places if not cell_at(cells, place).strip()]
        if not any(cell_at(self._first, place) for place in empty):
            return cells
        filled = cells + [""] * (max(empty) + 1 - len(cells))
        for place in empty:
            filled[place] = cell_at(self._first, place)
        return filled


def _shown(cells: Sequence[str]) -> str:
    """Return the filled cells of a row, cut to a length that can be read: `B, 1, 3`."""
    return ", ".join(filter(None, map(str.strip, cells)))[:_EXAMPLE_LENGTH]
