"""What a crawl warns of, from the lines of its log and from the catalog."""

from typing import Any

from orderlake.pipeline.crawl_warnings import drift_warnings, marked_lines, table_warnings


def table(name: str, *columns: tuple[str, str]) -> dict[str, Any]:
    described = [{"Name": column, "Type": kind} for column, kind in columns]
    return {"Name": name, "StorageDescriptor": {"Columns": described}}


def test_warnings_and_errors_of_this_run_are_told_once() -> None:
    messages = [
        "[one] BENCHMARK : Running Start Crawl",
        "[one] WARN : types differ",
        "[one] WARN : types differ",
        "[one] ERROR : a.json cannot be read",
        "[one] INFO : Created table WARN : no",
        "[other] WARN : of another run",
        "no run at all",
    ]
    assert list(marked_lines(messages, "one")) == ["types differ", "a.json cannot be read"]


def test_one_plain_table_is_not_a_reason_to_warn() -> None:
    assert list(table_warnings([table("orders", ("price", "double"))])) == []


def test_several_tables_and_json_arrays_are_told() -> None:
    found = list(table_warnings([table("b", ("array", "array<int>")), table("a", ("x", "int"))]))
    assert "2 tables where one was meant: a, b" in found[0]
    assert "table b is made of JSON arrays" in found[1]


def test_partitions_with_other_types_are_counted_by_column() -> None:
    orders = table("orders", ("price", "double"), ("quantity", "int"))
    partitions = [
        table("", ("price", "int"), ("quantity", "int")),
        table("", ("price", "int")),
        table("", ("price", "double"), ("new", "string")),
    ]
    [warning] = drift_warnings(orders, partitions)
    assert warning.startswith("column orders.price has another type in 2 partitions")
