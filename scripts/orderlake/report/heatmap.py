"""A section's answer as a heat map: a table whose cells are coloured, readable without colours.

Pure; templates/card.html draws it.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from orderlake.answers.heat_map import Heat, Point, lay_out
from orderlake.answers.question import Chart
from orderlake.report.amounts import round_half_up
from orderlake.report.section import Grid

FIRST_OF_MONTH = re.compile(r"\d{4}-\d{2}-01")


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One coloured cell: its level from 0 to 8, its text, and all its values as a title."""

    level: int
    detail: str
    text: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of the map; None is a cell without a value."""

    label: str
    cells: tuple[HeatCell | None, ...]


@dataclass(frozen=True, slots=True)
class HeatView:
    """The map as its template shows it."""

    caption: str
    label_title: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def map_of(chart: Chart, grid: Grid) -> Heat | str:
    """Return an answer's heat map, or the reason why it has no heat map."""
    names = [field.name for field in grid.fields]
    label, across, value = (names.index(name) for name in chart.columns)
    labels = [row[label] for row in grid.rows]
    is_months = all(FIRST_OF_MONTH.fullmatch(text or "") for text in labels)
    return lay_out(
        Point(
            label=shown_label(row[label], is_months),
            across=row[across] or "no value",
            value=to_number(row[value]),
            text=row[value] or "",
            detail=", ".join(
                f"{field.title}: {text}"
                for field, text in zip(grid.fields, row, strict=True)
                if text is not None
            ),
        )
        for row in grid.rows
    )


def shown_label(text: str | None, is_month: bool) -> str:
    """Return a row's label; a first day that stands for its month as the month."""
    if text is None:
        return "no value"
    return text[:7] if is_month else text


def to_number(text: str | None) -> float:
    """Return a value to rank by; NaN for NULL, whose cell stays empty."""
    return float(text.replace(",", "")) if text else float("nan")


def draw_heat(chart: Chart, grid: Grid) -> HeatView | str:
    """Return the values for the map's template, or the reason why there is no map."""
    heat = map_of(chart, grid)
    if isinstance(heat, str):
        return heat
    label, across, value = (column.replace("_", " ") for column in chart.columns)
    places = places_of(heat)
    return HeatView(
        caption=f"{value} by {label} and {across}; stronger is higher",
        label_title=label,
        columns=heat.columns,
        rows=tuple(
            HeatRow(row, tuple(cell_of(heat, (row, column), places) for column in heat.columns))
            for row in heat.labels
        ),
    )


def cell_of(heat: Heat, place: tuple[str, str], places: int) -> HeatCell | None:
    """Return one cell; None if the answer has no value for it."""
    point = heat.cells.get(place)
    if point is None or not math.isfinite(point.value):
        return None
    return HeatCell(heat.levels[place], point.detail, short(point.text, places))


def places_of(heat: Heat) -> int:
    """Return the number of decimals in all cells of the map: none from a hundred up, else one.

    It is two if a value that is not zero would otherwise be shown as zero.
    """
    sizes = [abs(point.value) for point in heat.cells.values() if math.isfinite(point.value)]
    if all(size == int(size) for size in sizes) or max(sizes) > 100:
        return 0
    return 2 if any(0 < size < 0.05 for size in sizes) else 1


def short(text: str, places: int) -> str:
    """Return a cell's number rounded to so many decimals; the table below has every digit."""
    return f"{round_half_up(Decimal(text.replace(',', '')), places):,f}"
