"""An answer as a table on the terminal, for eyes: numbers aligned, rows beyond a screenful cut."""

import sys
from itertools import islice

from athena_sql.answer import Answer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orderlake.answers.value_text import shown, shown_digits
from orderlake.cli.verbosity import has_color

ROWS_SHOWN = 1_000
# Wide enough that nothing is cut where no terminal says how wide it is.
PIPE_WIDTH = 10_000


def print_table(answer: Answer) -> int:
    """Print the first rows and return the number of all rows, which are counted, not held."""
    rows = list(islice(answer.rows, ROWS_SHOWN))
    digits = [shown_digits(rows, position) for position in range(len(answer.columns))]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in answer.columns:
        table.add_column(
            Text(column.name), justify="right" if column.is_number else "left", overflow="fold"
        )
    for row in rows:
        cells = zip(row, digits, strict=True)
        table.add_row(*(Text(shown(value, places)) for value, places in cells))
    is_terminal = sys.stdout.isatty()
    console = Console(
        width=None if is_terminal else PIPE_WIDTH,
        soft_wrap=not is_terminal,
        color_system=None if has_color() is False else "auto",
    )
    console.print(table)
    more = sum(1 for _ in answer.rows)
    if more:
        print(f"... and {more:,} more rows; all of them: --format csv")
    return len(rows) + more
