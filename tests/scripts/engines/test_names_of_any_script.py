"""Columns whose names have letters of any script: crawled, typed, and asked for by their names."""

import json
from pathlib import Path

import pytest
from athena_sql.errors import BadQuery
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import open_duckdb
from sql_lake import ALIASES, mirror_with

NAMES = [
    "備考",
    "税率",
    "größe",
    "примечание_к_заказу",
    "배송_메모",
    "ملاحظات",
    "הערות",
    "ชื่อ",
    "año",
]
COLUMNS = [("product_id", "string"), *((name, "string") for name in NAMES)]


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    line = {"product_id": "A"} | {name: f"value of {name}" for name in NAMES}
    files = {"a.json": json.dumps(line, ensure_ascii=False) + "\n"}
    with open_duckdb(mirror_with(folder, files, COLUMNS), ALIASES) as engine:
        return list(engine.answer(QueryRequest("-e", sql)).rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_quoted_name_answers(tmp_path: Path, name: str) -> None:
    sql = f'select "{name}", count(*) as n from processed_orders where "{name}" <> \'\' group by 1'
    assert rows(tmp_path, sql) == [(f"value of {name}", 1)]


def test_every_column_of_any_script_comes_with_a_star(tmp_path: Path) -> None:
    assert rows(tmp_path, "select * from processed_orders") == [
        ("A", *(f"value of {name}" for name in NAMES))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_athena_needs_quoted_is_refused_without_quotes(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadQuery) as caught:
        rows(tmp_path, f"select {name} from processed_orders")
    assert f'"{name}"' in str(caught.value)
