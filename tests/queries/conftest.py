import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from athena_sql.catalog import CatalogTable, TableName
from athena_sql.lint.check import CONTRACT_TABLE
from athena_sql.reading.columns import columns_of_table
from athena_sql.reading.json_table import insert_statement
from athena_sql.running.query import settle
from orderlake.engines.duckdb_engine import DuckdbEngine, add_view

FIXTURE = Path(__file__).parent / "fixtures" / "orders.jsonl"
ALIASES = {"processed_orders": TableName("orders", "processed_orders")}


@dataclass(frozen=True, slots=True)
class Line:
    """An order line of the fixture, its numbers as exact decimals."""

    order_id: str
    product_id: str
    product_name: str
    category: str | None
    customer_id: str | None
    country: str | None
    price: Decimal
    quantity: int
    order_date: str | None
    total_amount: Decimal
    currency: str | None
    status: str | None
    is_sale: bool
    dt: str


@pytest.fixture(scope="session")
def lines() -> list[Line]:
    texts = FIXTURE.read_text("utf-8").splitlines()
    parsed: list[dict[str, Any]] = [
        json.loads(text, parse_float=Decimal, parse_int=Decimal) for text in texts
    ]
    return [Line(**row | {"quantity": int(row["quantity"])}) for row in parsed]


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckdbEngine]:
    """The fixture as a table with the contract's columns and the crawler's types."""
    connection = duckdb.connect()
    settle(connection)
    load(connection, CONTRACT_TABLE, FIXTURE)
    yield DuckdbEngine(connection, (CONTRACT_TABLE,), ALIASES, "fixture")
    connection.close()


def load(connection: duckdb.DuckDBPyConnection, table: CatalogTable, path: Path) -> None:
    """Fill a table as the mirror's cache does, the partition taken from the line."""
    columns = columns_of_table(table)
    connection.execute(f"create table {columns.data_name} ({columns.definition})")
    connection.execute("create table loading (path varchar, number bigint, dt varchar)")
    connection.execute("insert into loading values (?, 1, null)", [str(path)])
    connection.execute(
        insert_statement(table, columns, {}, path.stat().st_size), {"paths": [str(path)]}
    )
    data = columns.data_name
    connection.execute(
        f"""
        update {data} set dt = lines.dt
        from read_json(?, format = 'newline_delimited', columns = {{
            order_id: 'varchar', product_id: 'varchar', dt: 'varchar'
        }}) lines
        where lines.order_id = {data}.order_id and lines.product_id = {data}.product_id
        """,
        [str(path)],
    )
    add_view(connection, table, columns.data_name)
