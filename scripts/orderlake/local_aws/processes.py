"""Processes of this machine: who is alive, who belongs to whom, and how to end a group.

Knows nothing about LocalStack. A process is told apart from a later one with the same number by
the moment it started.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")


def started_at(pid: int) -> str | None:
    """Return an opaque mark of when a process started, or None where no such process runs.

    A zombie counts as gone: it holds no port and no memory.
    """
    if PROC.is_dir():
        return started_at_linux(pid)
    found = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, start = found.stdout.strip().partition(" ")
    return start.strip() if start and not state.startswith("Z") else None


def started_at_linux(pid: int) -> str | None:
    """Read state and start time, fields 3 and 22 of /proc/PID/stat (proc_pid_stat(5))."""
    try:
        text = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name in brackets and may itself hold spaces and brackets.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def groups_with(name: str, value: str) -> set[int]:
    """Return the process groups of live processes started with this environment variable.

    Only Linux shows it; elsewhere the answer is always empty.
    """
    wanted = f"{name}={value}".encode()
    found = set()
    for folder in PROC.iterdir() if PROC.is_dir() else ():
        if folder.name.isdecimal() and wanted in environment_of(folder):
            group = group_of(int(folder.name))
            found |= {group} if group else set()
    return found


def environment_of(folder: Path) -> list[bytes]:
    """Return the variables in /proc/PID/environ; none where it is not ours to read, or gone."""
    try:
        return (folder / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def has_group(group: int) -> bool:
    """Whether any process, zombies left aside, belongs to the group."""
    if PROC.is_dir():
        return any(group_of(int(p.name)) == group for p in PROC.iterdir() if p.name.isdecimal())
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def group_of(pid: int) -> int | None:
    """Return the process group of a live process, from /proc."""
    try:
        text = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[2])


def end_group(group: int, *, patience_seconds: float) -> bool:
    """Ask a process group to end, then make it; return whether it is gone."""
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
