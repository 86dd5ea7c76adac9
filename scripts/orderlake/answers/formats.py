"""An answer as text for programs and documents: CSV, JSON, JSON Lines, Markdown, a chart.

Pure. CSV and JSON are streamed row by row, so a big answer is never in memory. Values keep their
exact digits. The table for people is in `cli/table.py`.
"""

import csv
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import TextIO

from athena_sql.answer import Answer, Row, Value

from orderlake.answers.format_names import ANY_WIDTH
from orderlake.answers.heat_map_text import write_heat
from orderlake.answers.question import Chart
from orderlake.answers.value_text import readable_value, shown_digits, value_text
from orderlake.errors import WrongUse

BAR_CELLS = 40
LEAST_BAR_CELLS = 10
CHART_ROWS = 60
# Made once: json.dumps with options of its own makes an encoder for every value.
to_json = json.JSONEncoder(ensure_ascii=False).encode
EIGHTHS = " ▏▎▍▌▋▊▉█"


def write_answer(
    answer: Answer,
    form: str,
    out: TextIO,
    chart: Chart | None = None,
    width: int = ANY_WIDTH,
) -> int:
    """Write an answer in any format but `table`; returns the number of rows.

    A chart is at most `width` columns of a terminal wide, as far as its labels allow.
    """
    match form:
        case "csv":
            return write_csv(answer, out)
        case "json":
            return write_json(answer, out)
        case "jsonl":
            return write_lines(out, rows_to_json(answer))
        case "markdown":
            return write_markdown(answer, out)
        case _:
            return write_chart(answer, out, chart, width)


def write_lines(out: TextIO, lines: Iterable[str]) -> int:
    """Write lines and return how many there were."""
    count = 0
    for line in lines:
        out.write(f"{line}\n")
        count += 1
    return count


def write_csv(answer: Answer, out: TextIO) -> int:
    """Write CSV. Text is in quotes and NULL is not, so that it differs from an empty text."""
    csv.writer(out, lineterminator="\n").writerow(answer.names)
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_STRINGS)
    count = 0
    for row in answer.rows:
        writer.writerow([csv_value(value) for value in row])
        count += 1
    return count


def csv_value(value: Value) -> object:
    """Return a value in the form that the CSV writer has to print."""
    match value:
        case bool() | float() | Decimal() | datetime() | date():
            return Bare(value_text(value))
        case list() | dict() | bytes():
            return value_text(value)
        case _:
            return value


class Bare:
    """A text that the CSV writer leaves without quotes."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def write_json(answer: Answer, out: TextIO) -> int:
    """Write one JSON array with one object per line."""
    count = 0
    out.write("[")
    for text in rows_to_json(answer):
        out.write(f"{',' if count else ''}\n  {text}")
        count += 1
    out.write("\n]\n" if count else "]\n")
    return count


def rows_to_json(answer: Answer) -> Iterator[str]:
    """Yield each row as a JSON object; decimals are numbers with all their digits."""
    keys = [f"{to_json(name)}: " for name in answer.names]
    for row in answer.rows:
        pairs = [key + value_to_json(value) for key, value in zip(keys, row, strict=True)]
        yield f"{{{', '.join(pairs)}}}"


def value_to_json(value: Value) -> str:
    """Return a value as JSON; a value that JSON cannot hold (NaN, a date) becomes text."""
    match value:
        case str() | int() | None:
            return to_json(value)
        case Decimal():
            return format(value, "f")
        case float():
            return repr(value) if math.isfinite(value) else to_json(value_text(value))
        case datetime() | date() | bytes():
            return to_json(value_text(value))
        case list():
            return f"[{', '.join(map(value_to_json, value))}]"
        case dict():
            pairs = (f"{to_json(str(k))}: {value_to_json(v)}" for k, v in value.items())
            return f"{{{', '.join(pairs)}}}"


def write_markdown(answer: Answer, out: TextIO) -> int:
    """Write a Markdown table; numbers are aligned to the right."""
    rows = list(answer.rows)
    digits = [shown_digits(rows, position) for position in range(len(answer.columns))]
    marks = ("--:" if column.is_number else "---" for column in answer.columns)
    lines = (
        [
            markdown_cell(readable_value(value, places))
            for value, places in zip(row, digits, strict=True)
        ]
        for row in rows
    )
    head: Iterator[Iterable[str]] = iter((map(markdown_cell, answer.names), marks))
    write_lines(out, (f"| {' | '.join(line)} |" for line in chain(head, lines)))
    return len(rows)


def markdown_cell(text: str) -> str:
    """Return a text with everything escaped that would end its cell or become markup."""
    for special in ("\\", "|", "<", "`", "*", "_"):
        text = text.replace(special, f"\\{special}")
    return text


def write_chart(answer: Answer, out: TextIO, chart: Chart | None, width: int) -> int:
    """Write one bar per row; raises WrongUse if nothing says which columns to draw."""
    if chart is None:
        raise WrongUse("the query does not say what to draw", "add: -- chart: bar LABEL VALUE")
    try:
        places = [answer.names.index(name) for name in chart.columns]
    except ValueError as error:
        raise WrongUse(
            f"the chart's columns are not in the answer: {', '.join(chart.columns)}",
            f"the answer has {', '.join(answer.names)}",
        ) from error
    if len(places) == 3:
        return write_heat(answer, out, (places[0], places[1], places[2]), width)
    rows = list(answer.rows)
    # The newest values of a line matter most, and they are at its end.
    drawn = rows[-CHART_ROWS:] if chart.kind == "line" else rows[:CHART_ROWS]
    left_out = len(rows) - len(drawn)
    if left_out and chart.kind == "line":
        out.write(f"... {left_out:,} earlier rows\n")
    write_bars(drawn, places[0], places[1], out, width)
    if left_out and chart.kind != "line":
        out.write(f"... {left_out:,} more rows\n")
    return len(rows)


def write_bars(rows: Sequence[Row], label: int, value: int, out: TextIO, width: int) -> None:
    """Write one bar per row; `label` and `value` are positions of columns."""
    digits = shown_digits(rows, value)
    points = [
        (readable_value(row[label], None), row[value], readable_value(row[value], digits))
        for row in rows
    ]
    sizes = [
        float(size) if isinstance(size, int | float | Decimal) else 0.0 for _, size, _ in points
    ]
    top = max((abs(size) for size in sizes), default=0.0) or 1.0
    wide = max((len(name) for name, _, _ in points), default=0)
    long = max((len(text) for _, _, text in points), default=0)
    # Two spaces and a sign stand between.
    cells = max(LEAST_BAR_CELLS, min(BAR_CELLS, width - wide - long - 3))
    for (name, _, text), size in zip(points, sizes, strict=True):
        sign = "-" if size < 0 else " "
        drawn = bar(abs(size) / top, cells)
        out.write(f"{name:<{wide}} {text:>{long}} {sign}{drawn}".rstrip() + "\n")


def bar(share: float, cells: int) -> str:
    """Return a bar of a share of so many cells, to an eighth of a cell."""
    eighths = round(share * cells * 8) if math.isfinite(share) else 0
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
