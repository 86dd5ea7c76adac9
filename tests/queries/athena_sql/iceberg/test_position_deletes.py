"""Rows that DELETE, UPDATE or MERGE took out of an Iceberg table by delete files are not read."""

import random
from pathlib import Path

import duckdb
import pytest
from athena_sql.catalog import table_from_glue
from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.iceberg.snapshot import with_snapshot
from athena_sql.reading.formats import check_table
from folder_lake import FolderLake
from iceberg_deletes import LAST_SEQUENCE, add_deletes, add_manifest, data_file
from iceberg_lake import TABLE, iceberg_lake

PRODUCTS = "select product_id from ice order by 1"
ROWS = 5_000


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    """Product A is in January, B in February and D in no month."""
    return iceberg_lake(tmp_path)


def write_months_file(lake: FolderLake, month: str, columns: str) -> None:
    """Put a file with rows 0 to 4,999, in several row groups, into the table."""
    path = lake.folder / f"bbb/ice/data/day_month={month}/many.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select {columns} from range({ROWS})) to '{path}' "
            "(format parquet, row_group_size 2048, field_ids {product_id: 1})"
        )
    address = f"s3://{path.relative_to(lake.folder)}"
    entry = {"file_path": address, "file_size_in_bytes": path.stat().st_size, "content": 0}
    add_manifest(lake, data_file(lake, month), entry, LAST_SEQUENCE + 1, content=0)


@pytest.mark.parametrize(("scheme", "target"), [("s3", True), ("s3a", True), ("s3n", False)])
def test_rows_that_a_delete_file_names_are_gone(
    lake: FolderLake, scheme: str, target: bool
) -> None:
    add_deletes(lake, "2026-01", 0, scheme=scheme, target=target)
    assert lake.rows("select count(*), min(product_id) from ice") == [(2, "B")]


def test_each_position_is_that_of_the_row_in_its_file(lake: FolderLake) -> None:
    write_months_file(lake, "2026-01", "range::varchar as product_id")
    deleted = random.Random(1).sample(range(ROWS), 700)
    for part in (deleted[:300], deleted[250:]):  # one position may stand in several files
        add_deletes(lake, "2026-01", *part, name="many.parquet")
    expected = {str(number) for number in range(ROWS)} - {str(one) for one in deleted} | {*"ABD"}
    assert {product for (product,) in lake.rows("select product_id from ice")} == expected


def test_rows_that_are_deleted_later_leave_a_cache_that_has_them(lake: FolderLake) -> None:
    with lake.session() as session:
        assert list(session.answer(PRODUCTS)[0].rows) == [("A",), ("B",), ("D",)]
        add_deletes(lake, "2026-02", 0)
        assert list(session.answer(PRODUCTS)[0].rows) == [("A",), ("D",)]


def test_deletes_that_are_older_than_a_file_do_not_apply_to_it(lake: FolderLake) -> None:
    with lake.session() as session:
        add_deletes(lake, "null", 0, sequence_number=LAST_SEQUENCE - 1)
        assert list(session.answer(PRODUCTS)[0].rows) == [("A",), ("B",), ("D",)]
        add_deletes(lake, "null", 0, sequence_number=LAST_SEQUENCE)
        assert list(session.answer(PRODUCTS)[0].rows) == [("A",), ("B",)]


def test_deletes_of_one_file_leave_the_others_alone(lake: FolderLake) -> None:
    write_months_file(lake, "2026-01", "'many' as product_id")
    add_deletes(lake, "2026-01", 0)
    counts = "select count_if(product_id = 'many'), count_if(product_id = 'A') from ice"
    assert lake.rows(counts) == [(ROWS, 0)]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("content", 2, "equality delete files, as Flink writes them: run OPTIMIZE on Athena"),
        ("file_format", "AVRO", "its files are AVRO"),
        ("file_format", "PUFFIN", "its files are PUFFIN"),
        ("file_path", "hdfs://bbb/ice/deletes", "hdfs://bbb/ice/deletes"),
        ("referenced_data_file", "file:/ice/data", "file:/ice/data"),
    ],
)
def test_deletes_that_cannot_be_applied_are_refused(
    lake: FolderLake, field: str, value: int | str, reason: str
) -> None:
    add_deletes(lake, "2026-01", 0, changed={field: value})
    table = with_snapshot(table_from_glue(TABLE, ()), TABLE, lake.read_object)
    with pytest.raises(UnsupportedData, match=reason):
        check_table(table)


def test_a_delete_file_that_is_damaged_is_told(lake: FolderLake) -> None:
    address = add_deletes(lake, "2026-01", 0)
    (lake.folder / address.removeprefix("s3://")).write_bytes(b"PAR1")
    with pytest.raises(UnreadableData):
        lake.rows(PRODUCTS)


def test_a_file_whose_rows_have_no_numbers_is_refused(lake: FolderLake) -> None:
    columns = "range::varchar as product_id, range as file_row_number"
    write_months_file(lake, "2026-01", columns)
    add_deletes(lake, "2026-01", 0, name="many.parquet")
    with pytest.raises(UnreadableData, match="file_row_number"):
        lake.rows(PRODUCTS)
