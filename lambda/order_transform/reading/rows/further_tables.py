"""Headers in the middle of a file: the file's own once more, and those of further tables. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from order_transform.contract.definition import PRICE, QUANTITY, Contract
from order_transform.contract.header_names import normalise
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.rows.csv_rows import cell_at

_DIGIT = re.compile(r"\d")
_FEWEST_NAMES = 3  # of a header whose names are not known


@dataclass(frozen=True, slots=True)
class FurtherTable:
    """What stands below a header in the middle of a file.

    `places` says, for each column of the file's own header, where its cell is in the rows below
    this one; -1 is nowhere. It is None where the rows are not read.
    """

    places: tuple[int, ...] | None

    def arranged(self, cells: Sequence[str]) -> list[str]:
        """Return a row with its cells under the file's own header; further ones stay behind them.

        Only for a table that is read.
        """
        places = self.places or ()
        found = [cell_at(cells, place) for place in places]
        return [*found, *(cell for place, cell in enumerate(cells) if place not in places and cell)]


@dataclass(frozen=True, slots=True)
class TableHeaders:
    """Tells headers from orders, and how the rows below one are read.

    `numbers` are the places of the price and the quantity.
    """

    columns: Columns
    contract: Contract
    numbers: tuple[int, ...]

    def has_names_for_numbers(self, cells: Sequence[str]) -> bool:
        """Tell whether no digit is where a price or a quantity is, as in every header."""
        for place in self.numbers:  # no generator: this is asked for thousands of rows
            if place < len(cells) and _DIGIT.search(cells[place]):
                return False
        return sum(map(bool, cells)) > len(self.numbers)

    def table_below(self, cells: Sequence[str], *, is_apart: bool) -> FurtherTable | None:
        """Return the table that begins with this row; None if it is not a header.

        `is_apart`: a blank row or a title stands above it. Only such a row is taken for a header
        whose names say nothing of orders.
        """
        if not self.has_names_for_numbers(cells):
            return None
        found = map_columns(cells, self.contract)
        if isinstance(found, Columns):
            return FurtherTable(self._places(found))
        return FurtherTable(None) if is_apart and self.may_be_another(cells) else None

    def may_be_another(self, cells: Sequence[str]) -> bool:
        """Tell whether a row has nothing but different words, those of its numbers among them."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        return (
            len(filled) >= _FEWEST_NAMES
            and len(set(filled)) == len(filled)
            and all(re.search(r"[^\W\d_]", text) and not _DIGIT.search(text) for text in filled)
            and all(place < len(cells) and cells[place].strip() for place in self.numbers)
        )

    def is_own(self, table: FurtherTable) -> bool:
        """Tell whether a table's columns are those of the file, in the same order."""
        return table.places == tuple(range(self.columns.header_width))

    def _places(self, other: Columns) -> tuple[int, ...] | None:
        """Find this file's columns in another header; None where either has one of its own.

        A field's column is the same under any name; further columns are known by their names,
        or by their place where neither header has a word there, as that of a running number.
        """
        own = self.columns
        if any(name not in other.fields for name in own.fields if name not in own.constants):
            return None
        places = [-1] * own.header_width
        for name, place in own.fields.items():
            if place < own.header_width:
                places[place] = other.fields[name]
        names = {normalise(other.labels[place]): place for place in other.extra.values()}
        for place in own.extra.values():
            places[place] = names.get(normalise(own.labels[place]), -1)
        used = set(places)
        left = [place for place in range(other.header_width) if place not in used]
        if any(place >= own.header_width or places[place] >= 0 for place in left):
            return None
        if any(re.search(r"[^\W\d_]", other.labels[place]) for place in left):
            return None
        for place in left:
            places[place] = place
        return tuple(places)


def table_headers(columns: Columns, contract: Contract) -> TableHeaders:
    """Return what tells the headers in a file with these columns from its orders."""
    fields = columns.fields
    numbers = (fields[name] for name in (PRICE, QUANTITY) if name in fields)
    return TableHeaders(columns, contract, tuple(numbers))
