"""One function process: its command, environment, output, memory and end.

Each process has a Runtime API of its own and lives in a process group of its own. It decides
nothing about time limits or answers (see environment.py) and knows nothing about LocalStack.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, cast

from localstack_lake.functions import process_memory
from localstack_lake.functions.disk import FunctionDisk
from localstack_lake.functions.guarded_groups import GuardedGroups
from localstack_lake.functions.runtime_api import Invocation, RuntimeApi, RuntimeSignal

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """The settings of the process. `variables` is the function's whole environment."""

    code_folder: Path
    runtime_folder: Path
    variables: Mapping[str, str]
    version: str
    memory_size_mb: int
    ephemeral_storage_mb: int
    timeout_seconds: float
    has_private_tmp: bool = False


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended; `status` is negative for a signal, as in `subprocess`."""

    status: int


type ProcessSignal = RuntimeSignal | Exited


class FunctionProcess:
    """A running function, from construction (which starts it) until `kill`."""

    def __init__(
        self, settings: FunctionSettings, temporary_folder: Path, groups: GuardedGroups
    ) -> None:
        self._groups = groups
        self._disk = FunctionDisk(temporary_folder, settings.ephemeral_storage_mb * 1024**2)
        self._signals: SimpleQueue[ProcessSignal] = SimpleQueue()
        self._api = RuntimeApi(self._signals.put)
        try:
            self._popen = subprocess.Popen(
                [_python(), "-S", str(_BOOTSTRAP)],
                cwd=settings.code_folder,
                env=process_variables(settings, self._api.address, temporary_folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError:
            self._api.close()
            raise
        self.pid = self._popen.pid
        self._groups.add(self.pid)
        self._output = _Output(cast("IO[bytes]", self._popen.stdout))
        for target in (self._output.collect, self._wait):
            Thread(target=target, name=f"function-{self.pid}", daemon=True).start()

    def offer(self, invocation: Invocation) -> None:
        """Hand over an invocation."""
        self._api.offer(invocation)

    def next_signal(self, timeout_seconds: float) -> ProcessSignal | None:
        """What happened next; None if nothing did in time."""
        try:
            return self._signals.get(timeout=max(timeout_seconds, 0))
        except Empty:
            return None

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._popen.poll() is not None

    def take_output(self) -> str:
        """All that the function wrote since the last call, up to this very moment."""
        return self._output.take().decode(errors="replace")

    def memory_bytes(self) -> int:
        """What the process and its children hold now."""
        return process_memory.tree_bytes(self.pid)

    def peak_memory_bytes(self) -> int:
        """The most that the process itself has held."""
        return process_memory.peak_bytes(self.pid)

    def hold_to_disk(self, *, at_once: bool = False) -> None:
        """Let it write no more while its /tmp is full; `at_once` measures without delay."""
        self._disk.check(lambda: process_memory.tree_pids(self.pid), at_once=at_once)

    def kill(self) -> None:
        """End the process and everything it started, and wait until it is gone."""
        for pid in process_memory.tree_pids(self.pid)[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # a child may have left the group
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._groups.discard(self.pid)
        self._api.close()

    def _wait(self) -> None:
        self._signals.put(Exited(self._popen.wait()))


def process_variables(
    settings: FunctionSettings, runtime_api: str, temporary_folder: Path
) -> dict[str, str]:
    """The environment of the process: the function's variables and what the sandbox adds.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    `HOME` is ours: AWS's user has no home, so that no settings of a developer leak into the
    function. `TMPDIR` is ours, too, where /tmp cannot be made private.
    """
    return {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/home/sbx_user1051",
        **settings.variables,
        **_tmp_variables(settings, temporary_folder),
        "LAMBDA_TASK_ROOT": str(settings.code_folder),
        "LAMBDA_RUNTIME_DIR": str(settings.runtime_folder),
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "_EPHEMERAL_STORAGE_BYTES": str(settings.ephemeral_storage_mb * 1024 * 1024),
    }


def _tmp_variables(settings: FunctionSettings, folder: Path) -> dict[str, str]:
    """Return the variables for a private /tmp, or those for a folder of the function's own."""
    if not settings.has_private_tmp:
        return {"TMPDIR": str(folder)}
    # what the process needs, should it lie under the /tmp that it no longer sees
    prefixes = [Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)]
    kept = [settings.code_folder, settings.runtime_folder, *prefixes]
    return {
        "_PRIVATE_TMP": str(folder),
        "_KEPT_FOLDERS": os.pathsep.join(str(path) for path in kept),
    }


def _python() -> Path:
    """Return this interpreter's path, without a link under /tmp in it."""
    return Path(sys.prefix).resolve() / "bin" / Path(sys.executable).name


class _Output:
    """The bytes that the process writes, read as they come so that it never blocks."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._collected = bytearray()
        self._lock = Lock()
        self._ended = False
        os.set_blocking(pipe.fileno(), False)

    def collect(self) -> None:
        """Read until the last holder of the pipe has closed it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            while not self._ended:
                selector.select()
                self._read_available()
        with self._lock:
            self._pipe.close()

    def take(self) -> bytes:
        """Return all bytes so far, with everything that was written before this call."""
        self._read_available()
        with self._lock:
            taken = bytes(self._collected)
            self._collected.clear()
        return taken

    def _read_available(self) -> None:
        with self._lock:
            while not self._ended:
                try:
                    chunk = os.read(self._pipe.fileno(), _CHUNK_BYTES)
                except BlockingIOError:
                    return
                self._collected += chunk
                self._ended = not chunk
