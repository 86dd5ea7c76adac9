"""The first query's load of the cache against DuckDB's own reading of the same files.

    python bench/first_query.py [--rows 2_000_000] [--runs 3]

Each contender is a process of its own, and they take turns. DuckDB is told every column's type and
checks nothing; once it keeps the table in memory, and once it stores it in a file, as the cache
does.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
from lakes import ROOT
from made_mirror import COLUMNS, TYPES, make_mirror
from orderlake.mirror.fill_columns import fill_cache
from orderlake.mirror.store import MirrorStore

DUCKDB_TYPES = {"double": "DOUBLE", "int": "INTEGER", "boolean": "BOOLEAN"}


def fill(store: MirrorStore) -> None:
    """Fill an empty cache as the first query does."""
    store.cache_path.unlink(missing_ok=True)
    fill_cache(store, store.read())


def read_plainly(store: MirrorStore, target: str) -> None:
    """Make a table of the mirror's files with DuckDB alone."""
    paths = [str(store.path_of(entry)) for entry in store.read().objects]
    kinds = {name: DUCKDB_TYPES.get(TYPES.get(name, ""), "VARCHAR") for name in COLUMNS}
    with duckdb.connect(target) as connection:
        connection.execute(
            "create table orders as select * from "
            f"read_json({paths}, format = 'newline_delimited', columns = {kinds})"
        )


CONTENDERS: dict[str, Callable[[MirrorStore], None]] = {
    "orderlake": fill,
    "DuckDB, into memory": lambda store: read_plainly(store, ":memory:"),
    "DuckDB, into a file": lambda store: read_plainly(store, f"{store.cache_path}.plain"),
}


def measure(name: str, folder: Path) -> tuple[float, float]:
    """Return the processor seconds and the peak memory (MB) of one contender's process."""
    for leftover in folder.glob("*.plain*"):
        leftover.unlink()
    command = [sys.executable, __file__, "--contender", name, "--mirror", str(folder)]
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    per_mb = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mb


def main() -> None:
    """Measure and print, or be one contender."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--mirror", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        CONTENDERS[options.contender](MirrorStore(options.mirror))
        return
    with tempfile.TemporaryDirectory(prefix="orderlake-bench-", dir=ROOT / "build") as name:
        store = make_mirror(Path(name) / "mirror", options.rows)
        runs = [
            {one: measure(one, store.folder) for one in CONTENDERS} for _ in range(options.runs)
        ]
    print(f"| {options.rows:,} orders | CPU s | peak MB | CPU, ours / theirs |")
    print("| --- | ---: | ---: | ---: |")
    for one in CONTENDERS:
        seconds, memory = (statistics.median(run[one][part] for run in runs) for part in (0, 1))
        ratio = statistics.median(run["orderlake"][0] / run[one][0] for run in runs)
        print(f"| {one} | {seconds:.1f} | {memory:.0f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
