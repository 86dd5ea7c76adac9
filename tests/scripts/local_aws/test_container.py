"""The container's commands, on a machine whose docker and docker-compose are small scripts."""

import subprocess
import sys
from pathlib import Path

import pytest
from orderlake.errors import LocalAwsFailed, MissingTool
from orderlake.local_aws import image
from orderlake.local_aws.container import (
    compose_variables,
    find_compose,
    project_of,
    short_hash,
)
from orderlake.settings import load

CLASSIC = ["Step 1/2 : FROM scratch", " ---> 8b2f", "Step 2/2 : COPY docker docker"]
BUILDKIT = ["#5 [internal] load build context", "#7 [localstack libraries 3/7] RUN pip install"]


def put_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_newer_compose_is_taken_where_both_are_there(programs: Path) -> None:
    put_program(programs, "docker", "exit 0")
    put_program(programs, "docker-compose", "exit 0")
    assert find_compose() == ["docker", "compose"]


def test_the_older_compose_will_do(programs: Path) -> None:
    put_program(programs, "docker", '[ "$1" != compose ]')
    put_program(programs, "docker-compose", "exit 0")
    assert find_compose() == ["docker-compose"]


@pytest.mark.parametrize(
    ("script", "missing"),
    [
        (None, "docker is missing"),
        ("exit 1", "a Docker engine is missing"),
        ('[ "$1" != compose ]', "Docker Compose is missing"),
    ],
)
def test_what_is_missing_is_named_with_a_way_out(
    programs: Path, script: str | None, missing: str
) -> None:
    if script:
        put_program(programs, "docker", script)
    with pytest.raises(MissingTool, match=missing) as refused:
        find_compose()
    assert "RUNTIME=host" in refused.value.next_step


@pytest.mark.parametrize(
    ("line", "step"),
    [
        (CLASSIC[0], "1/2 FROM scratch"),
        (CLASSIC[1], None),
        (BUILDKIT[0], None),
        (BUILDKIT[1], "3/7 RUN pip install"),
        ("#9 [2/5] RUN useradd", "2/5 RUN useradd"),
        ("#9 DONE 0.1s", None),
    ],
)
def test_the_steps_of_both_builders_are_recognised(line: str, step: str | None) -> None:
    assert image.step_of(f"{line}\n") == step


def test_a_build_that_is_over_at_once_says_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    image.build(["echo", CLASSIC[0]], {}, tmp_path / "log", said.append)
    assert said == []
    assert (tmp_path / "log").read_text("utf-8") == f"{CLASSIC[0]}\n"


def test_a_slow_build_says_each_step_once(tmp_path: Path) -> None:
    said: list[str] = []
    lines = "\n".join([BUILDKIT[1], "#7 0.1 a line", BUILDKIT[1], "#9 [2/5] RUN useradd"])
    command = [sys.executable, "-c", f"print({lines!r})"]
    image.build(command, {}, tmp_path / "log", said.append, patience_seconds=0)
    assert said[1:] == ["  3/7 RUN pip install", "  2/5 RUN useradd"]


def test_a_failed_build_shows_its_last_lines(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo first; seq 20; echo 'no space left on device' >&2; exit 1"]
    with pytest.raises(LocalAwsFailed, match="no space left on device") as failed:
        image.build(command, {}, tmp_path / "log", lambda _: None)
    assert "first" not in failed.value.tail
    assert str(failed.value.log) in failed.value.next_step


def test_two_checkouts_have_two_projects_and_two_images(tmp_path: Path) -> None:
    for path in (tmp_path / "one", tmp_path / "two"):
        path.mkdir()
        (path / "orderlake.toml").write_text("", "utf-8")
    one, two = (load("local", environ={}, start=tmp_path / name) for name in ("one", "two"))
    assert project_of(one.root) != project_of(two.root)
    assert compose_variables(one, 4599)["ORDERLAKE_TAG"] == short_hash(one.root)
    assert compose_variables(one, 4599) != compose_variables(two, 4599)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system has no /proc")
def test_an_interrupted_build_is_ended(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"echo $$ > {pid_file}; echo '{CLASSIC[0]}'; exec sleep 60"

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        image.build(["sh", "-c", script], {}, tmp_path / "log", interrupt, patience_seconds=0)
    found = subprocess.run(["kill", "-0", pid_file.read_text().strip()], check=False)
    assert found.returncode != 0
