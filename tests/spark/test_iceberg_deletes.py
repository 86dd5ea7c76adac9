"""Rows that a real Spark deletes, updates and merges in Iceberg tables without rewriting files."""

import json

import pytest

from tests.e2e.conftest import Lake

from .conftest import BUCKET, Jobs

pytestmark = pytest.mark.spark

DATABASE = "shop_orders"
# It runs the statements of an object, and puts what the last one answers into another.
SCRIPT = f"""
import json
import boto3
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
s3 = boto3.client("s3")
body = s3.get_object(Bucket="{BUCKET}", Key="statements.json")["Body"].read()
for statement in json.loads(body):
    answer = spark.sql(statement)
rows = json.dumps([list(map(str, row)) for row in answer.collect()])
s3.put_object(Bucket="{BUCKET}", Key="answer.json", Body=rows.encode())
"""
CATALOG = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.type": "glue",
    "spark.sql.catalog.lake.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    "spark.sql.catalog.lake.warehouse": f"s3://{BUCKET}/",
    "spark.sql.catalog.lake.s3.path-style-access": "true",
}
MERGE_ON_READ = ", ".join(
    f"'write.{statement}.mode' = 'merge-on-read'" for statement in ("delete", "update", "merge")
)
ORDERS = f"lake.{DATABASE}.spark_orders"
NUMBERS = "cast(id as string) as order_id, cast(id % 97 as decimal(12, 2)) as price"
DAY = "date_add(date '2026-01-01', cast(id % 80 as int)) as day"
QUESTION = "select order_id, price, day from {} order by order_id"


@pytest.fixture(scope="module")
def shop(spark_aws: Lake, jobs: Jobs) -> Lake:
    """A deployed shop, and a job with Iceberg that may write its tables."""
    spark_aws.ok("deploy")
    statement = {"Effect": "Allow", "Action": ["glue:*", "s3:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = spark_aws.aws("iam")
    iam.put_role_policy(RoleName="jobs", PolicyName="tables", PolicyDocument=document)
    conf = " --conf ".join(f"{name}={value}" for name, value in CATALOG.items())
    arguments = {"--datalake-formats": "iceberg", "--conf": conf}
    jobs.create("statements", SCRIPT, DefaultArguments=arguments)
    return spark_aws


def spark(jobs: Jobs, *statements: str) -> list[list[str]]:
    """Run statements by the job; return what the last one answers, as texts."""
    jobs.put("statements.json", json.dumps(statements))
    run = jobs.run("statements")
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), jobs.log(run["Id"])[-3000:])
    body = jobs.lake.aws("s3").get_object(Bucket=BUCKET, Key="answer.json")["Body"].read()
    answer: list[list[str]] = json.loads(body)
    return answer


def answers(shop: Lake, sql: str) -> dict[str, list[list[str]]]:
    """What the mirror and the local Athena answer, as texts."""
    shop.ok("sync")
    found = {}
    for engine in ("duckdb", "athena"):
        text = shop.ok("query", "-e", sql, "--engine", engine, "--format", "jsonl")
        rows = [json.loads(line, parse_float=str) for line in text.splitlines()]
        found[engine] = [[str(value) for value in row.values()] for row in rows]
    return found


@pytest.mark.parametrize("granularity", ["file", "partition"])
def test_delete_update_and_merge_of_spark_leave_the_rows_that_spark_reads(
    shop: Lake, jobs: Jobs, granularity: str
) -> None:
    source = f"(select {NUMBERS}, {DAY} from range(1500, 2500))"
    expected = spark(
        jobs,
        f"drop table if exists {ORDERS} purge",
        f"create table {ORDERS} (order_id string, price decimal(12, 2), day date) using iceberg "
        f"partitioned by (months(day)) tblproperties ('format-version' = '2', {MERGE_ON_READ}, "
        f"'write.delete.granularity' = '{granularity}')",
        f"insert into {ORDERS} select {NUMBERS}, {DAY} from range(0, 1000)",
        f"insert into {ORDERS} select {NUMBERS}, {DAY} from range(1000, 2000)",
        f"delete from {ORDERS} where cast(order_id as int) % 7 = 0",
        f"update {ORDERS} set price = price * 2 where cast(order_id as int) % 5 = 1",
        f"merge into {ORDERS} t using {source} s on t.order_id = s.order_id "
        "when matched and s.price < 20 then delete "
        "when matched then update set t.price = s.price + 1000 "
        "when not matched then insert *",
        f"delete from {ORDERS} where price = 1050",
        QUESTION.format(ORDERS),
    )
    assert 1500 < len(expected) < 2500
    sums = spark(jobs, f"select sum(record_count), count(*) from {ORDERS}.delete_files")
    assert int(sums[0][0]) > 500, "Spark has not written delete files"
    assert answers(shop, QUESTION.format("spark_orders")) == {
        "duckdb": expected,
        "athena": expected,
    }
    rewritten = f"call lake.system.rewrite_data_files(table => '{DATABASE}.spark_orders', "
    rewritten += "options => map('rewrite-all', 'true'))"
    assert spark(jobs, rewritten, QUESTION.format(ORDERS)) == expected
    assert answers(shop, QUESTION.format("spark_orders"))["duckdb"] == expected


def test_rows_that_spark_deletes_from_the_curated_table_are_gone_and_curate_says_so(
    shop: Lake, jobs: Jobs
) -> None:
    path = shop.root / "deleted.csv"
    rows = "".join(f"{n},{'ABC'[n % 3]},1.25,2,2026-0{n % 3 + 1}-02\n" for n in range(300))
    path.write_text(f"order_id,sku,price,quantity,order_date\n{rows}")
    shop.ok("upload", str(path))
    shop.ok("curate", "--here")
    shop.ok("crawl")
    table = f"lake.{DATABASE}.shop_orders"
    question = "select product_id, count(*) as n, sum(quantity) as q from {} group by 1 order by 1"
    expected = spark(
        jobs,
        f"alter table {table} set tblproperties ({MERGE_ON_READ})",
        f"delete from {table} where order_id in ('1', '4', '7') or product_id = 'C'",
        question.format(table),
    )
    assert expected == [["A", "100", "200"], ["B", "97", "194"]]
    found = answers(shop, question.format("shop_orders"))
    assert found == {"duckdb": expected, "athena": expected}
    every = answers(shop, question.format("processed_orders"))["duckdb"]
    assert every == [["A", "100", "200"], ["B", "100", "200"], ["C", "100", "200"]]
    refused = shop.run("curate", "--here")
    assert refused.returncode == 1
    assert "orderlake curate --rebuild" in refused.stderr
    assert json.loads(shop.ok("curate", "--here", "--rebuild", "--json"))["rows"] == 300
    shop.aws("s3").delete_object(Bucket="shop-raw-000000000000-us-east-1", Key="raw/deleted.csv")
