"""Rows whose cells a delimiter in a text without quotes has shifted. Pure.

With the columns product, city, quantity, price and note, `A,Paris, 75001,2,9.99,` is one. It has a
cell too many, and would be silently wrong where its last cell is empty: what is left is as wide as
the header.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from order_transform.contract.definition import LINE_TOTAL, PRICE, PRODUCT_ID, QUANTITY
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.rows.csv_rows import cell_at

SHIFTED_CELLS = "shifted_cells"
_WHOLE = re.compile(r"\s*-?[1-9][0-9]{0,5}\s*")
_DECIMAL = re.compile(r"\s*\W?[0-9]{1,9}[.,][0-9]{2}\W?\s*")
_NEEDED = (PRODUCT_ID, QUANTITY, PRICE, LINE_TOTAL)


@dataclass(slots=True)
class RowEnds:
    """Counts how the rows of a file end.

    `empty` rows are as wide as the header and leave its last column empty; `longer` rows have
    nothing but empty cells beyond it. No row of orders leaves a column empty that they need.
    """

    columns: Columns
    empty: int = 0
    longer: int = 0

    def add(self, cells: Sequence[str]) -> None:
        """Take note of a row that is not blank."""
        width = self.columns.header_width
        if len(cells) == width:
            self.empty += not cells[-1].strip()
        elif _has_empty_cells_beyond(cells, width):
            self.longer += 1

    def _is_needed(self) -> bool:
        fields = self.columns.fields
        return self.columns.header_width - 1 in [fields.get(name) for name in _NEEDED]

    def are_alike(self) -> bool:
        """Tell whether no row has shown yet that one may be shifted."""
        return self._is_needed() or not (self.empty or self.longer)

    def show_shifts(self) -> bool:
        """Tell whether a longer row that fills the last column can only be shifted.

        Not where few rows leave the last column empty, or many end with a delimiter more than the
        header.
        """
        return not self._is_needed() and 0 < self.longer <= self.empty


def is_shifted(cells: Sequence[str], width: int) -> bool:
    """Tell whether a row is shifted in a file for which `RowEnds.show_shifts` is true.

    What it has in the last column belongs to the column before.
    """
    return _has_empty_cells_beyond(cells, width) and bool(cells[width - 1].strip())


def _has_empty_cells_beyond(cells: Sequence[str], width: int) -> bool:
    return len(cells) > width and not any(map(str.strip, cells[width:]))


def shifted_rows(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that a delimiter in a text has shifted, in a file that ends rows early.

    Such a program leaves empty cells at the end of a row out, so a shifted row has no cell too
    many. Its price stands where others have the cell behind, and its quantity where the price is.
    """
    fields = first.columns.fields
    places = [fields[name] for name in (QUANTITY, PRICE) if name in fields]
    shortest = min(map(len, first.rows), default=0)
    if len(places) < len((QUANTITY, PRICE)) or shortest >= first.columns.header_width:
        return
    quantity, price = places
    if any(not _fits(row, quantity, price) for row in first.rows if len(row) == shortest):
        return
    found = [
        row
        for row in first.rows
        if len(row) > shortest
        and not _fits(row, quantity, price)
        and _fits(row, quantity + 1, price + 1)
    ]
    if found:
        yield Choice(
            name="shifted",
            value="as written",
            certainty=Certainty.DOUBTFUL,
            evidence="a delimiter in a text without quotes seems to have shifted the cells of"
            f" {first.share(found)}, such as '{shown(found[0])}'",
            remedy="export the file with quotes around texts",
            rows=len(found),
        )


def _fits(row: Sequence[str], quantity: int, price: int) -> bool:
    """Tell whether a row has a whole number without a space before it, and a price with cents."""
    pieces = cell_at(row, quantity)
    is_whole = _WHOLE.fullmatch(pieces) is not None and pieces[:1] != " "
    return is_whole and _DECIMAL.fullmatch(cell_at(row, price)) is not None
