"""The grid of functions in wrappers and consumers, answered as a real Trino did, or refused."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from athena_sql.answer import Column
from athena_sql.errors import SqlError
from orderlake.engines.duckdb_engine import DuckdbEngine
from orderlake.engines.parity import compare
from orderlake.engines.trino_engine import json_value
from orderlake.engines.values import type_text
from sql_grid import statements
from sql_lake import ask, memory_engine
from trino_orders import COLUMNS, FOLDER, ROWS

# The recording has 13,029 statements. The everyday tests replay one in twenty.
STEP = 20
EVERY_DAY = 3
STARTS = [
    EVERY_DAY,
    *(pytest.param(one, marks=pytest.mark.long) for one in range(STEP) if one != EVERY_DAY),
]


def recorded(start: int) -> Iterator[list[Any]]:
    with gzip.open(FOLDER / "grid.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % STEP == start:
                yield json.loads(line)


def difference(engine: DuckdbEngine, entry: list[Any]) -> str | None:
    sql, *answer = entry
    try:
        answered = ask(engine, sql)
        rows = list(answered.rows)
    except SqlError:
        return None
    if not answer:
        return f"{sql}: Trino refuses it"
    kinds, cells = answer
    columns = tuple(
        Column(column.name, column.type)
        for column, kind in zip(answered.columns, kinds, strict=True)
        if type_text(kind.replace(", ", ","))
    )
    values = [
        tuple(json_value(c.type, cell) for c, cell in zip(columns, row, strict=True))
        for row in cells
    ]
    compared = compare(sql, (answered.columns, rows), (columns, values), (), 1e-12)
    return None if compared.is_fine else f"{sql}: {compared.differences}"


def test_every_function_of_the_table_is_recorded() -> None:
    with gzip.open(FOLDER / "grid.jsonl.gz", "rt", encoding="utf-8") as lines:
        assert [json.loads(line)[0] for line in lines] == statements()


@pytest.mark.parametrize("start", STARTS)
def test_the_grid_is_answered_as_a_real_trino_did_or_refused(start: int) -> None:
    engine = memory_engine(ROWS, COLUMNS, is_asked_often=True)
    found = [difference(engine, entry) for entry in recorded(start)]
    assert len(found) > 600
    assert [text for text in found if text] == []
