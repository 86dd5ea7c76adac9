"""Keep a function's /tmp within its size, although it is not a separate file system.

While the folder is full, the function's processes may write to no file: a write fails, as on AWS,
although with another number (EFBIG instead of ENOSPC). After it deletes files, it may write again.
"""

import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

# How often the folder is measured. Measuring takes at most a twentieth of the time, however
# many files there are.
_CHECK_SECONDS = 0.1
_SHARE = 20


class FunctionDisk:
    """The folder of one function process. `check` is called often and measures now and then."""

    def __init__(
        self, folder: Path, size_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._size_bytes = size_bytes
        self._clock = clock
        self._next = clock() + _CHECK_SECONDS
        self._is_full = False

    def check(self, pids: Callable[[], Iterable[int]], *, at_once: bool = False) -> None:
        """Forbid the processes to write, or allow it again; `at_once` means without delay."""
        began = self._clock()
        if (began < self._next and not at_once) or sys.platform != "linux":
            return
        was_full, self._is_full = self._is_full, used_bytes(self._folder) >= self._size_bytes
        self._next = self._clock() + max(_CHECK_SECONDS, _SHARE * (self._clock() - began))
        if self._is_full or was_full:
            limit = 0 if self._is_full else self._size_bytes
            for pid in pids():
                # the process has ended, or we may not change its limit
                with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, self._size_bytes))


def used_bytes(folder: Path) -> int:
    """The bytes that the files below a folder take on disk; a vanished file counts 0."""
    total = 0
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(FileNotFoundError):
                total += os.lstat(f"{parent}/{name}").st_blocks * 512
    return total
