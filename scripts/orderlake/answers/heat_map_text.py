"""A heat map in a terminal: shades, with the values beside them. Pure."""

from decimal import Decimal
from typing import TextIO

from athena_sql.answer import Answer, Value

from orderlake.answers.heat_map import LEVELS, Point, lay_out
from orderlake.answers.value_text import shown, shown_digits

SHADES = " ░▒▓█"


def write_heat(answer: Answer, out: TextIO, places: tuple[int, int, int]) -> int:
    """Write one row per label; `places` are the columns of label, across and value.

    Returns the number of the answer's rows. If there can be no map, writes the reason instead.
    """
    rows = list(answer.rows)
    label, across, value = places
    digits = shown_digits(rows, value)
    heat = lay_out(
        Point(
            shown(row[label], None),
            shown(row[across], None),
            number(row[value]),
            shown(row[value], digits),
        )
        for row in rows
    )
    if isinstance(heat, str):
        out.write(f"no chart: {heat}; to see the rows: --format table\n")
        return len(rows)
    wide = max((len(name) for name in heat.labels), default=0)
    widths = [
        max(len(column), *(len(p.text) for (_, a), p in heat.cells.items() if a == column)) + 1
        for column in heat.columns
    ]
    head = " ".join(f"{c:>{w}}" for c, w in zip(heat.columns, widths, strict=True))
    out.write(f"{'':<{wide}} {head}".rstrip() + "\n")
    for name in heat.labels:
        cells = (
            cell(heat.cells.get((name, column)), heat.levels.get((name, column), 0), width)
            for column, width in zip(heat.columns, widths, strict=True)
        )
        out.write(f"{name:<{wide}} {' '.join(cells)}".rstrip() + "\n")
    return len(rows)


def cell(point: Point | None, level: int, width: int) -> str:
    """Return one cell: a shade and the value, or spaces."""
    if point is None:
        return " " * width
    return f"{SHADES[level * (len(SHADES) - 1) // LEVELS]}{point.text:>{width - 1}}"


def number(value: Value) -> float:
    """Return a value to rank by; NaN for anything but a number, which gets the lowest level."""
    return float(value) if isinstance(value, int | float | Decimal) else float("nan")
