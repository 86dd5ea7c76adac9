"""How much memory a process and its descendants hold, in bytes.

On Linux it reads /proc, elsewhere it asks psutil. It must stay cheap: it runs during invocations.
"""

import sys
from pathlib import Path

_PROC = Path("/proc")


def tree_bytes(root_pid: int) -> int:
    """Resident bytes of a process and all its descendants; 0 once it is gone.

    Pages that parent and child share count once on Linux (proportional set size).
    """
    if sys.platform != "linux":
        return _psutil_tree_bytes(root_pid)
    pids = tree_pids(root_pid)
    if len(pids) == 1:
        return _status_kib(root_pid, "VmRSS") * 1024
    return sum(_proportional_kib(pid) for pid in pids) * 1024


def peak_bytes(pid: int) -> int:
    """The most that the process itself held since it began; 0 where that is not recorded."""
    return _status_kib(pid, "VmHWM") * 1024 if sys.platform == "linux" else 0


def tree_pids(root_pid: int) -> list[int]:
    """The process and all its living descendants, parents first."""
    if sys.platform != "linux":
        return _psutil_tree_pids(root_pid)
    pids = [root_pid]
    for pid in pids:  # grows while it is walked
        pids.extend(_children(pid))
    return pids


def _children(pid: int) -> list[int]:
    try:
        tasks = [*(_PROC / str(pid) / "task").iterdir()]
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _status_kib(pid: int, field: str) -> int:
    return _field_kib(_PROC / str(pid) / "status", field)


def _proportional_kib(pid: int) -> int:
    return _field_kib(_PROC / str(pid) / "smaps_rollup", "Pss")


def _field_kib(path: Path, field: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0  # it ended, or is ending, while we looked
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{field}:")), 0)


def _psutil_tree_pids(root_pid: int) -> list[int]:
    import psutil

    try:
        root = psutil.Process(root_pid)
        return [root_pid, *(child.pid for child in root.children(recursive=True))]
    except psutil.NoSuchProcess:
        return [root_pid]


def _psutil_tree_bytes(root_pid: int) -> int:
    import psutil

    total = 0
    for pid in _psutil_tree_pids(root_pid):
        try:
            total += psutil.Process(pid).memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
