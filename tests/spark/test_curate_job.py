"""The curated table written by its Glue job: the same rows as by a process, with few rights."""

import json
from typing import Any

import pytest

from tests.e2e.conftest import Lake

from .conftest import Jobs
from .role_permissions import JobRole, open_role

pytestmark = pytest.mark.spark

RAW, PROCESSED = "shop-raw-000000000000-us-east-1", "shop-processed-000000000000-us-east-1"
JOB, TABLE = "shop-order-curate", "shop_orders"
HEADER = b"order_id,sku,price,quantity,order_date\n"
# Large files alone need the first; the others are asked by no run that ends well.
NOT_REACHED = {("WriteFiles", "s3:AbortMultipartUpload"), ("WriteFiles", "s3:DeleteObject")}
ROWS = "select order_id, product_id, price, quantity, total_amount from {} order by 1, 2"


@pytest.fixture(scope="module")
def shop(spark_aws: Lake) -> Lake:
    spark_aws.ok("deploy")
    return spark_aws


def upload(shop: Lake, name: str, *rows: str) -> None:
    path = shop.root / name
    path.write_bytes(HEADER + "".join(f"{row}\n" for row in rows).encode())
    shop.ok("upload", str(path))


def rows_of(shop: Lake, table: str) -> list[Any]:
    found: list[Any] = json.loads(shop.ok("query", "-e", ROWS.format(table), "--format", "json"))
    return found


def test_the_job_and_a_process_write_the_same_table(shop: Lake) -> None:
    upload(shop, "a.csv", "1,A,1.25,2,2026-01-02", "2,B,3,1,2026-02-03")
    first = json.loads(shop.run("curate", "--job", "--json", timeout=400).stdout)
    assert (first["rows"], first["commits"]) == (2, 1)
    shop.ok("crawl")
    assert rows_of(shop, TABLE) == rows_of(shop, "shop_processed_orders")
    assert json.loads(shop.ok("curate", "--here", "--json"))["commits"] == 0
    upload(shop, "a.csv", "1,A,1.50,2,2026-01-02")
    assert json.loads(shop.ok("curate", "--here", "--json"))["rows"] == 1
    again = shop.run("curate", "--job", "--maintain", "--json", timeout=400)
    assert json.loads(again.stdout)["maintained"]["files"] == 0
    assert len(rows_of(shop, TABLE)) == 1


def test_a_job_that_cannot_go_on_says_why(shop: Lake, jobs: Jobs) -> None:
    s3 = shop.aws("s3")
    s3.put_object(Bucket=PROCESSED, Key="reports/damaged.json", Body=b"{")
    try:
        failed = shop.run("curate", "--job", timeout=400)
    finally:
        s3.delete_object(Bucket=PROCESSED, Key="reports/damaged.json")
    assert failed.returncode == 1
    assert "the report reports/damaged.json is damaged" in failed.stderr
    assert shop.run("curate", "--job", timeout=400).returncode == 0


@pytest.fixture
def role(shop: Lake) -> JobRole:
    return open_role(shop, JOB)


def test_each_permission_of_the_role_is_missed(shop: Lake, jobs: Jobs, role: JobRole) -> None:
    missed = set()
    shop.ok("crawl")
    for number, (sid, action) in enumerate(role.permissions(NOT_REACHED, {"Log"})):
        # What a run does differs: it makes the table, or changes it.
        if action in ("glue:CreateTable", "glue:DeleteTable"):
            arguments = {"--rebuild": "yes"}
        else:
            arguments = {}
            upload(shop, "a.csv", f"{number},A,1.50,2,2026-01-02")
        with role.without(sid, action):
            run = jobs.run(JOB, Arguments=arguments)
        if run["JobRunState"] != "FAILED":
            missed.add((sid, action))
        shop.ok("curate", "--here")
    assert missed == set(), "no run needs these"
