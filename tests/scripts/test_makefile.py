"""The front door: help is generated and whole; set-up is safe to interrupt and to run twice."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orderlake.cli.make_target import TARGETS as MAKE_TARGETS
from orderlake.cli.make_target import words_of
from orderlake.errors import WrongUse

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Makefile").read_text("utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]+):", TEXT, re.MULTILINE)


def test_make_alone_lists_every_target() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in TARGETS:
        assert target == "help" or f"\n  make {target}" in done.stdout


def test_the_list_fits_a_terminal_and_separates_using_from_developing() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert max(map(len, done.stdout.splitlines())) <= 80
    using, developing = done.stdout.index("using orderlake"), done.stdout.index("working on")
    assert using < done.stdout.index("make upload") < developing < done.stdout.index("make test")


def test_an_unknown_target_is_named_with_what_to_do() -> None:
    done = subprocess.run(["make", "staus"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: there is no target 'staus'\n  make help lists them\n")


# Names that people have given files, and worse.
VALUES = (
    "orders (1).csv",
    "R&D.csv",
    "may's.csv",
    'a "quoted" name.csv',
    "$(shell touch made-by-make)",
    "$(x) ${y} $z $$",
    "`touch made-by-sh`; touch made-by-sh | cat > made-by-sh",
    "a\\b # c % d",
    "-x.csv",
    "bestellung-ü.csv",
    " two  spaces ",
)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("name", re.findall(r"^([A-Z]+) \?=", TEXT, re.MULTILINE))
@pytest.mark.parametrize("way", ["argument", "environment"])
def test_a_variable_reaches_the_commands_as_it_is(
    name: str, value: str, way: str, tmp_path: Path
) -> None:
    given = [f"{name}={value}"] if way == "argument" else []
    asking = f"include {ROOT / 'Makefile'}\nask:\n\t@printenv {name}\n"
    done = subprocess.run(
        ["make", "--file=-", "ask", *given],
        cwd=tmp_path,
        input=asking,
        env=os.environ | ({name: value} if way == "environment" else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    # make itself drops spaces before a value that it is given.
    assert done.stdout.removesuffix("\n").lstrip() == value.lstrip()
    assert list(tmp_path.iterdir()) == []


def test_no_recipe_holds_a_variable_that_is_given() -> None:
    recipes = [line for line in TEXT.splitlines() if line.startswith("\t")]
    for name in re.findall(r"^([A-Z]+) \?=", TEXT, re.MULTILINE):
        assert not any(re.search(rf"\$[({{]{name}[)}}]", line) for line in recipes), name


@given(st.text(st.characters(exclude_characters="\0"), min_size=1))
def test_each_variable_is_one_word_of_the_command(value: str) -> None:
    assert words_of("upload", {"ENV": "local", "FILE": value}) == [
        *("upload", "--env", "local", "--", value)
    ]
    assert words_of("query", {"Q": value, "FORMAT": value}) == [
        *("query", "--format", value, "--", value)
    ]


@given(st.lists(st.text(st.characters(exclude_characters="\0"))))
def test_args_are_words_as_a_shell_would_take_them(words: list[str]) -> None:
    assert words_of("sample", {"ARGS": shlex.join(words)}) == ["sample", *words]


def test_args_whose_quote_never_ends_are_refused() -> None:
    with pytest.raises(WrongUse, match="No closing quotation"):
        words_of("query", {"ARGS": "-e 'select 1"})


@pytest.mark.parametrize(("keep", "words"), [("", []), ("0", []), ("1", ["--keep"])])
def test_a_flag_is_given_or_not(keep: str, words: list[str]) -> None:
    assert words_of("demo", {"KEEP": keep}) == ["demo", *words]


def test_every_target_that_is_a_command_is_known_to_it() -> None:
    called = set(re.findall(r"@\$\(ORDERLAKE\) ([a-z-]+)$", TEXT, re.MULTILINE))
    assert called == set(MAKE_TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_phony(target: str) -> None:
    assert f".PHONY: {target}\n" in TEXT


def test_upload_without_a_file_says_what_to_type() -> None:
    done = subprocess.run(
        ["make", "--assume-old=.venv/.stamp-run", "upload"],
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
        "  parts: uv run dev emulator policy audit ministack bench browser spark "
        "iceberg trino client-NAME\n"
    )
    assert not list(project.glob(".tools/lock*"))


def test_the_lock_of_a_set_up_that_died_is_taken_over(tmp_path: Path) -> None:
    project = copy_of_set_up(tmp_path)
    lock = project / ".tools" / "lock-uv"
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


def what_uv_sees(project: Path, **variables: str) -> dict[str, str]:
    """Return the environment that the set-up calls uv with; uv itself only writes it down."""
    program = project / ".tools" / "uv" / "bin" / "uv"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nenv -0 >"$PWD/seen"\numask >"$PWD/umask"\nexit 1\n', "utf-8")
    program.chmod(0o755)
    (project / "requirements" / "run.txt").write_text("", "utf-8")
    for folder in (".", "lambda", "glue", "queries"):
        (project / folder).mkdir(exist_ok=True)
        (project / folder / "pyproject.toml").write_text("", "utf-8")
    done = subprocess.run(
        ["sh", "-c", "umask 077; scripts/setup.sh run"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "HOME": str(project), "ORDERLAKE_PYTHON": sys.executable}
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "the whole output: .tools/setup-run.log" in done.stderr
    entries = (project / "seen").read_text("utf-8").split("\0")
    return dict(entry.split("=", 1) for entry in entries if entry)


@pytest.mark.parametrize("name", ["plain", 'it\'s a "caf\u00e9" (1) & co $x'])
def test_the_set_up_is_the_same_whatever_the_machines_habits(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    project = copy_of_set_up(tmp_path / name)
    habits = {
        "PIP_USER": "1",
        "PIP_TARGET": "/t",
        "PIP_PREFIX": "/p",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "UV_PYTHON": "3.8",
        "UV_SYSTEM_PYTHON": "1",
        "UV_PROJECT_ENVIRONMENT": "/e",
        "PYTHONPATH": "/nowhere",
        "PYTHONHOME": "/nowhere",
        "VIRTUAL_ENV": "/v",
        "GIT_DIR": "/g",
        "CONDA_PREFIX": "/c",
    }
    network = {"PIP_INDEX_URL": "https://index.example/simple", "UV_OFFLINE": "1"}
    seen = what_uv_sees(project, **habits, **network)
    assert not habits.keys() & seen.keys()
    assert network.items() <= seen.items()
    assert (project / "umask").read_text("utf-8").strip() == "0022"


def test_a_home_that_cannot_be_written_needs_no_cache_there(tmp_path: Path) -> None:
    project = copy_of_set_up(tmp_path)
    seen = what_uv_sees(project, HOME="/proc/no-home")
    assert seen["UV_CACHE_DIR"] == str(project / ".tools" / "cache" / "uv")
