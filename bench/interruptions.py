"""Commands that are stopped at random moments, and what has to hold after each of them.

The next command works, `status` is true, a second try of the same command succeeds, and Ctrl-C
leaves no unfinished file. Most commands start in a copy of a warm process, so that a thousand of
them take minutes; the others start as a user starts them.
"""

import contextlib
import gzip
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from order_transform.delivery.layout import is_order_file, outputs_for
from orderlake.aws.local_instance import read_state
from orderlake.aws.session import Aws, open_aws
from orderlake.settings import load

PROGRAM = Path(sys.executable).with_name("orderlake")
PATIENCE_SECONDS = 300
SHARE_FROM_SCRATCH = 0.05
SHARE_READ_BACK = 0.05
SHARE_AGAIN = 0.2
# How often the command after one that opens no connection opens none, too.
SHARE_OFFLINE = 0.8
SIGNALS = (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
PRELOADED = ["boto3", "botocore.session", "duckdb", "sqlglot", "orderlake.cli", "rich.progress"]
FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, how often it is drawn, and about how long it takes in seconds."""

    words: tuple[str, ...]
    weight: int
    seconds: float
    # A second try may end with 1 where it tells of refused or rejected data, not of a failure.
    endings: tuple[int, ...] = (0,)
    # Whether it works in this folder only, so that the next command may do so, too.
    is_offline: bool = False


STATUS = ("status", "--json", "--all")
FIRST_STEPS = (("deploy",), ("upload", "files"), ("crawl",), ("sync",))
SAMPLE = ("sample", "--rows", "20000", "--out", "sample.csv", "--force")
COUNT = ("query", "-e", "select count(*) as n from processed_orders", "--format", "json")
COMMANDS = (
    Command(("upload", "{file}"), 12, 1.5),
    Command(("upload", "files"), 4, 4),
    Command(("crawl",), 8, 1.5),
    Command(("sync",), 8, 0.8),
    Command(("query", "top_products"), 8, 1),
    Command((*COUNT, "--offline"), 14, 0.5, is_offline=True),
    Command(("query", "top_products", "--engine", "athena"), 4, 1.5),
    Command(("parity", "top_products", "--record", "recorded"), 3, 2),
    Command(("report",), 5, 2),
    Command(("report", "--env", "offline"), 6, 1.5, is_offline=True),
    Command(("status",), 6, 0.8),
    Command(("status", "--repair"), 4, 1),
    Command(("rejected",), 4, 0.6),
    Command(("rejected", "--csv", "corrections"), 5, 0.8),
    Command(("replay", "raw/*"), 4, 3),
    Command(("logs",), 3, 0.6),
    Command(("transform", "files", "--out", "out"), 16, 1, (0, 1), is_offline=True),
    Command(SAMPLE, 12, 1, is_offline=True),
    Command(("lint",), 6, 0.5, is_offline=True),
    Command(("schema", "out/processed"), 4, 0.3, (0, 1, 2), is_offline=True),
    Command(("doctor",), 3, 0.6, (0, 1), is_offline=True),
    Command(("deploy", "--plan"), 3, 1.5),
    Command(("deploy",), 4, 2),
    Command(("local", "up"), 3, 0.2),
    Command(("local", "status"), 2, 0.2),
    Command(("demo", "--rows", "200"), 1, 6),
    Command(("destroy",), 1, 3),
    Command(("local", "down"), 2, 0.6),
)


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
class Interrupted:
    """Figures of many interruptions, and every fault as a text that tells how to see it again."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


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
        with (warm if is_warm else scratch)(self, words, streams) as process:
            start = time.monotonic()
            if stop and not process.ended(stop[0]):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, stop[1])
            if not process.ended(PATIENCE_SECONDS):
                os.kill(process.pid, signal.SIGKILL)
                return Ended(99, "", f"still running after {PATIENCE_SECONDS} s", 0)
            out, err = (path.read_text("utf-8", "replace") for path in streams)
            return Ended(process.code(), out, err, time.monotonic() - start)


@dataclass(frozen=True, slots=True)
class Started:
    """A running command, whichever way it was started."""

    process: Any

    @property
    def pid(self) -> int:
        """The number of its process."""
        return int(self.process.pid)

    def ended(self, seconds: float) -> bool:
        """Wait so long at most; return whether it has ended."""
        if isinstance(self.process, subprocess.Popen):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            return self.process.returncode is not None
        self.process.join(seconds)
        return self.process.exitcode is not None

    def code(self) -> int:
        """Return the exit code; negative for a signal."""
        is_program = isinstance(self.process, subprocess.Popen)
        return int(self.process.returncode if is_program else self.process.exitcode)


@contextlib.contextmanager
def scratch(shop: Shop, words: Sequence[str], streams: tuple[Path, Path]) -> Iterator[Started]:
    """Start a command as a user does."""
    with streams[0].open("wb") as out, streams[1].open("wb") as err:
        process = subprocess.Popen(
            [PROGRAM, *words],
            cwd=shop.root,
            env=shop.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        # Before that it is Python's own start, which no program can make silent.
        time.sleep(0.3)
        yield Started(process)


@contextlib.contextmanager
def warm(shop: Shop, words: Sequence[str], streams: tuple[Path, Path]) -> Iterator[Started]:
    """Start a command in a copy of a process that has its libraries loaded."""
    FORKS.set_forkserver_preload(PRELOADED)
    ready = FORKS.Event()
    arguments = (list(words), dict(shop.environment), str(shop.root), streams, ready)
    process = FORKS.Process(target=run_in_copy, args=arguments)
    process.start()
    ready.wait(PATIENCE_SECONDS)
    yield Started(process)


def run_in_copy(
    words: list[str],
    environment: Mapping[str, str],
    root: str,
    streams: tuple[Path, Path],
    ready: Any,
) -> None:
    """Become the program: its variables, its folder, its streams; then run the command line."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(root)
    sys.argv = [str(PROGRAM), *words]
    for number, path in enumerate(streams, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # These stay open as long as the process runs.
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    code = 1
    try:
        from orderlake.__main__ import main

        signal.signal(signal.SIGINT, signal.default_int_handler)
        ready.set()
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if (error := sys.exception()) and not isinstance(error, SystemExit):
            sys.stderr.write(f"Traceback: {type(error).__name__}: {error}\n")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def interrupt_at_random(shop: Shop, count: int, limit_seconds: float) -> Interrupted:
    """Stop commands at random moments; after each, look at everything that has to hold.

    It ends after so many interruptions, or once the time is over.
    """
    found, end = Interrupted(), time.monotonic() + limit_seconds
    seconds = {command.words: command.seconds for command in COMMANDS}
    weights = [command.weight for command in COMMANDS]
    for number in range(count):
        if time.monotonic() > end:
            break
        (command,) = shop.chance.choices(COMMANDS, weights)
        write_files(shop)
        words = [word.format(file=any_file(shop)) for word in command.words]
        kind = shop.chance.choice(SIGNALS)
        moment = shop.chance.random() * seconds[command.words] * 1.2
        before = unfinished(shop.root)
        ended = shop.run(*words, stop=(moment, kind))
        is_stopped = ended.code in (-kind, 128 + kind, 130)
        if is_stopped:
            found.counts[kind.name] += 1
        else:
            found.counts["ended before"] += 1
            seconds[command.words] = (seconds[command.words] + ended.seconds) / 2
        told = f"{number}: {' '.join(words)}, {kind.name} after {moment:.2f} s, code {ended.code}"
        try:
            check_ending(ended, is_stopped, command)
            if kind is not signal.SIGKILL and (left := unfinished(shop.root) - before):
                raise AssertionError(f"left {sorted(left)}")
            check_after(shop, command, words)
        except AssertionError as fault:
            found.faults.append(f"{told}: {fault}")
            sys.stderr.write(f"fault {told}: {fault}\n")
            sys.stderr.flush()
            rebuild(shop)
    return found


def check_ending(ended: Ended, is_stopped: bool, command: Command) -> None:
    """A command that was stopped says at most a line; one that was not did its work."""
    assert "Traceback" not in ended.text, ended.text
    assert "please report it" not in ended.text, ended.text
    assert is_stopped or ended.code in command.endings, ended.text


def check_after(shop: Shop, command: Command, words: Sequence[str]) -> None:
    """The next command works, and what `status` tells is true."""
    is_again = shop.chance.random() < SHARE_AGAIN and command.words[0] not in ("destroy", "demo")
    if is_again and command.words != ("local", "down"):
        if not command.is_offline:
            stand_up(shop)
        check_ending(shop.run(*words), False, command)
    if command.is_offline and shop.chance.random() < SHARE_OFFLINE:
        ended = shop.run(*COUNT, "--offline")
        assert ended.code == 0, f"query, code {ended.code}: {ended.text}"
        return
    check_status(stand_up(shop))
    if shop.chance.random() < SHARE_READ_BACK:
        read_back(shop)


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


def unfinished(root: Path) -> set[str]:
    """Return the unfinished files below a folder; what the local AWS writes is its own."""
    own = (root / ".orderlake" / "local", root / ".tools")
    return {
        str(path)
        for folder, _, names in os.walk(root)
        for path in (Path(folder) / name for name in names)
        if path.suffix in (".part", ".partial") and not any(map(path.is_relative_to, own))
    }


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
