"""Rows whose cells a delimiter in a text without quotes has shifted. Pure.

With the columns product, city, quantity, price and note, `A,Paris, 75001,2,9.99,` is one. It has a
cell too many, and would be silently wrong where its last cell is empty: what is left is as wide as
the header.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from order_transform.contract.definition import LINE_TOTAL, PRICE, PRODUCT_ID, QUANTITY
from order_transform.reading.columns import Columns

SHIFTED_CELLS = "shifted_cells"
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
