"""Parquet as awswrangler and DuckDB write it, crawled and then queried by the local Athena."""

import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.e2e.conftest import Lake

ROOT = Path(__file__).resolve().parents[2]
BUCKET = "crawled-parquet"
WRITE = f"""
import awswrangler as wr, datetime as dt, decimal, pandas as pd
frame = pd.DataFrame({{
    "Id": [1, 2, 3],
    "price": [decimal.Decimal("1.50")] * 3,
    "at": pd.to_datetime(["2026-11-22 10:00:00"] * 3),
    "day": [dt.date(2026, 11, 22)] * 3,
    "ok": [True, False, None],
    "tags": [["a"], [], ["b", "c"]],
    "dt": ["1", "1", "2"],
}})
wr.s3.to_parquet(frame, "s3://{BUCKET}/wrangler/", dataset=True, partition_cols=["dt"])
"""
SELECT = """
select 1::integer as id, 1.5::decimal(9,2) as price, timestamp '2026-11-22 10:00:00' as at,
       [{'x': 'a'}] as parts
from range(3)
"""
COLUMNS = {
    "wrangler": {
        "id": "bigint",
        "price": "decimal(3,2)",
        "at": "timestamp",
        "day": "date",
        "ok": "boolean",
        "tags": "array<string>",
    },
    "duck": {
        "id": "int",
        "price": "decimal(9,2)",
        "at": "timestamp",
        "parts": "array<struct<x:string>>",
    },
}


@pytest.fixture(scope="module")
def glue(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Glue, after a crawl of what both have written."""
    s3, glue = lake.aws("s3"), lake.aws("glue")
    s3.create_bucket(Bucket=BUCKET)
    python = ROOT / ".tools" / "client-awswrangler" / "bin" / "python"
    assert python.is_file(), "client-awswrangler is not installed: make test-clients"
    variables = lake.json("local", "env", "--json")
    subprocess.run([python, "-c", WRITE], env=lake.environment | variables, check=True)
    path = tmp_path_factory.mktemp("duck") / "part.parquet"
    relation = duckdb.sql(SELECT)
    assert relation is not None
    relation.write_parquet(str(path))
    s3.upload_file(str(path), BUCKET, "duck/part.parquet")
    glue.create_database(DatabaseInput={"Name": "parquet"})
    glue.create_crawler(
        Name="parquet",
        Role="arn:aws:iam::000000000000:role/r",
        DatabaseName="parquet",
        Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/{name}/"} for name in COLUMNS]},
    )
    glue.start_crawler(Name="parquet")
    while glue.get_crawler(Name="parquet")["Crawler"]["State"] != "READY":
        time.sleep(0.1)
    return glue


@pytest.mark.clients
@pytest.mark.parametrize("name", COLUMNS)
def test_parquet_has_its_writers_types(glue: Any, name: str) -> None:
    table = glue.get_table(DatabaseName="parquet", Name=name)["Table"]
    found = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert found == COLUMNS[name]
    assert table["Parameters"]["recordCount"] == "3"
    keys = [key["Name"] for key in table["PartitionKeys"]]
    assert keys == (["dt"] if name == "wrangler" else [])


@pytest.mark.clients
@pytest.mark.parametrize("name", COLUMNS)
def test_crawled_parquet_can_be_queried(lake: Lake, glue: Any, name: str) -> None:
    athena = lake.aws("athena")
    query = athena.start_query_execution(
        QueryString=f"select count(*), sum(id), max(at) from {name}",
        QueryExecutionContext={"Database": "parquet"},
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.1)
    assert status["State"] == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    total = "6" if name == "wrangler" else "3"
    values = [cell["VarCharValue"] for cell in rows[1]["Data"]]
    assert values == ["3", total, "2026-11-22 10:00:00.000"]
