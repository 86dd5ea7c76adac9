"""A command that can be stopped: started as a user does, or as a copy of a warm process.

A copy has its libraries loaded, so that a thousand commands take minutes.
"""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("orderlake")
PATIENCE_SECONDS = 300
PRELOADED = ["boto3", "botocore.session", "duckdb", "sqlglot", "orderlake.cli", "rich.progress"]
FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class StartedCommand:
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
def started_from_scratch(
    root: Path, environment: Mapping[str, str], words: Sequence[str], streams: tuple[Path, Path]
) -> Iterator[StartedCommand]:
    """Start a command as a user does."""
    with streams[0].open("wb") as out, streams[1].open("wb") as err:
        process = subprocess.Popen(
            [PROGRAM, *words],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        # Before that it is Python's own start, which no program can make silent.
        time.sleep(0.3)
        yield StartedCommand(process)


@contextlib.contextmanager
def started_in_copy(
    root: Path, environment: Mapping[str, str], words: Sequence[str], streams: tuple[Path, Path]
) -> Iterator[StartedCommand]:
    """Start a command in a copy of a process that has its libraries loaded."""
    FORKS.set_forkserver_preload(PRELOADED)
    ready = FORKS.Event()
    arguments = (list(words), dict(environment), str(root), streams, ready)
    process = FORKS.Process(target=run_in_copy, args=arguments)
    process.start()
    ready.wait(PATIENCE_SECONDS)
    yield StartedCommand(process)


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
    redirect_streams(streams)
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


def redirect_streams(paths: tuple[Path, Path]) -> None:
    """Write standard output and standard error to two files, and read nothing."""
    for number, path in enumerate(paths, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # These stay open as long as the process runs.
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
