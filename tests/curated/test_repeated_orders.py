"""The contract's rule `repeated_orders = "newest_file"` over a real local AWS."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.curated.raw_files import remove
from tests.e2e.conftest import ROOT, Lake

pytestmark = pytest.mark.spark
PROCESSED = "shop-processed-000000000000-us-east-1"
ROWS = "select source_key, order_id, price from shop_orders order by order_id, source_key, price"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The function's package, whose contract has the rule."""
    folder = tmp_path / "lambda"
    shutil.copytree(ROOT / "lambda", folder)
    contract = folder / "order_transform/contract/contract.toml"
    text = contract.read_text("utf-8")
    chosen = text.replace('repeated_orders = "each_file"', 'repeated_orders = "newest_file"')
    assert chosen != text
    contract.write_text(chosen, "utf-8")
    return folder


def curate(lake: Lake, package: Path, *more: str) -> dict[str, Any]:
    """Run the job's code with this package."""
    credentials = {name.upper(): value for name, value in lake.credentials.items()}
    own = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'glue'}:{package}",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{lake.port}",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    words = ["-m", "order_jobs.curate", "--processed-bucket", PROCESSED]
    words += ["--database", "shop_orders", "--table", "shop_orders", *more]
    python = str(lake.root / ".tools/spark/bin/python")
    done = subprocess.run(
        [python, *words], env=credentials | own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def upload(lake: Lake, folder: Path, name: str, *rows: str) -> None:
    path = folder / name
    path.write_text("order_id,sku,price,quantity\n" + "".join(f"{row},2\n" for row in rows))
    lake.ok("upload", str(path))


def rows_of(lake: Lake) -> list[tuple[str, str, float]]:
    lake.ok("crawl")
    found = lake.run("query", "-e", ROWS, "--format", "json")
    rows = json.loads(found.stdout)
    return [(row["source_key"][4:], row["order_id"], float(row["price"])) for row in rows]


def test_an_order_counts_as_its_newest_export_says(
    lake: Lake, package: Path, tmp_path: Path
) -> None:
    first, second, third = (f"2026-01-0{day}.csv" for day in (1, 2, 3))
    upload(lake, tmp_path, first, "1,A,1", "2,A,1")
    upload(lake, tmp_path, second, "2,A,5", "2,B,6", "3,A,1")
    curate(lake, package)
    once = [(first, "1", 1.0), (second, "2", 5.0), (second, "2", 6.0), (second, "3", 1.0)]
    assert rows_of(lake) == once
    assert curate(lake, package)["commits"] == 0
    curated = lake.json("status", "--json")["curated"]
    assert (curated["rows"], curated["is_current"], curated["is_once"]) == (4, True, True)
    told = lake.run("query", "-e", "select count(*) as n from processed_orders", "--format", "csv")
    assert told.stdout.split() == ["n", "5"]
    assert "counts an order of several exports once" in told.stderr
    # An export that has all orders of the first; then it is deleted, and they come back.
    upload(lake, tmp_path, third, "1,A,9", "2,A,8")
    curate(lake, package)
    assert rows_of(lake) == [(third, "1", 9.0), (third, "2", 8.0), (second, "3", 1.0)]
    assert curate(lake, package)["commits"] == 0
    assert lake.json("status", "--json")["curated"]["is_current"]
    remove(lake, third)
    # Lists of ids that are young stay, whatever they are of.
    assert curate(lake, package, "--maintain", "yes")["maintained"]["orphans"] == 0
    assert rows_of(lake) == once
    # Without the rule every row counts.
    assert lake.json("curate", "--json")["commits"] == 1
    assert len(rows_of(lake)) == 5
    remove(lake, first, second)
