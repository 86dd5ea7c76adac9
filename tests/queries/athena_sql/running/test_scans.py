"""Which bytes count as scanned, and which partitions are not read at all."""

from pathlib import Path

import duckdb
import pytest
from athena_sql.errors import UnreadableData
from athena_sql.reading.parquet_table import PARQUET
from athena_sql.running import scans
from athena_sql.running.session import ScanLimit
from folder_lake import FolderLake

DAYS = ("2026-01-01", "2026-01-02", "2026-02-01", "__HIVE_DEFAULT_PARTITION__")


def add_partitions(lake: FolderLake, name: str, *values: tuple[str, ...]) -> None:
    keys = [key["Name"] for key in lake.tables["d", name]["PartitionKeys"]]
    columns = lake.tables["d", name]["StorageDescriptor"]["Columns"]
    lake.partitions["d", name] = [
        {
            "Values": list(given),
            "StorageDescriptor": {
                "Location": f"s3://b/{name}/{folder_of(keys, given)}/",
                "Columns": columns,
            },
        }
        for given in values
    ]


def folder_of(keys: list[str], values: tuple[str, ...]) -> str:
    return "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    """Four days, whose objects have 10, 20, 30 and 40 bytes."""
    lake = FolderLake(tmp_path)
    lake.add_table("daily", {"n": "int"}, keys={"dt": "string"})
    add_partitions(lake, "daily", *((day,) for day in DAYS))
    for number, day in enumerate(DAYS, start=1):
        lake.put(f"daily/dt={day}/a.json", f'{{"n":{number}}}\n'.rjust(number * 10))
    return lake


def scanned(lake: FolderLake, sql: str) -> int:
    with lake.session() as session:
        answer, count = session.answer(sql)
        list(answer.rows)
        return count


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("select sum(n) as s from daily", 100),
        ("select count(*) as c from daily", 100),
        ("select dt, sum(n) as s from daily group by dt", 100),
        ("select n from daily where dt = '2026-01-01'", 10),
        ("select n from daily where dt > '2026-01-01'", 50),
        ("select n from daily where dt is null", 40),
        ("select n from daily where dt in ('2026-01-01', '2026-02-01') and n > 1", 40),
        ("select n from daily where dt like '2026-01-%' or n = 1", 100),
        ("select n from daily where dt like '2026-01-%'", 30),
        ("select n from daily where substr(dt, 1, 7) = '2026-02'", 30),
        # A cast that may fail leaves no partition out.
        ("select n from daily where dt is not null and date(dt) >= date '2026-01-02'", 60),
        ("select n from daily where dt = 'nope'", 0),
        (
            "select s from (select dt, sum(n) as s from daily group by dt) t "
            "where dt < '2026-01-02'",
            10,
        ),
        ("with d as (select * from daily) select n from d where dt = '2026-01-02'", 20),
        (
            "select a.n from daily a join daily b on a.n = b.n "
            "where a.dt = '2026-01-01' and b.dt = '2026-02-01'",
            40,
        ),
        ("with d as (select n from daily where dt = '2026-01-02') select a.n from d a, d b", 40),
        ("select 1 as one", 0),
    ],
)
def test_only_the_partitions_that_a_question_needs_count(
    lake: FolderLake, question: str, expected: int
) -> None:
    assert scanned(lake, question) == expected


def test_a_work_group_s_limit_cancels_no_question_to_a_small_partition(lake: FolderLake) -> None:
    with lake.session(scan_limit=15) as session:
        rows = session.answer("select n from daily where dt = '2026-01-01'")[0].rows
        assert list(rows) == [(1,)]
    with lake.session(scan_limit=15) as session, pytest.raises(ScanLimit) as caught:
        session.answer("select n from daily where dt = '2026-01-02'")
    assert caught.value.scanned_bytes == 20


def test_bad_data_in_a_partition_that_is_not_read_does_no_harm(lake: FolderLake) -> None:
    lake.put("daily/dt=2026-02-01/b.json", "not json\n")
    lake.partitions["d", "daily"][1]["StorageDescriptor"]["Columns"] = [
        {"Name": "n", "Type": "string"}
    ]
    with lake.session() as session:
        rows = session.answer("select n from daily where dt = '2026-01-01'")[0].rows
        assert list(rows) == [(1,)]
        for day, code in (
            ("2026-01-02", "HIVE_PARTITION_SCHEMA_MISMATCH"),
            ("2026-02-01", "HIVE_BAD_DATA"),
        ):
            with pytest.raises(UnreadableData) as caught:
                session.answer(f"select n from daily where dt = '{day}'")
            assert caught.value.code == code


def test_one_question_after_another_sees_every_partition_that_it_needs(lake: FolderLake) -> None:
    with lake.session() as session:
        for days, total in (("= '2026-01-01'", 1), (">= '2026-01-02'", 5), ("is null", 4)):
            answer, _ = session.answer(f"select sum(n) as s from daily where dt {days}")
            assert list(answer.rows) == [(total,)]
        assert list(session.answer("select sum(n) as s from daily")[0].rows) == [(10,)]
        assert len(lake.brought) == len(set(lake.brought)) == 4


def test_many_partitions_are_planned_in_batches(
    lake: FolderLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "PARTITIONS_AT_ONCE", 3)
    lake.add_table("hourly", {"n": "int"}, keys={"shop": "int", "hour": "string"})
    places = [(str(shop), f"{hour:02}") for shop in range(5) for hour in range(4)]
    add_partitions(lake, "hourly", *places)
    for shop, hour in places:
        lake.put(f"hourly/shop={shop}/hour={hour}/a.json", '{"n":1}\n')
    one = len('{"n":1}\n')
    assert scanned(lake, "select n from hourly where shop = 3") == 4 * one
    assert scanned(lake, "select n from hourly where hour = '02' and shop > 2") == 2 * one
    both = "select a.n from hourly a, daily b where a.shop = 1 and b.dt = '2026-01-02'"
    assert scanned(lake, both) == 4 * one + 20
    monkeypatch.setattr(scans, "MOST_PARTITIONS", 19)
    assert scanned(lake, "select n from hourly where shop = 3") == 20 * one


def test_of_parquet_only_the_columns_that_a_question_needs_count(lake: FolderLake) -> None:
    lake.add_table("wide", {"a": "bigint", "B": "string", "s": "struct<x:bigint>"}, serde=PARQUET)
    path = lake.put("wide/a.parquet", b"")
    rows = "select range as a, range || 'text' as b, {'x': range} as s from range(10000)"
    duckdb.sql(f"copy ({rows}) to '{path}' (format parquet)")
    sizes = dict(
        duckdb.execute(
            "select split_part(path_in_schema, ', ', 1), sum(total_compressed_size)::bigint "
            f"from parquet_metadata('{path}') group by 1"
        ).fetchall()
    )
    assert scanned(lake, "select count(*) as n from wide") == 0
    assert scanned(lake, "select sum(a) as n from wide") == sizes["a"]
    assert scanned(lake, "select a from wide where b = '5text'") == sizes["a"] + sizes["b"]
    assert scanned(lake, "select * from wide") == sum(sizes.values())
    with lake.session(scan_limit=sizes["b"] - 1) as session, pytest.raises(ScanLimit):
        session.answer("select max(b) as b from wide")
