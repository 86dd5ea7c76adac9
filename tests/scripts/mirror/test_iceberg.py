"""A mirror of a database that has an Iceberg table, from a Glue and an S3 in memory."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from athena_sql.errors import UnsupportedData
from botocore.exceptions import ClientError
from folder_lake import FolderLake
from iceberg_deletes import add_deletes
from iceberg_lake import TABLE, iceberg_lake
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.mirror.store import MirrorStore
from orderlake.mirror.sync import Lake, count_stray, sync


class Pages:
    """A paginator that has one page."""

    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page

    def paginate(self, **_: str) -> Iterable[dict[str, Any]]:
        return [self.page]


class FolderAws:
    """Glue with the one table, and S3 over a folder of buckets."""

    def __init__(self, lake: FolderLake) -> None:
        self.lake = lake
        self.exceptions = type("Exceptions", (), {"EntityNotFoundException": LookupError})

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "get_tables", "an Iceberg table's folder is not listed"
        return Pages({"TableList": [TABLE]})

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        path = self.lake.folder / Bucket / Key
        if not path.is_file():
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        if path.stat().st_size < 20:  # a test's own mark of an object that S3 refuses
            raise ClientError({"Error": {"Code": path.read_text()}}, "GetObject")
        return {"Body": Body(path.read_bytes())}


class Body(io.BytesIO):
    def iter_chunks(self, size: int) -> Iterable[bytes]:
        return [self.read()]


@pytest.fixture
def source(tmp_path: Path) -> FolderLake:
    return iceberg_lake(tmp_path / "s3")


@pytest.fixture
def store(tmp_path: Path) -> MirrorStore:
    return MirrorStore(tmp_path / "mirror")


def mirrored(source: FolderLake, store: MirrorStore) -> int:
    """Bring the mirror up to date; return how many objects it has."""
    aws = cast("Any", FolderAws(source))
    return len(sync(Lake(aws, aws, "d", "'memory'"), store).snapshot.objects)


def ask(store: MirrorStore, sql: str) -> list[Any]:
    with open_duckdb(store, {}) as engine:
        return list(engine.answer(QueryRequest("-e", sql)).rows)


def test_the_files_of_an_iceberg_table_are_mirrored_and_queried(
    source: FolderLake, store: MirrorStore
) -> None:
    assert mirrored(source, store) == 3
    assert ask(store, "select sum(quantity) from ice") == [(5_000_000_003,)]
    assert count_stray(store.read()) == 0


def test_rows_that_delete_files_name_are_gone_from_the_mirror(
    source: FolderLake, store: MirrorStore
) -> None:
    mirrored(source, store)
    first = add_deletes(source, "2026-02", 0)
    assert mirrored(source, store) == 4
    assert ask(store, "select product_id from ice order by 1") == [("A",), ("D",)]
    assert count_stray(store.read()) == 0
    (source.folder / first.removeprefix("s3://")).write_text("NoSuchKey")
    store.path_of(store.read().objects[-1]).unlink()
    mirrored(source, store)
    with pytest.raises(UnsupportedData, match="NoSuchKey"):
        ask(store, "select product_id from ice")


def test_a_table_that_cannot_be_read_fails_only_its_own_questions(
    source: FolderLake, store: MirrorStore
) -> None:
    for path in (source.folder / "bbb/ice/metadata").glob("snap-*"):
        path.unlink()
    assert mirrored(source, store) == 0
    assert ask(store, "select 1") == [(1,)]
    with pytest.raises(UnsupportedData, match="NoSuchKey"):
        ask(store, "select sum(quantity) from ice")


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_data_file_that_cannot_be_read_fails_only_the_questions_to_its_table(
    source: FolderLake, store: MirrorStore, code: str
) -> None:
    for path in list((source.folder / "bbb/ice/data").rglob("*.parquet"))[:2]:
        path.write_text(code)
    aws = cast("Any", FolderAws(source))
    report = sync(Lake(aws, aws, "d", "'memory'"), store)
    (table,) = report.snapshot.tables
    assert table.iceberg
    assert code in table.iceberg.refusal
    assert ask(store, "select 1") == [(1,)]
    with pytest.raises(UnsupportedData, match=code):
        ask(store, "select sum(quantity) from ice")
