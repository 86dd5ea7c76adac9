"""A shop with a lake of its own, whose commands may be stopped, and what has to hold of it.

The next command works, and what `status` tells is true. Faults are AssertionErrors.
"""

import contextlib
import gzip
import json
import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from order_transform.delivery.layout import is_order_file, outputs_for
from orderlake.aws.local_instance import read_state
from orderlake.aws.session import Aws, open_aws
from orderlake.settings import load
from started_command import PATIENCE_SECONDS, started_from_scratch, started_in_copy

SHARE_FROM_SCRATCH = 0.05
STATUS = ("status", "--json", "--all")
FIRST_STEPS = (("deploy",), ("upload", "files"), ("crawl",), ("sync",))


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: the signal), what it printed, its seconds."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def text(self) -> str:
        """Everything that it printed."""
        return self.out + self.err


@dataclass
class Shop:
    """A project folder with a lake of its own, and the commands that are typed in it."""

    root: Path
    port: int
    chance: random.Random
    is_warm: bool = True

    @property
    def environment(self) -> dict[str, str]:
        """The variables of every command."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "ORDERLAKE_ROOT": str(self.root),
            "ORDERLAKE_PORT": str(self.port),
            "LAMBDA_RETRY_BASE_DELAY": "1",
            "NO_COLOR": "1",
        }

    def aws_port(self) -> int:
        """Return the port of its local AWS."""
        running = read_state(load("local", environ=self.environment))
        assert running, "no local AWS is up"
        return running.port

    def aws(self) -> Aws:
        """Return a session to the local AWS as it is now: another start has another key."""
        return open_aws(load("local", environ=self.environment))

    def run(self, *words: str, stop: tuple[float, signal.Signals] | None = None) -> Ended:
        """Run a command to its end; `stop` has the moment of a signal, and which."""
        is_warm = self.is_warm and self.chance.random() >= SHARE_FROM_SCRATCH
        streams = (self.root / "out.txt", self.root / "err.txt")
        start_command = started_in_copy if is_warm else started_from_scratch
        with start_command(self.root, self.environment, words, streams) as process:
            start = time.monotonic()
            if stop and not process.ended(stop[0]):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, stop[1])
            if not process.ended(PATIENCE_SECONDS):
                os.kill(process.pid, signal.SIGKILL)
                return Ended(99, "", f"still running after {PATIENCE_SECONDS} s", 0)
            out, err = (path.read_text("utf-8", "replace") for path in streams)
            return Ended(process.code(), out, err, time.monotonic() - start)


def stand_up(shop: Shop) -> dict[str, Any]:
    """Bring the lake up and its stack into being where a command has ended them.

    Returns what `status` says then.
    """
    ended = shop.run(*STATUS)
    if ended.code == 0:
        return dict(json.loads(ended.out))
    is_down = "no local AWS answers" in ended.text
    is_gone = "does not exist in" in ended.text
    assert is_down or is_gone, f"status: {ended.text}"
    fill(shop, is_down=is_down)
    ended = shop.run(*STATUS)
    assert ended.code == 0, f"status: {ended.text}"
    return dict(json.loads(ended.out))


def fill(shop: Shop, *, is_down: bool = True) -> None:
    """Make a lake in which every command has something to work on."""
    write_files(shop)
    for words in ([("local", "up")] if is_down else []) + [*FIRST_STEPS]:
        ended = shop.run(*words)
        assert ended.code == 0, f"{words}: {ended.text}"


def check_status(status: dict[str, Any]) -> None:
    """What `status` says adds up."""
    assert status["files"] == status["done"] + len(status["refused"]) + len(status["waiting"])
    parts = status["accepted"] + status["rejected"] + status["blank"]
    assert status["records"] == parts, status


def read_back(shop: Shop) -> None:
    """Once nothing waits any more, hold `status` against both buckets."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        ended = shop.run(*STATUS)
        assert ended.code == 0, f"status: {ended.text}"
        status = json.loads(ended.out)
        check_status(status)
        if not (status["waiting"] or status["leftovers"] or status["failures"]):
            break
        assert time.monotonic() < deadline, f"never settles: {ended.text}"
        shop.run("replay")
        shop.run("status", "--repair", "--timeout", "30")
    aws = shop.aws()
    versions = aws.s3.get_paginator("list_object_versions").paginate(Bucket=aws.names.raw_bucket)
    keys = {
        entry["Key"]
        for page in versions
        for entry in page.get("Versions", [])
        if entry["IsLatest"] and is_order_file(entry["Key"])
    }
    states = {state["key"]: state for state in status["file_states"]}
    assert states.keys() == keys, (sorted(states), sorted(keys))
    for key, state in states.items():
        if state["state"] == "done":
            rows = rows_of(aws, outputs_for(key).processed)
            assert rows == state["accepted"], f"{key}: {rows} rows, {state}"


def rows_of(aws: Aws, key: str) -> int:
    """Return how many rows a processed object has."""
    try:
        body = aws.s3.get_object(Bucket=aws.names.processed_bucket, Key=key)["Body"].read()
    except aws.s3.exceptions.NoSuchKey:
        return 0
    return len(gzip.decompress(body).splitlines())


def rebuild(shop: Shop) -> None:
    """After a fault, begin anew: one fault must not be counted as many."""
    shop.run("local", "down")
    with contextlib.suppress(AssertionError):
        fill(shop)


def write_files(shop: Shop) -> None:
    """Write the order files anew; names are few, so that uploads replace each other."""
    folder = shop.root / "files"
    folder.mkdir(exist_ok=True)
    for day in range(1, 5):
        (folder / f"orders-2026-11-{day:02}.csv").write_bytes(orders(shop.chance))


def any_file(shop: Shop) -> str:
    """Return one of the order files."""
    return f"files/orders-2026-11-{shop.chance.randrange(1, 5):02}.csv"


def orders(chance: random.Random) -> bytes:
    """Return a file of a few rows, some of them bad, but never enough to refuse the file."""
    rows = [
        f"{chance.randrange(99)},P{chance.randrange(9)},"
        f"{chance.choice(['1.25', '3.10', 'n/a' if number % 2 else '0.40'])},"
        f"{chance.randrange(1, 4)}"
        for number in range(chance.randrange(4, 40))
    ]
    return "\n".join(["order id,sku,price,quantity", *rows, ""]).encode()
