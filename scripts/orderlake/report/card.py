"""A section as a card of the page: chart, table, SQL, or why there is no answer. Pure."""

from html import escape

from orderlake.report.amounts import counted
from orderlake.report.markup import folded, table
from orderlake.report.payload import Packed
from orderlake.report.section import Grid, Section

# Rows that stand in the page before its script runs, and on each of the table's pages after that.
ROWS_SHOWN = 10
# A line of more points needs the full width of the page.
POINTS_OF_HALF = 60


def draw_card(packed: Packed) -> str:
    """Return the card of one query."""
    section = packed.section
    body = unanswered(section) if section.grid is None else answered(packed, section.grid)
    query = section.query
    return (
        f'<section class="card{" wide" if is_wide(section) else ""}" id="{anchor(section)}" '
        f'aria-labelledby="{anchor(section)}-title">'
        f'<h2 id="{anchor(section)}-title">{escape(query.question or query.name)}</h2>'
        f'<p class="grain">{escape(query.grain)}</p>{body}'
        f"{folded('SQL', source(section))}</section>"
    )


def is_wide(section: Section) -> bool:
    """Whether a card needs the page's full width: a line of many points does."""
    return (
        section.chart is not None
        and section.chart.kind == "line"
        and section.grid is not None
        and section.grid.total > POINTS_OF_HALF
    )


def anchor(section: Section) -> str:
    """Return the card's id; a query's name is a file's and may hold anything."""
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in section.query.name)
    return f"q-{safe}"


def source(section: Section) -> str:
    """Return the query's text and the command that runs it alone."""
    return (
        f"<p>queries/{escape(section.query.name)}.sql; to run it: "
        f"<code>orderlake query {escape(section.query.name)}</code></p>"
        f'<pre tabindex="0" role="region" aria-label="SQL of {escape(section.query.name)}">'
        f"<code>{escape(section.query.sql.strip())}</code></pre>"
    )


def unanswered(section: Section) -> str:
    """Return why there is no answer, and what to do."""
    title = "Not in this data" if section.is_missing else "This query failed"
    kind = "missing" if section.is_missing else "failed"
    return (
        f'<div class="notice {kind}"><p><strong>{title}.</strong> {escape(section.problem)}</p>'
        f"<p>{escape(section.next_step)}</p></div>"
    )


def answered(packed: Packed, grid: Grid) -> str:
    """Return the answer: its chart with the table folded below, or the table alone."""
    section = packed.section
    note = f'<p class="notice">{escape(section.note)}</p>' if section.note else ""
    if not grid.rows:
        return f'{note}<p class="notice">The answer has no rows.</p>'
    name = anchor(section)
    data = f'<script type="text/plain" data-answer="{name}">{packed.data}</script>'
    title = row_count(packed, grid)
    rows = table(title, grid.fields, grid.rows[:ROWS_SHOWN], f"Rows of {section.query.name}", name)
    controls = f'<div class="controls" data-controls="{name}"></div>'
    if section.chart is None:
        return f"{note}{data}{controls}{rows}"
    frame = (
        f'<div class="chart" data-chart="{name}"></div>'
        f'<p class="spoken" data-spoken="{name}" aria-live="polite"></p>'
    )
    return f"{note}{data}{controls}{frame}{folded(title, rows)}"


def row_count(packed: Packed, grid: Grid) -> str:
    """Return how many rows there are, and how many of them are on the page."""
    rows = counted(grid.total, "row")
    if packed.rows == grid.total:
        return rows
    name = packed.section.query.name
    return f"first {packed.rows:,} of {rows}; all of them: orderlake query {name} --format csv"
