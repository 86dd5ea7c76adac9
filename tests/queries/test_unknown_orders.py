"""Lines without an order number: how many orders they are is not known, which is not zero."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from athena_sql.lint.check import CONTRACT_TABLE
from athena_sql.running.query import settle
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import DuckdbEngine

from .conftest import ALIASES, load
from .test_queries import QUERIES, rows_of

LINE = {
    "product_id": "MUG",
    "price": 5.00,
    "quantity": 1,
    "total_amount": 5.00,
    "country": "Norway",
}
DAYS = {"ann": ("2026-01-05", "2026-01-05", "2026-02-05"), "bob": ("2026-01-05",)}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckdbEngine]:
    """A shop whose exports have customers and days, and no order numbers."""
    path: Path = tmp_path_factory.mktemp("unknown") / "orders.jsonl"
    lines = [
        LINE | {"customer_id": customer, "order_date": f"{day}T09:00:00"}
        for customer, days in DAYS.items()
        for day in days
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    connection = duckdb.connect()
    settle(connection)
    load(connection, CONTRACT_TABLE, path)
    yield DuckdbEngine(connection, (CONTRACT_TABLE,), ALIASES, "unknown")
    connection.close()


@pytest.mark.parametrize("name", ["revenue_by_country", "revenue_by_day", "top_customers"])
def test_their_number_is_empty(engine: DuckdbEngine, name: str) -> None:
    (query,) = (query for query in QUERIES if query.name == name)
    answer = engine.answer(QueryRequest(name, query.sql, query.bind({})))
    place = answer.names.index("orders")
    assert {row[place] for row in answer.rows} == {None}


def test_customers_come_back_on_another_day(engine: DuckdbEngine) -> None:
    assert rows_of(engine, "repeat_rate") == [(2, 1, 50.0, 2)]
