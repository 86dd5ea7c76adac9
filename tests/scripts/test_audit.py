"""What `make audit` makes of pip-audit's answers, and the fault that began it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLEAN = "No known vulnerabilities found"
FOUND = "Found 2 known vulnerabilities in 1 package"
UNREACHABLE = "ERROR:pip_audit._cli:boto3: Dependency not found on PyPI and could not be audited"


def audit(
    folder: Path, answer: str, status: int, **environment: str
) -> subprocess.CompletedProcess[str]:
    program = folder / "pip-audit"
    program.write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n", "utf-8")
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [str(ROOT / "scripts" / "audit.sh"), str(program), "a.txt", "b.txt"]
    return subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, check=False
    )


def test_files_without_a_known_fault_pass(tmp_path: Path) -> None:
    done = audit(tmp_path, CLEAN, 0)
    assert done.returncode == 0
    assert done.stdout == "a.txt: no known vulnerability\nb.txt: no known vulnerability\n"


def test_a_known_fault_fails_and_is_shown(tmp_path: Path) -> None:
    done = audit(tmp_path, FOUND, 1)
    assert done.returncode == 1
    assert FOUND in done.stdout
    assert done.stderr.startswith("next: lift the packages")


@pytest.mark.parametrize(("environment", "status"), [({}, 0), ({"CI": "true"}, 1)])
def test_no_answer_is_said_and_fails_in_ci_only(
    tmp_path: Path, environment: dict[str, str], status: int
) -> None:
    done = audit(tmp_path, UNREACHABLE, 1, **environment)
    assert done.returncode == status
    assert done.stdout.count("not audited: ERROR:pip_audit") == 2
    assert "cannot be reached" in done.stderr


def test_no_requirement_file_pins_a_urllib3_with_a_known_fault() -> None:
    pinned = []
    for path in [*ROOT.glob("requirements/*.txt"), *ROOT.glob("*/requirements.txt")]:
        pinned += re.findall(r"^urllib3==(\d+)\.(\d+)", path.read_text("utf-8"), re.MULTILINE)
    assert pinned
    assert min((int(major), int(minor)) for major, minor in pinned) >= (2, 7)
