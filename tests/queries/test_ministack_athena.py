"""The library over the Athena API of ministack, as `query --engine athena` asks it.

ministack hands the SQL to a DuckDB of its own as it is, without Trino's types and rules; what that
changes is listed here, query by query, and nothing else may differ.
"""

import json
import socket
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from athena_sql.catalog import TableName
from athena_sql.errors import QueryFailed
from athena_sql.lint.check import CONTRACT_TABLE
from ministack import PROGRAM, WHY_NOT, client, running_ministack
from orderlake.answers.question import Query
from orderlake.engines import QueryRequest
from orderlake.engines.athena_engine import AthenaEngine
from orderlake.engines.duckdb_engine import DuckdbEngine
from orderlake.engines.parity import (
    TOLERANCE,
    compare_order,
    compare_rows,
    ordering,
)

from .conftest import FIXTURE
from .test_queries import every_query

REGION = "eu-west-1"
BUCKET = "shop-processed"
NUMBERS = {"price", "quantity", "total_amount"}
# Why ministack's answer differs: a word of what is seen then, and the cause.
GUESSED = "(TIMESTAMP"  # JSON is read without the catalog: DuckDB guesses that order_date is a time
UNBOUND = "Values were not provided"  # ExecutionParameters are not handed on
DOUBLE = "columns=('average_order_value',)"  # DuckDB's average of decimals is a double
LOOSE = "kind='row'"  # not the catalog's decimals: of JSON doubles, of text decimals of nine digits
MOMENT = " 00:00:00.000'"  # DuckDB's date_trunc of a date is a timestamp
NO_MACRO = "Macro date_add()"  # Trino's function is not translated
NO_COMMON_TYPE = "Cannot mix values of type VARCHAR and TIMESTAMP"  # the guessed time, in coalesce
EXPLAINED = {
    ("csv", "average_order_value"): DOUBLE,
    ("csv", "basket_pairs"): UNBOUND,
    ("csv", "cohort_retention"): NO_MACRO,
    ("csv", "hourly_pattern"): LOOSE,
    ("csv", "price_changes"): LOOSE,
    ("csv", "repeated_lines"): LOOSE,
    ("csv", "return_rate"): LOOSE,
    ("csv", "revenue_by_category"): LOOSE,
    ("csv", "revenue_by_country"): LOOSE,
    ("csv", "revenue_by_day"): UNBOUND,
    ("csv", "revenue_by_month"): MOMENT,
    ("csv", "revenue_by_status"): LOOSE,
    ("csv", "rfm_segments"): LOOSE,
    ("csv", "top_customers"): LOOSE,
    ("csv", "top_products"): LOOSE,
    ("json", "average_order_value"): GUESSED,
    ("json", "basket_pairs"): UNBOUND,
    ("json", "cohort_retention"): GUESSED,
    ("json", "data_quality"): GUESSED,
    ("json", "hourly_pattern"): GUESSED,
    ("json", "price_changes"): GUESSED,
    ("json", "repeat_rate"): NO_COMMON_TYPE,
    ("json", "repeated_lines"): LOOSE,
    ("json", "return_rate"): LOOSE,
    ("json", "revenue_by_category"): LOOSE,
    ("json", "revenue_by_country"): LOOSE,
    ("json", "revenue_by_day"): UNBOUND,
    ("json", "revenue_by_month"): GUESSED,
    ("json", "revenue_by_status"): LOOSE,
    ("json", "rfm_segments"): GUESSED,
    ("json", "top_customers"): GUESSED,
    ("json", "top_products"): LOOSE,
}


def lines_by_day() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The fixture's lines by partition, which is in the path alone."""
    rows = [json.loads(line, parse_float=str) for line in FIXTURE.read_text("utf-8").splitlines()]
    rows.sort(key=lambda row: str(row["dt"]))
    for day, group in groupby(rows, key=lambda row: str(row["dt"])):
        yield day, [{k: v for k, v in row.items() if k != "dt"} for row in group]


def to_json(rows: list[dict[str, Any]]) -> str:
    """JSON Lines, numbers with the digits they have in the fixture."""
    pairs = (
        ", ".join(
            f'"{k}": {v if k in NUMBERS else json.dumps(v, ensure_ascii=False)}'
            for k, v in row.items()
        )
        for row in rows
    )
    return "".join(f"{{{pair}}}\n" for pair in pairs)


def to_text(rows: list[dict[str, Any]]) -> str:
    """Hive's own text form, of which ministack reads the types in the catalog."""
    names = [column.name for column in CONTRACT_TABLE.columns]
    cells = ([to_cell(row.get(name)) for name in names] for row in rows)
    return "".join("|".join(row) + "\n" for row in cells)


def to_cell(value: object) -> str:
    """A value in Hive's text form."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


FORMS: dict[str, tuple[Callable[[list[dict[str, Any]]], str], dict[str, Any]]] = {
    "json": (to_json, {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}),
    "csv": (
        to_text,
        {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": "|"},
        },
    ),
}


def fill(address: str) -> None:
    """Put the fixture into the server, as one table per format."""
    s3, glue = client(address, "s3", REGION), client(address, "glue", REGION)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    glue.create_database(DatabaseInput={"Name": "orders"})
    for form, (write, serde) in FORMS.items():
        for day, rows in lines_by_day():
            s3.put_object(Bucket=BUCKET, Key=f"{form}/dt={day}/part", Body=write(rows).encode())
        storage = {
            "Location": f"s3://{BUCKET}/{form}/",
            "Columns": [{"Name": c.name, "Type": c.type} for c in CONTRACT_TABLE.columns],
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "SerdeInfo": serde,
        }
        table: dict[str, Any] = {
            "Name": f"orders_{form}",
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": storage,
            "PartitionKeys": [{"Name": "dt", "Type": "string"}],
            "Parameters": {"classification": form},
        }
        glue.create_table(DatabaseName="orders", TableInput=table)
    client(address, "athena", REGION).create_work_group(
        Name="shop-orders",
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}},
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not PROGRAM.exists():
        pytest.skip(WHY_NOT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    home: Path = tmp_path_factory.mktemp("ministack")
    with running_ministack(home, port, ATHENA_ENGINE="duckdb") as address:
        fill(address)
        yield address


def difference(query: Query, one: DuckdbEngine, other: AthenaEngine) -> str | None:
    """What is not the same in names, order or values: exact but for doubles."""
    ask = QueryRequest(query.name, query.sql, query.bind({}))
    mine = one.answer(ask)
    rows = list(mine.rows)
    try:
        theirs = other.answer(ask)
        other_rows = list(theirs.rows)
    except QueryFailed as failed:
        return failed.message
    if mine.names != theirs.names:
        return f"{mine.names} {theirs.names}"
    found = compare_rows(mine.columns, rows, other_rows, TOLERANCE)
    found += compare_order(rows, other_rows, ordering(query.sql, mine.columns), TOLERANCE)
    return str(found[0]) if found else None


@every_query
@pytest.mark.parametrize("form", FORMS)
def test_ministack_answers_as_duckdb_does_or_it_is_known_why(
    query: Query, form: str, engine: DuckdbEngine, address: str
) -> None:
    table = {"processed_orders": TableName("orders", f"orders_{form}")}
    athena = client(address, "athena", REGION)
    other = AthenaEngine(athena, "shop-orders", "orders", table, lambda: "")
    found = difference(query, engine, other)
    if reason := EXPLAINED.get((form, query.name)):
        assert found
        assert reason in found
    else:
        assert found is None
