"""The front door: help is generated and whole; set-up is safe to interrupt and to run twice."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Makefile").read_text("utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]+):", TEXT, re.MULTILINE)


def test_make_alone_lists_every_target() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in TARGETS:
        assert f"\n  make {target}" in done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_phony(target: str) -> None:
    assert f".PHONY: {target}\n" in TEXT


def test_upload_without_a_file_says_what_to_type() -> None:
    done = subprocess.run(
        ["make", "--assume-old=.venv/.stamp-run", "upload", "ORDERLAKE=true"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "make upload FILE=orders.csv" in done.stderr


def test_python_keeps_what_it_compiled_whatever_the_machines_habit() -> None:
    asking = f"include {ROOT / 'Makefile'}\nask:\n\t@echo [$$PYTHONDONTWRITEBYTECODE]\n"
    done = subprocess.run(
        ["make", "--file=-", "ask"],
        input=asking,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_the_set_up_script_is_plain_shell() -> None:
    subprocess.run(["sh", "-n", ROOT / "scripts" / "setup.sh"], check=True)


def test_an_unknown_part_of_the_set_up_is_refused_in_a_line(tmp_path: Path) -> None:
    project = copy_of_set_up(tmp_path)
    done = subprocess.run(
        ["scripts/setup.sh", "kitchen"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.endswith(
        "error: setup.sh: there is no part 'kitchen'\n"
        "  parts: uv run dev emulator policy ministack bench browser trino\n"
    )
    assert not (project / ".tools" / "lock").exists()


def test_the_lock_of_a_set_up_that_died_is_taken_over(tmp_path: Path) -> None:
    project = copy_of_set_up(tmp_path)
    lock = project / ".tools" / "lock"
    lock.mkdir()
    dead = subprocess.Popen(["true"])
    dead.wait()
    (lock / "pid").write_text(f"{dead.pid}\n", "utf-8")
    done = subprocess.run(
        ["scripts/setup.sh"], cwd=project, capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stderr == ""
    assert not lock.exists()


def copy_of_set_up(folder: Path) -> Path:
    """Return a project whose uv counts as installed, so that nothing is fetched."""
    script = ROOT / "scripts" / "setup.sh"
    (folder / "scripts").mkdir()
    (folder / "scripts" / "setup.sh").write_bytes(script.read_bytes())
    (folder / "scripts" / "setup.sh").chmod(0o755)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "uv.txt").write_text("uv==0\n", "utf-8")
    (folder / ".tools" / "uv").mkdir(parents=True)
    checksum = subprocess.run(
        "cat requirements/uv.txt scripts/setup.sh | cksum",
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (folder / ".tools" / "uv" / ".stamp").write_text(checksum, "utf-8")
    return folder
