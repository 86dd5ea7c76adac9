"""The catalog has the contract's types after any crawl; the library's query is exact."""

import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Lake

pytestmark = pytest.mark.e2e

# As doubles these add up to 0.30000000000000004 and 20.200000000000003.
ORDERS = "sku,price,quantity\nEXACT-A,0.1,1\nEXACT-A,0.2,1\nEXACT-B,10.10,1\nEXACT-B,10.10,1\n"
EXACT = {"price": "decimal(24,6)", "quantity": "bigint", "total_amount": "decimal(38,6)"}
SEED = "SELECT product_id, SUM(total_amount) AS total FROM {} GROUP BY 1"
PATIENCE_SECONDS = 30


def types_of(lake: Lake) -> list[dict[str, str]]:
    """The types of the contract's numbers in the table, then in each of its partitions."""
    glue, names = lake.aws("glue"), {"DatabaseName": "shop_orders"}
    table = glue.get_table(**names, Name="shop_processed_orders")["Table"]
    pages = glue.get_paginator("get_partitions").paginate(
        **names, TableName="shop_processed_orders"
    )
    items = [table, *(part for page in pages for part in page["Partitions"])]
    return [
        {
            column["Name"]: column["Type"]
            for column in item["StorageDescriptor"]["Columns"]
            if column["Name"] in EXACT
        }
        for item in items
    ]


def all_are_exact(lake: Lake) -> bool:
    """Whether the table and every partition, other tests' too, have the contract's types."""
    return len(types_of(lake)) >= 2 and all(types == EXACT for types in types_of(lake))


def wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def crawl_by_hand(lake: Lake) -> None:
    glue = lake.aws("glue")
    before = glue.get_crawler(Name="shop-orders")["Crawler"].get("LastCrawl")
    glue.start_crawler(Name="shop-orders")

    def is_done() -> bool:
        crawler = glue.get_crawler(Name="shop-orders")["Crawler"]
        return bool(crawler["State"] == "READY" and crawler.get("LastCrawl") != before)

    wait_for(is_done)


def upload(lake: Lake, name: str, text: str) -> None:
    (lake.root / name).write_text(text)
    lake.ok("upload", name)


def test_a_crawl_started_by_hand_ends_with_the_contracts_types(lake: Lake) -> None:
    upload(lake, "orders-2026-11-20.csv", ORDERS)
    crawl_by_hand(lake)
    wait_for(lambda: all_are_exact(lake))
    version = lake.aws("glue").get_table(DatabaseName="shop_orders", Name="shop_processed_orders")[
        "Table"
    ]["VersionId"]
    crawl_by_hand(lake)
    crawl_by_hand(lake)
    after = lake.aws("glue").get_table(DatabaseName="shop_orders", Name="shop_processed_orders")
    assert after["Table"]["VersionId"] == version
    assert all_are_exact(lake)


def test_a_new_column_and_a_new_partition_leave_the_types_as_they_are(lake: Lake) -> None:
    upload(lake, "orders-2026-11-21.csv", "sku,price,quantity,colour\nEXACT-C,1.5,2,red\n")
    crawl_by_hand(lake)
    assert all_are_exact(lake)
    table = lake.aws("glue").get_table(DatabaseName="shop_orders", Name="shop_processed_orders")
    assert "colour" in {c["Name"] for c in table["Table"]["StorageDescriptor"]["Columns"]}


def test_the_query_that_everybody_writes_first_is_exact(lake: Lake) -> None:
    lake.ok("crawl")
    answer = lake.ok("query", "-e", SEED.format("shop_processed_orders"), "--format", "jsonl")
    found = [json.loads(line, parse_float=Decimal) for line in answer.splitlines()]
    totals = {row["product_id"]: Decimal(row["total"]) for row in found}
    assert {name: total for name, total in totals.items() if name.startswith("EXACT-")} == {
        "EXACT-A": Decimal("0.3"),
        "EXACT-B": Decimal("20.2"),
        "EXACT-C": Decimal("3"),
    }


def test_a_table_that_the_crawler_has_given_up_is_told_and_can_be_replaced(lake: Lake) -> None:
    glue, names = lake.aws("glue"), {"DatabaseName": "shop_orders"}
    table = glue.get_table(**names, Name="shop_processed_orders")["Table"]
    kept = ("Name", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType")
    parameters = table["Parameters"] | {"compressionType": "none"}
    glue.update_table(**names, TableInput={f: table[f] for f in kept} | {"Parameters": parameters})
    failed = lake.run("crawl")
    assert failed.returncode == 1
    assert "has given up the table shop_processed_orders" in failed.stderr
    assert "orderlake crawl --env local --replace-table" in failed.stderr
    lake.ok("crawl", "--replace-table")
    assert all_are_exact(lake)
