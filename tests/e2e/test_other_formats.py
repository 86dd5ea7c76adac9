"""Workbooks, archives and JSON go the whole way, from the upload to the deletion."""

import time
from pathlib import Path

import pytest
from order_transform.delivery.layout import member_key, outputs_for
from packed import workbook, zipped

from .conftest import Lake

pytestmark = pytest.mark.e2e

HEADER = ("sku", "price", "quantity")
BOOK, ARCHIVE = "book-2026-10-01.xlsx", "export-2026-10.zip"


def rows_of(lake: Lake, day: str) -> list[dict[str, object]]:
    sql = "select product_id, cast(total_amount as varchar) as total from processed_orders"
    sql += f" where dt = '{day}' order by product_id"
    answer: list[dict[str, object]] = lake.json("query", "-e", sql, "--format", "json")
    return answer


def test_a_workbook_and_an_archive_are_uploaded_queried_corrected_and_deleted(
    lake: Lake, tmp_path: Path
) -> None:
    book, archive = tmp_path / BOOK, tmp_path / ARCHIVE
    book.write_bytes(workbook({"Orders": [HEADER, ("x", 1.25, 2), ("y", "?", 1)]}))
    files = {
        "orders-2026-10-02.csv": b"sku,price,quantity\na,1.50,2\n",
        "2026/orders-2026-10-03.csv": b"sku;preis;menge\nb;2,50;1\nc;?;1\n",
        "readme.pdf": b"x",
    }
    archive.write_bytes(zipped(files))
    orders = tmp_path / "orders-2026-10-04.jsonl"
    orders.write_text('{"id": 7, "items": [{"sku": "j", "price": 0.10, "quantity": 3}]}\n')
    sent = lake.json("upload", str(book), str(archive), str(orders), "--json")
    assert sorted(report["counts"]["accepted"] for report in sent) == [1, 1, 2]

    lake.ok("crawl")
    assert rows_of(lake, "2026-10-01") == [{"product_id": "x", "total": "2.500000"}]
    assert [row["product_id"] for row in rows_of(lake, "2026-10-02")] == ["a"]
    assert [row["product_id"] for row in rows_of(lake, "2026-10-03")] == ["b"]

    assert rows_of(lake, "2026-10-04") == [{"product_id": "j", "total": "0.300000"}]

    assert "Orders, row 3" in lake.ok("rejected", BOOK)
    assert "line 3" in lake.ok("rejected", ARCHIVE)
    fixed = tmp_path / "fixed"
    lake.ok("rejected", ARCHIVE, "--csv", str(fixed))
    assert [path.name for path in fixed.rglob("*.csv")] == ["orders-2026-10-03-corrected.csv"]

    # The corrected archive has one file less, and its rows go.
    del files["orders-2026-10-02.csv"]
    archive.write_bytes(zipped(files))
    lake.ok("upload", str(archive), "--json")
    aws, names = lake.aws("s3"), lake.json("status", "--json")
    account = "000000000000-us-east-1"
    listed = {
        entry["Key"]
        for entry in aws.list_objects_v2(Bucket=f"shop-processed-{account}").get("Contents", [])
    }
    gone = outputs_for(member_key(f"raw/{ARCHIVE}", "orders-2026-10-02.csv"))
    kept = outputs_for(member_key(f"raw/{ARCHIVE}", "2026/orders-2026-10-03.csv"))
    assert gone.processed not in listed
    assert {kept.processed, kept.rejected, outputs_for(f"raw/{ARCHIVE}").report} <= listed
    assert names["leftovers"] == []

    aws.delete_object(Bucket=f"shop-raw-{account}", Key=f"raw/{ARCHIVE}")
    for _ in range(100):
        entries = aws.list_objects_v2(Bucket=f"shop-processed-{account}").get("Contents", [])
        if not {kept.processed, kept.rejected} & {entry["Key"] for entry in entries}:
            break
        time.sleep(0.2)
    else:
        pytest.fail("the outputs of the deleted archive are still there")
