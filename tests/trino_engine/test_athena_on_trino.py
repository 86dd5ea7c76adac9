"""The local AWS with Trino as Athena's engine: `local up --engine trino`, and what runs on it."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Lake
from tests.e2e.test_athena import BUCKET, Athena, rows_of

pytestmark = pytest.mark.trino

PLACE = f"s3://{BUCKET}"


@pytest.fixture(scope="session")
def athena(trino_lake: Lake) -> Athena:
    athena = Athena(trino_lake)
    athena.run("create database lab")
    athena.put("sales/day=1/a.json", '{"id":"A","price":1.50}\n{"id":"B","price":2.25}\n')
    athena.put("sales/day=2/a.json", '{"id":"C","price":3.00}\n')
    athena.run(
        "create external table sales (id string, price decimal(10,2)) "
        "partitioned by (day string) row format serde 'org.openx.data.jsonserde.JsonSerDe' "
        f"location '{PLACE}/sales/'"
    )
    athena.run("msck repair table sales")
    return athena


def test_a_question_is_answered_by_trino_as_athena_prints_it(athena: Athena) -> None:
    sql = "select id, price, array[1, null] a, map(array['k'], array[1e7]) m, "
    sql += "cast(row(1, 'x') as row(n integer, t varchar)) r, nan() d, day = '1' b from sales"
    page = athena.results(
        athena.run(f"{sql} where id = ?", ExecutionParameters=["'A'"])["QueryExecutionId"]
    )
    assert rows_of(page)[1:] == [
        ["A", "1.50", "[1, null]", "{k=1.0E7}", "{n=1, t=x}", "NaN", "true"]
    ]
    info = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [column["Type"] for column in info][:4] == ["varchar", "decimal", "array", "map"]
    found = athena.run("select count(*) as n from sales where day = '2'")
    assert found["Statistics"]["DataScannedInBytes"] == len('{"id":"C","price":3.00}\n')


def test_a_failure_has_trino_s_code_and_words(athena: Athena) -> None:
    assert athena.failure("select nope from sales").startswith("COLUMN_NOT_FOUND: line 1:8: ")
    assert athena.failure("select price / 0 from sales").startswith("DIVISION_BY_ZERO")


def test_an_iceberg_table_in_athena_s_spelling(athena: Athena) -> None:
    athena.run(
        "CREATE TABLE ice (id bigint, name string, at timestamp) "
        f"PARTITIONED BY (month(at), bucket(4, id)) LOCATION '{PLACE}/ice/' "
        "TBLPROPERTIES ('table_type'='ICEBERG', 'format'='parquet', 'write_compression'='snappy', "
        "'vacuum_max_snapshot_age_seconds'='0')"
    )
    athena.run("insert into ice values (1, 'a', timestamp '2026-01-01 10:00:00'), (2, 'b', null)")
    athena.run(
        "merge into ice t using (values (1, 'z'), (3, 'c')) s(id, name) on t.id = s.id "
        "when matched then update set name = s.name "
        "when not matched then insert (id, name) values (s.id, s.name)"
    )
    assert athena.run("update ice set name = 'q' where id = 2")["Statistics"]
    athena.run("delete from ice where id = 3")
    ask = "select id, name, at from ice order by id"
    expected = [["1", "z", "2026-01-01 10:00:00.000"], ["2", "q", None]]
    assert athena.rows(ask) == expected
    athena.run("OPTIMIZE ice REWRITE DATA USING BIN_PACK")
    athena.run("VACUUM ice")
    assert athena.rows(ask) == expected
    assert athena.rows('select count(*) as n from "ice$snapshots"') == [["1"]]
    athena.run("ALTER TABLE ice ADD COLUMNS (note string)")
    assert athena.rows("select note from ice where id = 1") == [[None]]
    assert (
        athena.glue.get_table(DatabaseName="lab", Name="ice")["Table"]["Parameters"][
            "table_type"
        ].upper()
        == "ICEBERG"
    )
    athena.run("drop table ice")
    assert "Contents" not in athena.s3.list_objects_v2(Bucket=BUCKET, Prefix="ice/data/")


@pytest.mark.parametrize(
    "properties",
    [
        f"table_type = 'ICEBERG', is_external = false, location = '{PLACE}/made/', "
        "partitioning = ARRAY['day']",
        f"format = 'PARQUET', external_location = '{PLACE}/made2/', partitioned_by = ARRAY['day']",
        "format = 'JSON'",
        "format = 'TEXTFILE', field_delimiter = '|', write_compression = 'GZIP'",
    ],
)
def test_a_table_is_made_by_a_question(athena: Athena, properties: str) -> None:
    athena.run(f"CREATE TABLE made WITH ({properties}) AS select id, price, day from sales")
    athena.run("insert into made select 'D', decimal '4.00', '3'")
    rows = athena.rows("select id, price, day from made order by id")
    assert rows == [["A", "1.50", "1"], ["B", "2.25", "1"], ["C", "3.00", "2"], ["D", "4.00", "3"]]
    athena.run("drop table made")


def test_statements_take_a_data_catalog(athena: Athena) -> None:
    given = {"Name": "More", "Type": "GLUE", "Parameters": {"catalog-id": "0" * 12}}
    athena.api.create_data_catalog(**given)
    athena.run('create table "more".lab.more_sales as select id, price from "MORE".lab.sales')
    athena.run("insert into awsdatacatalog.lab.more_sales values ('M', decimal '1.00')")
    athena.run("create view more.lab.most as select id from more.lab.more_sales")
    assert athena.rows('select count(*) as n from "more".lab.most') == [["4"]]
    page = athena.results(athena.run("show tables in `more`.lab")["QueryExecutionId"])
    assert rows_of(page) == [["more_sales"], ["most"], ["sales"]]
    athena.run("drop view `more`.`lab`.most")
    athena.run("drop table `more`.`lab`.`more_sales`")
    for sql in ("select 1 from nope.lab.sales", "create table nope.lab.t as select 1 as a"):
        assert "CATALOG_NOT_FOUND" in athena.failure(sql)
    athena.api.delete_data_catalog(Name="More")


def test_views_unload_and_explain(athena: Athena) -> None:
    athena.run("create view dear as select id, price * 2 as twice from sales where price > 2")
    assert athena.rows("select * from dear order by 1") == [["B", "4.50"], ["C", "6.00"]]
    athena.run("drop view dear")
    place = f"{PLACE}/unloaded/"
    unload = f"unload (select id from sales) to '{place}' with (format = 'JSON')"
    found = athena.run(unload)
    written = athena.get(found["Statistics"]["DataManifestLocation"]).split()
    assert written
    assert all(address.startswith(place) for address in written)
    assert athena.failure(unload).startswith("HIVE_PATH_ALREADY_EXISTS")
    names = [t["Name"] for t in athena.glue.get_tables(DatabaseName="lab")["TableList"]]
    assert not [name for name in names if name.startswith("unload")]
    plan = rows_of(athena.results(athena.run("explain select id from sales")["QueryExecutionId"]))
    assert str(plan[0][0]).startswith("Trino version: 476")
    plan = rows_of(athena.results(athena.run("explain analyze select 1")["QueryExecutionId"]))
    assert plan


def test_a_running_query_is_cancelled(athena: Athena) -> None:
    numbers = "unnest(sequence(1, 10000))"
    slow = f"select count(*) as n from {numbers} a(x), {numbers} b(y), {numbers} c(z) where x+y=z"
    query_id = athena.start(slow)
    athena.api.stop_query_execution(QueryExecutionId=query_id)
    assert athena.wait(query_id)["Status"]["State"] == "CANCELLED"
    assert athena.rows("select 1 as one") == [["1"]]


def test_query_and_parity_find_the_trino_by_themselves(trino_lake: Lake, tmp_path: Path) -> None:
    trino_lake.ok("deploy", "--env", "local")
    path = tmp_path / "orders-2026-11-20.csv"
    trino_lake.ok("sample", "--rows", "500", "--dirt", "0", "--seed", "1", "--out", str(path))
    trino_lake.ok("upload", str(path))
    trino_lake.ok("crawl")
    trino_lake.ok("sync")
    sql = "select count(*) as n from processed_orders"
    for engine in ("trino", "athena"):
        text = trino_lake.ok("query", "-e", sql, "--engine", engine, "--format", "json")
        assert json.loads(text)[0]["n"] == 500 or '"n": 500' in text
    found = trino_lake.json("parity", "--left", "duckdb", "--right", "trino", "--json")
    assert {one["status"] for one in found["queries"]} <= {"equal", "close"}
