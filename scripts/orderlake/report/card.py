"""A section as a card of the page: the values for its template, and the layout of cards. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from orderlake.answers.question import Query
from orderlake.report.heatmap import HeatView, draw_heat
from orderlake.report.payload import Packed
from orderlake.report.section import Grid, Section
from orderlake.wording import count_text

# The number of rows before the page's script runs, and on each page of the table after that.
ROWS_SHOWN = 10
# A line of more points needs the full width of the page.
POINTS_OF_HALF = 60
FIELDS_OF_HALF = 4


@dataclass(frozen=True, slots=True)
class Card:
    """The values for the card's template; `drawing` is line, bar, heat, figures or none."""

    anchor: str
    query: Query
    grid: Grid | None
    drawing: str
    data: str
    row_count: str = ""
    note: str = ""
    heat: HeatView | None = None
    problem: str = ""
    next_step: str = ""
    is_missing: bool = False
    is_broad: bool = False

    @property
    def first_rows(self) -> tuple[tuple[str | None, ...], ...]:
        """The rows that are in the page before its script runs."""
        return self.grid.rows[:ROWS_SHOWN] if self.grid else ()


def lay_out_cards(sections: Iterable[Packed]) -> list[Card]:
    """Return the cards of a topic, two side by side; one without a neighbour has full width."""
    cards, halves = list[Card](), list[Card]()
    for packed in sections:
        card = card_of(packed)
        if is_wide(packed.section):
            cards += [replace(half, is_broad=True) for half in halves]
            cards.append(replace(card, is_broad=True))
            halves = []
        elif halves:
            cards += [halves.pop(), card]
        else:
            halves.append(card)
    return cards + [replace(half, is_broad=True) for half in halves]


def card_of(packed: Packed) -> Card:
    """Return the card of one query."""
    section, grid = packed.section, packed.section.grid
    card = Card(
        anchor=anchor(section),
        query=section.query,
        grid=grid,
        drawing=section.kind if section.kind != "table" else "none",
        data=packed.data,
        note=section.note,
        problem=section.problem,
        next_step=section.next_step,
        is_missing=section.is_missing,
    )
    if grid is None:
        return card
    card = replace(card, row_count=row_count(packed, grid))
    if section.kind != "heat" or section.chart is None or not grid.rows:
        return card
    heat = draw_heat(section.chart, grid)
    if isinstance(heat, str):
        return replace(card, drawing="none", note=f"no chart: {heat}")
    return replace(card, heat=heat)


def is_wide(section: Section) -> bool:
    """Whether a card needs the full width: heat maps, figures, long charts and wide tables."""
    if section.kind == "line":
        return section.grid is not None and section.grid.total > POINTS_OF_HALF
    if section.kind == "table":
        return section.grid is not None and len(section.grid.fields) > FIELDS_OF_HALF
    return section.kind in ("heat", "figures")


def anchor(section: Section) -> str:
    """Return the card's id; a query's name is a file's and may hold anything."""
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in section.query.name)
    return f"q-{safe}"


def row_count(packed: Packed, grid: Grid) -> str:
    """Return how many rows there are, and how many of them are on the page."""
    rows = count_text(grid.total, "row")
    if packed.rows == grid.total:
        return rows
    name = packed.section.query.name
    return f"first {packed.rows:,} of {rows}; all of them: orderlake query {name} --format csv"
