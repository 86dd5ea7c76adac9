"""Small reports to draw: answers of the tests' own making, without a lake."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from orderlake.query_files import Query, parse_query
from orderlake.report.gather import Report
from orderlake.report.overview import Overview
from orderlake.report.section import Section, answer_queries
from orderlake.results import Value
from sql_lake import ALIASES, COLUMNS, memory_engine

MADE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
ROWS = (
    "select * from (values ('MUG', 2, 15.9::double), ('PEN', 3, 0.999::double), "
    "(null, -1, -7.95::double)) t(product_id, quantity, total_amount)"
)
TOTALS = (
    "-- What was earned? One row a product.\n-- chart: bar product_id total\n"
    "select product_id, sum(cast(total_amount as decimal(38, 6))) as total\n"
    "from processed_orders group by 1 order by 1\n"
)


def answer(
    *queries: Query, rows: str = ROWS, columns: Sequence[tuple[str, str]] = COLUMNS
) -> tuple[Section, ...]:
    """Return the sections of queries over a table in memory."""
    engine = memory_engine(rows, columns)
    return tuple(answer_queries(engine, engine.tables, ALIASES, queries))


def answer_one(sql: str, rows: str = ROWS, columns: Sequence[tuple[str, str]] = COLUMNS) -> Section:
    """Return the section of one query's text."""
    (section,) = answer(parse_query("asked", sql), rows=rows, columns=columns)
    return section


def report_of(*sections: Section, **changed: object) -> Report:
    """Return a report with an overview and without an environment."""
    figures: dict[str, Value] = {
        "rows": 3,
        "revenue": None,
        "orders": None,
        "customers": None,
        "products": 2,
        "first_day": None,
        "last_day": None,
    }
    values: dict[str, Any] = {
        "prefix": "shop",
        "env": "local",
        "made_at": MADE,
        "sections": sections,
        "overview": Overview("'memory'", MADE, 1, 1200, figures),
        "health_problem": "nobody was asked",
    }
    return Report(**{**values, **changed})
