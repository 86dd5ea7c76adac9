"""One job's process: its start, its two outputs, and its end with everything that it started."""

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import IO

from localstack_lake.functions.guarded_groups import GuardedGroups
from localstack_lake.functions.process_memory import tree_pids

type TakeLine = Callable[[str], None]

# Spark removes its files in this time; what remains after it is killed.
_POLITE_SECONDS = 3.0
_KEPT_LINES = 500


class JobProcess:
    """A running job, from construction (which starts it) until `wait` or `end` says its status."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        groups: GuardedGroups,
        outputs: tuple[TakeLine, TakeLine],
    ) -> None:
        self._groups = groups
        self._popen = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        groups.add(self._popen.pid)
        self.last_outputs: deque[str] = deque(maxlen=_KEPT_LINES)
        self.last_errors: deque[str] = deque(maxlen=_KEPT_LINES)
        pipes = (self._popen.stdout, self._popen.stderr)
        kept = (self.last_outputs, self.last_errors)
        self._readers = [
            Thread(target=_read, args=(pipe, [take, lines.append]), daemon=True)
            for pipe, take, lines in zip(pipes, outputs, kept, strict=True)
        ]
        for reader in self._readers:
            reader.start()

    def wait(self, seconds: float) -> int | None:
        """Return the exit status, or None while it runs; negative is a signal."""
        try:
            status = self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._kill_rest([])
        return status

    def end(self) -> None:
        """Ask the process to end, then kill what remains of it."""
        pids = tree_pids(self._popen.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_POLITE_SECONDS)
        self._kill_rest(pids)

    def _kill_rest(self, pids: Sequence[int]) -> None:
        """Spark's Python workers have a group of their own; `pids` has those that were there."""
        for pid in {*tree_pids(self._popen.pid)[1:], *pids[1:]}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        self._groups.discard(self._popen.pid)
        for reader in self._readers:
            reader.join(_POLITE_SECONDS)


def _read(pipe: IO[str], takers: list[TakeLine]) -> None:
    with pipe:
        for line in pipe:
            for take in takers:
                take(line.rstrip("\n"))
