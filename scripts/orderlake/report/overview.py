"""What the mirrored data is, in a few figures: rows, files, money, days. Asks an engine, no AWS."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from athena_sql.answer import Value
from athena_sql.errors import BadQuery, MissingColumns, QueryFailed

from orderlake.engines import Ask, Engine
from orderlake.mirror.store import Snapshot

FIGURES = {
    "rows": "count(*)",
    "revenue": "sum(cast(total_amount as decimal(38, 6)))",
    "orders": "count(distinct order_id)",
    "customers": "count(distinct customer_id)",
    "products": "count(distinct product_id)",
    "first_day": "min(substr(order_date, 1, 10))",
    "last_day": "max(substr(order_date, 1, 10))",
    "returned": "-sum(if(quantity < 0, cast(total_amount as decimal(38, 6)), 0))",
    # One for all order lines, or none: amounts of two are not to be shown as amounts of one.
    "currency": (
        "case when count(distinct currency) = 1 and count(currency) = count(*) "
        "then min(currency) end"
    ),
}


@dataclass(frozen=True, slots=True)
class Overview:
    """The mirror in figures. `figures` has the names of FIGURES, None where the data have none."""

    source: str
    synced_at: datetime
    files: int
    size_bytes: int
    figures: dict[str, Value]

    @property
    def rows(self) -> int:
        """How many order lines there are."""
        rows = self.figures["rows"]
        return rows if isinstance(rows, int) else 0

    def number(self, name: str) -> int | Decimal | None:
        """Return a figure that is a number, or None."""
        value = self.figures.get(name)
        return value if isinstance(value, int | Decimal) else None


def read_overview(engine: Engine, snapshot: Snapshot) -> Overview:
    """Ask for each figure over the table that queries are about."""
    return Overview(
        source=snapshot.source,
        synced_at=snapshot.synced_at,
        files=len(snapshot.objects),
        size_bytes=sum(entry.size_bytes for entry in snapshot.objects),
        figures={name: ask_figure(engine, sql) for name, sql in FIGURES.items()},
    )


def ask_figure(engine: Engine, sql: str) -> Value:
    """Return one figure; None where the shop's files lack its column, or hold something else."""
    try:
        answer = engine.answer(Ask("overview", f"select {sql} as figure from processed_orders"))  # noqa: S608
        return next(answer.rows)[0]
    except (BadQuery, MissingColumns, QueryFailed):
        return None
