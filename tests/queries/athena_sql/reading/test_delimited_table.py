import gzip
from pathlib import Path

import pytest
from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.reading.delimited_table import LAZY_SIMPLE, OPEN_CSV
from folder_lake import FolderLake

COLUMNS = {"id": "int", "name": "string", "price": "decimal(10,2)", "day": "date"}
ALL = "select id, name, price, day from t order by 1 nulls last"


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    return FolderLake(tmp_path)


def lazy(lake: FolderLake, text: str | bytes, key: str = "t/a.csv", **parameters: str) -> None:
    lake.add_table(
        "t", COLUMNS, serde=LAZY_SIMPLE, serde_parameters={"field.delim": ","} | parameters
    )
    lake.put(key, text)


def texts(lake: FolderLake, sql: str = ALL) -> list[list[str | None]]:
    return [[None if v is None else str(v) for v in row] for row in lake.rows(sql)]


def test_lazy_simple_reads_what_a_type_cannot_hold_as_null(lake: FolderLake) -> None:
    lazy(lake, "1,Ann,2.50,2026-01-02\nx,,abc,soon\n")
    assert texts(lake) == [["1", "Ann", "2.50", "2026-01-02"], [None, "", None, None]]


def test_lazy_simple_knows_no_quotes(lake: FolderLake) -> None:
    lazy(lake, '1,"Ann",2.50,2026-01-02\n')
    assert texts(lake, "select name from t") == [['"Ann"']]


def test_lazy_simple_reads_its_null_and_short_and_long_lines(lake: FolderLake) -> None:
    lazy(lake, "1,\\N\n2,B,1,2026-01-01,more\n")
    assert texts(lake) == [["1", None, None, None], ["2", "B", "1.00", "2026-01-01"]]


def test_a_compressed_object_and_windows_line_ends_are_read(lake: FolderLake) -> None:
    lazy(lake, gzip.compress(b"1,A,1,2026-01-01\r\n2,B,2,\r\n"), "t/a.csv.gz")
    assert texts(lake) == [["1", "A", "1.00", "2026-01-01"], ["2", "B", "2.00", None]]


def test_header_lines_are_skipped_in_every_object(lake: FolderLake) -> None:
    lake.add_table(
        "t",
        {"id": "bigint"},
        serde=LAZY_SIMPLE,
        serde_parameters={"field.delim": ","},
        parameters={"skip.header.line.count": "1"},
    )
    lake.put("t/a.csv", "id\n1\n")
    lake.put("t/b.csv", "id\n2\n")
    assert lake.rows("select id from t order by 1") == [(1,), (2,)]


def open_csv(lake: FolderLake, text: str, columns: dict[str, str]) -> None:
    lake.add_table("t", columns, serde=OPEN_CSV)
    lake.put("t/a.csv", text)


def test_open_csv_reads_quotes_and_separators_in_them(lake: FolderLake) -> None:
    open_csv(lake, '"1","A, ""B""","x"\n2,plain,\n', {"id": "int", "name": "string", "z": "string"})
    assert lake.rows("select * from t order by 1") == [(1, 'A, "B"', "x"), (2, "plain", "")]


def test_open_csv_counts_days_and_milliseconds(lake: FolderLake) -> None:
    open_csv(lake, "1,1000\n", {"day": "date", "at": "timestamp"})
    assert texts(lake, "select day, at from t") == [["1970-01-02", "1970-01-01 00:00:01"]]


def test_open_csv_refuses_a_value_that_its_type_cannot_hold(lake: FolderLake) -> None:
    open_csv(lake, '"",x\n', {"id": "int", "name": "string"})
    with pytest.raises(UnreadableData, match="Error parsing field value") as caught:
        lake.rows("select * from t")
    assert caught.value.code == "HIVE_BAD_DATA"
    assert caught.value.address == "s3://b/t/a.csv"


def test_nested_columns_are_refused_here_and_not_guessed(lake: FolderLake) -> None:
    lake.add_table("t", {"tags": "array<string>"}, serde=LAZY_SIMPLE)
    lake.put("t/a.csv", "x\n")
    with pytest.raises(UnsupportedData):
        lake.rows("select tags from t")
