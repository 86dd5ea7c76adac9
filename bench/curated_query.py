"""The first answer of `orderlake query` from the curated table, and from the JSON table.

    python bench/curated_query.py [--rows 10_000_000] [--runs 5]

A mirror of sample orders has both tables, written by the function's package and by the job's code.
Whole commands are measured: the first one after a sync, which finds no cache, and the same again.
Processor seconds are those of the command alone, whatever else the machine does.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from athena_sql.catalog import IcebergFile, IcebergFiles
from lakes import ROOT
from made_mirror import BUCKET, make_mirror
from order_jobs.curated.columns import first_columns, line_columns
from order_jobs.curated.pieces import CONTENT, Piece, content_digest
from order_jobs.curated.rows import PieceFile, decompress, load_rows, row_store, write_months
from order_transform.contract.parse import default_contract_text, parse_contract
from orderlake.mirror.integrity import sums_of
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot

CONTRACT = parse_contract(default_contract_text())
QUERIES = ("top_products", "top_customers", "revenue_by_status")


def with_contract_types(snapshot: Snapshot) -> Snapshot:
    """Return the mirror of a JSON table with the types that a crawl leaves."""
    (entry,) = snapshot.glue_tables
    columns = [{"Name": name, "Type": kind} for name, kind in line_columns(CONTRACT).items()]
    storage = {**entry["Table"]["StorageDescriptor"], "Columns": columns}
    table = {**entry["Table"], "StorageDescriptor": storage}
    return replace(snapshot, glue_tables=({**entry, "Table": table},))


def write_curated(store: MirrorStore, snapshot: Snapshot, folder: Path) -> list[MirroredObject]:
    """Write the curated table's files of all objects, those of one object at a time."""
    columns = first_columns(CONTRACT)
    found: list[MirroredObject] = []
    fields = {name: number for number, name in enumerate(columns, 1)}
    for entry in snapshot.objects:
        with tempfile.TemporaryDirectory(dir=folder) as name, row_store(Path(name)) as connection:
            packed, lines = Path(name) / "packed", Path(name) / "lines.json"
            packed.write_bytes(store.path_of(entry).read_bytes())
            decompress(packed, lines)
            piece = Piece(f"raw/{Path(entry.key).stem}.csv", entry.key, entry.etag)
            load_rows(connection, columns, [PieceFile(piece, lines, None)])
            for path in write_months(connection, fields, Path(name) / "new"):
                key = f"curated/orders/data/{len(found)}.parquet"
                made = MirroredObject(BUCKET, key, "", path.stat().st_size)
                store.path_of(made).parent.mkdir(parents=True, exist_ok=True)
                path.replace(store.path_of(made))
                found.append(made)
    return found


def add_curated(store: MirrorStore, snapshot: Snapshot, folder: Path) -> Snapshot:
    """Return the snapshot with the curated table, as a sync leaves it."""
    columns = first_columns(CONTRACT)
    files = write_curated(store, snapshot, folder)
    iceberg = IcebergFiles(
        {name: number for number, name in enumerate(columns, 1)},
        tuple(IcebergFile(one.bucket, one.key, one.size_bytes) for one in files),
        summary={CONTENT: content_digest((one.key, one.etag) for one in snapshot.objects)},
    )
    table = {"DatabaseName": "shop_orders", "Name": "shop_orders"}
    entry = {"Table": table, "Partitions": [], "Iceberg": {"columns": columns, **asdict(iceberg)}}
    objects = (*snapshot.objects, *files)
    tables = (*snapshot.glue_tables, entry)
    return replace(snapshot, glue_tables=tables, objects=objects, sums=sums_of(store, objects, {}))


def measure(folder: Path, query: str) -> tuple[float, float]:
    """Return the processor seconds and the wall seconds of one command."""
    command = [sys.executable, "-m", "orderlake", "query", query, "--offline", "--format", "csv"]
    actions = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(
        sys.executable, command, {**os.environ, "ORDERLAKE_ROOT": str(folder)}, file_actions=actions
    )
    _, status, usage = os.wait4(process, 0)
    took = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_utime + usage.ru_stime, took


def measure_table(store: MirrorStore, folder: Path, name: str, runs: int) -> None:
    """Print a table's line for each query: the first command, and the same again."""
    for query in QUERIES:
        first, again = [], []
        for _ in range(runs):
            store.cache_path.unlink(missing_ok=True)
            first.append(measure(folder, query))
            again.append(measure(folder, query))
        for moment, found in (("first", first), ("again", again)):
            processor, wall = (sorted(part) for part in zip(*found, strict=True))
            cells = (processor[0], statistics.median(processor), wall[0], statistics.median(wall))
            figures = " | ".join(f"{one:.2f}" for one in cells)
            print(f"| {name}, {query}, {moment} | {figures} |", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderlake-bench-", dir=ROOT / "build") as name:
        folder = Path(name) / "project"
        store = make_mirror(folder, options.rows)
        plain = with_contract_types(store.read())
        both = add_curated(store, plain, Path(name))
        files = len(both.objects) - len(plain.objects)
        size = sum(one.size_bytes for one in both.objects[-files:])
        print(f"{options.rows:,} orders; curated: {size / 1e6:,.0f} MB in {files} files\n")
        print("| whole command | CPU s at best | median | seconds at best | median |")
        print("| --- | ---: | ---: | ---: | ---: |")
        with store.lock(exclusive=True):
            store.write(both)
        measure_table(store, folder, "curated", options.runs)
        with store.lock(exclusive=True):
            store.write(plain)
        measure_table(store, folder, "JSON", 1)


if __name__ == "__main__":
    main()
