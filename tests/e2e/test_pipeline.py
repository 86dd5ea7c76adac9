"""The whole pipeline on LocalStack, by the commands that a user types."""

import csv
import gzip
import json
import urllib.request
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, Lake

pytestmark = pytest.mark.e2e

DATA = ROOT.parent / "shared" / "data"
ORDERS = """Order ID,SKU,Product Name,Qty,Unit Price,Order Date
1,A,Lamp,2,10.10,2026-11-20
1,B,"Mug, large",3,0.30,2026-11-20
2,A,Lamp,-1,10.10,2026-11-21
3,C,Clock,1,n/a,2026-11-21
4,B,"Mug, large",0,0.30,2026-11-21
"""


def sales(path: Path, product: str, line_total: str) -> dict[str, Decimal]:
    """Return each product's sales, by nothing but the csv module and exact decimals."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            totals[row[product]] += Decimal(row[line_total])
    return totals


def rows(lines: bytes) -> list[dict[str, Any]]:
    text = gzip.decompress(lines).decode()
    return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]


def answers(lake: Lake, *query: str) -> list[dict[str, Any]]:
    return [
        json.loads(line, parse_float=Decimal)
        for line in lake.ok("query", *query, "--format", "jsonl").splitlines()
    ]


@pytest.fixture(scope="module")
def orders(lake: Lake) -> dict[str, Any]:
    (lake.root / "orders-2019-03-04.csv").write_text(ORDERS)
    [report] = lake.json("upload", "orders-2019-03-04.csv", "--json")
    lake.ok("crawl")
    assert isinstance(report, dict)
    return report


def test_an_upload_ends_in_a_report_that_accounts_for_every_row(orders: dict[str, Any]) -> None:
    assert orders["outcome"] == "done"
    assert orders["counts"] == {"records": 5, "accepted": 3, "rejected": 2, "blank": 0}
    assert orders["reject_codes"] == {"not_a_number": 1, "zero": 1}
    assert Decimal(orders["sums"]["total_amount"]) == Decimal("11.00")


def test_the_query_answers_exactly(lake: Lake, orders: dict[str, Any]) -> None:
    sql = (
        "select product_id, sum(cast(total_amount as decimal(38, 6))) as revenue "
        "from processed_orders where dt = '2019-03-04' group by 1 order by 1"
    )
    assert [(row["product_id"], Decimal(row["revenue"])) for row in answers(lake, "-e", sql)] == [
        ("A", Decimal("10.10")),
        ("B", Decimal("0.90")),
    ]


def test_the_function_writes_what_the_local_transform_writes(
    lake: Lake, orders: dict[str, Any]
) -> None:
    [local] = lake.json("transform", "orders-2019-03-04.csv", "--out", "local", "--json")
    key = orders["outputs"][0]["key"]
    bucket = orders["source"]["bucket"].replace("-raw-", "-processed-")
    deployed = lake.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert key in local["outputs"]
    assert rows(deployed) == rows((lake.root / "local" / key).read_bytes())
    assert len(rows(deployed)) == 3


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real exports are not at {DATA}")
def test_a_real_export_gives_the_revenue_of_a_plain_computation(lake: Lake) -> None:
    [report] = lake.json("upload", str(DATA / "superstore.csv"), "--json")
    # Its Sales are whole lines' sums, which the file's rows tell.
    expected = sales(DATA / "superstore.csv", "Product ID", "Sales")
    lake.ok("crawl")
    assert Decimal(report["sums"]["total_amount"]) == sum(expected.values())
    top, best = max(expected.items(), key=lambda item: item[1])
    # The file names no currency; other tests' files do.
    first = next(row for row in answers(lake, "top_products") if not row["currency"])
    assert (first["product_id"], Decimal(first["total_revenue"])) == (top, best)


def test_a_file_without_a_price_is_refused_in_a_line_and_nothing_is_lost(lake: Lake) -> None:
    (lake.root / "stock.csv").write_text("SKU,Stock\nA,1\n")
    done = lake.run("upload", "stock.csv")
    assert done.returncode == 1
    assert "stock.csv: no_required_column: no price" in done.stderr
    assert "nothing was sent" in done.stderr
    done = lake.run("upload", "stock.csv", "--no-check")
    assert done.returncode == 1
    assert "stock.csv: refused: no_required_column: no price" in done.stdout
    assert "the raw files stay where they are" in done.stderr


@pytest.mark.parametrize("content", [None, ""])
def test_a_missing_or_empty_file_is_not_sent(lake: Lake, content: str | None) -> None:
    path = lake.root / "nothing.csv"
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_text(content)
    done = lake.run("upload", "nothing.csv")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2


def test_an_unknown_query_lists_the_known_ones(lake: Lake) -> None:
    done = lake.run("query", "top_product")
    assert done.returncode == 2
    assert "did you mean 'top_products'?" in done.stderr


def test_the_address_of_the_function_s_code_can_be_read(lake: Lake) -> None:
    code = lake.aws("lambda").get_function(FunctionName="shop-order-transform")["Code"]
    with urllib.request.urlopen(code["Location"], timeout=30) as answer:
        assert answer.read(4) == b"PK\x03\x04"


def test_a_second_deploy_changes_nothing(lake: Lake) -> None:
    assert "nothing to change" in lake.run("deploy").stdout + lake.run("deploy").stderr
