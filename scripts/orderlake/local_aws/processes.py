"""Processes of this machine: whether one is alive, its group, and how to end a group.

It knows nothing about LocalStack. The start time tells a process from a later one with the same
number.
"""

import os
import signal
import time
from collections.abc import Iterator

import psutil


def started_at(pid: int) -> str | None:
    """Return an opaque value for the start time of a process, or None if it does not run.

    A zombie counts as ended: it holds neither a port nor memory.
    """
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.NoSuchProcess:
        return None


def groups_with(name: str, value: str) -> set[int]:
    """Return the process groups of live processes started with this environment variable."""
    found = set()
    for process in live_processes():
        try:
            if process.environ().get(name) == value:
                found.add(os.getpgid(process.pid))
        except (psutil.Error, OSError):
            continue  # another user's, or ended meanwhile
    return found


def has_group(group: int) -> bool:
    """Whether any process other than a zombie belongs to the group."""
    return any(group_of(process.pid) == group for process in live_processes())


def live_processes() -> Iterator[psutil.Process]:
    """Yield the processes that run now, without zombies."""
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.Error:
            continue


def group_of(pid: int) -> int | None:
    """Return the process group of a process, or None where there is no such process."""
    try:
        return os.getpgid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def end_group(group: int, *, patience_seconds: float) -> bool:
    """Ask a process group to end, then kill it; return whether it is gone."""
    for number, patience in ((signal.SIGTERM, patience_seconds), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return True
        if wait_until_gone(group, patience):
            return True
    return False


def wait_until_gone(group: int, patience_seconds: float) -> bool:
    """Wait for the last process of a group to end; return whether it did."""
    end = time.monotonic() + patience_seconds
    while time.monotonic() < end:
        reap(group)
        if not has_group(group):
            return True
        time.sleep(0.05)
    return False


def reap(group: int) -> None:
    """Collect our own ended children of the group, so that they do not stay as zombies."""
    try:
        while os.waitpid(-group, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
