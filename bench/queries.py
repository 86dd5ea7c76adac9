"""Queries, the mirror and its cache against plain alternatives, in one run, as ratios.

    python bench/queries.py [--rows 10_000_000] [--runs 5] [--objects 1000]

First a repeated query against reading the JSON again, then the mirror's sync of many objects from
LocalStack, then the same query by ministack's Athena. Whole processes are measured where a user
would start one. The contenders take turns, so that a noisy machine is noisy for all.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from athena_sql.catalog import TableName
from lakes import ROOT, local_aws, ministack_athena
from made_mirror import SQL, make_mirror
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.mirror.store import MirrorStore
from orderlake.mirror.sync import sync

HERE = Path(__file__).parent
ALIASES = {"processed_orders": TableName("shop_orders", "shop_processed_orders")}
RE_READERS = {"read_duckdb": "DuckDB, the JSON again", "read_polars": "polars, the JSON again"}


def seconds(work: Callable[[], object]) -> float:
    """Return how long something took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ask(store: MirrorStore) -> None:
    """Open the engine as the command does, and take every row."""
    with open_duckdb(store, ALIASES) as engine:
        assert len(list(engine.answer(QueryRequest("top_products", SQL)).rows)) == 10


def run(command: list[str], environment: Mapping[str, str] | None = None) -> float:
    """Return how long a process took; it must succeed."""
    return seconds(
        lambda: subprocess.run(
            command, check=True, capture_output=True, env={**os.environ, **(environment or {})}
        )
    )


def compare_queries(folder: Path, rows: int, runs: int) -> None:
    """Print what a repeated query takes, and what reading the JSON again takes."""
    store = make_mirror(folder, rows)
    size = sum(entry.size_bytes for entry in store.read().objects)
    print(f"{rows:,} orders in {size / 1e6:,.0f} MB of gzipped JSON\n")
    first = seconds(lambda: ask(store))
    ours, command = [], []
    theirs: dict[str, list[float]] = {name: [] for name in RE_READERS}
    offline = [sys.executable, "-m", "orderlake", "query", "top_products", "--env", "offline"]
    for _ in range(runs):
        ours.append(seconds(lambda: ask(store)))
        command.append(run(offline, {"ORDERLAKE_ROOT": str(folder)}))
    for name, kept in theirs.items():
        reader = [sys.executable, str(HERE / "contenders" / f"{name}.py"), str(store.folder)]
        kept += [run(reader) for _ in range(min(runs, 2))]
    print("| top products | seconds | times ours |\n| --- | ---: | ---: |")
    best = statistics.median(ours)
    print(f"| orderlake, again | {best:.3f} | 1 |")
    print(
        f"| orderlake, the whole command | {statistics.median(command):.3f} | "
        f"{statistics.median(command) / best:.1f} |"
    )
    for name, kept in theirs.items():
        print(f"| {RE_READERS[name]} | {min(kept):.2f} | {min(kept) / best:.0f} |")
    print(f"| orderlake, the first time | {first:.1f} | {first / best:.0f} |\n")


def compare_syncs(folder: Path, objects: int, runs: int) -> None:
    """Print what a first and an unchanged sync take, and downloading everything with boto3."""
    with local_aws(folder, objects) as lake:
        store = MirrorStore(folder / "mirror")
        cold = seconds(lambda: sync(lake.reader(), store))
        again = [seconds(lambda: sync(lake.reader(), store)) for _ in range(runs)]
        command = [lake.sync() for _ in range(runs)]
        plain = [seconds(lake.download_all) for _ in range(2)]
    print(f"| sync of {objects:,} objects | seconds |\n| --- | ---: |")
    print(f"| orderlake, the first time | {cold:.2f} |")
    print(f"| orderlake, unchanged | {statistics.median(again):.2f} |")
    print(f"| orderlake, unchanged, the whole command | {statistics.median(command):.2f} |")
    print(f"| boto3, one object after another | {min(plain):.2f} |\n")


def compare_athena(folder: Path, rows: int, runs: int) -> None:
    """Print what ministack's Athena takes for our query, the same objects in its S3."""
    store = make_mirror(folder, rows)
    ask(store)
    with ministack_athena(folder, store) as athena:
        theirs, ours = [], []
        for _ in range(runs):
            theirs.append(seconds(lambda: athena(SQL)))
            ours.append(seconds(lambda: ask(store)))
    ratio = statistics.median(t / o for t, o in zip(theirs, ours, strict=True))
    print(
        f"ministack's Athena over {rows:,} orders: {statistics.median(theirs):.2f} s, "
        f"ours {statistics.median(ours):.3f} s, {ratio:.0f} times"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--objects", type=int, default=1000)
    options, _ = parser.parse_known_args()  # what is for transform.py is not for this
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "boto3"))
    cores = os.process_cpu_count()
    print(f"\n{platform.machine()}, {cores} cores, Python {platform.python_version()}, {packages}")
    with tempfile.TemporaryDirectory(prefix="orderlake-bench-", dir=ROOT / "build") as name:
        folder = Path(name)
        compare_queries(folder / "queries", options.rows, options.runs)
        compare_syncs(folder / "sync", options.objects, options.runs)
        compare_athena(folder / "athena", options.rows // 10, options.runs)


if __name__ == "__main__":
    main()
