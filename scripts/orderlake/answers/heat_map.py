"""An answer as a heat map: one row per label, one column per value across, one level per cell.

Pure. Levels are ranks, not shares: beside one cell of 100 %, many cells of about 5 % would
otherwise all look alike.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS = 8
LARGEST_ROWS, LARGEST_COLUMNS = 60, 40


@dataclass(frozen=True, slots=True)
class Point:
    """One cell: its place, its value, and the text about it."""

    label: str
    across: str
    value: float
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """The map; `cells` by (label, across), `levels` from 0 to LEVELS, the highest value's."""

    labels: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Point]
    levels: Mapping[tuple[str, str], int]


def lay_out(points: Iterable[Point]) -> Heat | str:
    """Return the map, or why it cannot be drawn; numbered columns are sorted by number."""
    cells: dict[tuple[str, str], Point] = {}
    for point in points:
        place = (point.label, point.across)
        if place in cells:
            return f"two rows are about {point.label} and {point.across}"
        cells[place] = point
    labels = tuple(dict.fromkeys(label for label, _ in cells))
    columns = in_order(dict.fromkeys(across for _, across in cells))
    if len(labels) > LARGEST_ROWS or len(columns) > LARGEST_COLUMNS:
        return f"{len(labels):,} by {len(columns):,} cells are too many"
    return Heat(labels, columns, cells, levels_of(cells))


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return numbers sorted by size; other values keep their order."""
    found = tuple(names)
    try:
        return tuple(sorted(found, key=lambda name: float(name.replace(",", ""))))
    except ValueError:
        return found


def levels_of(cells: Mapping[tuple[str, str], Point]) -> dict[tuple[str, str], int]:
    """Return each cell's level by the rank of its value; only the highest has the last level."""
    values = sorted({point.value for point in cells.values() if math.isfinite(point.value)})
    if not values:
        return dict.fromkeys(cells, 0)
    return {
        place: LEVELS
        if point.value == values[-1]
        else bisect_left(values, point.value) * LEVELS // len(values)
        for place, point in cells.items()
    }
