"""One query in the report: its answer as texts to show, or the reason why it has no answer.

It asks an engine and draws nothing. It limits the memory that a query's answer may take.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from athena_sql.answer import (
    Answer,
    Column,
    Row,
    Value,
)
from athena_sql.catalog import CatalogTable, TableName
from athena_sql.errors import MissingColumns, SqlError
from athena_sql.lint.check import advise

from orderlake.answers.question import Chart, Query
from orderlake.answers.value_text import readable_value, shown_digits
from orderlake.engines import Engine, QueryRequest
from orderlake.errors import OrderlakeError

# More rows than anyone reads; the page says how many there are and how to get them all.
ROWS_KEPT = 100_000
DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")
NUMBER = re.compile(r"(-?)(\d+)(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the page; `kind` is number, date (of ISO texts, months too) or text."""

    name: str
    kind: str

    @property
    def title(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Grid:
    """The first rows of an answer as texts, None for NULL; `total` counts all of its rows."""

    fields: tuple[Field, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Section:
    """A query with its answer; without one, `problem` says why and `next_step` what to do.

    `is_missing` tells missing data from a failed query. `note` is advice on the query's header.
    """

    query: Query
    grid: Grid | None = None
    chart: Chart | None = None
    note: str = ""
    problem: str = ""
    next_step: str = ""
    is_missing: bool = False

    @property
    def kind(self) -> str:
        """How it is drawn: line, heat, bar, figures (one row), table, or none."""
        if self.grid is None:
            return "none"
        if self.chart:
            return self.chart.kind
        return "figures" if self.grid.total == 1 and len(self.grid.fields) <= 8 else "table"

    @property
    def is_failed(self) -> bool:
        """Whether the query failed although the data could answer it."""
        return bool(self.problem) and not self.is_missing


def answer_queries(
    engine: Engine,
    tables: Sequence[CatalogTable],
    aliases: Mapping[str, TableName],
    queries: Sequence[Query],
) -> Iterator[Section]:
    """Yield a section for each query; one that fails is a section, too."""
    for query in queries:
        try:
            request = QueryRequest(query.name, query.sql, query.bind({}))
            advise(request.name, request.sql, tables, aliases, request.values)
            grid = answer_to_grid(engine.answer(request))
        except (OrderlakeError, SqlError) as error:
            yield refusal(query, error)
        else:
            chart, note = usable_chart(query.chart, grid)
            yield Section(query, grid, chart, note)


def refusal(query: Query, error: OrderlakeError | SqlError) -> Section:
    """Return the section of a query that has no answer."""
    return Section(
        query,
        problem=error.message,
        next_step=error.next_step,
        is_missing=isinstance(error, MissingColumns),
    )


def usable_chart(chart: Chart | None, grid: Grid) -> tuple[Chart | None, str]:
    """Return the chart for the answer, and the reason if the chart asked for is not possible."""
    if chart is None or not grid.rows:
        return None, ""
    kinds = {field.name: field.kind for field in grid.fields}
    if absent := [name for name in chart.columns if name not in kinds]:
        return None, f"no chart: the answer has no column {' and no column '.join(absent)}"
    if kinds[chart.value] != "number":
        return None, f"no chart: {chart.value} is not a number"
    if (chart.kind == "heat") != bool(chart.across):
        return (
            None,
            f"no chart: {chart.kind} draws {'three' if chart.kind == 'heat' else 'two'} columns",
        )
    return chart, ""


def answer_to_grid(answer: Answer) -> Grid:
    """Read an answer to its end; keep the first rows and count them all."""
    rows = list(islice(answer.rows, ROWS_KEPT))
    total = len(rows) + sum(1 for _ in answer.rows)
    texts = [column_texts(column, rows, place) for place, column in enumerate(answer.columns)]
    fields = tuple(
        Field(column.name, field_kind(column, values))
        for column, values in zip(answer.columns, texts, strict=True)
    )
    return Grid(fields, tuple(zip(*texts, strict=True)), total)


def column_texts(column: Column, rows: Sequence[Row], place: int) -> list[str | None]:
    """Return a column's values as texts: exact, numbers with their thousands set apart."""
    digits = shown_digits(rows, place)
    return [cell_text(column, row[place], digits) for row in rows]


def cell_text(column: Column, value: Value, digits: int | None) -> str | None:
    """Return a value as text, None for NULL."""
    if value is None:
        return None
    text = readable_value(value, digits)
    return group_digits(text) if column.is_number else text


def group_digits(text: str) -> str:
    """Return a decimal number with a comma every three digits; any other text as it is."""
    match = NUMBER.fullmatch(text)
    return f"{match[1]}{int(match[2]):,}{match[3] or ''}" if match else text


def field_kind(column: Column, values: Sequence[str | None]) -> str:
    """Return number, date or text; a text column of nothing but days or months is a date."""
    if column.is_number:
        return "number"
    if column.type == "date" or column.type.startswith("timestamp"):
        return "date"
    days = [value for value in values if value is not None]
    return "date" if days and all(map(DAY.fullmatch, days)) else "text"
