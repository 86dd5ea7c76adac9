"""One execution environment: a function process, replaced when it fails, and its time limits.

It turns what a process does into what Lambda answers and logs. It knows nothing of LocalStack.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from platform import python_version
from threading import Lock
from typing import Protocol, cast

from localstack_lake.functions import fault as function_fault
from localstack_lake.functions.fault import Fault
from localstack_lake.functions.platform_log import InvocationReport, Phase, platform_log
from localstack_lake.functions.process import Exited, FunctionSettings, ProcessSignal
from localstack_lake.functions.runtime_api import (
    Answer,
    InitError,
    Invocation,
    Ready,
)

# How long AWS lets a function initialise before it starts over within the invocation.
INIT_TIMEOUT_SECONDS = 10.0
_CHECK_SECONDS = 0.025
# No process fills memory faster (bytes per second): so long as there is much left, a look at all
# of its tree, which costs more than anything else here, can wait.
_FASTEST_GROWTH = 4 * 1024**3
_RUNTIME_VERSION = f"python:{python_version()}"


class Process(Protocol):
    """The function process, as an environment needs it."""

    def offer(self, invocation: Invocation) -> None:
        """Hand over an invocation."""

    def next_signal(self, timeout_seconds: float) -> ProcessSignal | None:
        """What happened next; None if nothing did in time."""

    def has_ended(self) -> bool:
        """Whether the process is gone."""

    def take_output(self) -> str:
        """All output since the last call."""

    def memory_bytes(self) -> int:
        """What the process tree holds now."""

    def peak_memory_bytes(self) -> int:
        """The most that the process has held."""

    def hold_to_disk(self, *, at_once: bool = False) -> None:
        """Forbid it to write while its disk is full; `at_once` measures without delay."""

    def kill(self) -> None:
        """End the process and its children."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an invocation: the caller's payload, and the log's lines."""

    payload: bytes
    is_error: bool
    logs: str


class FunctionEnvironment:
    """Runs one invocation at a time.

    `start_process` makes a process that initialises at once; `clean_up` is called whenever the
    environment ends, after its process has.
    """

    def __init__(
        self,
        settings: FunctionSettings,
        start_process: Callable[[], Process],
        clean_up: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clean_up = clean_up
        self._clock = clock
        self._start_process = start_process
        self._log = platform_log(settings.variables.get("AWS_LAMBDA_LOG_FORMAT"))
        self._lines: list[str] = []
        self._process: Process | None = None
        self._init_ms: float | None = None
        self._peak_bytes = 0
        self._next_look = 0.0
        self._lock = Lock()
        self._is_busy = False
        self._is_stopped = False

    def initialize(self) -> None:
        """Run the init phase. A failure is only logged: the first invocation tries again."""
        with self._busy():
            began = self._clock()
            if isinstance(self._start(began + INIT_TIMEOUT_SECONDS, "init"), Fault):
                return
            self._init_ms = self._milliseconds_since(began)

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run the function once within its time limit, even if the process ends."""
        with self._busy():
            began = self._clock()
            deadline = began + self._settings.timeout_seconds
            ready = self._ensure_ready(deadline)
            self._lines.append(self._log.start(invocation.request_id, self._settings.version))
            answer = ready if isinstance(ready, Fault) else self._run(ready, invocation, deadline)
            return self._finish(invocation, answer, self._milliseconds_since(began))

    def stop(self) -> None:
        """End the process: now, or once the running invocation is over, as an update on AWS.

        One that is invoked after all, because the caller had chosen it before, serves that
        invocation with a process of its own and ends again.
        """
        with self._lock:
            self._is_stopped = True
            if not self._is_busy:
                self._end()

    def pending_lines(self) -> str:
        """The log lines that no invocation has taken yet."""
        return "".join(self._lines)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        with self._lock:
            self._is_busy = True
        try:
            yield
        finally:
            with self._lock:
                self._is_busy = False
                if self._is_stopped:
                    self._end()

    def _ensure_ready(self, deadline: float) -> Process | Fault:
        """Replace a process that failed earlier or ended while idle."""
        if self._process is not None and not self._process.has_ended():
            return self._process
        self._end_process()
        self._init_ms = None  # from here on it is part of the invocation's own duration
        return self._start(deadline, "invoke")

    def _start(self, deadline: float, phase: Phase) -> Process | Fault:
        began = self._clock()
        self._peak_bytes = 0
        self._next_look = 0.0
        self._lines.append(self._log.init_start(_RUNTIME_VERSION))
        process = self._process = self._start_process()
        seen = self._watch(process, deadline, Ready, InitError)
        self._keep_output(process)
        if isinstance(seen, InitError):
            seen = function_fault.init_error(seen.error_type, seen.payload)
        if not isinstance(seen, Fault):
            return process
        self._lines.append(self._log.init_failed(self._milliseconds_since(began), phase, seen))
        self._end_process()
        return seen

    def _run(self, process: Process, invocation: Invocation, deadline: float) -> Answer | Fault:
        self._next_look = 0.0
        # nothing measures between two calls: after a deletion, writing is allowed again
        process.hold_to_disk(at_once=True)
        process.offer(invocation)
        seen = self._watch(process, deadline, Answer)
        if isinstance(seen, Answer):
            # the function is done when it asks for more: what it writes until then is in its log
            self._watch(process, deadline, Ready)
        self._keep_output(process)
        return cast("Answer | Fault", seen)

    def _watch(
        self, process: Process, deadline: float, *awaited: type[ProcessSignal]
    ) -> ProcessSignal | Fault:
        """Wait for a signal of an awaited kind, or for whatever makes it impossible."""
        while (remaining := deadline - self._clock()) > 0:
            seen = process.next_signal(min(remaining, _CHECK_SECONDS))
            if isinstance(seen, awaited):
                return seen
            if isinstance(seen, Exited):
                return function_fault.exited(seen.status)
            if seen is None and self._has_outgrown(process):
                return function_fault.out_of_memory()
            process.hold_to_disk()
        return function_fault.timed_out(self._settings.timeout_seconds)

    def _has_outgrown(self, process: Process) -> bool:
        if self._clock() < self._next_look:
            return False
        held = process.memory_bytes()
        self._peak_bytes = max(self._peak_bytes, held)
        left = self._settings.memory_size_mb * 1024**2 - held
        self._next_look = self._clock() + left / _FASTEST_GROWTH
        return left < 0

    def _keep_output(self, process: Process) -> None:
        if output := process.take_output():
            self._lines.append(output if output.endswith("\n") else f"{output}\n")

    def _finish(
        self, invocation: Invocation, answer: Answer | Fault, duration_ms: float
    ) -> Outcome:
        fault = answer if isinstance(answer, Fault) else None
        if self._process is not None:
            self._peak_bytes = max(self._peak_bytes, self._process.peak_memory_bytes())
        if fault is not None:
            self._end_process()
            if fault.payload is None:
                self._lines.append(self._log.fault(invocation.request_id, fault))
        logs = self._take_lines(self._report(invocation.request_id, duration_ms, fault))
        if isinstance(answer, Fault):
            return Outcome(answer.answer(invocation.request_id), True, logs)
        return Outcome(answer.payload, answer.error_type is not None, logs)

    def _report(self, request_id: str, duration_ms: float, fault: Fault | None) -> InvocationReport:
        if fault and fault.is_timeout:
            duration_ms = self._settings.timeout_seconds * 1000  # AWS bills no more than the limit
        init_ms, self._init_ms = self._init_ms, None
        size_mb = self._settings.memory_size_mb
        return InvocationReport(request_id, duration_ms, init_ms, size_mb, self._peak_bytes, fault)

    def _take_lines(self, report: InvocationReport) -> str:
        lines = [*self._lines, self._log.end(report)]
        self._lines.clear()
        return "".join(lines)

    def _end(self) -> None:
        self._end_process()
        self._clean_up()

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None

    def _milliseconds_since(self, began: float) -> float:
        return (self._clock() - began) * 1000
