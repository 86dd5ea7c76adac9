"""Statements of the kinds that analysts write, answered as a real Trino did, or refused."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from analyst_statements import COLUMNS, RECORDING, ROWS, statements
from athena_sql.errors import SqlError
from orderlake.engines.duckdb_engine import DuckdbEngine
from sql_lake import ask, memory_engine
from trino_cells import cell_of, is_same, type_text

MOST_NEEDLESS = 0.13


def recorded() -> Iterator[list[Any]]:
    with gzip.open(RECORDING, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def is_ordered(sql: str) -> bool:
    """Whether a statement's rows have an order; an ORDER BY inside parentheses gives none."""
    return "order by" in sql.lower().rpartition(")")[2]


def class_of(engine: DuckdbEngine, sql: str, *told: Any) -> str:
    """Return how a statement is answered beside what Trino told: an error, or an answer."""
    is_refused_by_trino = len(told) == 1
    try:
        answer = ask(engine, sql)
        rows = list(answer.rows)
    except SqlError:
        return "refused by both" if is_refused_by_trino else "refused needlessly"
    if is_refused_by_trino:
        return "lenient"
    names, types, told_rows = told
    kinds = list(map(type_text, types))
    if [column.name for column in answer.columns] != names:
        return "other names"
    if [type_text(column.type) for column in answer.columns] != kinds:
        return "other types"
    ours, theirs = (
        [[cell_of(kind, one) for kind, one in zip(kinds, row, strict=True)] for row in table]
        for table in (rows, told_rows)
    )
    if not is_ordered(sql):
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    return "equal" if is_same(ours, theirs) else "other rows"


def test_all_statements_are_recorded() -> None:
    assert [sql for sql, *_ in recorded()] == statements()


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.long)])
def test_analysts_statements_are_answered_as_a_real_trino_did_or_refused(step: int) -> None:
    engine = memory_engine(ROWS, COLUMNS, is_asked_often=True)
    classes: dict[str, list[str]] = defaultdict(list)
    asked = list(recorded())[::step]
    for sql, *told in asked:
        classes[class_of(engine, sql, *told)].append(sql)
    needless = len(classes.pop("refused needlessly"))
    assert classes.keys() == {"equal", "refused by both"}, classes
    assert needless / len(asked) < MOST_NEEDLESS
