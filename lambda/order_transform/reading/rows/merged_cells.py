"""Cells of a workbook that are merged over several rows: each row has the value of the first. Pure.

Only fields of a whole order are filled so. An amount that is merged over several lines is not each
line's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from order_transform.contract.definition import ORDER_ID
from order_transform.reading.columns.columns import Columns
from order_transform.reading.rows.carried_fields import ORDER_FIELDS
from order_transform.reading.rows.csv_rows import Row, cell_at

# The first and the last row of merged cells, and their column, from 0.
type Merged = tuple[int, int, int]


def merged_in_orders(merged: Iterable[Merged], columns: Columns) -> tuple[Merged, ...]:
    """Return those merged cells that stand in a column of a whole order's field, sorted."""
    fields = columns.fields
    places = {fields[name] for name in (ORDER_ID, *ORDER_FIELDS) if name in fields}
    places.update(columns.marks.values())
    return tuple(sorted(cells for cells in merged if cells[2] in places))


def fill_merged(
    rows: Iterable[Row], merged: Sequence[Merged], rows_above: int, tally: Counter[str]
) -> Iterator[Row]:
    """Yield the rows with the values of merged cells; `rows_above` stand above the first.

    `tally` counts the rows that got values, as `merged`.
    """
    left = list(reversed(merged))
    open_cells: dict[int, tuple[int, str]] = {}  # by column: the last row, and the value
    for number, row in enumerate(rows, rows_above):
        found = {
            place: text
            for place, (last, text) in open_cells.items()
            if number <= last and not cell_at(row.cells, place).strip()
        }
        if found and any(map(str.strip, row.cells)):
            cells = [*row.cells, *[""] * (max(found) + 1 - len(row.cells))]
            for place, text in found.items():
                cells[place] = text
            tally["merged"] += 1
            row = row._replace(cells=cells)
        while left and left[-1][0] <= number:
            first, last, place = left.pop()
            if first == number and (text := cell_at(row.cells, place).strip()):
                open_cells[place] = last, text
        yield row
