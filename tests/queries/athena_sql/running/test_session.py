import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from athena_sql.answer import Column
from athena_sql.errors import BadQuery, UnreadableData
from athena_sql.running.parameters import fill_parameters
from athena_sql.running.session import ScanLimit
from athena_sql.running.views import decode_view, encode_view
from folder_lake import FolderLake


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    lake = FolderLake(tmp_path)
    lake.add_table("orders", {"id": "string", "total": "decimal(10,2)"})
    lake.put("orders/a.json", '{"id":"A","total":1.50}\n{"id":"B","total":2.25}\n')
    return lake


def add_view(lake: FolderLake, name: str, sql: str, *columns: Column, database: str = "d") -> None:
    lake.add_table(name, {}, database=database)
    lake.tables[database, name] |= {
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": encode_view(sql, database, columns),
    }


def test_a_table_is_found_by_one_two_and_three_names(lake: FolderLake) -> None:
    for name in ("orders", "d.orders", '"awsdatacatalog"."d"."orders"', "AwsDataCatalog.D.Orders"):
        assert lake.rows(f"select count(*) as n from {name}") == [(2,)]


def test_tables_of_one_name_in_two_databases_are_two_tables(lake: FolderLake) -> None:
    lake.add_table("orders", {"id": "string"}, database="e")
    lake.tables["e", "orders"]["StorageDescriptor"]["Location"] = "s3://b/others/"
    lake.put("others/a.json", '{"id":"A"}\n')
    sql = "select a.id from d.orders a join e.orders b on a.id = b.id"
    assert lake.rows(sql) == [("A",)]


def test_an_object_is_read_once_and_a_changed_one_again(lake: FolderLake) -> None:
    with lake.session() as session:
        assert list(session.answer("select sum(total) as s from orders")[0].rows)
        assert list(session.answer("select id from orders where id = 'A'")[0].rows) == [("A",)]
        assert lake.brought == ["orders/a.json"]
        lake.put("orders/a.json", '{"id":"C","total":3}\n')
        assert list(session.answer("select id from orders")[0].rows) == [("C",)]
    assert lake.brought == ["orders/a.json"] * 2


def test_the_bytes_of_the_objects_are_counted_and_limited(lake: FolderLake) -> None:
    size = (lake.folder / "b/orders/a.json").stat().st_size
    with lake.session() as session:
        assert session.answer("select id from orders")[1] == size
    with lake.session(scan_limit=size - 1) as session, pytest.raises(ScanLimit):
        session.answer("select id from orders")


def test_a_view_reads_its_own_database_and_other_views(lake: FolderLake) -> None:
    add_view(
        lake,
        "v",
        "select id, total * 2 as twice from orders",
        Column("id", "varchar"),
        Column("twice", "decimal(12,2)"),
    )
    add_view(
        lake,
        "w",
        "select max(twice) as most from d.v",
        Column("most", "decimal(12,2)"),
        database="e",
    )
    assert [str(v) for (v,) in lake.rows("select most from e.w")] == ["4.50"]
    view = decode_view(lake.tables["d", "v"])
    assert view.sql == "select id, total * 2 as twice from orders"


def test_a_view_of_itself_is_refused(lake: FolderLake) -> None:
    add_view(lake, "v", "select id from v", Column("id", "varchar"))
    with pytest.raises(BadQuery, match="VIEW_IS_RECURSIVE"):
        lake.rows("select id from v")


def test_the_information_schema_tells_tables_and_columns(lake: FolderLake) -> None:
    sql = (
        "select column_name, data_type from information_schema.columns where table_name = 'orders'"
    )
    assert lake.rows(f"{sql} order by ordinal_position") == [
        ("id", "varchar"),
        ("total", "decimal(10,2)"),
    ]
    assert lake.rows("select schema_name from information_schema.schemata order by 1") == [
        ("d",),
        ("information_schema",),
    ]
    assert lake.rows("select table_name from information_schema.views") == []
    columns = lake.tables["d", "orders"]["StorageDescriptor"]["Columns"]
    columns[0]["Comment"] = "of the shop"
    sql = "select comment from information_schema.columns where column_name in ('id', 'total')"
    assert lake.rows(f"{sql} order by ordinal_position") == [("of the shop",), (None,)]


def test_the_partitions_of_a_table_are_a_table(lake: FolderLake) -> None:
    lake.add_table("parts", {"id": "string"}, keys={"dt": "date", "shop": "int"})
    assert lake.rows('select count(*) as n from "parts$partitions"') == [(0,)]
    lake.partitions["d", "parts"] = [
        {"Values": [day, shop], "StorageDescriptor": {"Location": "s3://b/parts/"}}
        for day, shop in (("2026-01-01", "7"), ("__HIVE_DEFAULT_PARTITION__", "8"))
    ]
    rows = lake.rows('select shop, dt from d."parts$partitions" order by shop')
    assert rows == [(7, date(2026, 1, 1)), (8, None)]


def test_partitions_that_differ_from_the_table_are_refused_by_athena_s_name(
    lake: FolderLake,
) -> None:
    lake.add_table("parts", {"id": "string"}, keys={"dt": "string"})
    lake.partitions["d", "parts"] = [
        {
            "Values": ["1"],
            "StorageDescriptor": {
                "Location": "s3://b/parts/dt=1/",
                "Columns": [{"Name": "id", "Type": "int"}],
            },
        }
    ]
    with pytest.raises(UnreadableData) as caught:
        lake.rows("select id from parts")
    assert caught.value.code == "HIVE_PARTITION_SCHEMA_MISMATCH"


def test_projected_partitions_are_read_without_being_registered(lake: FolderLake) -> None:
    lake.add_table(
        "daily",
        {"id": "string"},
        keys={"day": "string", "shop": "int"},
        parameters={
            "projection.enabled": "true",
            "projection.day.type": "date",
            "projection.day.range": "2026-01-01,2026-01-03",
            "projection.day.format": "yyyy-MM-dd",
            "projection.shop.type": "integer",
            "projection.shop.range": "1,2",
            "storage.location.template": "s3://b/daily/${day}/${shop}/",
        },
    )
    lake.put("daily/2026-01-02/2/a.json", '{"id":"A"}\n')
    lake.put("daily/2026-01-04/1/a.json", '{"id":"B"}\n')
    assert lake.rows("select id, day, shop from daily") == [("A", "2026-01-02", 2)]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select * from nope", "TABLE_NOT_FOUND"),
        ("select * from nope.orders", "SCHEMA_NOT_FOUND"),
        ("select * from information_schema.roles", "TABLE_NOT_FOUND"),
        ('select * from "orders$partitions"', "TABLE_NOT_FOUND"),
        ("select * from other.d.orders", "CATALOG_NOT_FOUND"),
        ("select * from read_text('/etc/passwd')", "NOT_SUPPORTED"),
    ],
)
def test_a_name_that_is_not_there_is_told_in_athena_s_words(
    lake: FolderLake, sql: str, code: str
) -> None:
    with pytest.raises(BadQuery, match=code):
        lake.rows(sql)


def test_what_the_engines_answer_differently_is_refused_inside_views_too(lake: FolderLake) -> None:
    add_view(lake, "v", "select id from orders where id ilike 'a'", Column("id", "varchar"))
    with pytest.raises(BadQuery, match="ilike"):
        lake.rows("select id from v")


def test_parameters_stand_for_question_marks_and_their_count_is_checked() -> None:
    assert fill_parameters("select ?, '?' -- ?\n, ?", ["1", "'a'"]) == "select 1, '?' -- ?\n, 'a'"
    with pytest.raises(BadQuery, match="expected 1 but found 0"):
        fill_parameters("select ?", [])


def test_a_program_without_a_file_gets_no_progress_bar(tmp_path: Path) -> None:
    program = f"""
import duckdb
from pathlib import Path
from athena_sql.reading.cache import open_cache
from athena_sql.running.query import settle

made = [open_cache(Path({str(tmp_path / "cache")!r})), duckdb.connect(), duckdb.connect()]
settle(made[1])
asked = "select current_setting('enable_progress_bar')"
print([connection.execute(asked).fetchone()[0] for connection in made])
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[False, False, True]\n"
