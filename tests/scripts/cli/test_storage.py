"""A full disk, a limit, a read-only folder: one kind of error, one line, and nothing left over."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orderlake.cli.ended_command import translate
from orderlake.cli.storage import REASONS, storage_refusal
from orderlake.errors import StorageRefused
from orderlake.settings import load

PROGRAM = str(Path(sys.executable).with_name("orderlake"))
ORDERS = "sku,price,quantity\n" + "a,1.50,2\n" * 20_000
# Commands that write files, and need nothing that runs.
WRITING = {
    "sample": ("sample", "--rows", "20000", "--out", "out/sample.csv"),
    "transform": ("transform", "orders.csv", "--out", "out", "--compression", "none"),
}


def files_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def environment(project: Path) -> dict[str, str]:
    """The environment of a command; Python caches no code, which the limit would cut."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(project),
        "ORDERLAKE_ROOT": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def assert_told(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stderr
    assert "please report it" not in done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) <= 2, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n')
    (tmp_path / "queries").mkdir()
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", WRITING)
def test_a_file_that_becomes_too_large_is_told_and_not_left(name: str, project: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [PROGRAM, *WRITING[name]],
        cwd=project,
        env=environment(project) | {"TMPDIR": str(project / "out")},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert_told(done)
    assert files_in(project / "out") == set()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system; only root may")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_disk_that_takes_nothing_is_told(
    state: str, name: str, project: Path, small_disk: Path
) -> None:
    (project / "out").rmdir()
    (project / "out").symlink_to(small_disk)
    if state == "full":
        with pytest.raises(OSError, match="space"):
            (small_disk / "filler").write_bytes(bytes(100_000))
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    before = files_in(small_disk)
    done = subprocess.run(
        [PROGRAM, *WRITING[name]],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=False,
    )
    assert_told(done)
    assert ("no space" if state == "full" else "read-only") in done.stderr.lower()
    assert files_in(small_disk) == before


@given(st.sampled_from(sorted(REASONS)), st.text("ab/.é", min_size=1))
def test_every_refusal_names_its_file_and_a_next_step(number: int, path: str) -> None:
    refusal = storage_refusal(OSError(number, os.strerror(number), path))
    assert refusal
    assert refusal.message.startswith(f"{path}: ")
    assert refusal.next_step


def test_a_write_that_does_not_say_where_is_told_with_the_disk_that_was_full(
    small_disk: Path,
) -> None:
    with pytest.raises(OSError, match="space") as full:
        (small_disk / "filler").write_bytes(bytes(100_000))
    assert full.value.filename is None
    # What a command had written is gone before the error is told.
    (small_disk / "filler").unlink()
    settings = replace(load("local", environ={}), root=small_disk)
    refusal = translate(full.value, settings)
    assert isinstance(refusal, StorageRefused)
    assert refusal.message == f"{small_disk}: no space is left on its disk"


def test_of_two_files_the_written_one_is_named(small_disk: Path, tmp_path: Path) -> None:
    refusal = storage_refusal(OSError(errno.ENOSPC, "full", "source", None, "target"))
    assert refusal
    assert refusal.path == "target"


def test_a_connection_that_ends_is_not_a_matter_of_storage() -> None:
    assert storage_refusal(ConnectionResetError(errno.ECONNRESET, "reset")) is None
    assert storage_refusal(OSError("nothing known")) is None
