"""Every query over half a million lines of a real shop; six answers worked out in plain Python."""

import csv
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from athena_sql.answer import Row
from athena_sql.catalog import CatalogTable
from athena_sql.errors import MissingColumns
from athena_sql.lint.check import CONTRACT_TABLE
from athena_sql.reading.columns import columns_of_table
from athena_sql.reading.json_table import insert_statement
from athena_sql.running.query import settle
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.transform import transform
from orderlake.answers.question import find_query, list_queries
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import DuckdbEngine, add_view

from .conftest import ALIASES

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT.parent / "shared" / "data" / "online_retail_by_day.tar.gz"
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not ARCHIVE.exists(), reason=f"the days of the real shop are not at {ARCHIVE}"
    ),
]
# What this shop's export has; the queries of other columns must say that they are missing.
# Columns that every lake has after a crawl, even if its files lack them.
ALWAYS = ("currency", "is_sale")
COLUMNS = (
    "order_id product_id product_name customer_id country price quantity order_date total_amount dt"
)


@dataclass(frozen=True, slots=True)
class Sale:
    """One accepted line as the CSV has it."""

    order: str
    product: str
    quantity: int
    at: str
    amount: Decimal
    customer: str
    country: str


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Month -> one CSV of its days: thirteen files are read faster than three hundred."""
    folder = tmp_path_factory.mktemp("months")
    found: dict[str, Path] = {}
    with tarfile.open(ARCHIVE) as days:
        for member in sorted(days.getnames()):
            if not member.endswith(".csv"):
                continue
            month = Path(member).name[:7]
            file = days.extractfile(member)
            assert file
            lines = file.read()
            path = found.setdefault(month, folder / f"{month}.csv")
            with path.open("ab") as whole:
                whole.write(lines.partition(b"\n")[2] if whole.tell() else lines)
    return found


@pytest.fixture(scope="module")
def sales(months: dict[str, Path]) -> list[Sale]:
    return [sale for path in months.values() for sale in read_sales(path)]


def read_sales(path: Path) -> Iterator[Sale]:
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
            if quantity and price >= 0:
                yield Sale(
                    row["InvoiceNo"].strip(),
                    row["StockCode"].strip(),
                    quantity,
                    row["InvoiceDate"],
                    quantity * price,
                    row["CustomerID"].strip(),
                    row["Country"].strip(),
                )


@pytest.fixture(scope="module")
def engine(
    months: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DuckdbEngine]:
    """The months as the function writes them, loaded as the mirror's cache loads them."""
    contract, known = parse_contract(default_contract_text()), {*COLUMNS.split(), *ALWAYS}
    table = CatalogTable(
        database=CONTRACT_TABLE.database,
        name=CONTRACT_TABLE.name,
        location="",
        serde="",
        columns=tuple(c for c in CONTRACT_TABLE.columns if c.name in known),
        partition_keys=CONTRACT_TABLE.partition_keys,
        partitions=(),
    )
    connection = duckdb.connect()
    settle(connection)
    columns = columns_of_table(table)
    connection.execute(f"create table {columns.data_name} ({columns.definition})")
    connection.execute("create table loading (path varchar, number bigint, dt varchar)")
    for month, path in months.items():
        made = transform(path, tmp_path_factory.mktemp(month), contract, compression="none")
        assert made.refusal is None
        assert made.processed is not None
        connection.execute(
            "insert into loading values (?, 1, ?)", [str(made.processed.path), f"{month}-01"]
        )
    paths = [row[0] for row in connection.execute("select path from loading").fetchall()]
    connection.execute(insert_statement(table, columns, {}, 1 << 20), {"paths": paths})
    add_view(connection, table, columns.data_name)
    yield DuckdbEngine(connection, (table,), ALIASES, "real shop")
    connection.close()


def answer(engine: DuckdbEngine, name: str) -> list[Row]:
    """The rows without their currency, which this shop never names."""
    query = find_query(name, ROOT / "queries")
    found = engine.answer(QueryRequest(name, query.sql, query.bind({})))
    rows = list(found.rows)
    if found.names[-1] != "currency":
        return rows
    assert {row[-1] for row in rows} == {None}
    return [row[:-1] for row in rows]


def sums(pairs: Iterator[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for key, amount in pairs:
        found[key] += amount
    return found


def test_every_query_answers_or_names_what_the_shop_lacks(engine: DuckdbEngine) -> None:
    lacking = {}
    for query in list_queries(ROOT / "queries"):
        try:
            assert answer(engine, query.name), query.name
        except MissingColumns as error:
            lacking[query.name] = error.columns
    assert lacking == {
        "revenue_by_category": ("category",),
        "revenue_by_status": ("status",),
    }


def test_the_best_products(engine: DuckdbEngine, sales: list[Sale]) -> None:
    totals = sums((s.product, s.amount) for s in sales)
    best = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    assert answer(engine, "top_products") == best


def test_revenue_of_every_country(engine: DuckdbEngine, sales: list[Sale]) -> None:
    totals = sums((s.country, s.amount) for s in sales)
    orders = defaultdict(set)
    for sale in sales:
        orders[sale.country].add(sale.order)
    got = {country: (n, revenue) for country, n, revenue, _ in answer(engine, "revenue_by_country")}
    assert got == {country: (len(orders[country]), totals[country]) for country in totals}


def test_every_day(engine: DuckdbEngine, sales: list[Sale]) -> None:
    days: dict[date, list[Sale]] = defaultdict(list)
    for sale in sales:
        days[date.fromisoformat(sale.at[:10])].append(sale)
    assert answer(engine, "revenue_by_day") == [
        (
            day,
            len({s.order for s in sold}),
            sum(s.quantity for s in sold),
            sum(s.amount for s in sold),
        )
        for day, sold in sorted(days.items())
    ]


def test_every_hour(engine: DuckdbEngine, sales: list[Sale]) -> None:
    hours: dict[int, list[Sale]] = defaultdict(list)
    for sale in sales:
        if sale.quantity > 0:
            hours[int(sale.at[11:13])].append(sale)
    assert answer(engine, "hourly_pattern") == [
        (hour, len({s.order for s in sold}), sum(s.amount for s in sold))
        for hour, sold in sorted(hours.items())
    ]


def test_customers_who_come_back(engine: DuckdbEngine, sales: list[Sale]) -> None:
    orders = defaultdict(set)
    for sale in sales:
        if sale.customer and sale.quantity > 0:
            orders[sale.customer].add(sale.order)
    again = sum(len(o) > 1 for o in orders.values())
    ((customers, returning, percent, most),) = answer(engine, "repeat_rate")
    assert (customers, returning, most) == (
        len(orders),
        again,
        max(len(o) for o in orders.values()),
    )
    assert percent == round(100 * again / len(orders), 2)


def test_what_comes_back(engine: DuckdbEngine, sales: list[Sale]) -> None:
    sold: dict[str, int] = defaultdict(int)
    back: dict[str, int] = defaultdict(int)
    amounts = sums((s.product, -s.amount) for s in sales if s.quantity < 0)
    for sale in sales:
        (sold if sale.quantity > 0 else back)[sale.product] += abs(sale.quantity)
    most = sorted(back, key=lambda product: (-back[product], product))[:20]
    got = [row[:4] for row in answer(engine, "return_rate")]
    assert got == [(p, sold[p], back[p], amounts[p]) for p in most]
