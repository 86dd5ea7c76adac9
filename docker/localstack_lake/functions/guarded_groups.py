"""Tell the guard process which process groups must not outlive this process.

process_guard.py says why it exists; this is LocalStack's side.
"""

import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import IO, cast

_GUARD = Path(__file__).with_name("process_guard.py")


class GuardedGroups:
    """Starts a guard at the first group. `folder` is removed with the last of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._groups: set[int] = set()
        self._guard: subprocess.Popen[str] | None = None

    def add(self, group: int) -> None:
        """Make the group end when this process ends."""
        with self._lock:
            self._groups.add(group)
            self._tell(f"+{group}")

    def discard(self, group: int) -> None:
        """The group has ended."""
        with self._lock:
            self._groups.discard(group)
            self._tell(f"-{group}")

    def close(self) -> None:
        """Let the guard finish: it ends all groups that still run."""
        with self._lock:
            guard, self._guard = self._guard, None
        if guard is not None:
            guard.communicate()

    def _tell(self, line: str) -> None:
        if self._guard is None or self._guard.poll() is not None:
            self._guard = _start_guard(self._folder)
            line = "\n".join(f"+{group}" for group in self._groups)
        pipe = cast("IO[str]", self._guard.stdin)
        pipe.write(f"{line}\n")
        pipe.flush()


def _start_guard(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_GUARD), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
