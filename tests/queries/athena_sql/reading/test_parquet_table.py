from pathlib import Path

import duckdb
import pytest
from athena_sql.errors import UnreadableData
from athena_sql.reading.parquet_table import PARQUET
from folder_lake import FolderLake


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    return FolderLake(tmp_path)


def put(lake: FolderLake, select: str, key: str = "t/a.parquet") -> None:
    path = lake.put(key, "")
    duckdb.execute(f"copy ({select}) to '{path}' (format parquet)")


def test_columns_are_read_by_name_in_any_order_and_case(lake: FolderLake) -> None:
    lake.add_table("t", {"a": "int", "b": "string", "c": "double"}, serde=PARQUET)
    put(lake, "select 'x' as b, 1::int as A")
    assert lake.rows("select * from t") == [(1, "x", None)]


def test_a_narrower_number_is_read_and_a_wider_one_is_refused(lake: FolderLake) -> None:
    lake.add_table("t", {"a": "bigint"}, serde=PARQUET)
    put(lake, "select 1::int as a")
    assert lake.rows("select a from t") == [(1,)]
    lake.add_table("t", {"a": "int"}, serde=PARQUET)
    put(lake, "select 1::bigint as a")
    with pytest.raises(UnreadableData, match=r"Field a's type BIGINT in parquet file s3://b/t/a"):
        lake.rows("select a from t")


def test_exact_decimals_and_times_keep_their_digits(lake: FolderLake) -> None:
    lake.add_table("t", {"d": "decimal(38,6)", "at": "timestamp"}, serde=PARQUET)
    put(lake, "select 1.123456::decimal(18,6) as d, timestamp '2026-01-01 10:00:00.123' as at")
    ((number, moment),) = lake.rows("select d, at from t")
    assert (str(number), str(moment)) == ("1.123456", "2026-01-01 10:00:00.123000")


def test_an_object_that_is_not_parquet_is_bad_data(lake: FolderLake) -> None:
    lake.add_table("t", {"a": "int"}, serde=PARQUET)
    lake.put("t/a.parquet", "no")
    with pytest.raises(UnreadableData):
        lake.rows("select a from t")
