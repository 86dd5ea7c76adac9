"""A storm over a lake: concurrent changes and killed functions, then commands stopped at random.

It starts local AWSs in folders of their own, and proves two things: once all has run, the
processed data holds exactly the rows of the newest version of every file, once, though functions
were killed and a quarter of their S3 calls failed; and after any interruption the next command
works and `status` is true. Bounded; a seed draws the same changes, failures and interruptions:
`.venv/bin/python bench/storm.py --seed 1 --changes 300 --interruptions 100`.
"""

import argparse
import contextlib
import gzip
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from failing_s3 import failing_s3
from interrupted_shop import Shop, fill, orders, read_back, stand_up
from interruptions import Interrupted, interrupt_at_random
from lakes import free_port
from orderlake.aws.session import Aws

ROOT = Path(__file__).resolve().parents[1]
KEYS = [f"raw/2026-11-{day:02}.csv" for day in range(1, 11)]
CHANGERS = 8
SETTLE_SECONDS = 300


def checkout(folder: Path) -> Path:
    """Return a folder that links to this checkout and has a state of its own."""
    (ROOT / "build").mkdir(exist_ok=True)
    for entry in ROOT.iterdir():
        if entry.name not in {".git", ".orderlake"}:
            (folder / entry.name).symlink_to(entry)
    return folder


def change(aws: Aws, seed: int) -> None:
    """Put a key anew, or remove it."""
    chance = random.Random(seed)
    key = chance.choice(KEYS)
    if chance.random() < 0.1:
        aws.s3.delete_object(Bucket=aws.names.raw_bucket, Key=key)
    else:
        aws.s3.put_object(Bucket=aws.names.raw_bucket, Key=key, Body=orders(chance))


def function_processes(aws: Aws) -> list[psutil.Process]:
    """Return the processes in which this local AWS runs the function."""
    wanted = {"AWS_LAMBDA_FUNCTION_NAME": aws.names.function}
    found = []
    for process in psutil.process_iter():
        try:
            variables = process.environ()
        except psutil.Error:
            continue
        is_ours = str(aws.settings.port) in variables.get("AWS_ENDPOINT_URL", "")
        if is_ours and wanted.items() <= variables.items():
            found.append(process)
    return found


def storm(aws: Aws, changes: int, seed: int) -> int:
    """Change keys from several threads and kill functions meanwhile; return how many died."""
    chance, killed = random.Random(seed), 0
    _ = aws.s3, aws.names
    with ThreadPoolExecutor(CHANGERS) as pool:
        done = [pool.submit(change, aws, seed * 1_000_003 + number) for number in range(changes)]
        while not all(future.done() for future in done):
            time.sleep(chance.random() / 5)
            for process in function_processes(aws)[:1]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
                    killed += 1
        for future in done:
            future.result()
    return killed


def settle(shop: Shop) -> dict[str, Any]:
    """Wait until every file stands as its newest version; lost events are sent again, as told."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        status: dict[str, Any] = json.loads(shop.run("status", "--json").out)
        if not status["waiting"] and not status["leftovers"] and not status["failures"]:
            return status
        assert time.monotonic() < deadline, status
        if status["failures"]:
            shop.run("replay")
        shop.run("status", "--repair", "--timeout", "30")


def processed_rows(aws: Aws) -> list[str]:
    """Return every processed row, as a text, sorted."""
    rows: list[str] = []
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=aws.names.processed_bucket, Prefix="processed/orders/"
    )
    for page in pages:
        for entry in page.get("Contents", []):
            body = aws.s3.get_object(Bucket=aws.names.processed_bucket, Key=entry["Key"])["Body"]
            lines = gzip.decompress(body.read()).decode().splitlines()
            rows += [f"{entry['Key'].rpartition('/')[2]} {line}" for line in lines]
    return sorted(rows)


def expected_rows(aws: Aws, folder: Path) -> list[str]:
    """Return what the function's core makes of the newest version of every raw file."""
    for key in KEYS:
        try:
            body = aws.s3.get_object(Bucket=aws.names.raw_bucket, Key=key)["Body"].read()
        except aws.s3.exceptions.NoSuchKey:
            continue
        path = folder / "raw" / Path(key).name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    Shop(folder, 0, random.Random()).run("transform", "raw", "--out", "out")
    rows: list[str] = []
    for path in (folder / "out" / "processed").rglob("*.json.gz"):
        rows += [
            f"{path.name} {line}"
            for line in gzip.decompress(path.read_bytes()).decode().splitlines()
        ]
    return sorted(rows)


def fail_in_the_function(aws: Aws, endpoint_url: str) -> None:
    """Let the function's S3 calls go by way of a proxy."""
    name = aws.names.function
    settled = aws.functions.get_function_configuration(FunctionName=name)
    variables = settled.get("Environment", {}).get("Variables", {})
    aws.functions.update_function_configuration(
        FunctionName=name,
        Environment={"Variables": variables | {"AWS_ENDPOINT_URL_S3": endpoint_url}},
    )
    aws.functions.get_waiter("function_updated_v2").wait(FunctionName=name)


def change_keys(shop: Shop, changes: int, share: float, seed: int) -> None:
    """Change keys while functions die and calls fail; the result must be that of a quiet day."""
    aws = shop.aws()
    start = time.monotonic()
    with failing_s3(shop.aws_port(), share, seed) as day:
        fail_in_the_function(aws, day.endpoint_url)
        killed = storm(aws, changes, seed)
        status = settle(shop)
        with tempfile.TemporaryDirectory() as folder:
            want = expected_rows(aws, Path(folder))
        assert processed_rows(aws) == want, "the processed data is not the newest versions'"
        calls, failed = day.counts.total(), day.failed
    print(
        f"changes: {changes} on {len(KEYS)} keys, {killed} functions killed, "
        f"{failed:,} of {calls:,} S3 calls failed; {status['files']} files, "
        f"{len(want)} rows as they have to be, {time.monotonic() - start:.0f} s",
        flush=True,
    )


@contextlib.contextmanager
def open_shop(seed: int) -> Iterator[Shop]:
    """Yield a project folder with a deployed lake; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="orderlake-storm-") as name:
        shop = Shop(checkout(Path(name)), free_port(), random.Random(seed))
        try:
            for words in (("local", "up"), ("deploy",)):
                ended = shop.run(*words)
                assert ended.code == 0, ended.text
            yield shop
        finally:
            shop.run("local", "down")


def interrupt(count: int, seed: int, limit_seconds: float) -> Interrupted:
    """Stop commands in a lake of their own, then let all of it settle."""
    with open_shop(seed) as shop:
        fill(shop, is_down=False)
        found = interrupt_at_random(shop, count, limit_seconds)
        try:
            stand_up(shop)
            read_back(shop)
        except AssertionError as fault:
            found.faults.append(f"at the end: {fault}")
        return found


def main() -> int:
    """Run both, and print figures; returns 1 where anything did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=300)
    parser.add_argument("--failing", type=float, default=0.25, help="share of failing S3 calls")
    parser.add_argument("--interruptions", type=int, default=100)
    parser.add_argument("--lakes", type=int, default=2, help="lakes interrupted at once")
    parser.add_argument("--seconds", type=float, default=3600, help="limit of all interruptions")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # A shell starts what is in its background deaf to Ctrl-C, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked.changes:
        with open_shop(asked.seed) as shop:
            change_keys(shop, asked.changes, asked.failing, asked.seed)
    if not asked.interruptions:
        return 0
    start = time.monotonic()
    with ThreadPoolExecutor(asked.lakes) as pool:
        share = -(-asked.interruptions // asked.lakes)
        seeds = [asked.seed * 1_000 + number for number in range(asked.lakes)]
        results = list(pool.map(lambda seed: interrupt(share, seed, asked.seconds), seeds))
    counts = sum((result.counts for result in results), Counter[str]())
    faults = [fault for result in results for fault in result.faults]
    told = ", ".join(f"{count} {what}" for what, count in counts.most_common())
    print(f"interruptions: {told}; {len(faults)} faults, {time.monotonic() - start:.0f} s")
    for fault in faults:
        print(f"fault: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
