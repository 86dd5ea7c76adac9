"""An execution environment over scripted processes and a clock that the processes move."""

import json
import re
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from localstack_lake.functions.environment import FunctionEnvironment, Outcome
from localstack_lake.functions.process import Exited, FunctionSettings, ProcessSignal
from localstack_lake.functions.runtime_api import (
    Answer,
    InitError,
    Invocation,
    Ready,
)

SETTINGS = FunctionSettings(
    code_folder=Path("/code"),
    runtime_folder=Path("/runtime"),
    variables={},
    version="$LATEST",
    memory_size_mb=128,
    ephemeral_storage_mb=512,
    timeout_seconds=3,
)
MB = 1024**2
OK = Answer(b'"ok"', None)
IMPORT_ERROR = InitError(b'{"errorType":"Runtime.ImportModuleError"}', "Runtime.ImportModuleError")


@dataclass(slots=True)
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(slots=True)
class ScriptedProcess:
    """Plays a list of signals; a number is that many seconds in which nothing happens."""

    clock: Clock
    script: deque[ProcessSignal | float]
    output: deque[str] = field(default_factory=deque)
    holds: int = 20 * MB
    peak: int = 0
    ended: bool = False
    killed: bool = False
    looks_at_disk: int = 0
    looks_at_memory: int = 0
    offered: list[str] = field(default_factory=list)

    def offer(self, invocation: Invocation) -> None:
        self.offered.append(invocation.request_id)

    def next_signal(self, timeout_seconds: float) -> ProcessSignal | None:
        ahead = self.script[0] if self.script else float("inf")
        if isinstance(ahead, int | float):
            self.clock.seconds += min(timeout_seconds, ahead)
            if ahead <= timeout_seconds:
                self.script.popleft()
            else:
                if self.script:
                    self.script[0] = ahead - timeout_seconds
                return None
            return self.next_signal(timeout_seconds - ahead) if self.script else None
        self.script.popleft()
        return ahead

    def has_ended(self) -> bool:
        return self.ended

    def take_output(self) -> str:
        return self.output.popleft() if self.output else ""

    def memory_bytes(self) -> int:
        self.looks_at_memory += 1
        return self.holds

    def peak_memory_bytes(self) -> int:
        return self.peak

    def hold_to_disk(self, *, at_once: bool = False) -> None:
        self.looks_at_disk += 1

    def kill(self) -> None:
        self.killed = True


@dataclass(slots=True)
class Stage:
    """An environment and the processes that it will start, in order."""

    clock: Clock
    processes: list[ScriptedProcess]
    environment: FunctionEnvironment
    cleaned: list[float]
    asked: int = 0

    def invoke(self) -> Outcome:
        self.asked += 1
        return self.environment.invoke(Invocation(f"id-{self.asked}", b"{}", "arn:f", "", 0))


def stage(*scripts: list[ProcessSignal | float], settings: FunctionSettings = SETTINGS) -> Stage:
    clock = Clock()
    processes = [ScriptedProcess(clock, deque(script)) for script in scripts]
    waiting = iter(processes)
    cleaned: list[float] = []
    environment = FunctionEnvironment(
        settings, lambda: next(waiting), lambda: cleaned.append(clock()), clock
    )
    return Stage(clock, processes, environment, cleaned)


def message(outcome: Outcome) -> tuple[str, str]:
    answer = json.loads(outcome.payload)
    return answer["errorType"], answer["errorMessage"]


def report(outcome: Outcome) -> dict[str, str]:
    line = next(line for line in outcome.logs.splitlines() if line.startswith("REPORT"))
    return dict(part.split(": ", 1) for part in line.split("\t"))


def test_a_cold_start_reports_its_initialisation_and_a_warm_one_does_not() -> None:
    scene = stage([0.2, Ready(), 0.05, OK, Ready(), 0.01, OK, Ready()])
    scene.environment.initialize()
    cold, warm = scene.invoke(), scene.invoke()
    assert (cold.payload, cold.is_error) == (b'"ok"', False)
    assert report(cold)["Init Duration"] == "200.00 ms"
    assert report(cold)["Duration"] == "50.00 ms"
    assert report(cold)["Billed Duration"] == "250 ms"
    assert "Init Duration" not in report(warm)
    assert scene.processes[0].offered == ["id-1", "id-2"]


def test_the_function_s_lines_stand_between_start_and_end() -> None:
    scene = stage([Ready(), OK, Ready()])
    scene.processes[0].output.extend(["imported\n", "line 1\nline 2"])
    scene.environment.initialize()
    lines = scene.invoke().logs.splitlines()
    assert re.fullmatch(r"INIT_START Runtime Version: python:3\.\d+\.\d+", lines[0])
    assert lines[1:5] == [
        "imported",
        "START RequestId: id-1 Version: $LATEST",
        "line 1",
        "line 2",
    ]
    assert lines[5] == "END RequestId: id-1"
    assert lines[6].startswith("REPORT RequestId: id-1\t")
    assert len(lines) == 7


def test_an_error_of_the_handler_leaves_the_process_warm() -> None:
    scene = stage([Ready(), Answer(b"{}", "ValueError"), Ready(), OK, Ready()])
    scene.environment.initialize()
    assert scene.invoke().is_error
    assert not scene.invoke().is_error
    assert not scene.processes[0].killed


def test_the_time_limit_kills_the_process_and_the_next_invocation_gets_a_fresh_one() -> None:
    scene = stage([Ready(), 60.0], [0.5, Ready(), OK, Ready()])
    scene.environment.initialize()
    outcome = scene.invoke()
    assert outcome.is_error
    assert message(outcome) == (
        "Sandbox.Timedout",
        "RequestId: id-1 Error: Task timed out after 3.00 seconds",
    )
    assert re.search(r"^\S+Z id-1 Task timed out after 3\.00 seconds$", outcome.logs, re.M)
    assert report(outcome)["Status"] == "timeout"
    assert report(outcome)["Billed Duration"].startswith("3000 ")
    assert scene.processes[0].killed
    fresh = scene.invoke()
    assert fresh.payload == b'"ok"'
    # its initialisation is part of the invocation, as after every reset on AWS
    assert report(fresh)["Duration"] == "500.00 ms"
    assert "Init Duration" not in report(fresh)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (1, "Runtime exited with error: exit status 1"),
        (0, "Runtime exited without providing a reason"),
        (-9, "Runtime exited with error: signal: killed"),
        (-11, "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_process_that_ends_by_itself_is_an_exit_error(status: int, reason: str) -> None:
    scene = stage([Ready(), 0.1, Exited(status)], [Ready(), OK, Ready()])
    scene.environment.initialize()
    outcome = scene.invoke()
    assert message(outcome) == ("Runtime.ExitError", f"RequestId: id-1 Error: {reason}")
    assert report(outcome)["Error Type"] == "Runtime.ExitError"
    assert f"RequestId: id-1 Error: {reason}\nRuntime.ExitError\n" in outcome.logs
    assert scene.invoke().payload == b'"ok"'


def test_more_memory_than_the_size_is_out_of_memory() -> None:
    scene = stage([Ready(), 1.0, OK, Ready()], [Ready(), OK, Ready()])
    scene.environment.initialize()
    scene.processes[0].holds = 128 * MB + 1
    outcome = scene.invoke()
    assert message(outcome)[0] == "Runtime.OutOfMemory"
    assert report(outcome)["Max Memory Used"] == "128 MB"
    assert report(outcome)["Error Type"] == "Runtime.OutOfMemory"
    assert scene.processes[0].killed
    assert not scene.invoke().is_error


def test_exactly_the_memory_size_is_allowed() -> None:
    scene = stage([Ready(), 1.0, OK, Ready()])
    scene.processes[0].holds = 128 * MB
    scene.environment.initialize()
    assert not scene.invoke().is_error


@pytest.mark.parametrize(
    ("size_mb", "holds_mb", "looks"), [(128, 127, 40), (128, 0, 20), (1024, 0, 4)]
)
def test_memory_is_looked_at_as_often_as_it_could_become_too_much(
    size_mb: int, holds_mb: int, looks: int
) -> None:
    settings = replace(SETTINGS, memory_size_mb=size_mb)
    scene = stage([Ready(), 1.0, OK, Ready()], settings=settings)
    scene.environment.initialize()
    scene.processes[0].holds = holds_mb * MB
    scene.invoke()
    assert scene.processes[0].looks_at_memory == pytest.approx(looks, abs=1)


def test_the_peak_between_two_looks_is_reported() -> None:
    scene = stage([Ready(), OK, Ready()])
    scene.processes[0].peak = 77 * MB
    scene.environment.initialize()
    assert report(scene.invoke())["Max Memory Used"] == "77 MB"


def test_a_failed_initialisation_is_tried_again_and_answered_with_its_own_error() -> None:
    scene = stage([0.1, IMPORT_ERROR], [0.1, IMPORT_ERROR], [Ready(), OK, Ready()])
    scene.environment.initialize()
    outcome = scene.invoke()
    assert outcome.is_error
    assert outcome.payload == IMPORT_ERROR.payload
    phases = [line.split("\t")[1:] for line in outcome.logs.splitlines() if "INIT_REPORT" in line]
    assert phases == [
        ["Phase: init", "Status: error", "Error Type: Runtime.ImportModuleError"],
        ["Phase: invoke", "Status: error", "Error Type: Runtime.ImportModuleError"],
    ]
    assert report(outcome)["Error Type"] == "Runtime.ImportModuleError"
    assert scene.invoke().payload == b'"ok"'


def test_a_process_that_ends_before_it_is_ready_is_an_exit_error() -> None:
    scene = stage([Exited(3)], [Exited(3)])
    scene.environment.initialize()
    assert message(scene.invoke()) == (
        "Runtime.ExitError",
        "RequestId: id-1 Error: Runtime exited with error: exit status 3",
    )


def test_a_slow_initialisation_is_cut_after_ten_seconds_and_repeated_in_the_invocation() -> None:
    scene = stage([60.0], [1.0, Ready(), OK, Ready()])
    scene.environment.initialize()
    assert scene.clock.seconds == pytest.approx(10)
    assert scene.processes[0].killed
    outcome = scene.invoke()
    assert outcome.payload == b'"ok"'
    assert "Phase: init\tStatus: timeout" in outcome.logs


def test_a_repeated_initialisation_counts_against_the_time_limit() -> None:
    scene = stage([60.0], [60.0])
    scene.environment.initialize()
    assert message(scene.invoke())[0] == "Sandbox.Timedout"
    assert scene.clock.seconds == pytest.approx(13)


def test_a_process_that_ended_while_idle_costs_no_invocation() -> None:
    scene = stage([Ready(), OK, Ready()], [Ready(), OK, Ready()])
    scene.environment.initialize()
    scene.invoke()
    scene.processes[0].ended = True
    assert scene.invoke().payload == b'"ok"'
    assert scene.processes[1].offered == ["id-2"]


def test_an_answer_stands_although_the_process_ends_right_after_it() -> None:
    scene = stage([Ready(), OK, Exited(1)])
    scene.environment.initialize()
    assert scene.invoke().payload == b'"ok"'


def test_the_disk_is_looked_at_for_as_long_as_the_function_runs() -> None:
    scene = stage([Ready(), 2.0, OK, Ready()])
    scene.environment.initialize()
    before = scene.processes[0].looks_at_disk
    scene.invoke()
    assert scene.processes[0].looks_at_disk > before + 70, "as often as its memory, in two seconds"


def test_stopping_ends_the_process_and_cleans_up() -> None:
    scene = stage([Ready()])
    scene.environment.initialize()
    assert scene.cleaned == []
    scene.environment.stop()
    assert scene.processes[0].killed
    assert len(scene.cleaned) == 1


def test_a_failure_ends_the_process_but_keeps_its_folder() -> None:
    scene = stage([Ready(), Exited(1)])
    scene.environment.initialize()
    scene.invoke()
    assert scene.processes[0].killed
    assert scene.cleaned == []


def test_stopping_during_an_invocation_lets_it_finish() -> None:
    scene = stage([Ready(), OK, Ready()])
    scene.environment.initialize()
    process = scene.processes[0]
    original = process.script

    class StopsOnTheWay(deque[ProcessSignal | float]):
        def popleft(self) -> ProcessSignal | float:
            scene.environment.stop()
            assert not process.killed
            assert scene.cleaned == []
            return super().popleft()

    process.script = StopsOnTheWay(original)
    assert scene.invoke().payload == b'"ok"'
    assert process.killed
    assert len(scene.cleaned) == 1


def test_a_call_that_comes_after_all_gets_a_process_of_its_own_and_ends_again() -> None:
    scene = stage([Ready()], [Ready(), OK, Ready()])
    scene.environment.initialize()
    scene.environment.stop()
    assert scene.invoke().payload == b'"ok"'
    assert [process.killed for process in scene.processes] == [True, True]
    assert len(scene.cleaned) == 2


def test_a_function_that_logs_json_gets_lambda_s_lines_as_json() -> None:
    json_settings = FunctionSettings(
        SETTINGS.code_folder,
        SETTINGS.runtime_folder,
        {"AWS_LAMBDA_LOG_FORMAT": "JSON"},
        "7",
        256,
        512,
        3,
    )
    scene = stage([0.2, Ready(), 0.05, OK, Ready()], settings=json_settings)
    scene.environment.initialize()
    events = [json.loads(line) for line in scene.invoke().logs.splitlines()]
    assert [event["type"] for event in events] == [
        "platform.initStart",
        "platform.start",
        "platform.report",
    ]
    assert events[1]["record"] == {"requestId": "id-1", "version": "7"}
    metrics = events[2]["record"]["metrics"]
    assert (metrics["durationMs"], metrics["initDurationMs"]) == (50.0, 200.0)
    assert (metrics["billedDurationMs"], metrics["memorySizeMB"]) == (250, 256)
    assert events[2]["record"]["status"] == "success"
