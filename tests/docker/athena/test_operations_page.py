"""docs/athena-operations.md says what the code does; run as a program, this writes its tables.

PYTHONPATH=docker .venv/bin/python tests/docker/athena/test_operations_page.py
"""

import re
from collections.abc import Callable
from pathlib import Path

import boto3
from athena_sql.ddl.read import read_statement
from athena_sql.errors import BadQuery
from localstack_lake.athena.trino_sql import read_vacuum, to_trino
from moto.athena.responses import AthenaResponse

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "athena-operations.md"
SOURCES = ROOT / "docker" / "localstack_lake" / "athena"
REFUSED = {
    "Session|Notebook|Calculation|Executor|ApplicationDPU": "nothing runs Spark sessions",
    "Capacity": "there is no capacity to reserve",
    "Resource|Tag": "not implemented",
}
# One example of each kind of statement.
STATEMENTS = (
    "SELECT 1 AS a",
    "EXPLAIN SELECT 1 AS a",
    "EXPLAIN (FORMAT JSON) SELECT 1 AS a",
    "EXPLAIN ANALYZE SELECT 1 AS a",
    "CREATE DATABASE d",
    "DROP DATABASE d CASCADE",
    "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/t/'",
    "CREATE TABLE t (a int) LOCATION 's3://b/t/' TBLPROPERTIES ('table_type' = 'ICEBERG')",
    "CREATE TABLE t WITH (format = 'PARQUET') AS SELECT 1 AS a",
    "INSERT INTO t SELECT 1",
    "UNLOAD (SELECT 1 AS a) TO 's3://b/u/' WITH (format = 'JSON')",
    "CREATE VIEW v AS SELECT 1 AS a",
    "DROP TABLE t",
    "DROP VIEW v",
    "ALTER TABLE t ADD PARTITION (dt = '1')",
    "ALTER TABLE t DROP PARTITION (dt = '1')",
    "ALTER TABLE t SET TBLPROPERTIES ('a' = 'b')",
    "ALTER TABLE t ADD COLUMNS (b int)",
    "ALTER TABLE t DROP COLUMN b",
    "ALTER TABLE t RENAME PARTITION (dt = '1') TO PARTITION (dt = '2')",
    "MSCK REPAIR TABLE t",
    "SHOW DATABASES",
    "SHOW TABLES IN d",
    "SHOW VIEWS",
    "SHOW PARTITIONS t",
    "SHOW COLUMNS IN t",
    "SHOW TBLPROPERTIES t",
    "SHOW CREATE TABLE t",
    "SHOW CREATE VIEW v",
    "DESCRIBE t",
    "PREPARE p FROM SELECT ? AS a",
    "EXECUTE p USING 1",
    "DEALLOCATE PREPARE p",
    "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE",
    "UPDATE t SET a = 1",
    "DELETE FROM t",
    "OPTIMIZE t REWRITE DATA USING BIN_PACK",
    "VACUUM t",
)


def operations() -> list[str]:
    """Return the lines of the operations' table."""
    handled: dict[str, str] = {}
    for path in SOURCES.glob("*.py"):
        for block in path.read_text("utf-8").split("@handler(")[1:]:
            name = block.split('"')[1]
            handled[name] = block[: block.find("\n    @") if "\n    @" in block else None]
    lines = ["| operation | here | |", "| --- | --- | --- |"]
    model = boto3.client("athena", region_name="us-east-1").meta.service_model
    for name in sorted(model.operation_names):
        in_moto = hasattr(AthenaResponse, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
        body = handled.get(name, "")
        works = (name in handled and '"""Refused' not in body) or (name not in handled and in_moto)
        lines.append(
            f"| {name} | {'works' if works else 'refused'} | {'' if works else reason(name)} |"
        )
    return lines


def reason(operation: str) -> str:
    """Return why an operation is refused."""
    return next(
        (why for kind, why in REFUSED.items() if re.search(kind, operation)), "not implemented"
    )


def statements() -> list[str]:
    """Return the lines of the statements' table."""
    lines = ["| statement | on DuckDB | on Trino | |", "| --- | --- | --- | --- |"]
    for sql in STATEMENTS:
        refused = refusal_of(lambda sql=sql: read_statement(sql))
        on_trino = refusal_of(lambda sql=sql: run_by_trino(sql) or read_statement(sql))
        words = ["refused" if reason else "works" for reason in (refused, on_trino)]
        lines.append(f"| `{sql}` | {' | '.join(words)} | {refused} |")
    return lines


def refusal_of(read: Callable[[], object]) -> str:
    """Return why a statement is refused, or nothing."""
    try:
        read()
    except BadQuery as error:
        return error.message.removeprefix("NOT_SUPPORTED: ")
    return ""


def run_by_trino(sql: str) -> object:
    """Return what Trino runs for a statement."""
    return read_vacuum(sql) if sql.startswith("VACUUM") else to_trino(sql, "d", "", "")


def page_with_tables(text: str) -> str:
    """Return the page with its tables made anew, each between its marks."""
    for name, lines in (("operations", operations()), ("statements", statements())):
        block = f"<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- end of {name} -->"
        pattern = rf"<!-- {name} -->.*?<!-- end of {name} -->"
        text = re.sub(pattern, lambda _, block=block: block, text, flags=re.DOTALL)
    return text


def test_the_page_s_tables_are_what_the_code_does() -> None:
    text = PAGE.read_text("utf-8")
    assert page_with_tables(text) == text, "write it anew: run this file as a program"


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text("utf-8")), "utf-8")
