"""A heat map in a terminal: shades, with the values beside them. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TextIO

from athena_sql.answer import Answer, Value

from orderlake.answers.heat_map import LEVELS, Heat, Point, lay_out
from orderlake.answers.value_text import readable_value, shown_digits

SHADES = " ░▒▓█"


def write_heat(answer: Answer, out: TextIO, places: tuple[int, int, int], width: int) -> int:
    """Write one row per label; `places` are the columns of label, across and value.

    A map that is wider than `width` is written in several parts, each with whole columns. Returns
    the number of the answer's rows. If there can be no map, writes the reason instead.
    """
    rows = list(answer.rows)
    label, across, value = places
    digits = shown_digits(rows, value)
    heat = lay_out(
        Point(
            readable_value(row[label], None),
            readable_value(row[across], None),
            number(row[value]),
            readable_value(row[value], digits),
        )
        for row in rows
    )
    if isinstance(heat, str):
        out.write(f"no chart: {heat}; to see the rows: --format table\n")
        return len(rows)
    wide = max((len(name) for name in heat.labels), default=0)
    widths = {column: width_of(column, heat) for column in heat.columns}
    for part, columns in enumerate(parts_of(widths, width - wide)):
        out.write("\n" if part else "")
        head = " ".join(f"{column:>{widths[column]}}" for column in columns)
        out.write(f"{'':<{wide}} {head}".rstrip() + "\n")
        for name in heat.labels:
            cells = (
                cell(
                    heat.cells.get((name, column)),
                    heat.levels.get((name, column), 0),
                    widths[column],
                )
                for column in columns
            )
            out.write(f"{name:<{wide}} {' '.join(cells)}".rstrip() + "\n")
    return len(rows)


def width_of(column: str, heat: Heat) -> int:
    """Return how wide a column is: its title or its longest value, and a shade."""
    texts = (point.text for (_, across), point in heat.cells.items() if across == column)
    return 1 + max(len(column), *map(len, texts))


def parts_of(widths: Mapping[str, int], width: int) -> Iterator[list[str]]:
    """Yield groups of columns that fit into a width, with a space before each; at least one."""
    part: list[str] = []
    left = width
    for column, needed in widths.items():
        if part and needed + 1 > left:
            yield part
            part, left = [], width
        part.append(column)
        left -= needed + 1
    yield part


def cell(point: Point | None, level: int, width: int) -> str:
    """Return one cell: a shade and the value, or spaces."""
    if point is None:
        return " " * width
    return f"{SHADES[level * (len(SHADES) - 1) // LEVELS]}{point.text:>{width - 1}}"


def number(value: Value) -> float:
    """Return a value to rank by; NaN for anything but a number, which gets the lowest level."""
    return float(value) if isinstance(value, int | float | Decimal) else float("nan")
