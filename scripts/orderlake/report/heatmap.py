"""A section's answer as a heat map: a table whose cells are coloured, readable without colours.

Pure. The colours are classes, because the page's policy forbids styles in elements.
"""

import re
from html import escape

from orderlake.answers.heat_map import Heat, Point, lay_out
from orderlake.answers.question import Chart
from orderlake.report.section import Grid

FIRST_OF_MONTH = re.compile(r"\d{4}-\d{2}-01")


def map_of(chart: Chart, grid: Grid) -> Heat | str:
    """Return an answer's heat map, or why there is none."""
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
    """Return a value to rank by; no value ranks nowhere."""
    return float(text.replace(",", "")) if text else float("nan")


def draw_heat(chart: Chart, heat: Heat, name: str) -> str:
    """Return the map as a table in a frame that scrolls sideways."""
    label, across, value = (column.replace("_", " ") for column in chart.columns)
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in heat.columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(draw_cell(heat, (row, column)) for column in heat.columns)
        + "</tr>"
        for row in heat.labels
    )
    caption = f"{value} by {label} and {across}; stronger is higher"
    return (
        f'<div class="frame" tabindex="0" role="region" aria-label="Heat map of {escape(name)}">'
        f'<table class="heat"><caption>{escape(caption)}</caption><thead><tr>'
        f'<th scope="col">{escape(label)}</th>{heads}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def draw_cell(heat: Heat, place: tuple[str, str]) -> str:
    """Return one cell; what the answer says nothing about is empty."""
    point = heat.cells.get(place)
    if point is None or not point.text:
        return "<td></td>"
    level, detail = heat.levels[place], escape(point.detail)
    return f'<td class="heat-{level}" title="{detail}">{escape(short(point.text))}</td>'


def short(text: str) -> str:
    """Return a cell's text: fractions of large numbers are for the table below."""
    whole, point, rest = text.partition(".")
    return whole if len(whole.lstrip("-")) >= 3 else f"{whole}{point}{rest[:1]}"
