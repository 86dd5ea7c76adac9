"""The shell scripts use what every system's shell and tools have; macOS has BSD's."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SCRIPTS = sorted((ROOT / "scripts").glob("*.sh"))
# What GNU's tools know and BSD's do not.
GNU_ONLY = {
    r"sed -n? ?['\"][^'\"]*\\\|": "alternatives in sed need -E",
    r"sed -i(?!\.)": "sed -i wants a suffix",
    r"grep -\w*P": "grep has no -P",
    r"readlink -f": "readlink has no -f",
    r"\bstat -c": "stat has no -c",
    r"\bdate -d": "date has no -d",
    r"xargs -r": "xargs has no -r",
    r"\bcp -\w*[au]": "cp has no -a or -u",
    r"mktemp --": "mktemp has no long options",
}


@pytest.mark.parametrize("path", [*SCRIPTS, ROOT / "Makefile"], ids=lambda path: path.name)
def test_a_script_uses_no_option_that_only_gnu_has(path: Path) -> None:
    text = path.read_text("utf-8").replace("\\\n", " ")
    assert {rule: found for rule in GNU_ONLY if (found := re.findall(rule, text))} == {}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_asks_for_no_option_that_only_gnu_has(path: Path) -> None:
    page = path.read_text("utf-8")
    typed = "\n".join(re.findall(r"^```console\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    assert {rule: found for rule in GNU_ONLY if (found := re.findall(rule, typed))} == {}


def test_no_two_files_differ_in_the_case_of_letters_alone() -> None:
    """A disk of macOS or Windows would keep only one of them."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is not a git checkout, so its own files are not known")
    counts = Counter(name.casefold() for name in done.stdout.splitlines())
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    "line",
    [
        "NewConnectionError: Failed to establish a new connection: [Errno 111] Connection refused",
        "[Errno -3] Temporary failure in name resolution",
        "Caused by: dns error",
        "Could not transfer artifact: Unknown host",
    ],
)
def test_a_set_up_without_a_network_says_so_in_two_lines(line: str, tmp_path: Path) -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text("utf-8")
    head = script[script.index("no_network=") : script.index("is_alive()")]
    code = f'log={tmp_path}/log; {head}\nquietly "installing uv" sh -c "echo \'{line}\'; exit 1"'
    done = subprocess.run(["sh", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "error: installing uv failed: no answer from where packages come from\n"
        "  check the network and its proxy, then run the same make again"
        f" (the output: {tmp_path}/log)\n"
    )


def forgotten(variables: dict[str, str], shell: str) -> set[str]:
    """Return which variables the set-up takes away before it installs anything."""
    script = (ROOT / "scripts" / "setup.sh").read_text("utf-8")
    (function,) = re.findall(r"^forget_habits\(\) \{.*?^\}", script, re.DOTALL | re.MULTILINE)
    code = f"tools=.tools; {function}\nforget_habits; env"
    done = subprocess.run(
        [shell, "-c", code],
        env={"PATH": "/usr/bin:/bin", "HOME": "/tmp"} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return variables.keys() - {line.partition("=")[0] for line in done.stdout.splitlines()}


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_habits_are_forgotten_and_where_packages_come_from_is_kept(shell: str) -> None:
    habits = {"PIP_USER": "1", "PIP_TARGET": "x", "UV_PYTHON": "3.9", "PYTHONPATH": "x"}
    habits |= {"VIRTUAL_ENV": "x", "CONDA_PREFIX": "x", "GIT_DIR": "x"}
    sources = {"PIP_INDEX_URL": "u", "UV_DEFAULT_INDEX": "u", "UV_HTTP_TIMEOUT": "9"}
    assert forgotten(habits | sources, shell) == habits.keys()
