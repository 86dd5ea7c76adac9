"""A crawl brings the curated table up to date: its event starts a function, that one the job."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Lake

from .conftest import Jobs

pytestmark = pytest.mark.spark

JOB = "shop-order-curate"
CURATED = 'Curated = "on"\n'


@pytest.fixture
def shop(spark_aws: Lake) -> Iterator[Lake]:
    """A shop whose crawls start the job; afterwards they do not."""
    settings = spark_aws.root / "orderlake.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace(CURATED, f'{CURATED}CurateAfterCrawl = "on"\n'))
    try:
        spark_aws.ok("deploy")
        yield spark_aws
    finally:
        settings.write_text(text)
        spark_aws.ok("deploy")


def test_each_crawl_brings_the_curated_table_up_to_date(shop: Lake, jobs: Jobs) -> None:
    glue = shop.aws("glue")
    path = shop.root / "after-crawl.csv"
    for prices in (("1.25",), ("1.25", "2.50")):
        lines = "".join(f"{number},A,{price},2\n" for number, price in enumerate(prices))
        path.write_text(f"order_id,sku,price,quantity\n{lines}")
        shop.ok("upload", str(path))
        before = {run["Id"] for run in glue.get_job_runs(JobName=JOB)["JobRuns"]}
        shop.ok("crawl")
        run = wait_for_run(shop, before)
        assert jobs.wait(JOB, run)["JobRunState"] == "SUCCEEDED", jobs.log(run, "error")
        sql = "select price from shop_orders where source_key = 'raw/after-crawl.csv' order by 1"
        rows = json.loads(shop.ok("query", "-e", sql, "--format", "json"), parse_float=str)
        assert [row["price"] for row in rows] == [f"{price}0000" for price in prices]
        assert shop.json("status", "--json")["curated"]["is_current"]
    shop.aws("s3").delete_object(
        Bucket="shop-raw-000000000000-us-east-1", Key="raw/after-crawl.csv"
    )


def wait_for_run(shop: Lake, before: set[str]) -> str:
    """Return the run of the job that nobody but the event has started."""
    glue = shop.aws("glue")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for run in glue.get_job_runs(JobName=JOB)["JobRuns"]:
            if run["Id"] not in before:
                return str(run["Id"])
        time.sleep(0.5)
    raise AssertionError("the crawl has started no run")
