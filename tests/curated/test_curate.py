"""The curated table over a real local AWS: its rows are always those of the processed table."""

import csv
import json
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, Lake

pytestmark = pytest.mark.spark
COLUMNS = "order_id, product_id, price, quantity, total_amount, order_date, currency, is_sale"
RAW = "shop-raw-000000000000-us-east-1"


def write_orders(path: Path, seed: int, rows: int = 60) -> Path:
    """Write a file of orders over three months; some cells are empty, and one price is large."""
    chance = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["order_id", "product_id", "price", "quantity", "order_date", "currency"])
        for number in range(rows):
            price = "123456789012345678.123456" if number == 7 else f"{chance.randrange(9999)}.25"
            day = f"2026-{chance.randrange(1, 4):02}-{chance.randrange(1, 29):02}"
            out.writerow([f"{seed}-{number}", f"P{number % 9}", price, 1, day, "EUR"])
    return path


def rows_of(lake: Lake, table: str) -> list[list[Any]]:
    found = lake.ok("query", "-e", f"select {COLUMNS} from {table}", "--format", "csv")
    return sorted(csv.reader(found.splitlines()))


def check_equal(lake: Lake) -> int:
    """Both tables have the same rows; returns how many."""
    lake.ok("crawl")
    processed, curated = rows_of(lake, "shop_processed_orders"), rows_of(lake, "shop_orders")
    assert processed == curated
    return len(processed) - 1


@pytest.fixture
def shop(lake: Lake, tmp_path: Path) -> Iterator[Lake]:
    """Three files in the pipeline; they are gone afterwards."""
    files = [write_orders(tmp_path / f"o{seed}.csv", seed) for seed in range(3)]
    lake.ok("upload", *map(str, files))
    lake.ok("crawl")
    yield lake
    for file in files:
        remove(lake, f"raw/{file.name}")


def remove(lake: Lake, key: str) -> None:
    """Delete a raw file, and wait until its rows are gone."""
    lake.aws("s3").delete_object(Bucket=RAW, Key=key)
    deadline = time.monotonic() + 60
    while lake.json("status", "--json")["leftovers"] and time.monotonic() < deadline:
        time.sleep(0.5)


def test_rows_follow_new_corrected_and_deleted_files(shop: Lake, tmp_path: Path) -> None:
    first = shop.json("curate", "--json")
    assert (first["rows"], first["objects_added"]) == (180, 3)
    assert check_equal(shop) == 180
    assert shop.json("curate", "--json")["commits"] == 0
    shop.ok("upload", str(write_orders(tmp_path / "o1.csv", 11, rows=25)))
    corrected = shop.json("curate", "--json")
    assert (corrected["commits"], corrected["objects_removed"]) == (1, 1)
    assert check_equal(shop) == 145
    remove(shop, "raw/o2.csv")
    assert shop.json("curate", "--json")["objects_removed"] == 1
    assert check_equal(shop) == 85
    shop.ok("upload", str(tmp_path / "o1.csv"))  # the same bytes again
    shop.ok("curate")
    assert check_equal(shop) == 85


def test_two_runs_at_once_end_right(shop: Lake) -> None:
    runs = [shop.start("curate", "--json") for _ in range(2)]
    found = [json.loads(run.communicate(timeout=240)[0]) for run in runs]
    assert sum(one["rows"] for one in found) == 180
    assert check_equal(shop) == 180


def test_a_run_that_is_killed_leaves_nothing_by_halves(shop: Lake) -> None:
    for delay_seconds in (1.0, 2.0, 2.5, 3.0, 4.0):
        run = shop.start("curate")
        time.sleep(delay_seconds)
        run.kill()
        run.communicate()
    shop.ok("curate")
    assert check_equal(shop) == 180


def test_maintenance_keeps_the_rows(shop: Lake, tmp_path: Path) -> None:
    for seed in range(20, 26):
        shop.ok("upload", str(write_orders(tmp_path / "o2.csv", seed)))
        shop.ok("curate")
    assert shop.json("curate", "--maintain", "--json")["maintained"]["files"] >= 0
    assert check_equal(shop) == 180
    assert shop.json("curate", "--json")["commits"] == 0


DELETES_ROWS = """
from order_jobs.backfilling.deliver import open_s3
from order_jobs.curated.job import open_catalog
table = open_catalog(open_s3()).load_table(("shop_orders", "shop_orders"))
table.delete("product_id == 'P1'")
"""
ONE_OBJECT_EACH = """
from order_jobs.curated import changes
from order_jobs.curate import main
changes.BATCH_PIECES = 1
bucket = "shop-processed-000000000000-us-east-1"
main(["--processed-bucket", bucket, "--database", "shop_orders", "--table", "shop_orders"])
"""


def run_code(shop: Lake, code: str) -> str:
    """Run code in the job's environment; return what it prints."""
    credentials = {name.upper(): value for name, value in shop.credentials.items()}
    own = {
        "PYTHONPATH": f"{ROOT / 'glue'}:{ROOT / 'lambda'}",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{shop.port}",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    python = str(shop.root / ".tools/spark/bin/python")
    done = subprocess.run(
        [python, "-c", code], env=credentials | own, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def test_a_run_of_several_commits_rewrites_what_it_has_written(shop: Lake, tmp_path: Path) -> None:
    shop.ok("curate")  # one commit, whose files have rows of all three objects
    for seed in range(3):
        shop.ok("upload", str(write_orders(tmp_path / f"o{seed}.csv", seed + 30, rows=40)))
    told = json.loads(run_code(shop, ONE_OBJECT_EACH))
    assert (told["commits"], told["objects_added"], told["objects_removed"]) == (3, 3, 3)
    assert check_equal(shop) == 120
    assert shop.json("curate", "--json")["commits"] == 0


def test_rows_that_another_writer_changed_are_not_taken_for_its_own(shop: Lake) -> None:
    shop.ok("curate")
    run_code(shop, DELETES_ROWS)
    refused = shop.run("curate")
    assert refused.returncode == 1
    assert "another writer has changed rows of shop_orders" in refused.stderr
    assert "orderlake curate --rebuild" in refused.stderr
    assert not shop.json("status", "--json")["curated"]["is_current"]
    assert shop.json("curate", "--rebuild", "--json")["rows"] == 180
    assert check_equal(shop) == 180
