import gzip
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from athena_sql.answer import Column
from athena_sql.catalog import table_from_glue
from athena_sql.errors import UnsupportedData
from athena_sql.iceberg.avro import read_records
from athena_sql.iceberg.schema import hive_type
from athena_sql.iceberg.snapshot import with_snapshot
from folder_lake import FolderLake
from iceberg_lake import TABLE, iceberg_lake


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    return iceberg_lake(tmp_path)


def change_metadata(lake: FolderLake, change: Callable[[dict[str, Any]], None]) -> None:
    """Write the table's metadata file anew."""
    path = metadata_path(lake)
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))


def metadata_path(lake: FolderLake) -> Path:
    location: str = TABLE["Parameters"]["metadata_location"]
    return lake.folder / location.removeprefix("s3://")


def refusal_of(lake: FolderLake) -> str:
    table = with_snapshot(table_from_glue(TABLE, ()), TABLE, lake.read_object)
    assert table.iceberg is not None
    assert not table.iceberg.files
    return table.iceberg.refusal


def test_a_table_is_read_by_the_files_of_its_snapshot(lake: FolderLake) -> None:
    rows = lake.rows("select product_id, price, quantity, day, tags, note from ice order by 1")
    assert rows == [
        ("A", Decimal("1.500000"), 2, date(2026, 1, 2), ["x", "y"], None),
        ("B", Decimal("2.250000"), 1, date(2026, 2, 2), None, None),
        ("D", Decimal("0.000001"), 5_000_000_000, None, None, "new"),
    ]


def test_columns_have_the_types_that_athena_gives_them(lake: FolderLake) -> None:
    with lake.session() as session:
        assert session.describe("select * from ice") == (
            Column("product_id", "varchar"),
            Column("price", "decimal(24,6)"),
            Column("quantity", "bigint"),
            Column("day", "date"),
            Column("at", "timestamp(3)"),  # it answers milliseconds
            Column("tags", "array(varchar)"),
            Column("note", "varchar"),
        )


def test_a_file_that_the_snapshot_does_not_name_adds_no_row(lake: FolderLake) -> None:
    first = next((lake.folder / "bbb/ice/data").rglob("*.parquet"))
    first.with_name("stray.parquet").write_bytes(first.read_bytes())
    assert lake.rows("select count(*) from ice") == [(3,)]


def test_only_the_columns_that_a_question_reads_are_counted(lake: FolderLake) -> None:
    with lake.session() as session:
        _, one = session.answer("select quantity from ice")
        _, every = session.answer("select * from ice")
    assert 0 < one < every


def test_a_table_before_its_first_row_is_empty(lake: FolderLake) -> None:
    change_metadata(lake, lambda document: document.update({"current-snapshot-id": -1}))
    assert lake.rows("select count(*) from ice") == [(0,)]


def test_compressed_metadata_is_read(lake: FolderLake) -> None:
    path = metadata_path(lake)
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert lake.rows("select count(*) from ice") == [(3,)]


def set_type(document: dict[str, Any]) -> None:
    for schema in document["schemas"]:
        schema["fields"][0]["type"] = "timestamptz"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda document: document.update({"format-version": 3}), "format version 3"),
        (
            lambda document: document.update({"current-snapshot-id": 7}),
            "the current snapshot 7",
        ),
        (set_type, "'product_id' has the type timestamptz"),
        (lambda document: document.pop("format-version"), "cannot be read: 'format-version'"),
        (lambda document: document["snapshots"][-1].pop("manifest-list"), "no manifest list"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_with_the_reason(
    lake: FolderLake, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    change_metadata(lake, change)
    assert reason in refusal_of(lake)
    with pytest.raises(UnsupportedData, match=re.escape(reason)):
        lake.rows("select count(*) from ice")


def test_metadata_that_is_gone_or_damaged_is_a_reason_too(lake: FolderLake) -> None:
    path = metadata_path(lake)
    path.write_text("{")
    assert "its Iceberg metadata cannot be read" in refusal_of(lake)
    path.unlink()
    assert "is not there" in refusal_of(lake)


def test_a_manifest_that_is_cut_off_or_compressed_otherwise_is_a_reason_too(
    lake: FolderLake,
) -> None:
    (snapshot,) = (lake.folder / "bbb/ice/metadata").glob("snap-*.avro")
    whole = snapshot.read_bytes()
    for length in range(0, len(whole), 97):
        snapshot.write_bytes(whole[:length])
        assert "cannot be read" in refusal_of(lake)
    snapshot.write_bytes(whole.replace(b"deflate", b"snapply"))
    assert "cannot be read" in refusal_of(lake)


def test_a_manifest_of_another_length_than_its_list_says_is_refused(lake: FolderLake) -> None:
    manifest = next((lake.folder / "bbb/ice/metadata").glob("*-m*.avro"))
    manifest.write_bytes(manifest.read_bytes() + b"0")
    assert f"{manifest.name} is not whole" in refusal_of(lake)


def test_no_damaged_byte_is_more_than_a_reason(lake: FolderLake) -> None:
    (snapshot,) = (lake.folder / "bbb/ice/metadata").glob("snap-*.avro")
    whole = snapshot.read_bytes()
    for place in range(0, len(whole), 3):
        changed = bytes([whole[place] ^ 0xFF])
        with suppress(ValueError):
            read_records(whole[:place] + changed + whole[place + 1 :])


def test_nested_types_are_spelled_as_the_catalog_does() -> None:
    struct = {"type": "struct", "fields": [{"name": "A", "type": "int"}]}
    assert hive_type({"type": "list", "element": struct}) == "array<struct<a:int>>"
    assert hive_type({"type": "map", "key": "string", "value": "long"}) == "map<string,bigint>"


def test_times_keep_their_microseconds(lake: FolderLake) -> None:
    (row,) = lake.rows("select typeof(at), cast(at as varchar) from ice where at is not null")
    assert row == ("timestamp(6)", "2026-01-02 03:04:05.123456")
