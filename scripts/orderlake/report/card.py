"""A section as a card of the page: chart, table, SQL, or why there is no answer. Pure."""

from collections.abc import Iterable
from html import escape

from orderlake.answers.question import Chart
from orderlake.report.amounts import counted
from orderlake.report.heatmap import draw_heat, map_of
from orderlake.report.markup import figure, folded, table
from orderlake.report.payload import Packed
from orderlake.report.section import Grid, Section

# Rows that stand in the page before its script runs, and on each of the table's pages after that.
ROWS_SHOWN = 10
# A line of more points needs the full width of the page.
POINTS_OF_HALF = 60
FIELDS_OF_HALF = 4


def draw_cards(packed: Iterable[Packed]) -> str:
    """Return the cards of a topic, two abreast; one without a neighbour gets the full width."""
    cards, halves = [], list[Packed]()
    for one in packed:
        if is_wide(one.section):
            cards += [draw_card(half, is_broad=True) for half in halves]
            cards.append(draw_card(one, is_broad=True))
            halves = []
        elif halves:
            cards += [draw_card(halves.pop()), draw_card(one)]
        else:
            halves.append(one)
    return "".join(cards + [draw_card(half, is_broad=True) for half in halves])


def draw_card(packed: Packed, is_broad: bool = False) -> str:
    """Return the card of one query."""
    section = packed.section
    body = unanswered(section) if section.grid is None else answered(packed, section.grid)
    query = section.query
    return (
        f'<section class="card{" wide" if is_broad else ""}" id="{anchor(section)}" '
        f'aria-labelledby="{anchor(section)}-title">'
        f'<h3 id="{anchor(section)}-title">{escape(query.question or query.name)}</h3>'
        f'<p class="grain">{escape(query.grain)}</p>{body}</section>'
    )


def is_wide(section: Section) -> bool:
    """Whether a card needs the page's full width: maps, figures, and what is long or broad."""
    if section.kind == "line":
        return section.grid is not None and section.grid.total > POINTS_OF_HALF
    if section.kind == "table":
        return section.grid is not None and len(section.grid.fields) > FIELDS_OF_HALF
    return section.kind in ("heat", "figures")


def anchor(section: Section) -> str:
    """Return the card's id; a query's name is a file's and may hold anything."""
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in section.query.name)
    return f"q-{safe}"


def more(section: Section, rows: str = "") -> str:
    """Return the card's foot: what is behind a click, the rows and the SQL."""
    return f'<div class="more">{rows}{folded("SQL", source(section))}</div>'


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
        f"<p>{escape(section.next_step)}</p></div>{more(section)}"
    )


def answered(packed: Packed, grid: Grid) -> str:
    """Return the answer: its chart with the table folded below, or the table alone."""
    section = packed.section
    if not grid.rows:
        return f'{noted(section.note)}<p class="notice">The answer has no rows.</p>{more(section)}'
    name = anchor(section)
    data = f'<script type="text/plain" data-answer="{name}">{packed.data}</script>'
    title = row_count(packed, grid)
    rows = table(title, grid.fields, grid.rows[:ROWS_SHOWN], f"Rows of {section.query.name}", name)
    drawing, note = draw(section, grid, name)
    if not drawing:
        return f"{noted(note)}{data}{rows}{more(section)}"
    return f"{noted(note)}{data}{drawing}{more(section, folded(title, rows))}"


def draw(section: Section, grid: Grid, name: str) -> tuple[str, str]:
    """Return what stands above the rows, if anything does, and a note about it."""
    match section.kind, section.chart:
        case "heat", Chart() as chart:
            heat = map_of(chart, grid)
            if isinstance(heat, str):
                return "", f"no chart: {heat}"
            return draw_heat(chart, heat, section.query.name), section.note
        case "figures", _:
            cells = zip(grid.fields, grid.rows[0], strict=True)
            shown = "".join(figure(field.title, text or "none") for field, text in cells)
            return f'<dl class="figures">{shown}</dl>', section.note
        case "line" | "bar", _:
            return (
                f'<div class="chart" data-chart="{name}"></div>'
                f'<p class="spoken" data-spoken="{name}" aria-live="polite"></p>'
            ), section.note
        case _:
            return "", section.note


def noted(text: str) -> str:
    """Return advice on a query's header, if there is any."""
    return f'<p class="notice">{escape(text)}</p>' if text else ""


def row_count(packed: Packed, grid: Grid) -> str:
    """Return how many rows there are, and how many of them are on the page."""
    rows = counted(grid.total, "row")
    if packed.rows == grid.total:
        return rows
    name = packed.section.query.name
    return f"first {packed.rows:,} of {rows}; all of them: orderlake query {name} --format csv"
