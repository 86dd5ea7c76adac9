"""An answer as a table on the terminal: aligned numbers, and only a screenful of rows."""

import sys
from collections.abc import Sequence
from itertools import islice

from athena_sql.answer import Answer, Column
from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from orderlake.answers.format_names import ANY_WIDTH
from orderlake.answers.value_text import readable_value, shown_digits
from orderlake.cli.verbosity import has_color

ROWS_SHOWN = 1_000
# What rich draws between two columns, and at the two edges together.
GAP = 3
EDGES = 2


def fitting_groups(widths: Sequence[int], width: int) -> list[list[int]]:
    """Return the positions of columns in groups that fit a terminal's width, whole columns each.

    The first column, which names the row, begins every group. A column that is wider than the
    terminal stands alone beside it and wraps. Pure.
    """
    groups: list[list[int]] = []
    used = 0
    for position, needed in enumerate(widths):
        if groups and used + GAP + needed + EDGES <= width:
            groups[-1].append(position)
            used += GAP + needed
        else:
            groups.append([0, position] if position else [0])
            used = sum(widths[n] for n in groups[-1]) + GAP * (len(groups[-1]) - 1)
    return [group for group in groups if group != [0] or len(groups) == 1]


def draw_table(columns: Sequence[tuple[Column, Sequence[str]]]) -> Table:
    """Return some columns as rich draws them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, _ in columns:
        justify: JustifyMethod = "right" if column.is_number else "left"
        table.add_column(Text(column.name), justify=justify, overflow="fold")
    for cells in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*map(Text, cells))
    return table


def print_table(answer: Answer) -> int:
    """Print the first rows and return the number of all rows, which are counted but not kept."""
    rows = list(islice(answer.rows, ROWS_SHOWN))
    digits = [shown_digits(rows, position) for position in range(len(answer.columns))]
    columns = [
        [readable_value(row[position], places) for row in rows]
        for position, places in enumerate(digits)
    ]
    is_terminal = sys.stdout.isatty()
    console = Console(
        width=None if is_terminal else ANY_WIDTH,
        soft_wrap=not is_terminal,
        color_system=None if has_color() is False else "auto",
    )
    widths = [
        max(map(cell_len, (column.name, *cells)))
        for column, cells in zip(answer.columns, columns, strict=True)
    ]
    for group in fitting_groups(widths, console.width):
        console.print(draw_table([(answer.columns[n], columns[n]) for n in group]))
    more = sum(1 for _ in answer.rows)
    if more:
        print(f"... and {more:,} more rows; all of them: --format csv")
    return len(rows) + more
