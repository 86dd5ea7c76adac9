"""Two real shops and a file of several currencies: exact on DuckDB and on a real Trino.

What is expected is worked out with Python's decimals from the files themselves. They lie beside
the repository; the test is skipped where they do not.
"""

import csv
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.conftest import Lake
from tests.trino.asking import ask
from tests.trino.lake import lake_on_trino
from tests.trino.server import ROOT, Trino
from tests.trino.test_lake import parity

DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.trino,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the files of real shops are not at {DATA}"),
]
SEED_SQL = "SELECT product_id, SUM(total_amount) AS total FROM {}shop_processed_orders GROUP BY 1"
# Prices with a currency, and the amount of each line.
CURRENCIES = """order_id,sku,qty,price,currency,status,order_date
m1,MUG,2,7.50,USD,paid,2026-11-01
m2,PEN,10,1.20,EUR,paid,2026-11-02
m3,CAP,1,100,JPY,paid,2026-11-02
m4,MUG,-1,7.50,USD,refunded,2026-11-03
m5,PEN,3,0.333333,EUR,cancelled,2026-11-04
"""


def retail_months(folder: Path) -> Iterator[Path]:
    """Write the days of the retail shop as one file per month, and yield the files."""
    lines: dict[str, list[bytes]] = defaultdict(list)
    with tarfile.open(DATA / "online_retail_by_day.tar.gz") as days:
        for member in sorted(days.getnames()):
            if member.endswith(".csv") and (file := days.extractfile(member)):
                found = lines[Path(member).name[:7]]
                found += file.read().splitlines(keepends=True)[1 if found else 0 :]
    for month, text in lines.items():
        path = folder / f"retail-{month}-01.csv"
        path.write_bytes(b"".join(text))
        yield path


def amounts(path: Path) -> Iterator[tuple[str, Decimal]]:
    """Yield the product and the amount of each line that the contract accepts."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if "Sales" in row:
                yield row["Product ID"].strip(), Decimal(row["Sales"])
                continue
            names = ("StockCode", "Quantity", "UnitPrice")
            if "sku" in row:
                names = ("sku", "qty", "price")
            product, quantity, price = (row[name].strip() for name in names)
            if int(quantity) and Decimal(price) >= 0:
                yield product, int(quantity) * Decimal(price)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder: Path = tmp_path_factory.mktemp("real")
    (folder / "currencies.csv").write_text(CURRENCIES)
    (folder / "superstore.csv").write_bytes((DATA / "superstore.csv").read_bytes())
    return [folder / "currencies.csv", folder / "superstore.csv", *retail_months(folder)]


@pytest.fixture(scope="module")
def real_lake(
    files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Lake, Trino]]:
    """A local AWS with the crawled files, and a Trino that reads them through its Glue and S3."""
    with lake_on_trino(tmp_path_factory.mktemp("lake")) as (lake, trino):
        lake.ok("deploy", "--env", "local")
        uploaded = lake.run("upload", *map(str, files), timeout=900)
        assert uploaded.returncode == 0, uploaded.stdout + uploaded.stderr
        for command in ("crawl", "sync"):
            lake.ok(command)
        yield lake, trino


def test_the_query_that_everybody_writes_first_is_exact_to_the_last_digit(
    files: list[Path], real_lake: tuple[Lake, Trino]
) -> None:
    lake, trino = real_lake
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for path in files:
        for product, amount in amounts(path):
            expected[product] += amount
    in_trino = ask(trino, SEED_SQL.format("awsdatacatalog.shop_orders."))
    assert in_trino["types"] == ["varchar", "decimal(38, 6)"]
    assert {product: Decimal(total) for product, total in in_trino["rows"]} == expected
    text = lake.ok("query", "-e", SEED_SQL.format(""), "--format", "jsonl")
    rows = [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in text.splitlines()]
    assert {row["product_id"]: Decimal(row["total"]) for row in rows} == expected


def test_every_query_answers_alike_over_the_real_files(real_lake: tuple[Lake, Trino]) -> None:
    lake, _ = real_lake
    results = parity(lake)
    assert [r for r in results if r["status"] not in ("equal", "close")] == []
    assert len(results) == len(list((lake.root / "queries").glob("*.sql")))
