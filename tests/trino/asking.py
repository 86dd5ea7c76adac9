"""Ask a real Trino a statement and take its answer as the recording keeps it."""

import time
from collections.abc import Sequence
from typing import Any

from athena_sql.errors import QueryFailed
from orderlake.engines.trino_engine import TrinoEngine
from trino_orders import COLUMNS, ROWS

from tests.trino.server import Trino

TYPES = {"string": "varchar", "int": "integer"}
# A server whose machine is busy takes its only node for gone, for a while.
NO_NODE = "No nodes available to run query"
ATTEMPTS = 20


def ask(trino: Trino, sql: str, schema: str = "default") -> dict[str, Any]:
    """Return `names`, `types` and `rows`, or the `error`, of a statement."""
    answer: dict[str, Any] = {}
    for _ in range(ATTEMPTS):
        answer = ask_once(trino, sql, schema)
        if answer.get("error") != NO_NODE:
            break
        time.sleep(1)
    return answer


def ask_once(trino: Trino, sql: str, schema: str) -> dict[str, Any]:
    """Return what one request answers."""
    engine = TrinoEngine(trino.url, "memory", schema, {}, str, token=trino.token)
    columns: list[dict[str, str]] = []
    rows: list[Any] = []
    try:
        for page in engine.pages(sql):
            columns = page.get("columns") or columns
            rows += page.get("data") or []
    except QueryFailed as error:
        return {"error": error.message.removeprefix("trino: ")}
    names, types = ([column[part] for column in columns] for part in ("name", "type"))
    return {"names": names, "types": types, "rows": rows}


def make_orders(
    trino: Trino,
    columns: Sequence[tuple[str, str]] = COLUMNS,
    rows: str = ROWS,
    schema: str = "default",
) -> None:
    """Make the table that the statements are asked of."""
    described = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in columns)
    for sql in (
        f"create schema if not exists {schema}",
        "drop table if exists processed_orders",
        f"create table processed_orders ({described})",
        f"insert into processed_orders {rows}",
    ):
        assert "error" not in ask(trino, sql, schema)
