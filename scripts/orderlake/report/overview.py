"""What the mirrored data is, in a few figures: rows, files, money, days. Asks an engine, no AWS."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from athena_sql.answer import Row, Value
from athena_sql.errors import BadQuery, MissingColumns, QueryFailed

from orderlake.engines import Engine, QueryRequest
from orderlake.mirror.store import Snapshot

FIGURES = {
    "rows": "count(*)",
    "orders": "count(distinct order_id)",
    "customers": "count(distinct customer_id)",
    "products": "count(distinct product_id)",
    "first_day": "min(substr(order_date, 1, 10))",
    "last_day": "max(substr(order_date, 1, 10))",
}
# Sales only, and one row per currency: two currencies are never added up.
MONEY = """
    select
        {currency} as currency,
        count(*) as order_lines,
        sum(cast(total_amount as decimal(38, 6))) as revenue,
        {orders} as orders,
        -sum(if(quantity < 0, cast(total_amount as decimal(38, 6)), 0)) as returned
    from processed_orders
    where {is_sale}
    group by 1
    order by 2 desc, 1
"""


@dataclass(frozen=True, slots=True)
class Money:
    """What was earned in one currency; None is the currency of rows that name none.

    `orders` is None where the shop's files have no order numbers.
    """

    currency: str | None
    order_lines: int
    revenue: Decimal
    orders: int | None
    returned: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """The mirror in figures. `figures` has the names of FIGURES, None where the data have none.

    `money` has the currency with most order lines first.
    """

    source: str
    synced_at: datetime
    files: int
    size_bytes: int
    figures: dict[str, Value]
    money: tuple[Money, ...] = ()

    @property
    def rows(self) -> int:
        """How many order lines there are."""
        rows = self.figures["rows"]
        return rows if isinstance(rows, int) else 0

    def count(self, name: str) -> int | None:
        """Return a figure that is a count, or None."""
        value = self.figures.get(name)
        return value if isinstance(value, int) else None


def read_overview(engine: Engine, snapshot: Snapshot, columns: Iterable[str]) -> Overview:
    """Ask for each figure over the table that queries are about, which has these columns."""
    return Overview(
        source=snapshot.source,
        synced_at=snapshot.synced_at,
        files=len(snapshot.objects),
        size_bytes=sum(entry.size_bytes for entry in snapshot.objects),
        figures={name: ask_figure(engine, sql) for name, sql in FIGURES.items()},
        money=tuple(ask_money(engine, set(columns))),
    )


def ask_figure(engine: Engine, sql: str) -> Value:
    """Return one figure; None where the shop's files lack its column, or hold something else."""
    rows = ask(engine, f"select {sql} as figure from processed_orders")  # noqa: S608 (constants)
    return rows[0][0] if rows else None


def ask_money(engine: Engine, columns: set[str]) -> list[Money]:
    """Return what was earned, per currency; without amounts there is none."""
    sql = MONEY.format(
        currency="currency" if "currency" in columns else "cast(null as varchar)",
        orders="count(distinct order_id)" if "order_id" in columns else "cast(null as bigint)",
        is_sale="coalesce(is_sale, true)" if "is_sale" in columns else "true",
    )
    return [money_of(row) for row in ask(engine, sql)]


def money_of(row: Row) -> Money:
    """Return one row of MONEY; an amount that no row has is zero."""
    currency, order_lines, revenue, orders, returned = row
    return Money(
        currency=None if currency is None else str(currency),
        order_lines=order_lines if isinstance(order_lines, int) else 0,
        revenue=revenue if isinstance(revenue, Decimal) else Decimal(0),
        orders=orders if isinstance(orders, int) else None,
        returned=returned if isinstance(returned, Decimal) else Decimal(0),
    )


def ask(engine: Engine, sql: str) -> list[Row]:
    """Return an answer's rows; none where the data cannot be asked this."""
    try:
        return list(engine.answer(QueryRequest("overview", sql)).rows)
    except (BadQuery, MissingColumns, QueryFailed):
        return []
