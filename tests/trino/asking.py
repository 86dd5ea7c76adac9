"""Ask a real Trino a statement and take its answer as the recording keeps it."""

from typing import Any

from athena_sql.errors import QueryFailed
from orderlake.engines.trino_engine import TrinoEngine
from trino_orders import COLUMNS, ROWS

TYPES = {"string": "varchar", "int": "integer"}


def ask(url: str, sql: str) -> dict[str, Any]:
    """Return `types` and `rows`, or the `error`, of a statement over the catalog in memory."""
    engine = TrinoEngine(url, "memory", "default", {}, str)
    types: list[str] = []
    rows: list[Any] = []
    try:
        for page in engine.pages(sql):
            types = [column["type"] for column in page.get("columns") or ()] or types
            rows += page.get("data") or []
    except QueryFailed as error:
        return {"error": error.message.removeprefix("trino: ")}
    return {"types": types, "rows": rows}


def make_orders(url: str) -> None:
    """Make the table that the statements are asked of."""
    columns = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in COLUMNS)
    for sql in (
        "drop table if exists processed_orders",
        f"create table processed_orders ({columns})",
        f"insert into processed_orders {ROWS}",
    ):
        assert "error" not in ask(url, sql)
