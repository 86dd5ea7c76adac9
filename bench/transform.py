"""The transform against plain alternatives: whole processes, each alone, in one run, as ratios.

    python bench/transform.py [--rows 2000000] [--runs 3] [--dirt 0] [--large 2_000_000_000]

Prints a markdown table, then 20 rows cold and warm, and with --large the peak memory on a file
of about that many bytes. The contenders take turns, so that a noisy machine is noisy for all.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.settings import engine_for
from order_transform.transform import transform
from orderlake.order_files.sample import write_sample

HERE = Path(__file__).parent
OURS = "orderlake_transform"
CONTENDERS = {
    "plain": "csv + json, floats",
    "with_pandas": "pandas",
    "with_polars": "polars",
    "duckdb_copy": "DuckDB COPY, bare",
    OURS: "orderlake",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds by the clock and of processor, peak memory and output in bytes."""

    wall: float
    cpu: float
    peak: int
    size: int


def run(contender: str, source: Path, folder: Path) -> Run:
    """Run one contender to its end and account for it as the system does."""
    out = folder / "out"
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "contenders" / f"{contender}.py"), str(source), str(out)]
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{contender} ended with {process.returncode}")
    size = out.stat().st_size
    out.unlink()
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, size)


def compare(source: Path, folder: Path, runs: int) -> None:
    """Print each contender's medians, and ratios of pairs of the same round."""
    results: dict[str, list[Run]] = {name: [] for name in CONTENDERS}
    for name in CONTENDERS:
        run(name, source, folder)  # the warm-up: page cache and compiled modules
    for _ in range(runs):
        for name, kept in results.items():
            kept.append(run(name, source, folder))
    print("| | wall s | CPU s | peak MB | output MB | wall, theirs / ours |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, title in CONTENDERS.items():
        kept = results[name]
        pairs = zip(kept, results[OURS], strict=True)
        ratio = statistics.median(theirs.wall / ours.wall for theirs, ours in pairs)
        wall, cpu = (
            statistics.median(getattr(one, key) for one in kept) for key in ("wall", "cpu")
        )
        peak, size = max(one.peak for one in kept) / 1e6, kept[-1].size / 1e6
        print(f"| {title} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {size:.0f} | {ratio:.2f} |")


def time_small(folder: Path) -> None:
    """Print what 20 rows cost: a whole process, and a call in a warm one."""
    source = folder / "small.csv"
    write_sample(source, 20)
    cold = statistics.median(run(OURS, source, folder).wall for _ in range(5))
    contract = parse_contract(default_contract_text())
    calls = []
    for _ in range(21):
        with tempfile.TemporaryDirectory(dir=folder) as work_dir:
            start = time.perf_counter()
            transform(source, Path(work_dir), contract, engine=engine_for(1024))
            calls.append(time.perf_counter() - start)
    warm = statistics.median(calls[1:]) * 1000
    print(f"\n20 rows: {cold:.2f} s as a whole process, {warm:.0f} ms warm")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dirt", type=float, default=0.0)
    parser.add_argument("--large", type=int, default=0, help="also run on about this many bytes")
    options = parser.parse_args()
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("duckdb", "isal", "pandas", "polars")
    )
    cores = os.process_cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, {packages}\n")
    with tempfile.TemporaryDirectory(prefix="orderlake-bench-") as name:
        folder = Path(name)
        source = folder / "orders.csv"
        write_sample(source, options.rows, options.dirt)
        print(f"{options.rows:,} rows, {source.stat().st_size / 1e6:.0f} MB\n")
        compare(source, folder, options.runs)
        time_small(folder)
        if options.large:
            rows = int(options.rows * options.large / source.stat().st_size)
            write_sample(source, rows)
            one = run(OURS, source, folder)
            size = source.stat().st_size / 1e6
            print(f"{size:,.0f} MB: {one.wall:.1f} s, peak memory {one.peak / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
