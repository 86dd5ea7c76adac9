"""Statements of analysts, with what a real Trino 435 answered: equal here, or refused.

The statements lie beside the repository; the test is skipped where they are not.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from athena_sql.errors import SqlError
from orderlake.engines.duckdb_engine import DuckdbEngine
from sql_lake import ask, memory_engine

STATEMENTS = Path(__file__).resolve().parents[4] / "shared" / "facts" / "sql_on_trino.json"
MOST_NEEDLESS = 0.03
# What may answer with the time at which it runs, so that only its types are the recorded ones.
CLOCK = ("now()", "current_timestamp", "localtimestamp", "current_date")
RELATIVE_TOLERANCE = 1e-12


def cell_of(value: Any, kind: str = "") -> Any:
    """Return a value as the recording writes it: `f:` double, `d:` decimal, `D:` date, `t:` time.

    The recording has no more of a time than its first 23 characters.
    """
    match value:
        case dict() if kind.startswith("map("):
            return {str(key): cell_of(one) for key, one in value.items()}
        case float():
            return f"f:{'NaN' if value != value else repr(value)}"
        case Decimal():
            return f"d:{value:f}"
        case datetime():
            zone = " UTC" if value.tzinfo else ""
            return f"t:{value.replace(tzinfo=None).isoformat(' ', 'milliseconds')}{zone}"
        case date():
            return f"D:{value.isoformat()}"
        case dict():
            return [cell_of(one) for one in value.values()]
        case list() | tuple():
            return [cell_of(one) for one in value]
    return value


def is_same(told: Any, cell: Any) -> bool:
    """Whether two recorded cells are equal; a double's last digits may differ."""
    if isinstance(told, list) and isinstance(cell, list):
        return len(told) == len(cell) and all(map(is_same, told, cell))
    if isinstance(told, str) and isinstance(cell, str) and told[:2] == cell[:2]:
        if told.startswith("f:"):
            one, other = float(told[2:]), float(cell[2:])
            return str(one) == str(other) or one == pytest.approx(other, rel=RELATIVE_TOLERANCE)
        if told.startswith("t:"):
            shortest = min(len(told), len(cell), 25)
            return shortest >= 21 and told[:shortest] == cell[:shortest]
    return type(told) is type(cell) and told == cell


def is_ordered(sql: str) -> bool:
    """Whether a statement's rows have an order; an ORDER BY inside parentheses gives none."""
    return "order by" in sql.lower().rsplit(")", 1)[-1]


def type_of(text: str) -> str:
    """Return a type without the length of texts and the digits of times, which no answer tells."""
    return re.sub(r"(varchar|timestamp)\(\d+\)", r"\1", text.replace(", ", ","))


def class_of(engine: DuckdbEngine, entry: dict[str, Any]) -> str:
    """Return how a statement is answered beside Trino's answer."""
    try:
        answer = ask(engine, entry["sql"])
        kinds = [type_of(column.type) for column in answer.columns]
        rows = [list(map(cell_of, row, kinds)) for row in answer.rows]
    except SqlError:
        return "refused by both" if "error" in entry else "refused needlessly"
    except Exception as error:
        return f"crash: {error!r}"
    if "error" in entry:
        return "lenient"
    told = entry["rows"]
    if not is_ordered(entry["sql"]):
        told, rows = sorted(told, key=json.dumps), sorted(rows, key=json.dumps)
    names = [column.name for column in answer.columns]
    is_equal = names == entry["names"] and kinds == list(map(type_of, entry["types"]))
    if is_equal and any(word in entry["sql"] for word in CLOCK):
        return "equal"
    return "equal" if is_equal and is_same(told, rows) else "silently wrong"


@pytest.fixture(scope="module")
def recording() -> dict[str, Any]:
    if not STATEMENTS.is_file():
        pytest.skip(f"the recorded statements are not at {STATEMENTS}")
    return dict(json.loads(STATEMENTS.read_text("utf-8")))


def literal(value: Any, kind: str) -> str:
    if value is None:
        return "null"
    return "'" + str(value).replace("'", "''") + "'" if kind == "string" else str(value)


def table_rows(table: dict[str, Any]) -> Iterator[str]:
    kinds = [kind for _, kind in table["columns"]]
    for row in table["rows"]:
        cells = (literal(value, kind) for value, kind in zip(row, kinds, strict=True))
        yield f"({', '.join(cells)})"


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.long)])
def test_statements_are_answered_as_trino_did_or_refused(
    recording: dict[str, Any], step: int
) -> None:
    table = recording["table"]
    rows = f"values {', '.join(table_rows(table))}"
    engine = memory_engine(rows, table["columns"], is_asked_often=True)
    classes: dict[str, list[str]] = {}
    for entry in recording["statements"][::step]:
        classes.setdefault(class_of(engine, entry), []).append(entry["sql"])
    counts = Counter({name: len(found) for name, found in classes.items()})
    assert sum(counts.values()) > 300
    allowed = {"equal", "refused by both", "refused needlessly"}
    assert {name: found for name, found in classes.items() if name not in allowed} == {}
    assert counts["refused needlessly"] / sum(counts.values()) < MOST_NEEDLESS, counts
