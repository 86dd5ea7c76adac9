"""The local AWS: ports, state, and processes that are ours or somebody else's."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from orderlake.aws.local_instance import (
    LocalInstance,
    make_access_key,
    read_state,
    state_file,
    write_state,
)
from orderlake.errors import LocalAwsFailed, MissingTool, OtherLocalAws
from orderlake.local_aws import host, lifecycle, processes
from orderlake.settings import Settings, load

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
# Starts a child in its own group, says so, ignores a request to end.
STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print('up', flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n', "utf-8")
    return load("local", environ={}, start=tmp_path)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEPER, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def running(process: subprocess.Popen[bytes], log: Path) -> LocalInstance:
    started = processes.started_at(process.pid)
    assert started
    return LocalInstance("host", process.pid, started, 4599, "http://127.0.0.1:4599", str(log))


def write(settings: Settings, state: LocalInstance) -> None:
    settings.local_dir.mkdir(parents=True, exist_ok=True)
    write_state(settings, state)


def test_a_taken_port_is_named_and_another_is_chosen() -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        chosen = lifecycle.choose_port(port, said.append)
    assert chosen != port
    assert said == [f"port {port} is taken by something else; using {chosen}"]


def test_a_free_port_is_used_without_a_word() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said: list[str] = []
    assert lifecycle.choose_port(port, said.append) == port
    assert said == []


def test_the_emulator_sees_neither_identity_nor_python_paths_of_the_caller(tmp_path: Path) -> None:
    caller = {"PATH": "/bin", "AWS_SECRET_ACCESS_KEY": "x", "PYTHONPATH": "/y", "LANG": "C"}
    given = host.emulator_environment(caller, 4599, tmp_path)
    assert not {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"} & given.keys()
    assert (given["PATH"], given["LANG"]) == ("/bin", "C")


def test_the_emulator_is_told_loopback_addresses_only(tmp_path: Path) -> None:
    given = host.emulator_environment({"GATEWAY_LISTEN": "0.0.0.0:4566"}, 4599, tmp_path)
    assert set(given["GATEWAY_LISTEN"].split(",")) <= {"127.0.0.1:4599", "[::1]:4599"}
    assert given["GATEWAY_LISTEN"].startswith("127.0.0.1:4599")


def test_each_start_makes_an_access_key_of_its_own() -> None:
    keys = {make_access_key() for _ in range(50)}
    assert len(keys) == 50
    for key_id, secret in keys:
        assert re.fullmatch("LKIAQAAAAAAA[A-P][A-Z2-7]{7}", key_id), "of account 000000000000"
        assert len(secret) >= 40


def account_of(key_id: str) -> int:
    """The account that an access key carries in its fifth to thirteenth letter."""
    number = int.from_bytes(base64.b32decode(key_id[4:12]), "big") - 0x8000000000
    return 2 * number + int(key_id[12] in "QRSTUVWXYZ234567")


def test_every_access_key_belongs_to_the_local_account() -> None:
    # A known pair, from LocalStack's own documentation of the form.
    assert account_of("AKIARZPUZDIKGB2VALC4") == 123456789012
    assert {account_of(make_access_key()[0]) for _ in range(200)} == {0}


def test_two_checkouts_share_no_folder(tmp_path: Path) -> None:
    one, two = (host.emulator_environment({}, 4599, tmp_path / name) for name in ("one", "two"))
    for name in ("TMPDIR", "FILESYSTEM_ROOT", "HOME"):
        assert one[name] != two[name]


def test_state_is_read_as_it_was_written(
    settings: Settings, sleeper: subprocess.Popen[bytes]
) -> None:
    state = running(sleeper, settings.local_dir / "log")
    write(settings, state)
    assert read_state(settings) == state
    assert lifecycle.is_alive(state)


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', "[]"])
def test_a_broken_state_file_is_not_a_state(settings: Settings, text: str) -> None:
    settings.local_dir.mkdir(parents=True)
    state_file(settings).write_text(text, "utf-8")
    assert read_state(settings) is None
    assert lifecycle.stop(settings) is False


def test_stop_ends_the_process_and_forgets_it(
    settings: Settings, sleeper: subprocess.Popen[bytes]
) -> None:
    state = running(sleeper, settings.local_dir / "log")
    write(settings, state)
    assert lifecycle.stop(settings)
    assert processes.started_at(sleeper.pid) is None
    assert read_state(settings) is None


def test_stop_without_a_start_does_nothing(settings: Settings) -> None:
    assert lifecycle.stop(settings) is False
    assert not settings.local_dir.exists()


def test_stop_leaves_a_later_process_with_the_same_number_alone(
    settings: Settings, sleeper: subprocess.Popen[bytes]
) -> None:
    write(settings, replace(running(sleeper, settings.local_dir / "log"), started="long ago"))
    assert lifecycle.stop(settings) is False
    assert sleeper.poll() is None
    assert read_state(settings) is None


def test_what_a_killed_leader_left_behind_is_ended(settings: Settings) -> None:
    leader = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], start_new_session=True, stdout=subprocess.PIPE
    )
    assert leader.stdout
    assert leader.stdout.readline() == b"up\n"
    state = running(leader, settings.local_dir / "log")
    write(settings, state)
    os.kill(leader.pid, signal.SIGKILL)
    leader.wait()
    assert not lifecycle.is_alive(state)
    assert processes.has_group(leader.pid)
    assert lifecycle.stop(settings)
    assert not processes.has_group(leader.pid)
    leader.stdout.close()


def test_a_group_that_ignores_a_request_is_made_to_end() -> None:
    leader = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], start_new_session=True, stdout=subprocess.PIPE
    )
    assert leader.stdout
    assert leader.stdout.readline() == b"up\n"
    assert processes.end_group(leader.pid, patience_seconds=0.2)
    assert not processes.has_group(leader.pid)
    leader.stdout.close()


def test_a_process_that_never_was_has_no_start() -> None:
    assert processes.started_at(2**22 + 1) is None


def test_without_its_environment_the_emulator_is_missing(settings: Settings) -> None:
    with pytest.raises(MissingTool, match="LocalStack is not installed"):
        lifecycle.start(settings, lambda _: None)


def test_an_emulator_that_ends_at_once_shows_the_end_of_its_log(settings: Settings) -> None:
    python = settings.root / ".tools" / "emulator" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 'no module named localstack'\nexit 1\n", "utf-8")
    python.chmod(0o755)
    start = time.monotonic()
    with pytest.raises(LocalAwsFailed, match="no module named localstack"):
        lifecycle.start(settings, lambda _: None)
    assert time.monotonic() - start < 5
    assert read_state(settings) is None


def test_a_process_that_nobody_wrote_down_is_found_and_ended(settings: Settings) -> None:
    mark = {"FILESYSTEM_ROOT": str(host.data_folder(settings))}
    command = [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"]
    with subprocess.Popen(
        command, start_new_session=True, env=os.environ | mark, stdout=subprocess.PIPE, text=True
    ) as stray:
        assert stray.stdout
        assert stray.stdout.readline() == "up\n"  # before, its environment may not show yet
        settings.local_dir.mkdir(parents=True)
        assert lifecycle.stop(settings)
        assert processes.started_at(stray.pid) is None
    assert not lifecycle.stop(settings)


@pytest.mark.parametrize(
    ("asked", "how"),
    [
        ({"is_open": True}, "without --open without --iam"),
        ({"is_iam_for_users": True}, "without --open without --iam"),
    ],
)
def test_one_that_runs_without_what_is_asked_for_is_told(
    settings: Settings,
    sleeper: subprocess.Popen[bytes],
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, Any],
    how: str,
) -> None:
    state = replace(running(sleeper, settings.local_dir / "log"), access_key_id="LKIA")
    write(settings, state)
    monkeypatch.setattr(lifecycle, "wait_for_health", lambda running, seconds: True)
    with pytest.raises(OtherLocalAws, match=how):
        lifecycle.start(settings, print, **asked)
    fits = replace(state, access_key_id="", is_iam_for_users=True)
    write(settings, fits)
    assert lifecycle.start(settings, print, **asked) == (fits, False)
    assert lifecycle.start(settings, print) == (fits, False), "nothing was asked for"
