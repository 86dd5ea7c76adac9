"""How the transform's cost grows with the rows: one process per size, and the slope between sizes.

    python bench/growth.py [--rows 1_000 100_000 2_000_000 20_000_000]

Prints a markdown table. 20,000,000 rows are a file of 2.1 GB, in the folder for temporary files.
"""

import argparse
import tempfile
from pathlib import Path

from orderlake.order_files.sample import write_sample
from transform import OURS, run

SIZES = (1_000, 100_000, 2_000_000, 20_000_000)
MADE_ROWS = 1_000_000


def write_rows(path: Path, rows: int) -> None:
    """Write a sample of many rows; above a million, the same million again and again."""
    write_sample(path, min(rows, MADE_ROWS))
    end = path.stat().st_size
    with path.open("rb") as made, path.open("ab") as file:
        header = len(made.readline())
        for _ in range(rows // MADE_ROWS - 1):
            made.seek(header)
            while block := made.read(min(1 << 20, end - made.tell())):
                file.write(block)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    asked = parser.parse_args()
    print("| rows | MB | wall s | CPU s | peak MB | CPU s per million rows more |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    last_rows, last_cpu = 0, 0.0
    with tempfile.TemporaryDirectory(prefix="orderlake-growth-") as name:
        source = Path(name, "orders.csv")
        for rows in sorted(asked.rows):
            write_rows(source, rows)
            size = source.stat().st_size / 1e6
            found = run(OURS, source, Path(name))
            slope = f"{(found.cpu - last_cpu) / (rows - last_rows) * 1e6:.2f}" if last_rows else ""
            print(f"| {rows:,} | {size:,.1f} | {found.wall:.2f} | {found.cpu:.2f}", end="")
            print(f" | {found.peak / 1e6:.0f} | {slope} |")
            last_rows, last_cpu = rows, found.cpu


if __name__ == "__main__":
    main()
