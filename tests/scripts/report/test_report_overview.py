"""The report says which figures are missing, and why; it never shows a wrong one."""

import json
from pathlib import Path

import pytest
from athena_sql.errors import UnreadableData
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.report.overview import Overview, read_overview
from orderlake.report.page import warnings
from report_values import report_of
from sql_lake import ALIASES, SETTLED_COLUMNS, mirror_with

ORDERS = {"order_id": "string", **dict(SETTLED_COLUMNS), "order_date": "string"}
ROW = {
    "order_id": "1",
    "product_id": "A",
    "quantity": 1,
    "total_amount": 5,
    "currency": "EUR",
    "is_sale": True,
    "order_date": "2026-11-05",
}


def overview(
    folder: Path, name: str = "order_id", kind: str = "string", value: object = "1"
) -> Overview:
    """The overview of two equal lines, where a column has another type in the catalog."""
    lines = (json.dumps(ROW | {name: value}) + "\n") * 2
    store = mirror_with(folder, {"a.json": lines}, tuple((ORDERS | {name: kind}).items()))
    with open_duckdb(store, ALIASES) as engine:
        columns = engine.columns_of(ALIASES["processed_orders"])
        return read_overview(engine, store.read(), columns)


def test_a_column_that_the_files_lack_is_not_a_problem(tmp_path: Path) -> None:
    found = overview(tmp_path)
    assert found.figures["customers"] is None
    assert [money.revenue for money in found.money] == [10]
    assert found.problems == ()
    assert warnings(report_of(overview=found)) == []


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        *(("is_sale", "string", "true"), ("is_sale", "int", 1), ("quantity", "string", "1")),
        *(("total_amount", "string", "5"), ("total_amount", "boolean", True)),
    ],
)
def test_money_over_a_type_that_cannot_be_computed_with_is_missing_with_a_warning(
    name: str, kind: str, value: object, tmp_path: Path
) -> None:
    found = overview(tmp_path, name, kind, value)
    assert (found.money, found.not_sales, found.repeated) == ((), (), ())
    assert found.figures["rows"] == 2
    (text,) = warnings(report_of(overview=found))
    assert text.startswith(f"Figures are missing: the catalog has {name} as {kind}, not as ")
    assert text.endswith("; give back the contract's types: orderlake crawl")


def test_days_that_are_not_text_are_missing_with_a_warning_and_the_money_stays(
    tmp_path: Path,
) -> None:
    found = overview(tmp_path, "order_date", "date", "2026-11-05")
    assert [money.revenue for money in found.money] == [10]
    assert found.figures["first_day"] is None
    assert found.problems == (
        "the catalog has order_date as date, not as a string; "
        "give back the contract's types: orderlake crawl",
    )


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("currency", "struct<a:string>", {"a": "EUR"}),
        ("order_id", "array<string>", ["1"]),
        ("total_amount", "decimal(38,0)", int("9" * 37)),
    ],
)
def test_a_figure_that_fails_for_another_reason_is_told_and_the_report_goes_on(
    name: str, kind: str, value: object, tmp_path: Path
) -> None:
    found = overview(tmp_path, name, kind, value)
    assert found.money == ()
    assert found.problems
    assert found.figures["rows"] == 2


def test_a_table_that_cannot_be_read_has_no_overview(tmp_path: Path) -> None:
    with pytest.raises(UnreadableData):
        overview(tmp_path, "quantity", "bigint", "many")
