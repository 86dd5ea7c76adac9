"""The database of small files, which they share, and of large ones, which have their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest
from order_transform.sql.engine import Engine, FileDatabase, connected
from transformed import ENGINE, orders, run

LARGE = ENGINE.large_bytes


def settings(db: FileDatabase) -> dict[str, str]:
    rows = db.execute("SELECT name, value FROM duckdb_settings()").fetchall()
    return dict(rows)


@pytest.mark.parametrize("size", [LARGE - 1, LARGE], ids=["small", "large"])
def test_temporary_tables_end_with_their_file(size: int, tmp_path: Path) -> None:
    for number in (1, 2):
        with connected(ENGINE, size, tmp_path) as db:
            db.execute(f"CREATE TEMP TABLE rejects AS SELECT {number} AS record")
            assert db.execute("FROM rejects").fetchall() == [(number,)]


def test_two_small_files_at_once_see_nothing_of_each_other(tmp_path: Path) -> None:
    with connected(ENGINE, 1, tmp_path) as one, connected(ENGINE, 1, tmp_path) as other:
        one.execute("CREATE TEMP TABLE rejects AS SELECT 1 AS record")
        with pytest.raises(duckdb.CatalogException):
            other.execute("FROM rejects")


def test_many_files_at_once_come_out_as_one_by_one() -> None:
    texts = [orders(*["a,1,2", "b,x,1"] * number) for number in range(1, 25)]
    alone = [run(text).said() for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: run(text).said(), texts)) == alone


def test_only_a_large_file_can_spill_and_only_into_its_own_folder(tmp_path: Path) -> None:
    with connected(ENGINE, LARGE, tmp_path) as db:
        assert settings(db)["temp_directory"] == str(tmp_path / "spill")
    with connected(ENGINE, LARGE - 1, tmp_path) as db:
        assert not settings(db)["temp_directory"]
    with connected(ENGINE.with_more_room(), 1, tmp_path) as db:
        assert settings(db)["temp_directory"] == str(tmp_path / "spill")


def test_a_small_file_has_one_thread_and_a_large_one_those_that_were_asked_for(
    tmp_path: Path,
) -> None:
    for size, threads in ((LARGE - 1, "1"), (LARGE, "3")):
        with connected(Engine(threads=3), size, tmp_path) as db:
            assert settings(db)["threads"] == threads


def test_a_database_has_the_memory_that_it_was_asked_for(tmp_path: Path) -> None:
    for memory_mib in (100, 200, 100):
        with connected(Engine(memory_mib=memory_mib), 1, tmp_path) as db:
            assert settings(db)["memory_limit"] == f"{memory_mib}.0 MiB"


@pytest.mark.parametrize("size", [LARGE - 1, LARGE], ids=["small", "large"])
def test_a_cell_that_cannot_be_cast_is_null(size: int, tmp_path: Path) -> None:
    source = tmp_path / "dates.csv"
    source.write_text("day\n2026-02-30\n2026-03-01\n")
    table = f"read_csv('{source}', columns={{'day': 'VARCHAR'}}, auto_detect=false, header=true)"
    with connected(ENGINE, size, tmp_path) as db:
        days = db.execute(f"SELECT TRY_CAST(day AS DATE) FROM {table}").fetchall()
    assert days == [(None,), (date(2026, 3, 1),)]


def test_the_rows_of_a_small_file_are_kept_once(tmp_path: Path) -> None:
    with connected(ENGINE, LARGE - 1, tmp_path) as db:
        db.execute("CREATE TEMP SEQUENCE computed")
        rows = "(SELECT range AS place, nextval('computed') AS time FROM range(3))"
        table = db.kept(rows)
        assert db.kept(rows) == table
        assert db.kept("range(2)") != table
        for _ in range(2):
            assert db.execute(f"FROM {table}").fetchall() == [(0, 1), (1, 2), (2, 3)]
    with connected(ENGINE, LARGE, tmp_path) as db:
        assert db.kept(rows) == rows


def test_rows_that_cannot_be_read_are_not_kept(tmp_path: Path) -> None:
    with connected(ENGINE, LARGE - 1, tmp_path) as db:
        for _ in range(2):
            with pytest.raises(duckdb.InvalidInputException):
                db.kept("(SELECT error('irregular') AS cell)")
        assert db.execute(f"FROM {db.kept('range(1)')}").fetchall() == [(0,)]
