"""Order lines that several files have are found with their files and amounts."""

import errno
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from athena_sql.catalog import TableName
from athena_sql.errors import UnreadableData
from orderlake.aws.session import open_aws
from orderlake.cli.repeated_text import repeated_document, repeated_lines
from orderlake.engines.compare_files import compare_files, lines_in_several_files
from orderlake.engines.file_comparison import FileComparison, RepeatedLine, RepeatedLines
from orderlake.engines.repeated_lines import find_repeated_lines
from orderlake.errors import DamagedMirror, NoMirror, NoTable
from orderlake.mirror.kept_file import read_kept, write_kept
from orderlake.settings import load
from sql_lake import ALIASES, COLUMNS, MemoryLake, mirror_with

TABLE = ALIASES["processed_orders"]
ORDERS = (
    ("order_id", "string"),
    *COLUMNS,
    *(("currency", "string"), ("is_sale", "boolean"), ("order_date", "string")),
)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def line(
    order: str, amount: str, currency: str = "EUR", day: str = "2026-11-05", sale: bool = True
) -> str:
    return (
        f'{{"order_id":"{order}","product_id":"A","quantity":1,"total_amount":{amount},'
        f'"currency":"{currency}","is_sale":{str(sale).lower()},"order_date":"{day}"}}\n'
    )


def found(folder: Path, columns: Sequence[tuple[str, str]] = ORDERS, **files: str) -> RepeatedLines:
    contents = {f"{name}.json.gz": lines for name, lines in files.items()}
    store = mirror_with(folder, contents, columns)
    computed = lines_in_several_files(store, TABLE, ALIASES, "v1")
    assert lines_in_several_files(store, TABLE, ALIASES, "v1") == computed, "as it was kept"
    return computed


def key(name: str) -> str:
    return f"processed/orders/{name}.json.gz"


def test_a_line_of_two_files_is_named_with_both_and_the_amount_of_one(tmp_path: Path) -> None:
    both = line("2", "20.10", sale=False)
    result = found(tmp_path, a=line("1", "1") + line("2", "20.10"), b=both + line("3", "3"))
    assert result == RepeatedLines(
        1,
        {"EUR": Decimal("20.10")},
        (RepeatedLine("2", "A", "2026-11-05", "EUR", Decimal("20.10"), (key("a"), key("b"))),),
    )


def test_two_equal_lines_of_one_order_count_once_per_file(tmp_path: Path) -> None:
    twice = line("1", "5") * 2
    assert found(tmp_path / "one", a=twice, b=line("2", "1")).count == 0
    result = found(tmp_path / "two", a=twice, b=twice)
    assert result.amounts == {"EUR": Decimal(10)}
    # One file has only a part of the order.
    assert found(tmp_path / "part", a=twice, b=line("1", "5")).amounts == {"EUR": Decimal(5)}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (line("1", "5"), line("1", "5", day="2026-11-06")),
        (line("1", "5"), line("1", "5", currency="USD")),
        (line("1", "5", sale=False), line("1", "5", sale=False)),
        (line("1", "5").replace('"1"', "null"), line("1", "5").replace('"1"', "null")),
        (line("1", "5"), line("1", "5").replace('"A"', '"B"')),
    ],
    ids=["another day", "another currency", "no sale in any", "no order", "another product"],
)
def test_other_lines_of_the_same_order_are_not_repeated(
    tmp_path: Path, left: str, right: str
) -> None:
    assert found(tmp_path, a=left, b=right).count == 0


def test_amounts_are_per_currency_and_the_largest_stands_first(tmp_path: Path) -> None:
    lines = line("1", "5") + line("2", "700", "JPY") + line("3", "6")
    result = found(tmp_path, a=lines, b=lines, c=line("1", "5"))
    assert result.amounts == {"JPY": Decimal(700), "EUR": Decimal(16)}
    assert [one.order_id for one in result.lines] == ["2", "1", "3"]
    assert result.lines[1].files == (key("a"), key("b"), key("c"))


def test_files_without_dates_currencies_or_orders_can_be_compared(tmp_path: Path) -> None:
    few = (("order_id", "string"), *COLUMNS)
    result = found(tmp_path / "few", few, a=line("1", "5"), b=line("1", "5"))
    assert result.amounts == {None: Decimal(5)}
    assert (result.lines[0].moment, result.lines[0].currency) == (None, None)
    assert found(tmp_path / "none", COLUMNS, a=line("1", "5"), b=line("1", "5")).count == 0


def test_a_table_that_is_not_there_or_cannot_be_read_is_not_called_free_of_repeats(
    tmp_path: Path,
) -> None:
    store = mirror_with(tmp_path, {"a.json": "no json\n"}, ORDERS)
    with pytest.raises(UnreadableData):
        lines_in_several_files(store, TABLE, ALIASES, "v1")
    with pytest.raises(NoTable):
        lines_in_several_files(store, TableName("shop_orders", "other"), ALIASES, "v1")
    with pytest.raises(NoMirror):
        lines_in_several_files(replace(store, folder=tmp_path / "gone"), TABLE, ALIASES, "v1")


def test_on_aws_nothing_is_downloaded_to_compare_files(tmp_path: Path) -> None:
    settings = replace(load("aws", environ={"ORDERLAKE_ROOT": str(tmp_path)}), root=tmp_path)
    told = compare_files(open_aws(settings), lambda done, total: None)
    assert told.found is None
    assert "make sync ENV=aws" in told.problem
    folder = tmp_path / ".orderlake" / "mirror" / "aws" / "shop"
    mirror_with(folder, {"a.json": line("1", "5"), "b.json": line("1", "5")}, ORDERS)
    told = compare_files(open_aws(settings), lambda done, total: None)
    assert told.found is not None
    assert (told.found.count, told.as_of) == (1, MemoryLake().look().synced_at)


@pytest.mark.parametrize(
    ("name", "kind", "value", "needed"),
    [
        ("is_sale", "string", True, "boolean"),
        ("is_sale", "int", 1, "boolean"),
        ("is_sale", "struct<a:boolean>", {"a": True}, "boolean"),
        ("total_amount", "string", "5", "a number"),
        ("total_amount", "boolean", True, "a number"),
        ("total_amount", "array<double>", [5], "a number"),
    ],
)
def test_a_type_that_cannot_be_computed_with_is_a_line_of_the_status(
    name: str, kind: str, value: object, needed: str, tmp_path: Path
) -> None:
    told = comparison(tmp_path, name, kind, value)
    assert told.found is None
    assert told.problem == (
        f"the catalog has {name} as {kind}, not as {needed}; "
        "give back the contract's types: orderlake crawl"
    )


def row_with(name: str, value: object) -> str:
    return json.dumps(json.loads(line("1", "5")) | {name: value}) + "\n"


def comparison(root: Path, name: str, kind: str, value: object) -> FileComparison:
    """Compare two equal files in which a column of the catalog has another type."""
    settings = replace(load("aws", environ={"ORDERLAKE_ROOT": str(root)}), root=root)
    files = {f"{file}.json": row_with(name, value) for file in "ab"}
    columns = tuple((dict(ORDERS) | {name: kind}).items())
    mirror_with(root / ".orderlake" / "mirror" / "aws" / "shop", files, columns)
    return compare_files(open_aws(settings), lambda done, total: None)


@pytest.mark.parametrize("kind", ["bigint", "date", "binary", "array<string>", "decimal(20,2)"])
@pytest.mark.parametrize("name", ["order_id", "product_id", "currency", "order_date"])
def test_keys_of_any_type_are_compared_and_kept(name: str, kind: str, tmp_path: Path) -> None:
    values = {"date": "2026-11-05", "binary": "QQ==", "array<string>": ["x"]}
    row = row_with(name, values.get(kind, 7))
    result = found(tmp_path, tuple((dict(ORDERS) | {name: kind}).items()), a=row, b=row)
    assert (result.count, list(result.amounts.values())) == (1, [Decimal(5)])


def test_an_amount_that_is_too_large_is_a_line_of_the_status(tmp_path: Path) -> None:
    told = comparison(tmp_path, "total_amount", "decimal(38,0)", int("9" * 37))
    assert told.problem.startswith("duckdb: ")
    assert told.problem.endswith("; see the values: orderlake query repeated_lines")


def test_a_full_disk_leaves_the_rest_of_the_status_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("orderlake.engines.compare_files.refresh_or_keep", refuse)
    aws = open_aws(replace(load("local", environ={}), root=tmp_path))
    told = compare_files(aws, lambda *_: None)
    assert told.found is None
    assert told.problem == "the mirror cannot be written: No space left on device"


def test_what_duckdb_cannot_write_is_an_error_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise duckdb.IOException("no space\nmore")

    monkeypatch.setattr("orderlake.engines.repeated_lines.open_duckdb", refuse)
    with pytest.raises(OSError, match=r"\Ano space\Z"):
        find_repeated_lines(mirror_with(tmp_path, {"a.json": "{}"}, ORDERS), TABLE, ALIASES)


def test_kept_lines_are_those_of_exactly_this_mirror_and_this_code(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": line("1", "5"), "b.json": line("1", "5")}, ORDERS)

    def count(version: str | None = "v1") -> int:
        return lines_in_several_files(store, TABLE, ALIASES, version).count

    assert count() == 1
    path = tmp_path / "repeated_lines.json"
    whole = path.read_bytes()
    for changed in (whole[:-1], whole.replace(b'"count": 1', b'"count": 7'), b"", b"\n"):
        path.write_bytes(changed)
        assert count() == 1, "a damaged file is computed again"
    # Were they not of this code or this mirror, the damaged figure would be told.
    document = read_kept(path)
    document["lines"]["count"] = 7
    write_kept(path, document)
    assert count() == 7
    assert count(None) == count("v2") == 1
    write_kept(path, document)
    mirror_with(tmp_path, {"a.json": line("1", "5"), "c.json": line("1", "6")}, ORDERS)
    assert count() == 1
    write_kept(path, document)
    mirror_with(tmp_path, {"a.json": line("1", "5"), "b.json": line("1", "5")}, ORDERS[:-1])
    assert count() == 1


def test_kept_lines_do_not_hide_that_a_file_of_the_mirror_is_gone(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": line("1", "5"), "b.json": line("1", "5")}, ORDERS)
    assert lines_in_several_files(store, TABLE, ALIASES, "v1").count == 1
    store.path_of(store.read().objects[0]).unlink()
    with pytest.raises(DamagedMirror):
        lines_in_several_files(store, TABLE, ALIASES, "v1")


def test_the_text_names_lines_with_their_raw_files_and_tells_how_old_it_is() -> None:
    one = RepeatedLine("7", "MUG", None, None, Decimal("20.000000"), ("p/a", "p/b"))
    amounts = {None: Decimal(20), "JPY": Decimal("5")}
    comparison = FileComparison(RepeatedLines(7, amounts, (one,) * 7), NOW)
    raw = {"p/a": "raw/a.csv"}
    text = repeated_lines(comparison, raw, NOW)
    assert text[0] == (
        "repeated  7 order lines stand in more than one file, "
        "so 20 without a currency and 5 JPY may be counted twice"
    )
    assert text[1].split(None, 1) == [
        "order",
        "7, product MUG: 20.00 without a currency in raw/a.csv and p/b",
    ]
    assert text[-1].strip() == "and 2 more (all: orderlake query repeated_lines)"
    later = repeated_lines(replace(comparison, stray=2), raw, NOW + timedelta(hours=3))
    assert later[-2].strip() == "as of the sync 3 hours ago: orderlake sync"
    assert later[-1].strip().startswith("without 2 processed files that no crawl")
    assert repeated_lines(FileComparison(RepeatedLines(0, {}, ()), NOW), raw, NOW) == []


def test_what_is_not_known_is_said_and_is_null_for_a_program() -> None:
    unknown = FileComparison(problem="no crawl")
    assert repeated_lines(unknown, {}, NOW) == ["repeated  not known: no crawl"]
    document = repeated_document(unknown, {})
    assert (document["count"], document["problem"]) == (None, "no crawl")
