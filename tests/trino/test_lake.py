import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sql_lake import glue_table
from trino_lines import COLUMNS, RECORDING, cases, encode

from tests.e2e.conftest import Lake
from tests.trino.asking import ask
from tests.trino.lake import lake_on_trino
from tests.trino.server import Trino

pytestmark = pytest.mark.trino

# What Trino says of an object that its SerDe cannot read, and of nothing else.
REFUSAL = "Failed to read file at "

CSV = """order_id,product_id,product_name,category,customer_id,country,price,quantity,order_date
1,A,Apple,fruit,c1,NO,1.005,7,2024-01-05 10:20:30
2,B,Beer,drink,c2,DE,2.50,-2,2024-02-01 09:00:00
3,A,"Apple, æ",fruit,,NO,0.10,3,2024-02-01 23:59:59
4,C,,,c1,SE,19.999999,1,2024-03-01 00:00:00
"""


def parity(lake: Lake) -> list[dict[str, Any]]:
    """Compare every query of the library on both engines, and return what is said of each."""
    done = lake.run(*("parity", "--left", "duckdb", "--right", "trino", "--json"), timeout=900)
    return list(json.loads(done.stdout)["queries"])


@pytest.fixture(scope="module")
def trino_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, Trino]]:
    """A local AWS with crawled orders, and a Trino that reads them through its Glue and S3."""
    files: Path = tmp_path_factory.mktemp("files")
    with lake_on_trino(tmp_path_factory.mktemp("lake")) as (lake, trino):
        lake.ok("deploy", "--env", "local")
        for day in ("2024-03-01", "2024-03-02"):
            (files / f"orders-{day}.csv").write_text(CSV.replace("\n4,", f"\n4{day[-1]},"))
        (files / "undated.csv").write_text(CSV)
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
        yield lake, trino


def read_lines(lake: Lake, trino: Trino, name: str, lines: str) -> dict[str, Any]:
    """What Trino reads in an object that holds these lines, as a table of the catalog."""
    bucket = "shop-processed-000000000000-us-east-1"
    lake.aws("s3").put_object(Bucket=bucket, Key=f"lines/{name}/part.json", Body=encode(lines))
    table = glue_table(COLUMNS)["Table"]["StorageDescriptor"] | {
        "Location": f"s3://{bucket}/lines/{name}/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    }
    lake.aws("glue").create_table(
        DatabaseName="shop_orders",
        TableInput={"Name": name, "TableType": "EXTERNAL_TABLE", "StorageDescriptor": table},
    )
    sql = f'select * from awsdatacatalog.shop_orders."{name}"'
    got = ask(trino, sql)
    if "error" in got and not got["error"].startswith(REFUSAL):
        # Not about the lines, but of a busy machine: said by its own words if it comes twice.
        got = ask(trino, sql)
    if "error" in got:
        return {"error": "refused" if got["error"].startswith(REFUSAL) else got["error"]}
    return {"rows": got["rows"]}


def test_trino_reads_lines_as_recorded(trino_lake: tuple[Lake, Trino]) -> None:
    lake, trino = trino_lake
    got = {
        name: {"lines": case["lines"], **read_lines(lake, trino, name, case["lines"])}
        for name, case in cases().items()
    }
    if os.environ.get("ORDERLAKE_RECORD"):
        text = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in got.items())
        RECORDING.write_text(f"{{\n{text}\n}}\n", "utf-8")
    assert got == cases()


def test_null_partitions_are_found_by_is_null(trino_lake: tuple[Lake, Trino]) -> None:
    _, trino = trino_lake
    table = "from awsdatacatalog.shop_orders.shop_processed_orders where dt"
    assert ask(trino, f"select count(*) {table} is null")["rows"] == [[4]]
    assert ask(trino, f"select count(*) {table} is not null")["rows"] == [[3008]]
    assert ask(trino, f"select count(*) {table} in ('2024-03-01', '2024-03-02')")["rows"] == [[8]]


def test_every_query_answers_alike_in_duckdb_and_in_trino(trino_lake: tuple[Lake, Trino]) -> None:
    lake, _ = trino_lake
    results = parity(lake)
    assert [r for r in results if r["status"] not in ("equal", "close")] == []
    assert len(results) == len(list((lake.root / "queries").glob("*.sql")))


def test_the_query_that_everybody_writes_first_is_exact_on_both(
    trino_lake: tuple[Lake, Trino],
) -> None:
    lake, trino = trino_lake
    sql = (
        "SELECT product_id, SUM(total_amount) AS total FROM {}shop_processed_orders "
        "WHERE product_id IN ('A', 'B', 'C') GROUP BY 1"
    )
    in_trino = ask(trino, sql.format("awsdatacatalog.shop_orders."))
    assert in_trino["types"] == ["varchar", "decimal(38, 6)"]
    text = lake.ok("query", "-e", sql.format(""), "--format", "jsonl")
    in_duckdb = [json.loads(line, parse_float=str) for line in text.splitlines()]
    expected = {product: Decimal(total) for product, total in in_trino["rows"]}
    assert {row["product_id"]: Decimal(str(row["total"])) for row in in_duckdb} == expected
    # Three files hold the lines: 7 * 1.005 + 3 * 0.10 for A, and so on.
    assert {p: t for p, t in expected.items() if p == "B"} == {"B": Decimal("-15.00")}


def test_trino_reads_decimals_of_38_digits_from_json_numbers(
    trino_lake: tuple[Lake, Trino],
) -> None:
    lake, trino = trino_lake
    numbers = ["9" * 32 + ".999999", "-0.000001", "123456789012345678901234567890.123456", "0.1"]
    bucket = "shop-processed-000000000000-us-east-1"
    body = "".join(f'{{"n":{number}}}\n' for number in numbers)
    lake.aws("s3").put_object(Bucket=bucket, Key="digits/part.json", Body=body.encode())
    table = glue_table((("n", "decimal(38,6)"),))["Table"]["StorageDescriptor"] | {
        "Location": f"s3://{bucket}/digits/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    }
    lake.aws("glue").create_table(
        DatabaseName="shop_orders",
        TableInput={"Name": "digits", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": table},
    )
    rows = ask(trino, "select cast(n as varchar) from awsdatacatalog.shop_orders.digits")["rows"]
    assert sorted(Decimal(text) for (text,) in rows) == sorted(map(Decimal, numbers))
