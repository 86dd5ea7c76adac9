"""Function processes for real, with a small runtime client of the tests' own in AWS's place."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from localstack_lake.functions import private_tmp
from localstack_lake.functions.guarded_groups import GuardedGroups
from localstack_lake.functions.process import (
    Exited,
    FunctionProcess,
    FunctionSettings,
    ProcessSignal,
)
from localstack_lake.functions.runtime_api import Answer, Invocation, Ready

# The least that a runtime client does: ask, call the handler, answer.
RUNTIME_CLIENT = """
import importlib, json, os, sys, urllib.request

def main(arguments):
    api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
    module, name = arguments[1].rsplit(".", 1)
    handler = getattr(importlib.import_module(module), name)
    while True:
        with urllib.request.urlopen(f"{api}/next") as response:
            request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
            event = json.load(response)
        body = json.dumps(handler(event, None)).encode()
        urllib.request.urlopen(f"{api}/{request_id}/response", body).close()
"""

FUNCTION = """
import os, subprocess, sys, tempfile, time

def environment(event, context):
    return dict(os.environ)

def path(event, context):
    return sys.path

def speak(event, context):
    print("out", flush=True)
    print("err", file=sys.stderr, flush=True)
    print("x" * event["size"], flush=True)

def leave(event, context):
    os._exit(7)

def hold(event, context):
    global held
    held = b"x" * event["bytes"]

def child(event, context):
    code = "held = b'x' * %d; print('ready', flush=True); import time; time.sleep(600)"
    process = subprocess.Popen(
        [sys.executable, "-c", code % event["bytes"]],
        stdout=subprocess.PIPE,
        start_new_session=event["leaves_group"],
    )
    process.stdout.readline()
    return process.pid

def write(event, context):
    with open(os.path.join(tempfile.gettempdir(), event.get("name", "file")), "wb") as file:
        file.write(b"x" * event["bytes"])
        file.flush()

def tmp(event, context):
    with open("/tmp/a file of orderlake's tests", "w") as file:
        file.write("left")
    capabilities = [line for line in open("/proc/self/status") if line.startswith("CapEff")]
    return {
        "files": sorted(os.listdir("/tmp")),
        "tempdir": tempfile.gettempdir(),
        "uid": os.getuid(),
        "capabilities": int(capabilities[0].split()[1], 16),
    }
"""

type Start = Callable[..., FunctionProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a function process by its handler's name; ends it after the test."""
    client = tmp_path / "runtime" / "awslambdaric"
    client.mkdir(parents=True)
    (client / "__init__.py").touch()
    (client / "__main__.py").write_text(RUNTIME_CLIENT)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "function.py").write_text(FUNCTION)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "guard").mkdir()
    groups = GuardedGroups(tmp_path / "guard")
    started: list[FunctionProcess] = []

    def start_process(
        name: str, ephemeral_storage_mb: int = 512, has_private_tmp: bool = False, **own: str
    ) -> FunctionProcess:
        settings = FunctionSettings(
            code_folder=tmp_path / "code",
            runtime_folder=tmp_path / "runtime",
            variables={"_HANDLER": f"function.{name}", **own},
            version="1",
            memory_size_mb=128,
            ephemeral_storage_mb=ephemeral_storage_mb,
            timeout_seconds=3,
            has_private_tmp=has_private_tmp,
        )
        process = FunctionProcess(settings, tmp_path / "tmp", groups)
        started.append(process)
        assert process.next_signal(20) == Ready(), process.take_output()
        return process

    yield start_process
    for process in started:
        process.kill()
    groups.close()


def call(process: FunctionProcess, **event: object) -> object:
    """The result of one invocation."""
    signal = signal_of(process, **event)
    assert isinstance(signal, Answer), process.take_output()
    assert process.next_signal(10) == Ready()
    return json.loads(signal.payload)


def signal_of(process: FunctionProcess, **event: object) -> ProcessSignal | None:
    process.offer(Invocation("id", json.dumps(event).encode(), "arn:f", "", 0))
    return process.next_signal(20)


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def ends_soon(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not is_alive(pid):
            return True
        time.sleep(0.01)
    return False


def test_the_environment_holds_only_what_is_given(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_DEVELOPER", "1")
    variables = call(start("environment", OWN="value"))
    assert isinstance(variables, dict)
    assert variables.pop("OWN") == "value"
    variables.pop("LC_CTYPE", None)  # Python itself adds it under a missing locale
    assert set(variables) == {
        "AWS_LAMBDA_RUNTIME_API",
        "HOME",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "PATH",
        "TMPDIR",
        "TZ",
        "_HANDLER",
    }


def test_the_function_is_imported_from_its_own_folder_first(start: Start, tmp_path: Path) -> None:
    path = call(start("path"))
    assert isinstance(path, list)
    assert path[0] == str(tmp_path / "code")
    assert path[-1] == str(tmp_path / "runtime")
    assert not [entry for entry in path if "site-packages" in entry]


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_all_that_was_written_before_the_answer_is_there_with_it(start: Start, size: int) -> None:
    process = start("speak")
    call(process, size=size)
    assert process.take_output() == f"out\nerr\n{'x' * size}\n"
    assert process.take_output() == ""


def test_one_process_serves_many_invocations(start: Start) -> None:
    process = start("environment")
    first, second = call(process), call(process)
    assert first == second


def test_the_end_of_the_process_is_a_signal(start: Start) -> None:
    process = start("leave")
    assert signal_of(process) == Exited(7)
    process.kill()
    assert process.has_ended()


def test_killing_ends_the_process(start: Start) -> None:
    process = start("environment")
    process.kill()
    assert process.has_ended()
    assert process.next_signal(5) == Exited(-9)


@pytest.mark.skipif(sys.platform != "linux", reason="this system is not Linux and has no /proc")
@pytest.mark.parametrize("leaves_group", [False, True])
def test_killing_ends_what_the_function_started(start: Start, leaves_group: bool) -> None:
    process = start("child")
    pid = call(process, bytes=1, leaves_group=leaves_group)
    assert isinstance(pid, int)
    assert is_alive(pid)
    process.kill()
    assert ends_soon(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="this system is not Linux and has no /proc")
def test_memory_counts_the_process_and_its_children(start: Start) -> None:
    process = start("hold")
    before = process.memory_bytes()
    call(process, bytes=50_000_000)
    assert 50_000_000 <= process.memory_bytes() - before < 60_000_000
    assert process.peak_memory_bytes() >= 50_000_000
    parent = start("child")
    call(parent, bytes=80_000_000, leaves_group=False)
    assert parent.memory_bytes() > 80_000_000
    assert parent.peak_memory_bytes() < 80_000_000


def test_a_process_that_is_gone_holds_no_memory(start: Start) -> None:
    process = start("environment")
    process.kill()
    assert process.memory_bytes() == 0


def test_a_file_larger_than_the_disk_is_refused(start: Start) -> None:
    process = start("write", ephemeral_storage_mb=1)
    call(process, bytes=1024 * 1024)
    signal = signal_of(process, bytes=1024 * 1024 + 1)
    assert signal == Exited(1)
    process.kill()
    assert "File too large" in process.take_output()


def can_have_private_tmp(folder: Path) -> bool:
    tried = [sys.executable, "-I", "-S", private_tmp.__file__, str(folder)]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_tmp_is_the_function_s_own_and_nothing_else_of_it_changes(
    start: Start, tmp_path: Path
) -> None:
    if not can_have_private_tmp(tmp_path):
        pytest.skip("this system does not allow mount namespaces")
    seen = call(start("tmp", has_private_tmp=True))
    assert isinstance(seen, dict)
    # What a function needs is kept where it is: this test's own folders, which lie under /tmp on
    # most machines, and the interpreter, which lies there where the checkout does.
    needed = [tmp_path, *(Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix))]
    kept = {path.parts[2] for path in needed if path.is_relative_to("/tmp")}
    assert set(seen["files"]) - kept == {"a file of orderlake's tests"}
    assert seen["tempdir"] == "/tmp"
    assert seen["uid"] == os.getuid()
    assert os.getuid() == 0 or seen["capabilities"] == 0
    assert (tmp_path / "tmp" / "a file of orderlake's tests").read_text() == "left"
    assert not Path("/tmp/a file of orderlake's tests").exists()


def test_the_environment_says_nothing_of_a_private_tmp(start: Start, tmp_path: Path) -> None:
    if not can_have_private_tmp(tmp_path):
        pytest.skip("this system does not allow mount namespaces")
    variables = call(start("environment", has_private_tmp=True))
    assert isinstance(variables, dict)
    assert not {"TMPDIR", "_PRIVATE_TMP", "_KEPT_FOLDERS"} & variables.keys()


@pytest.mark.skipif(
    sys.platform != "linux", reason="this system is not Linux and cannot limit another process"
)
def test_files_that_together_fill_the_disk_stop_the_writing_until_some_are_deleted(
    start: Start, tmp_path: Path
) -> None:
    process = start("write", ephemeral_storage_mb=1)
    call(process, bytes=700_000, name="one")
    call(process, bytes=700_000, name="two")
    look_at_disk(process)
    assert signal_of(process, bytes=1, name="three") == Exited(1)
    assert "File too large" in process.take_output()
    process.kill()
    again = start("write", ephemeral_storage_mb=1)
    look_at_disk(again)
    (tmp_path / "tmp" / "one").unlink()
    look_at_disk(again)
    call(again, bytes=1, name="three")


def look_at_disk(process: FunctionProcess) -> None:
    """Have the process held to its disk, as its environment does all the time."""
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        process.hold_to_disk()
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="this system is not Linux and has no /proc")
def test_no_function_outlives_a_killed_parent(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "folder")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    ends, stays = [int(pid) for pid in parent.stdout.readline().split()]
    try:
        parent.kill()
        parent.wait()
        assert ends_soon(ends)
        assert is_alive(stays), "it was reported as ended, so the guard leaves it alone"
        assert _vanishes(tmp_path / "folder")
    finally:
        parent.stdout.close()
        os.kill(stays, 9)


_PARENT = """
import subprocess, sys, time
from pathlib import Path
from localstack_lake.functions.guarded_groups import GuardedGroups

def sleeper():
    return subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=subprocess.DEVNULL).pid

groups = GuardedGroups(Path(sys.argv[1]))
ends, stays = sleeper(), sleeper()
groups.add(ends)
groups.add(stays)
groups.discard(stays)
print(ends, stays, flush=True)
time.sleep(600)
"""


def _vanishes(folder: Path) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not folder.exists():
            return True
        time.sleep(0.01)
    return False
