"""An order in several exports: the newest one has it, by the dates in the files' names."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import duckdb
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_aws import MemoryS3
from order_jobs.curated.columns import first_columns
from order_jobs.curated.newest import (
    ALL,
    compare,
    drop_superseded,
    ids_key,
    ranks,
    remove_stale_ids,
    write_ids,
)
from order_jobs.curated.pieces import Piece
from order_jobs.curated.rows import PieceFile, load_rows
from order_transform.contract.parse import default_contract_text, parse_contract
from orderlake.names import Names

COLUMNS = first_columns(parse_contract(default_contract_text()))
UNDATED = "__HIVE_DEFAULT_PARTITION__"


def piece(name: str, day: str = UNDATED, key: str = "") -> Piece:
    return Piece(key or f"raw/{name}.csv", f"processed/orders/dt={day}/{name}.json", "e")


def lines(folder: Path, name: str, orders: list[str | None]) -> Path:
    path = folder / f"{name}.json"
    made = [{"order_id": one, "product_id": "A", "price": 1, "quantity": 1} for one in orders]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in made))
    return path


def left_rows(folder: Path, files: Mapping[Piece, list[str | None]]) -> set[tuple[str, str | None]]:
    """Return file and order of the rows that the table would hold."""
    ids, plain = [], []
    for number, (one, orders) in enumerate(files.items()):
        plain.append(PieceFile(one, lines(folder, f"{number}", orders), None))
        write_ids(lines(folder, f"{number}-ids", orders), folder / f"{number}.parquet")
        ids.append((one, folder / f"{number}.parquet"))
    digests = compare(ids, folder / "superseded.parquet")
    with duckdb.connect() as connection:
        load_rows(connection, COLUMNS, plain)
        count = drop_superseded(connection, folder / "superseded.parquet")
        rows = connection.execute("select source_key, order_id from rows").fetchall()
    assert count == len(rows)
    for one in files:
        is_empty = not any(key == one.source_key for key, _ in rows)
        assert (digests.get(one.object_key) == ALL) == is_empty
    return set(rows)


def test_an_order_stays_in_the_newest_export_only(tmp_path: Path) -> None:
    old, new, other = piece("a", "2026-01-01"), piece("b", "2026-01-02"), piece("c")
    found = left_rows(tmp_path, {old: ["1", "2", None], new: ["2", "3"], other: ["3", "4"]})
    assert found == {
        ("raw/a.csv", "1"),
        ("raw/a.csv", None),
        ("raw/b.csv", "2"),
        ("raw/b.csv", "3"),
        ("raw/c.csv", "4"),
    }


def test_tables_of_one_file_are_one_export_and_files_without_a_date_are_all_the_oldest() -> None:
    sheets = [piece(name, "2026-01-01", "raw/x.xlsx") for name in "ab"]
    undated = [piece("c"), piece("d")]
    newer = piece("e", "2026-01-01", "raw/y.csv")
    found = ranks([*sheets, *undated, newer])
    assert found[sheets[0]] == found[sheets[1]] < found[newer]
    assert found[undated[0]] == found[undated[1]] < found[sheets[0]]


orders_of_a_file = st.lists(st.sampled_from(["1", "2", "3", None]), min_size=1, max_size=3)


@settings(max_examples=examples(10))
@given(st.lists(st.tuples(st.sampled_from([UNDATED, "1", "2"]), orders_of_a_file), max_size=4))
def test_each_order_of_dated_exports_counts_once(files: list[tuple[str, list[str | None]]]) -> None:
    by_piece = {piece(f"f{number}", day): orders for number, (day, orders) in enumerate(files)}
    with tempfile.TemporaryDirectory() as folder:
        found = left_rows(Path(folder), by_piece)
    for order in ("1", "2", "3"):
        having = [one for one, orders in by_piece.items() if order in orders]
        dated = [one for one in having if UNDATED not in one.object_key]
        newest = max(dated, key=lambda one: (one.object_key, one.source_key), default=None)
        kept = [newest] if newest else having
        assert {key for key, name in found if name == order} == {one.source_key for one in kept}
    without = {one.source_key for one, orders in by_piece.items() if None in orders}
    assert {key for key, name in found if name is None} == without


def test_only_old_lists_of_ids_that_no_piece_needs_are_removed() -> None:
    s3, names = MemoryS3(), Names("shop", "000000000000", "us-east-1")
    bucket = names.processed_bucket
    current, held, gone, younger = (piece(name) for name in "abcd")
    for one in (current, held, gone, younger):
        s3.put_object(Bucket=bucket, Key=ids_key(one), Body=b"")
    s3.put_object(Bucket=bucket, Key="curated/orders/data/file.parquet", Body=b"")
    marked = replace(held, etag=f"{held.etag}~1f2e3d")  # newer exports have some of its orders
    before = s3.get_object(bucket, ids_key(younger))["LastModified"]
    assert remove_stale_ids(cast("Any", s3), bucket, [current, marked], before) == 1
    kept = [entry["Key"] for page in pages_of(s3, bucket) for entry in page["Contents"]]
    assert ids_key(gone) not in kept
    assert len(kept) == 4


def pages_of(s3: MemoryS3, bucket: str) -> list[dict[str, Any]]:
    return list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="curated/"))
