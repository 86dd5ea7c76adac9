"""The local Athena against ministack's, through the same API, and from an upload to an answer.

    python bench/athena.py [--rows 1_000_000] [--runs 5]

Both servers hold the same objects and the same table. They take turns, so that a noisy machine is
noisy for both. An upload is a small order file; it has arrived when a count in Athena has grown.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from lakes import BUCKET, ROOT, LocalAws, ask_athena, fill, local_aws, ministack_athena
from made_mirror import SQL, make_mirror

from queries import seconds

CSV = "order_id,product_id,price,quantity,order_date\n{number},A,1.50,2,2026-01-05\n"
COUNT = "select count(*) as n from shop_processed_orders"


def compare_answers(folder: Path, lake: LocalAws, rows: int, runs: int) -> None:
    """Print what one question takes in the two servers, the first time and again."""
    store = make_mirror(folder, rows)
    fill(lake.client, store, "bench_orders")
    with ministack_athena(folder, store) as ask_theirs:
        athena = lake.client("athena")
        ours = [seconds(lambda: ask_athena(athena, SQL, "bench_orders")) for _ in range(runs + 1)]
        theirs = [seconds(lambda: ask_theirs(SQL)) for _ in range(runs + 1)]
    print(f"| {rows:,} orders | first | again |\n| --- | ---: | ---: |")
    for name, (first, *again) in (("the local Athena", ours), ("ministack's Athena", theirs)):
        print(f"| {name} | {first:.2f} s | {statistics.median(again):.2f} s |")
    ratio = statistics.median(theirs[1:]) / statistics.median(ours[1:])
    print(f"\nministack's takes {ratio:.1f} times as long\n")


def measure_uploads(lake: LocalAws, runs: int) -> None:
    """Print how long a small file takes from `put_object` to an answer that counts its row."""
    s3, athena = lake.client("s3"), lake.client("athena")
    bucket = next(b["Name"] for b in s3.list_buckets()["Buckets"] if "-raw-" in b["Name"])
    taken = []
    for number in range(runs + 2):
        before = count(athena)
        start = time.perf_counter()
        s3.put_object(
            Bucket=bucket,
            Key=f"raw/orders-2026-01-05-{number}.csv",
            Body=CSV.format(number=number).encode(),
        )
        while count(athena) == before:
            pass
        taken.append(time.perf_counter() - start)
    warm = taken[2:]
    print(f"from put_object to an answer: {statistics.median(warm):.2f} s, best {min(warm):.2f} s")


def count(athena: object) -> str:
    """Return the number of rows."""
    rows = ask_athena(athena, COUNT, "shop_orders", BUCKET)
    return str(rows[1]["Data"][0]["VarCharValue"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderlake-bench-", dir=ROOT / "build") as name:
        folder = Path(name)
        with local_aws(folder / "lake", objects=31) as lake:
            measure_uploads(lake, options.runs)
            compare_answers(folder / "mirror", lake, options.rows, options.runs)


if __name__ == "__main__":
    main()
