"""Answers packed for the page's script: JSON by column, compressed, as base64 text.

Pure. It limits the size of the page: rows that do not fit are left out at the end and counted.
"""

import base64
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass

from orderlake.report.section import Grid, Section

# With the charting library (1 MB) and the rest a page stays below 5 MB.
PAGE_BYTES = 3_400_000
LEVEL = 6


@dataclass(frozen=True, slots=True)
class Packed:
    """A section with its data as base64 text, and the number of rows in it."""

    section: Section
    data: str
    rows: int


def pack_all(sections: Iterable[Section], budget: int = PAGE_BYTES) -> list[Packed]:
    """Pack sections in order; each gets at most the space that those before it left."""
    packed = []
    for section in sections:
        packed.append(pack(section, budget))
        budget -= len(packed[-1].data)
    return packed


def pack(section: Section, budget: int) -> Packed:
    """Pack a section's rows, as many as fit into `budget` characters."""
    if section.grid is None:
        return Packed(section, "", 0)
    count = len(section.grid.rows)
    while len(data := encode(section, section.grid, count)) > budget and count:
        # A little fewer than the proportion, so that the second attempt mostly fits.
        count = min(int(count * budget / len(data) * 0.95), count - 1) if budget > 0 else 0
    return Packed(section, data, count)


def encode(section: Section, grid: Grid, count: int) -> str:
    """Return the first rows as base64 of gzip of JSON."""
    rows = grid.rows[:count]
    chart = section.chart
    document = {
        "fields": [
            {
                "name": field.name,
                "title": field.title,
                "kind": field.kind,
                "values": [row[place] for row in rows],
            }
            for place, field in enumerate(grid.fields)
        ],
        "total": grid.total,
        "chart": chart
        and chart.kind != "heat"
        and {
            "kind": chart.kind,
            "label": place_of(grid, chart.label),
            "value": place_of(grid, chart.value),
        },
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), LEVEL, mtime=0)).decode()


def place_of(grid: Grid, name: str) -> int:
    """Return the position of the column with a name."""
    return [field.name for field in grid.fields].index(name)
