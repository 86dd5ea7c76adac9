"""A storm over a lake: concurrent changes and killed functions, then commands stopped at random.

It starts a local AWS in a folder of its own, and proves two things: once all has run, the
processed data holds exactly the rows of the newest version of every file, once; and after any
interruption the next command works and `status` is true. Bounded and repeatable:
`.venv/bin/python bench/storm.py --seed 1 --changes 300 --interruptions 100`.
"""

import argparse
import contextlib
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from orderlake.aws.session import Aws, open_aws
from orderlake.settings import load

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("orderlake")
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


def run(root: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; no traceback may show, whatever happened before."""
    done = subprocess.run(
        [PROGRAM, *words], cwd=root, env=environment(root), capture_output=True, text=True
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert "please report it" not in done.stderr, done.stderr
    assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done


def environment(root: Path) -> dict[str, str]:
    """Return the environment of commands in a folder."""
    return os.environ | {"ORDERLAKE_ROOT": str(root), "LAMBDA_RETRY_BASE_DELAY": "1"}


def orders(chance: random.Random) -> bytes:
    """Return a file of a few rows, some of them bad."""
    rows = [
        f"P{chance.randrange(9)},{chance.choice(['1.25', '3.10', 'n/a'])},{chance.randrange(4)}"
        for _ in range(chance.randrange(1, 40))
    ]
    return "\n".join(["sku,price,quantity", *rows, ""]).encode()


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


def settle(root: Path) -> dict[str, Any]:
    """Wait until every file stands as its newest version; lost events are sent again, as told."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        status: dict[str, Any] = json.loads(run(root, "status", "--json").stdout)
        if not status["waiting"] and not status["leftovers"] and not status["failures"]:
            return status
        assert time.monotonic() < deadline, status
        if status["failures"]:
            run(root, "replay", check=False)
        run(root, "status", "--repair", "--timeout", "30", check=False)


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
    run(folder, "transform", "raw", "--out", "out", check=False)
    rows: list[str] = []
    for path in (folder / "out" / "processed").rglob("*.json.gz"):
        rows += [
            f"{path.name} {line}"
            for line in gzip.decompress(path.read_bytes()).decode().splitlines()
        ]
    return sorted(rows)


def interrupt_at_random(root: Path, orders_file: Path, count: int, seed: int) -> dict[str, int]:
    """Stop commands at random moments; after each the next works, and `status` is true."""
    chance, endings = random.Random(seed), {"stopped": 0, "killed": 0, "ended before": 0}
    commands = [
        ("upload", str(orders_file)),
        ("deploy",),
        ("crawl",),
        ("sync",),
        ("query", "top_products"),
        ("status", "--repair"),
        ("rejected", "--csv", "corrections"),
        ("replay", "raw/*"),
        ("report",),
        ("sample", "--rows", "100000", "--out", "sample.csv", "--force"),
        ("transform", str(orders_file), "--out", "out"),
        ("local", "up"),
    ]
    for _ in range(count):
        words = chance.choice(commands)
        process = subprocess.Popen(
            [PROGRAM, *words],
            cwd=root,
            env=environment(root),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        is_kill = chance.random() < 0.25
        try:
            # From the moment on at which Python itself has started.
            process.wait(0.15 + chance.random() ** 2 * 4)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL if is_kill else signal.SIGINT)
            endings["killed" if is_kill else "stopped"] += 1
        else:
            endings["ended before"] += 1
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in out + err, (words, err)
        assert "please report it" not in err, (words, err)
        # The next command works, and what it says adds up.
        status = json.loads(run(root, "status", "--json").stdout)
        assert status["files"] == status["done"] + len(status["refused"]) + len(status["waiting"])
        parts = status["accepted"] + status["rejected"] + status["blank"]
        assert status["records"] == parts, status
    left = [str(path) for path in root.rglob("*.part") if not path.is_relative_to(root / ".tools")]
    endings["part files left"] = len(left)
    return endings


def main() -> None:
    """Run both, and print figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=300)
    parser.add_argument("--interruptions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderlake-storm-") as name:
        root = checkout(Path(name))
        try:
            run(root, "local", "up")
            run(root, "deploy")
            aws = open_aws(load("local", environ=environment(root)))
            start = time.monotonic()
            killed = storm(aws, asked.changes, asked.seed)
            status = settle(root)
            with tempfile.TemporaryDirectory() as folder:
                want = expected_rows(aws, Path(folder))
            assert processed_rows(aws) == want, "the processed data is not the newest versions'"
            print(
                f"storm: {asked.changes} changes on {len(KEYS)} keys, {killed} functions killed, "
                f"{status['files']} files, {len(want)} rows as they have to be, "
                f"{time.monotonic() - start:.0f} s"
            )
            start = time.monotonic()
            file = root / "orders-2026-11-22.csv"
            file.write_bytes(b"sku,price,quantity\n" + b"A,1.25,2\nB,n/a,1\n" * 5_000)
            endings = interrupt_at_random(root, file, asked.interruptions, asked.seed)
            settle(root)
            told = ", ".join(f"{count} {what}" for what, count in endings.items())
            print(f"interruptions: {told}, {time.monotonic() - start:.0f} s; status is true")
        finally:
            run(root, "local", "down", check=False)


if __name__ == "__main__":
    main()
