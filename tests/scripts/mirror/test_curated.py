"""A mirror that has both tables: the curated one answers where it has exactly the same rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from order_jobs.curated.columns import first_columns
from order_jobs.curated.pieces import CONTENT, Piece, content_digest
from order_jobs.curated.rows import PieceFile, decompress, load_rows, write_months
from order_transform.contract.parse import default_contract_text, parse_contract
from orderlake.answers.question import list_queries
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import DuckdbEngine, open_duckdb
from orderlake.engines.parity import compare_engines
from orderlake.engines.repeated_lines import find_repeated_lines
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot
from sql_lake import ALIASES, mirror_with

ROOT = Path(__file__).resolve().parents[3]
LINES = (ROOT / "tests/queries/fixtures/orders.jsonl").read_text("utf-8").splitlines(True)
CONTRACT = first_columns(parse_contract(default_contract_text()))
DAYS = ("2026-01-02", "2026-01-03")
JSON_COLUMNS = [
    (name, kind) for name, kind in CONTRACT.items() if not name.startswith(("source_", "order_day"))
]


@pytest.fixture
def store(tmp_path: Path) -> MirrorStore:
    """The JSON table alone, in two partitions."""
    columns = [(name, kind) for name, kind in JSON_COLUMNS if name != "dt"]
    # The first line stands in both.
    lines = {DAYS[0]: "".join(LINES[::2]), DAYS[1]: "".join([*LINES[1::2], LINES[0]])}
    files = {f"dt={DAYS[0]}/a.json.gz": lines[DAYS[0]], f"dt={DAYS[1]}/b.json": lines[DAYS[1]]}
    return mirror_with(tmp_path / "mirror", files, columns, DAYS)


def add_curated(store: MirrorStore, folder: Path) -> None:
    """Put a curated table of the mirror's objects into its snapshot, written as the job does."""
    snapshot = store.read()
    fields = {name: number for number, name in enumerate(CONTRACT, 1)}
    with duckdb.connect() as connection:
        load_rows(connection, CONTRACT, list(plain_files(store, snapshot, folder)))
        paths = write_months(connection, fields, folder / "new")
    objects = []
    for number, path in enumerate(paths):
        one = MirroredObject("bucket", f"curated/{number}.parquet", "", path.stat().st_size)
        store.path_of(one).parent.mkdir(parents=True, exist_ok=True)
        store.path_of(one).write_bytes(path.read_bytes())
        objects.append(one)
    content = content_digest((one.key, one.etag) for one in snapshot.objects)
    entry: dict[str, Any] = {
        "Table": {"DatabaseName": "shop_orders", "Name": "shop_orders"},
        "Partitions": [],
        "Iceberg": {
            "columns": CONTRACT,
            "field_ids": fields,
            "files": [
                {"bucket": "bucket", "key": one.key, "size_bytes": one.size_bytes}
                for one in objects
            ],
            "refusal": "",
            "summary": {CONTENT: content},
        },
    }
    tables = (*snapshot.glue_tables, entry)
    every = (*snapshot.objects, *objects)
    store.write(replace(snapshot, glue_tables=tables, objects=every, sums={}))


def plain_files(store: MirrorStore, snapshot: Snapshot, folder: Path) -> Iterator[PieceFile]:
    for number, entry in enumerate(snapshot.objects):
        packed, path = folder / "packed", folder / f"{number}.json"
        packed.write_bytes(store.path_of(entry).read_bytes())
        decompress(packed, path)
        day = entry.key.split("dt=")[1][:10]
        yield PieceFile(Piece("raw/a.csv", entry.key, entry.etag), path, day)


def read_from(engine: DuckdbEngine, view: str) -> str:
    row = engine.connection.execute(
        "select sql from duckdb_views() where view_name = ?", [view]
    ).fetchone()
    return "files" if row and "read_parquet" in row[0] else "cache"


@contextmanager
def opened(store: MirrorStore) -> Iterator[DuckdbEngine]:
    with open_duckdb(store, ALIASES) as engine:
        yield engine


def test_every_query_has_the_same_answer_from_both_tables(
    store: MirrorStore, tmp_path: Path
) -> None:
    requests = [
        QueryRequest(query.name, query.sql, query.bind({}))
        for query in list_queries(ROOT / "queries")
    ]
    requests.append(
        QueryRequest(
            "all",
            "select * from processed_orders order by order_id, product_id, price, quantity, dt",
        )
    )
    with opened(store) as json_table:
        assert read_from(json_table, "shop_processed_orders") == "cache"
        first = {one.name: list(json_table.answer(one).rows) for one in requests}
    add_curated(store, tmp_path)
    with opened(store) as curated:
        assert read_from(curated, "shop_processed_orders") == "files"
        assert not curated.stale_tables
        assert {one.name: list(curated.answer(one).rows) for one in requests} == first
        assert all(one.status == "equal" for one in compare_engines(requests, curated, curated))


def test_lines_that_several_files_have_are_the_same_in_both_tables(
    store: MirrorStore, tmp_path: Path
) -> None:
    _, before = find_repeated_lines(store, ALIASES["processed_orders"], ALIASES)
    add_curated(store, tmp_path)
    _, after = find_repeated_lines(store, ALIASES["processed_orders"], ALIASES)
    assert after == before
    assert before.count


def test_a_curated_table_of_other_objects_does_not_stand_in(
    store: MirrorStore, tmp_path: Path
) -> None:
    add_curated(store, tmp_path)
    snapshot = store.read()
    (entry,) = (one for one in snapshot.glue_tables if "Iceberg" in one)
    entry["Iceberg"]["summary"][CONTENT] = content_digest([("another", "object")])
    store.write(snapshot)
    with opened(store) as engine:
        assert read_from(engine, "shop_processed_orders") == "cache"
        assert engine.stale_tables == ["shop_orders"]


def test_a_column_that_the_curated_table_lacks_keeps_the_json_table(
    store: MirrorStore, tmp_path: Path
) -> None:
    add_curated(store, tmp_path)
    snapshot = store.read()
    columns = snapshot.glue_tables[0]["Table"]["StorageDescriptor"]["Columns"]
    columns.append({"Name": "channel", "Type": "string"})
    store.write(snapshot)
    with opened(store) as engine:
        assert read_from(engine, "shop_processed_orders") == "cache"


def test_statements_reach_no_file_but_by_the_tables(store: MirrorStore, tmp_path: Path) -> None:
    add_curated(store, tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with opened(store) as engine, pytest.raises(duckdb.Error):
        engine.connection.execute(f"from read_csv('{tmp_path / 'secret.csv'}')")
