import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Lake, free_port, linked_checkout
from tests.trino.server import running, why_not

pytestmark = pytest.mark.trino

CSV = """order_id,product_id,product_name,category,customer_id,country,price,quantity,order_date
1,A,Apple,fruit,c1,NO,1.005,7,2024-01-05 10:20:30
2,B,Beer,drink,c2,DE,2.50,-2,2024-02-01 09:00:00
3,A,"Apple, æ",fruit,,NO,0.10,3,2024-02-01 23:59:59
4,C,,,c1,SE,19.999999,1,2024-03-01 00:00:00
"""


def hive(port: int) -> dict[str, str]:
    """The catalog of LocalStack: its Glue as the metastore, its S3 as the disk."""
    aws = f"http://127.0.0.1:{port}"
    return {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.metastore.glue.region": "us-east-1",
        "hive.metastore.glue.endpoint-url": aws,
        "hive.metastore.glue.aws-access-key": "test",
        "hive.metastore.glue.aws-secret-key": "test",
        "fs.hadoop.enabled": "false",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": aws,
        "s3.region": "us-east-1",
        "s3.path-style-access": "true",
        "s3.aws-access-key": "test",
        "s3.aws-secret-key": "test",
    }


@pytest.fixture(scope="module")
def trino_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, str]]:
    """A local AWS with crawled orders, and a Trino that reads them through its Glue and S3."""
    if reason := why_not():
        pytest.skip(reason)
    lake = Lake(linked_checkout(tmp_path_factory.mktemp("lake")), free_port())
    files: Path = tmp_path_factory.mktemp("files")
    try:
        assert lake.run("local", "up", timeout=600).returncode == 0
        lake.ok("deploy", "--env", "local")
        for day in ("2024-03-01", "2024-03-02"):
            (files / f"orders-{day}.csv").write_text(CSV.replace("\n4,", f"\n4{day[-1]},"))
        lake.ok(
            "sample",
            "--rows",
            "3000",
            "--dirt",
            "0",
            "--seed",
            "7",
            "--out",
            str(files / "orders-2024-03-03.csv"),
        )
        lake.ok("upload", *map(str, sorted(files.iterdir())))
        lake.ok("crawl")
        lake.ok("sync")
        folder = tmp_path_factory.mktemp("trino_lake") / "server"
        with running(folder, {"hive": hive(lake.port)}) as url:
            yield lake, url
    finally:
        lake.run("local", "down")


def test_every_query_answers_alike_in_duckdb_and_in_trino(trino_lake: tuple[Lake, str]) -> None:
    lake, url = trino_lake
    done = lake.run("parity", "--left", "duckdb", "--right", "trino", "--trino-url", url, "--json")
    results = json.loads(done.stdout)["queries"]
    assert [r for r in results if r["status"] not in ("equal", "close")] == []
    assert len(results) == len(list((lake.root / "queries").glob("*.sql")))
    assert done.returncode == 0
