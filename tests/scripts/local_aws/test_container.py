"""The container's commands, on a machine whose docker and docker-compose are small scripts."""

import subprocess
import sys
from pathlib import Path

import pytest
from orderlake.aws.local_instance import LocalInstance
from orderlake.errors import LocalAwsFailed, MissingTool
from orderlake.local_aws import image
from orderlake.local_aws.container import (
    KEPT_FOLDER,
    compose_variables,
    find_compose,
    project_of,
    rescue,
    short_hash,
)
from orderlake.local_aws.kept_files import read_archive
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


def ended_container(folder: Path) -> LocalInstance:
    return LocalInstance("docker", 0, "project", 4566, "", "", str(folder))


def test_what_an_ended_container_kept_is_copied_out_of_it(programs: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    (there / "objects").mkdir(parents=True)
    (there / "objects" / "a.csv").write_text("sku", "utf-8")
    (there / "journal.jsonl").write_text('{"key": "raw/a.csv", "file": "a.csv"}\n', "utf-8")
    copies = f'[ "$2" = 0a1b:{KEPT_FOLDER} ] && /bin/cp -r {there} "$3"'
    put_program(programs, "docker", f"case $1 in ps) echo 0a1b;; cp) {copies};; esac")
    folder = tmp_path / "kept"
    assert rescue(ended_container(folder))
    archive = read_archive(folder)
    assert archive is not None
    assert [kept.key for kept in archive.files] == ["raw/a.csv"]


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "[ $1 = ps ] && echo 0a1b"])
def test_a_container_that_is_gone_keeps_nothing_and_says_so(
    programs: Path, tmp_path: Path, script: str
) -> None:
    put_program(programs, "docker", script)
    assert not rescue(ended_container(tmp_path / "kept"))


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
