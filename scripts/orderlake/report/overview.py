"""The mirrored data in a few figures: rows, files, money, days. It queries an engine, not AWS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from athena_sql.answer import Row, Value
from athena_sql.catalog import CatalogColumn
from athena_sql.errors import MissingColumns, SqlError, UnreadableData

from orderlake.engines import Engine, QueryRequest
from orderlake.engines.usable_types import check_types
from orderlake.errors import UnusableTypes
from orderlake.mirror.store import Snapshot

# A number that no line has is not known: NULL, not zero.
COUNT_OF_ORDERS = "nullif(count(distinct order_id), 0)"
REVENUE_OF_ORDERS = "sum(if(order_id is null, 0, cast(total_amount as decimal(38, 6))))"
FIGURES = {
    "rows": "count(*)",
    "orders": COUNT_OF_ORDERS,
    "customers": "nullif(count(distinct customer_id), 0)",
    "products": "nullif(count(distinct product_id), 0)",
    "first_day": "min(substr(order_date, 1, 10))",
    "last_day": "max(substr(order_date, 1, 10))",
}
# The columns whose types have to allow it, by figure and for all amounts.
DAY_COLUMNS = {"first_day": ("order_date",), "last_day": ("order_date",)}
MONEY_COLUMNS = ("is_sale", "quantity", "total_amount")
# Sales only, and one row per currency: two currencies are never added up.
MONEY = """
    select
        {currency} as currency,
        count(*) as order_lines,
        sum(cast(total_amount as decimal(38, 6))) as revenue,
        {orders} as orders,
        {revenue_of_orders} as revenue_of_orders,
        -sum(if(quantity < 0, cast(total_amount as decimal(38, 6)), 0)) as returned
    from processed_orders
    where {is_sale}
    group by 1
    order by 2 desc, 1
"""

# Order lines that are not sales, per currency: cancelled, refunded, draft.
NOT_SALES = """
    select
        {currency} as currency,
        count(*) as order_lines,
        sum(cast(total_amount as decimal(38, 6))) as amount
    from processed_orders
    where not {is_sale}
    group by 1
    order by 2 desc, 1
"""
# Order lines that equal another one in order, product, moment and currency, all but one of each,
# where at least one is a sale. An overlapping export brings them, and may bring a sale again as
# refunded. Where their amounts differ the largest is taken for the one that counts.
REPEATED = """
    with lines as (
        select
            {currency} as currency,
            order_id,
            product_id,
            {moment} as moment,
            count(*) - 1 as repeats,
            sum(cast(total_amount as decimal(38, 6)))
                - max(cast(total_amount as decimal(38, 6))) as amount
        from processed_orders
        where order_id is not null
        group by 1, 2, 3, 4
        having count_if({is_sale}) > 0
    )
    select currency, sum(repeats) as order_lines, sum(amount) as amount
    from lines
    where repeats > 0
    group by 1
    order by 2 desc, 1
"""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in one currency (None for rows without one), and its number of lines."""

    currency: str | None
    order_lines: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """The revenue in one currency; None is the currency of rows that name none.

    `orders` is None if no line has an order number; `revenue_of_orders` is that of the lines that
    have one.
    """

    currency: str | None
    order_lines: int
    revenue: Decimal
    orders: int | None
    revenue_of_orders: Decimal
    returned: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """The mirror in figures. `figures` has the names of FIGURES, None without their column.

    `money` begins with the currency that has the most order lines. It does not contain `not_sales`.
    It may contain `repeated` twice: order lines that equal another one. `problems` say why figures
    are missing for which the data has the columns.
    """

    source: str
    synced_at: datetime
    files: int
    size_bytes: int
    figures: dict[str, Value]
    money: tuple[Money, ...] = ()
    not_sales: tuple[Amount, ...] = ()
    repeated: tuple[Amount, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many order lines there are."""
        rows = self.figures["rows"]
        return rows if isinstance(rows, int) else 0

    def count(self, name: str) -> int | None:
        """Return a figure that is a count, or None."""
        value = self.figures.get(name)
        return value if isinstance(value, int) else None


def read_overview(engine: Engine, snapshot: Snapshot, columns: Sequence[CatalogColumn]) -> Overview:
    """Compute each figure over the orders table, which has these columns.

    Raises UnreadableData for a table that cannot be read.
    """
    known = {column.name for column in columns}
    problems: list[str] = []

    def attempt[T](figure: Callable[[], T], otherwise: T, *needed: str) -> T:
        """Return a figure; one that fails is a problem, one without its columns is not."""
        try:
            check_types(columns, needed)
            return figure()
        except UnreadableData:
            raise
        except MissingColumns:
            return otherwise
        except (SqlError, UnusableTypes) as error:
            problems.append(f"{error.message}; {error.next_step}")
            return otherwise

    def amounts(sql: str) -> tuple[Amount, ...]:
        return tuple(attempt(partial(ask_amounts, engine, sql, known), [], *MONEY_COLUMNS))

    return Overview(
        source=snapshot.source,
        synced_at=snapshot.synced_at,
        files=len(snapshot.objects),
        size_bytes=sum(entry.size_bytes for entry in snapshot.objects),
        figures={
            name: attempt(partial(ask_figure, engine, sql), None, *DAY_COLUMNS.get(name, ()))
            for name, sql in FIGURES.items()
        },
        money=tuple(attempt(partial(ask_money, engine, known), [], *MONEY_COLUMNS)),
        not_sales=amounts(NOT_SALES) if "is_sale" in known else (),
        repeated=amounts(REPEATED) if "order_id" in known else (),
        problems=tuple(dict.fromkeys(problems)),
    )


def ask_figure(engine: Engine, sql: str) -> Value:
    """Return one figure; None without rows."""
    rows = ask(engine, f"select {sql} as figure from processed_orders")
    return rows[0][0] if rows else None


def ask_money(engine: Engine, columns: set[str]) -> list[Money]:
    """Return the revenue per currency; empty without amounts."""
    return [money_of(row) for row in ask(engine, fill_in(MONEY, columns))]


def ask_amounts(engine: Engine, sql: str, columns: set[str]) -> list[Amount]:
    """Return the amounts of one of the statements above, per currency."""
    return [
        Amount(
            currency=None if currency is None else str(currency),
            order_lines=int(order_lines) if isinstance(order_lines, int | Decimal) else 0,
            amount=amount if isinstance(amount, Decimal) else Decimal(0),
        )
        for currency, order_lines, amount in ask(engine, fill_in(sql, columns))
    ]


def fill_in(sql: str, columns: set[str]) -> str:
    """Return a statement over the existing columns, with NULL in place of a missing one."""
    no_text = "cast(null as varchar)"
    has_orders = "order_id" in columns
    return sql.format(
        currency="currency" if "currency" in columns else no_text,
        moment="order_date" if "order_date" in columns else no_text,
        orders=COUNT_OF_ORDERS if has_orders else "cast(null as bigint)",
        revenue_of_orders=REVENUE_OF_ORDERS if has_orders else "cast(0 as decimal(38, 6))",
        is_sale="coalesce(is_sale, true)" if "is_sale" in columns else "true",
    )


def money_of(row: Row) -> Money:
    """Return one row of MONEY; a missing amount is zero."""
    currency, order_lines, revenue, orders, of_orders, returned = row
    return Money(
        currency=None if currency is None else str(currency),
        order_lines=order_lines if isinstance(order_lines, int) else 0,
        revenue=revenue if isinstance(revenue, Decimal) else Decimal(0),
        orders=orders if isinstance(orders, int) else None,
        revenue_of_orders=of_orders if isinstance(of_orders, Decimal) else Decimal(0),
        returned=returned if isinstance(returned, Decimal) else Decimal(0),
    )


def ask(engine: Engine, sql: str) -> list[Row]:
    """Return an answer's rows; raises SqlError if the data cannot answer."""
    return list(engine.answer(QueryRequest("overview", sql)).rows)
