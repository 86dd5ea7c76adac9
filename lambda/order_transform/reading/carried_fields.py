"""Fields of a whole order that stand on its first line only, and are carried to its further lines.

Whether a file has that pattern is counted over all of its rows, in constant memory. Pure.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from order_transform.contract.definition import ORDER_ID
from order_transform.reading.columns import Columns

# What belongs to a whole order.
ORDER_FIELDS = ("order_date", "customer_id", "country", "currency", "status")


class CarriedFields:
    """Counts, for each field of an order, on which of its lines it is filled.

    A further line is one below a row of the same order id, or with an empty one. `names` are the
    fields that are counted: none in a file without an order id.
    """

    def __init__(self, columns: Columns) -> None:
        fields = columns.fields
        names = [name for name in ORDER_FIELDS if name in fields] if ORDER_ID in fields else []
        self._places = {name: fields[name] for name in ([ORDER_ID, *names] if names else [])}
        self.names = tuple(names)
        self._above: Mapping[str, str] = {}
        self._empty: Counter[str] = Counter()
        self._filled_below: Counter[str] = Counter()
        self._emptied_below: Counter[str] = Counter()

    def add(self, cells: Sequence[str]) -> None:
        """Take note of one order line; rows come in the file's order."""
        if not self.names:
            return
        values = {name: _at(cells, place).strip() for name, place in self._places.items()}
        if self._above and values[ORDER_ID] in ("", self._above[ORDER_ID]):
            for name, value in values.items():
                self._filled_below[name] += bool(value)
                self._emptied_below[name] += not value and bool(self._above[name])
                self._empty[name] += not value
        else:
            self._above = values
            self._empty.update(name for name, value in values.items() if not value)

    def carried(self) -> tuple[str, ...]:
        """Return the fields that are filled on first lines of orders and on no further line.

        The order id is among them where others are and no further line has it.
        """
        found = [
            name
            for name in self.names
            if self._emptied_below[name] and not self._filled_below[name]
        ]
        if found and not self._filled_below[ORDER_ID]:
            return (ORDER_ID, *found)
        # An order id that is missing here and there says nothing of the lines below it.
        return tuple(found) if self._filled_below[ORDER_ID] else ()

    def mixed(self) -> tuple[str, ...]:
        """Return fields that some further lines lack and others have, below a filled first line."""
        carried = self.carried()
        return tuple(
            name for name in self.names if self._emptied_below[name] and name not in carried
        )

    def never_empty(self) -> tuple[str, ...]:
        """Return the fields that every row has so far."""
        return tuple(name for name in self.names if not self._empty[name])

    def undecided(self) -> tuple[str, ...]:
        """Return the fields that some rows lack, though no further line of an order that has it."""
        return tuple(
            name for name in self.names if self._empty[name] and not self._emptied_below[name]
        )


class Carrier:
    """Fills empty cells of an order's further lines from its first line."""

    def __init__(self, columns: Columns, carried: Sequence[str]) -> None:
        self._order = columns.fields.get(ORDER_ID, -1)
        self._carries_order = ORDER_ID in carried
        self._places = [columns.fields[name] for name in carried]
        self._first: list[str] = []

    def fill(self, cells: list[str]) -> list[str]:
        """Return a row with its order's values; the same list where it needs none."""
        order = _at(cells, self._order).strip()
        same = self._first and order == _at(self._first, self._order).strip()
        if not (same or (self._first and not order and self._carries_order)):
            self._first = cells
            return cells
        empty = [place for place in self._places if not _at(cells, place).strip()]
        if not any(_at(self._first, place) for place in empty):
            return cells
        filled = cells + [""] * (max(empty) + 1 - len(cells))
        for place in empty:
            filled[place] = _at(self._first, place)
        return filled


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""
